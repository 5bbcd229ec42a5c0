#pragma once

#include <string>
#include <vector>

namespace tessera {

/// Thresholds of ECN marking by port rate, which HPCC and SimAI look up for every rate of the topology: `KMAX_MAP n
/// rate kilobytes …`, `KMIN_MAP …`, `PMAX_MAP …`, one a line.
///
/// Equation: KMAX = 16 kB and KMIN = 4 kB per Gbit/s, PMAX = 0.2: what HPCC ships for 25, 50 and 100 Gbit/s, carried on.
/// Conventions: rates in bit/s; each once, rising.
/// Source: hpcc-simulator mix/config.txt
/// Theory: docs/guides/exports.md
std::string rate_maps(const std::vector<double>& rates);

/// Whether the maps that SimAI ships have the rate: 25, 50, 100, 200, 400 and 1600 Gbit/s.
bool shipped_with_simai(double rate);

}  // namespace tessera

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "phy/signal/frequency_grid.hpp"

namespace tessera {

/// N-port scattering matrices on a strictly increasing frequency axis.
///
/// Conventions: row-major, element(k, i, j) = S_{i+1,j+1}(f_k) = b_i/a_j; the same real reference impedance at all ports.
/// A differential two-port (mixed mode, after `to_differential`) has reference impedance 2 R0.
struct SParameters {
  std::vector<double> frequency;  // Hz
  int ports = 0;
  double reference_impedance = 50.0;  // ohm
  std::vector<Complex> data;          // size frequency.size() * ports * ports

  Complex& at(std::size_t k, int to, int from) { return data[(k * static_cast<std::size_t>(ports) + static_cast<std::size_t>(to)) * static_cast<std::size_t>(ports) + static_cast<std::size_t>(from)]; }
  const Complex& at(std::size_t k, int to, int from) const { return data[(k * static_cast<std::size_t>(ports) + static_cast<std::size_t>(to)) * static_cast<std::size_t>(ports) + static_cast<std::size_t>(from)]; }
};

}  // namespace tessera

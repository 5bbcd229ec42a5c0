#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "phy/link/prepare.hpp"

namespace tessera {

/// What an instrument at the output of a stage would read, whatever the engine.
struct Probe {
  std::string segment, stage;
  std::string test_point;  // "TP2"; empty where the stage has none
  std::string unit;
  std::vector<double> levels;                 // in `unit`, lowest symbol first
  double mean = 0.0, swing = 0.0;             // swing is the OMA on an optical port
  std::optional<double> extinction_ratio_db;  // optical ports whose lowest level is above zero
  std::optional<double> average_power_dbm;    // optical ports that carry light
  std::optional<double> level_mismatch_smallest_spacing, level_mismatch_transmitter;  // R_LM of four levels, both forms
  std::optional<double> noise_rms;           // in `unit`, see port_signals; empty where it was not asked for
  std::optional<double> noise_bandwidth_hz;  // that it is integrated over
};

/// R_LM of four levels in either order; empty for other numbers of levels and for levels without a span.
///
/// Equation: ES1, ES2 = inner levels over outer ones from the middle; smallest spacing 3 min(1 - ES1, ES1 + ES2,
/// 1 - ES2)/2, transmitter form min(3 ES1, 3 ES2, 2 - 3 ES1, 2 - 3 ES2).
/// Conventions: 1 for equal spacing.
/// Valid for: monotonic levels.
/// Source: ieee802.3-2022 annex 93A and clause 120D
/// Theory: docs/conventions.md
struct LevelMismatch {
  double smallest_spacing = 1.0, transmitter = 1.0;
};
std::optional<LevelMismatch> level_mismatch(const std::vector<double>& levels);

/// Unit of the levels at a port: V, A or W.
std::string_view unit_of(Port port);

/// The test point at the output of each stage, [segment.stages.size()]: those that the link names, and where they leave
/// no doubt TP0a, TP1a, TP2, TP3, TP4 and TP5a. Rules: docs/theory/test_points.md
std::vector<std::string> test_points(const Segment& segment);

/// A probe at the output of every stage; with noise, and with levels inside runs of networks as a test point has them,
/// if `noise` is asked for.
std::vector<Probe> probes_of(const Segment& segment, const PreparedSegment& prepared, bool noise);

}  // namespace tessera

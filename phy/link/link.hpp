#pragma once

#include <optional>
#include <string>
#include <vector>

#include "phy/link/coupling.hpp"
#include "phy/link/measured.hpp"
#include "phy/link/models.hpp"
#include "phy/modulation/pam.hpp"

namespace tessera {

/// Where a component's joules are counted: lane_electronics ⊂ module ⊂ module_and_host.
enum class Boundary { lane_electronics, module, host };

/// A model at its place in a link.
struct Stage {
  std::string name;
  AnyModel model;
  Boundary boundary = Boundary::module;
  std::string part;                          // datasheet it was made from, empty if none
  std::string probe;                         // test point at its output, "TP2"; empty for none
  std::vector<MeasuredTable> measured = {};  // already in `model`; with_measured puts them into one that is made again
};

/// Fixes the average optical power at a stage's output: the laser that feeds the lane is set to what that takes.
struct LaunchTarget {
  std::string stage;
  double average_power = 0.0;  // W
};

/// From slicer to slicer: one nominal lane x `lanes`. Stages in the order of the signal: transmitter, stages and
/// networks, receiver.
struct Segment {
  std::string name;
  Modulation modulation;
  double symbol_rate = 0.0;  // Bd
  int lanes = 1;
  int spare_lanes = 0;
  std::vector<Stage> stages;
  std::vector<Coupling> couplings;
  std::vector<LaneGain> lane_gains;  // array of lanes: applied at the coupling named "array"; empty for none
  std::optional<LaunchTarget> launch;
  double wavelength = 0.0;  // m, where no laser says it
};

/// Outer code of the whole path.
struct FecSpec {
  std::string code = "kp4";  // none | kp4 | kr4
  int interleave = 1;        // codewords interleaved
};

/// How much room one end of a link and its cable take; empty where nobody says so.
struct Density {
  std::optional<double> width;           // m, of the edge that one end occupies
  std::optional<double> area;            // m^2, that one end occupies
  std::optional<double> cable_diameter;  // m, outer, both directions
  std::optional<int> fibres, pairs;      // both directions
};

/// A link is a value and computes nothing.
struct Link {
  std::string name;
  std::string technology;  // copper_dac | … | lpo | microled; the names of the JSON output
  std::vector<Segment> segments;
  std::vector<Stage> overhead;  // gearbox, FEC engine, DC-DC, MCU
  FecSpec fec;
  Density density;
  double payload_rate = 0.0;          // bit/s, MAC
  double frame_loss_limit = 6.2e-11;  // criterion: frame loss ratio of 64-byte frames after FEC
  double case_temperature = 313.15;   // K
  std::string corner = "typical";     // typical | hot | cold | worst, of the values that the stages hold
  std::string reach_stage;            // the stage whose length is the variable of reach; empty for none
  double reach_search_limit = 0.0;    // m
  double reach_standard_m = 0.0;      // m, 0 where no standard limits it

  double line_rate() const;  // bit/s over all lanes, all coding included, of the slowest segment
};

}  // namespace tessera

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "phy/link/models.hpp"

namespace tessera {

/// Unwanted signal from other lanes into one lane.
///
/// An aggressor's path is its own transmitter x the coupling x the victim's stages behind the injection point. A
/// far-end aggressor transmits as the victim does; a near-end one sits beside the receiver and has no TX FFE (Annex
/// 93A). Gains are amplitude ratios on electrical ports and power ratios on optical ports.
struct Coupling {
  enum class Shape {
    flat,        // gain at all frequencies (optical neighbours)
    power_law,   // gain (f / reference_frequency)^{slope/20 dB per decade}, minimum phase neglected (random-phase
                 // aggressor)
    touchstone,  // a measured four-port put in place of the stage `injection`
  };
  enum class Direction { far, near };

  std::string name;
  Direction direction = Direction::far;
  Shape shape = Shape::flat;
  std::string injection;  // stage whose output (flat, power_law) carries the unwanted signal, or whom the file replaces
                          // (touchstone)
  bool synchronous = false;          // same clock and phase as the victim (forwarded clock); else averaged over phase
  double swing = 0.0;                // V, the aggressor's own peak level (A_fe, A_ne of Annex 93A); 0 for the victim's
  bool with_through_loss = false;    // FEXT: multiplied by the victim's own network run
  std::vector<double> gains;         // one per aggressor
  double reference_frequency = 0.0;  // Hz, power_law
  double slope = 20.0;               // dB/decade, power_law
  std::optional<AnyModel> network;   // touchstone: the measured network
};

/// Sparse lane x lane gains of an array; row = victim.
struct LaneGain {
  int victim = 0, aggressor = 0;
  double gain = 0.0;
};

/// Lanes that see the same set of gains, sorted, behave alike and are computed once.
struct LaneClass {
  int lanes = 1;
  std::vector<double> gains;  // sorted, largest first
};

/// Groups the lanes of an array by the gains they receive. O(n log n) in the number of gains.
std::vector<LaneClass> lane_classes(int lanes, const std::vector<LaneGain>& gains);

/// Nearest-neighbour gains of a hexagonal array filled ring by ring from its centre (7 lanes = one centre and its
/// ring).
std::vector<LaneGain> hexagonal_neighbours(int lanes, double gain);

}  // namespace tessera

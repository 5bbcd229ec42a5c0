#include "devices/photodetection.hpp"

#include "phy/core/constants.hpp"

namespace tessera {

double quantum_responsivity(double efficiency, double wavelength) {
  return efficiency * constants::kElementaryCharge * wavelength / (constants::kPlanck * constants::kSpeedOfLight);
}

Poles photodiode_poles(double transit_bandwidth, double resistance, double capacitance) {
  Poles poles = equal_poles(1, transit_bandwidth);
  if (resistance * capacitance > 0.0) poles.emplace_back(-1.0 / (resistance * capacitance), 0.0);
  return poles;
}

LaneState detect(const LaneState& light, double responsivity) {
  LaneState current{Port::current, light.levels, {}};
  for (double& level : current.levels) level *= responsivity;
  return current;
}

std::vector<NoiseSource> shot_noise(const FrequencyGrid& grid, double dark_current) {
  const double two_q = 2.0 * constants::kElementaryCharge;
  return {{"shot", false, std::vector<double>(grid.frequency_count(), two_q * dark_current), two_q, 0.0}};
}

}  // namespace tessera

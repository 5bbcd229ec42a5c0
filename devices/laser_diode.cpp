#include "devices/laser_diode.hpp"

#include <cmath>

#include "phy/core/constants.hpp"

namespace tessera {

double laser_current(const LaserDiode& diode, double chip_output, double chip_temperature) {
  const double above = chip_temperature - (constants::kZeroCelsius + 25.0);
  const double threshold = diode.threshold_current * std::exp(above / diode.threshold_temperature);
  const double slope = diode.slope_efficiency * std::exp(-above / diode.slope_temperature);
  const double bend = (1.0 / diode.rollover - 1.0) * chip_output / diode.rated_power;
  return (threshold + chip_output / slope) * (1.0 + bend);
}

double measured_laser_current(const LaserDiode& diode, const LivCurve* curve, double chip_output,
                              double chip_temperature) {
  if (curve == nullptr) return laser_current(diode, chip_output, chip_temperature);
  const double measured = curve->current_for(chip_output);
  if (!curve->temperature) return measured;
  return measured * laser_current(diode, chip_output, chip_temperature) /
         laser_current(diode, chip_output, *curve->temperature);
}

double laser_watts(const LaserDiode& diode, const LivCurve* curve, double chip_output, double chip_temperature) {
  const double current = measured_laser_current(diode, curve, chip_output, chip_temperature);
  return (curve != nullptr ? curve->voltage_at(current) : diode.forward_voltage) * current;
}

double shared_output(double carrier_power, int lanes, Decibel loss, Decibel excess) {
  const double shares = lanes;
  const Decibel total{loss.db + excess.db * std::log2(shares)};
  return shares * carrier_power * total.power_ratio();
}

}  // namespace tessera

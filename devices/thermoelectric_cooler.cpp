#include "devices/thermoelectric_cooler.hpp"

#include <algorithm>
#include <cmath>

namespace tessera {

double cooler_power(const ThermoelectricCooler& cooler, double heat, double chip_temperature, double difference) {
  const double z = cooler.figure_of_merit, k = cooler.conductance;
  const double below = chip_temperature * chip_temperature - 2.0 / z * (difference + heat / k);
  // The smaller root: more current would only heat.
  const double y = z * (chip_temperature - std::sqrt(std::max(below, 0.0)));
  if (y <= 0.0) return 0.0;
  return std::max(k * y * (difference + y / z), 0.0);
}

double cooler_capacity(const ThermoelectricCooler& cooler, double chip_temperature, double difference) {
  return cooler.conductance * (0.5 * cooler.figure_of_merit * chip_temperature * chip_temperature - difference);
}

}  // namespace tessera

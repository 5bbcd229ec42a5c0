#include "devices/failure_rate.hpp"

#include <cmath>
#include <string>

#include "phy/core/constants.hpp"
#include "phy/core/error.hpp"

namespace tessera {

double arrhenius_factor(Energy activation, double temperature, double reference) {
  if (!(temperature > 0.0) || !(reference > 0.0))
    throw ConfigError("temperature must be above absolute zero, got " +
                      std::to_string(std::min(temperature, reference)) + " K");
  return std::exp(activation.si() / constants::kBoltzmann * (1.0 / reference - 1.0 / temperature));
}

}  // namespace tessera

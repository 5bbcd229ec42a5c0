#include "channels/electrical/twinax_cable.hpp"

#include <cmath>

#include "phy/core/constants.hpp"

namespace tessera {
namespace {

constexpr double kResistivitySlope = 0.00393;    // 1/K at 20 C, annealed copper (IEC 60028)
constexpr double kResistivityReference = 293.15;  // K

}  // namespace

TwinaxCable::TwinaxCable(Params params) : params_(params) { check_parameters<TwinaxCable>(params_); }

double TwinaxCable::conductor_diameter() const { return 0.127e-3 * std::pow(92.0, (36.0 - params_.gauge) / 39.0); }

LineLaw TwinaxCable::law() const {
  using namespace constants;
  const double conductivity =
      kCopperConductivity / (1.0 + kResistivitySlope * (params_.temperature.si() - kResistivityReference));
  const double surface_resistance_per_root_hertz = std::sqrt(kPi * kVacuumPermeability / conductivity);
  const double slowness = std::sqrt(params_.relative_permittivity) / kSpeedOfLight;
  const double skin = params_.proximity_factor * 2.0 * surface_resistance_per_root_hertz / (kPi * conductor_diameter()) /
                      (2.0 * params_.impedance.si());
  return {0.0, skin, kPi * slowness * params_.loss_tangent, slowness};
}

SParameters TwinaxCable::s_parameters(std::span<const double> frequency) const {
  return transmission_line(frequency, law(), params_.length.si(), params_.impedance.si());
}

}  // namespace tessera

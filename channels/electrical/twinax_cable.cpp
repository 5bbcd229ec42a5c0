#include "channels/electrical/twinax_cable.hpp"

#include <cmath>

#include "phy/core/constants.hpp"

namespace tessera {
namespace {

constexpr double kHighestNyquist = 110e9;         // Hz
constexpr double kResistivitySlope = 0.00393;     // 1/K at 20 C, annealed copper (IEC 60028)
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
  const double skin = params_.proximity_factor * 2.0 * surface_resistance_per_root_hertz /
                      (kPi * conductor_diameter()) / (2.0 * params_.impedance.si());
  return {0.0, skin, kPi * slowness * params_.loss_tangent, slowness};
}

SParameters TwinaxCable::s_parameters(std::span<const double> frequency) const {
  return transmission_line(frequency, law(), params_.length.si(), params_.impedance.si());
}

std::vector<ValidityNote> TwinaxCable::validity(const FrequencyGrid& grid, const LaneState&) const {
  std::vector<ValidityNote> notes;
  if (params_.gauge < 24 || params_.gauge > 34)
    notes.push_back({"", "gauge", static_cast<double>(params_.gauge), "AWG", "24 to 34 AWG"});
  if (grid.nyquist() > kHighestNyquist)
    notes.push_back({"", "Nyquist frequency", grid.nyquist(), "Hz", "up to 110 GHz"});
  return notes;
}

}  // namespace tessera

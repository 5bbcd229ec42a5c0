#include "channels/electrical/electrical_connector.hpp"

#include <cmath>

namespace tessera {
namespace {

constexpr double kHighestNyquist = 60e9;  // Hz
constexpr double kNeperPerDecibel = 0.11512925464970229;

}  // namespace

ElectricalConnector::ElectricalConnector(Params params) : params_(params) {
  check_parameters<ElectricalConnector>(params_);
}

SParameters ElectricalConnector::s_parameters(std::span<const double> frequency) const {
  const double reference = params_.reference_frequency.si();
  const double attenuation = params_.insertion_loss.db * kNeperPerDecibel;
  // A line of length 1 whose "per metre" quantities are those of the whole contact.
  const LineLaw contact{0.0, attenuation * params_.skin_fraction / std::sqrt(reference),
                        attenuation * (1.0 - params_.skin_fraction) / reference, params_.delay.si()};
  const SParameters pad = shunt_capacitor(frequency, params_.pad_capacitance.si());
  const std::vector<SParameters> elements{pad, transmission_line(frequency, contact, 1.0, params_.impedance.si()), pad};
  return cascade_in_order(elements);
}

std::vector<ValidityNote> ElectricalConnector::validity(const FrequencyGrid& grid, const LaneState&) const {
  std::vector<ValidityNote> notes;
  if (grid.nyquist() > kHighestNyquist)
    notes.push_back({"", "Nyquist frequency", grid.nyquist(), "Hz", "up to 60 GHz"});
  return notes;
}

}  // namespace tessera

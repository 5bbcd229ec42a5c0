#include "channels/electrical/pcb_trace.hpp"

namespace tessera {
namespace {

constexpr double kHighestNyquist = 60e9;  // Hz

}  // namespace

PcbTrace::PcbTrace(Params params) : params_(params) { check_parameters<PcbTrace>(params_); }

LineLaw PcbTrace::law() const {
  return {params_.constant_loss.si(), params_.skin_loss.si(), params_.dielectric_loss.si(), params_.delay.si()};
}

SParameters PcbTrace::s_parameters(std::span<const double> frequency) const {
  return transmission_line(frequency, law(), params_.length.si(), params_.impedance.si());
}

std::vector<ValidityNote> PcbTrace::validity(const FrequencyGrid& grid, const LaneState&) const {
  std::vector<ValidityNote> notes;
  if (grid.nyquist() > kHighestNyquist)
    notes.push_back({"", "Nyquist frequency", grid.nyquist(), "Hz", "up to 60 GHz"});
  return notes;
}

}  // namespace tessera

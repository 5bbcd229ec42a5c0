#include "channels/electrical/package.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

constexpr double kHighestNyquist = 60e9;  // Hz

void check_list_sizes(const Package::Params& p) {
  if (p.orientation != "transmit" && p.orientation != "receive")
    throw ConfigError(fmt::format("orientation must be transmit or receive, got {}", p.orientation));
  if (!p.die_inductances.empty() && p.die_inductances.size() != p.die_capacitances.size())
    throw ConfigError(fmt::format("die_inductances must be empty or as many as die_capacitances ({}), got {}",
                                  p.die_capacitances.size(), p.die_inductances.size()));
  if (p.line_lengths.size() != p.line_impedances.size())
    throw ConfigError(fmt::format("line_impedances must be as many as line_lengths ({}), got {}", p.line_lengths.size(),
                                  p.line_impedances.size()));
}

std::vector<SParameters> elements_from_die(std::span<const double> frequency, const Package::Params& p) {
  std::vector<SParameters> elements;
  for (std::size_t i = 0; i < p.die_capacitances.size(); ++i) {
    elements.push_back(shunt_capacitor(frequency, p.die_capacitances[i]));
    if (!p.die_inductances.empty()) elements.push_back(series_inductor(frequency, p.die_inductances[i]));
  }
  elements.push_back(shunt_capacitor(frequency, p.bump_capacitance.si()));
  const LineLaw law{p.constant_loss.si(), p.skin_loss.si(), p.dielectric_loss.si(), p.delay.si()};
  for (std::size_t i = 0; i < p.line_lengths.size(); ++i)
    elements.push_back(transmission_line(frequency, law, p.line_lengths[i], p.line_impedances[i]));
  elements.push_back(shunt_capacitor(frequency, p.ball_capacitance.si()));
  return elements;
}

}  // namespace

Package::Package(Params params) : params_(std::move(params)) {
  check_parameters<Package>(params_);
  check_list_sizes(params_);
}

SParameters Package::s_parameters(std::span<const double> frequency) const {
  std::vector<SParameters> elements = elements_from_die(frequency, params_);
  // Every element is symmetric, so the mirror of the chain is the chain in the other order.
  if (params_.orientation == "receive") std::reverse(elements.begin(), elements.end());
  return cascade_in_order(elements);
}

std::vector<ValidityNote> Package::validity(const FrequencyGrid& grid, const LaneState&) const {
  std::vector<ValidityNote> notes;
  if (grid.nyquist() > kHighestNyquist)
    notes.push_back({"", "Nyquist frequency", grid.nyquist(), "Hz", "up to 60 GHz"});
  return notes;
}

}  // namespace tessera

#include <algorithm>
#include <cmath>
#include <numeric>

#include "phy/core/error.hpp"
#include "phy/core/quantity_text.hpp"
#include "phy/signal/s_parameters.hpp"

namespace tessera {
namespace {

constexpr std::size_t kPoints = 8;  // lowest points averaged: one VNA point near DC is noisy
constexpr double kThrough = 0.5;    // |S| of a path that connects two ports near DC; crosstalk stays far below
constexpr double kAmbiguous = 2.0;  // 6 dB

using Strengths = std::array<std::array<double, 4>, 4>;

Strengths low_frequency_strengths(const SParameters& s) {
  Strengths strengths{};
  const std::size_t count = std::min(kPoints, s.frequency.size());
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 4; ++j) {
      double sum = 0.0;
      for (std::size_t k = 0; k < count; ++k) sum += std::norm(s.at(k, static_cast<int>(i), static_cast<int>(j)));
      strengths[i][j] = std::sqrt(sum / static_cast<double>(count));
    }
  }
  return strengths;
}

void require_four_ports(const SParameters& s) {
  if (s.ports != 4) throw ConfigError("a port order needs a four-port, got " + std::to_string(s.ports) + " ports");
  if (s.frequency.empty()) throw ConfigError("a port order needs at least one frequency");
}

std::string decibels(double magnitude) {
  return format_engineering(20.0 * std::log10(std::max(magnitude, 1e-15)), "1", 3) + " dB";
}

PortOrder parse_port_order(std::string_view text) {
  PortOrder order{};
  std::size_t count = 0;
  for (const char c : text) {
    if (c == ' ' || c == ',' || c == '[' || c == ']') continue;
    if (c < '1' || c > '4' || count == 4)
      throw ConfigError("port_order must be \"auto\" or like \"1 3 2 4\", got \"" + std::string(text) + "\"");
    order[count++] = c - '0';
  }
  PortOrder sorted = order;
  std::sort(sorted.begin(), sorted.end());
  if (sorted != PortOrder{1, 2, 3, 4})
    throw ConfigError("port_order must name each of the ports 1 2 3 4 once, got \"" + std::string(text) + "\"");
  return order;
}

// The strongest partner of port 1 at low frequency.
struct Partner {
  int port = 0;  // 0-based
  double strength = 0.0, second = 0.0;
};

Partner partner_of_first(const Strengths& strengths) {
  Partner partner;
  for (int j = 1; j < 4; ++j) {
    const double strength = strengths[static_cast<std::size_t>(j)][0];
    if (strength > partner.strength) {
      partner.second = partner.strength;
      partner.strength = strength;
      partner.port = j;
    } else {
      partner.second = std::max(partner.second, strength);
    }
  }
  return partner;
}

void check_against_data(const SParameters& s, const PortOrder& order, std::string_view text) {
  const Strengths strengths = low_frequency_strengths(s);
  for (std::size_t leg = 0; leg < 2; ++leg) {
    const auto near = static_cast<std::size_t>(order[leg] - 1), far = static_cast<std::size_t>(order[leg + 2] - 1);
    for (std::size_t other = 0; other < 4; ++other) {
      if (other == near || other == far || strengths[other][near] < kThrough) continue;
      if (strengths[far][near] * kAmbiguous > strengths[other][near]) continue;
      throw ConfigError("port_order \"" + std::string(text) + "\" contradicts the file: near " +
                        format_engineering(s.frequency.front(), "Hz") + " port " + std::to_string(near + 1) +
                        " leads to port " + std::to_string(other + 1) + " (" + decibels(strengths[other][near]) +
                        "), but the order leads it to port " + std::to_string(far + 1) + " (" +
                        decibels(strengths[far][near]) + ")");
    }
  }
}

}  // namespace

PortPairing detect_port_order(const SParameters& four_port) {
  require_four_ports(four_port);
  const Strengths strengths = low_frequency_strengths(four_port);
  const Partner partner = partner_of_first(strengths);
  PortPairing pairing;
  pairing.frequency = four_port.frequency.front();
  pairing.through = partner.strength >= kThrough;
  pairing.separation = partner.second > 0.0 ? partner.strength / partner.second : HUGE_VAL;
  if (!(partner.strength > 0.0) || pairing.separation < kAmbiguous) {
    throw ConfigError("the port order cannot be told from the data: near " +
                      format_engineering(pairing.frequency, "Hz") + " the two strongest paths from port 1 are " +
                      decibels(partner.strength) + " and " + decibels(partner.second) +
                      "; give port_order, e.g. \"1 3 2 4\"");
  }
  std::array<int, 2> rest{};
  for (int j = 1, n = 0; j < 4; ++j) {
    if (j != partner.port) rest[static_cast<std::size_t>(n++)] = j + 1;
  }
  // A through path joins the two ends of a leg; in a crosstalk file the strongest neighbour is the other leg of the
  // same pair.
  pairing.order = pairing.through ? PortOrder{1, rest[0], partner.port + 1, rest[1]}
                                  : PortOrder{1, partner.port + 1, rest[0], rest[1]};
  return pairing;
}

PortOrder resolve_port_order(const SParameters& four_port, std::string_view requested) {
  require_four_ports(four_port);
  if (requested.empty() || requested == "auto") return detect_port_order(four_port).order;
  const PortOrder order = parse_port_order(requested);
  check_against_data(four_port, order, requested);
  return order;
}

}  // namespace tessera

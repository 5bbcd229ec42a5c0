#include "scenarios/fabric/transport.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

constexpr double kFlitBits = 2048.0, kFlitBytes = 256.0;

// 1 - e^{-x} for an x known by its logarithm.
Log10Probability at_least_once(double log10_mean) {
  if (log10_mean < -8.0) return Log10Probability::from_log10(log10_mean);
  return Log10Probability::from_value(-std::expm1(-std::pow(10.0, log10_mean)));
}

// log10 of the mean number of timeouts in a message.
double log10_timeouts(TransportKind kind, Log10Probability p, double packets) {
  if (kind == TransportKind::selective_repeat || kind == TransportKind::go_back_0) return p.log10();
  const double twice = std::log10(2.0 * packets) + 2.0 * p.log10();
  const double larger = std::max(p.log10(), twice), smaller = std::min(p.log10(), twice);
  return larger + std::log1p(std::pow(10.0, smaller - larger)) / std::numbers::ln10;
}

// A goodput of exactly 0 would be a division by zero for whoever uses it; below this nothing is delivered.
constexpr double kLeast = 1e-12;

}  // namespace

std::string_view to_string(TransportKind kind) {
  switch (kind) {
    case TransportKind::go_back_n:
      return "go_back_n";
    case TransportKind::go_back_0:
      return "go_back_0";
    case TransportKind::selective_repeat:
      return "selective_repeat";
    case TransportKind::link_retry:
      return "link_retry";
    case TransportKind::pcie6_flit:
      break;
  }
  return "pcie6_flit";
}

double retransmission_timeout(int exponent) { return 4.096e-6 * std::pow(2.0, exponent); }

double window_packets(double rate, double round_trip, double bytes) { return rate * round_trip / (8.0 * bytes); }

double go_back_n_efficiency(Log10Probability packet_loss, double window) {
  const double p = packet_loss.value();
  return (1.0 - p) / (1.0 - p + window * p);
}

double go_back_0_efficiency(Log10Probability packet_loss, double packets) {
  const double p = packet_loss.value();
  return p >= 1.0 ? 0.0 : std::exp(packets * std::log1p(-p));
}

Log10Probability any_of(Log10Probability each, double n) {
  if (each.log10() + std::log10(n) < -8.0) return Log10Probability::from_log10(each.log10() + std::log10(n));
  const double p = each.value();
  return p >= 1.0 ? each : Log10Probability::from_value(-std::expm1(n * std::log1p(-p)));
}

Log10Probability flit_retry(Log10Probability bit_error_ratio) {
  const double log10_mean = std::log10(kFlitBits / 3.0) + bit_error_ratio.log10();
  if (log10_mean < -4.0) {  // x^2/2 (1 - 2x/3), three groups
    const double x = std::pow(10.0, log10_mean);
    return Log10Probability::from_log10(std::log10(1.5) + 2.0 * log10_mean + std::log10(1.0 - 2.0 * x / 3.0));
  }
  const double x = std::pow(10.0, log10_mean);
  const double group = -std::expm1(-x) - x * std::exp(-x);
  return any_of(Log10Probability::from_value(std::min(1.0, group)), 3.0);
}

TransportReport transport(const Transport& t, const PathLoss& path) {
  if (!(path.rate > 0.0) || t.mtu < 1 || !(t.message > 0.0) || !(t.round_trip > 0.0) || !(t.link_round_trip > 0.0) ||
      path.links < 1 || t.retries < 0 || t.replays < 0)
    throw ConfigError("a transport needs rate, packet, message and round trips above 0, and at least one link");
  TransportReport out;
  out.packets = std::max(1.0, std::ceil(t.message / t.mtu));
  out.timeout = retransmission_timeout(t.timeout_exponent);
  out.stall_budget = out.timeout * t.retries;
  out.message_loss = any_of(path.packet_loss, out.packets);
  out.repeated = out.residual = path.packet_loss;
  out.repair_time = t.round_trip;
  const double window = window_packets(path.rate, t.round_trip, t.mtu);
  switch (t.kind) {
    case TransportKind::go_back_n:
      out.efficiency = go_back_n_efficiency(out.residual, window);
      break;
    case TransportKind::go_back_0:
      out.efficiency = go_back_0_efficiency(out.residual, out.packets);
      break;
    case TransportKind::selective_repeat:
      out.efficiency = 1.0 - out.residual.value();
      break;
    case TransportKind::link_retry:
    case TransportKind::pcie6_flit: {
      const bool flit = t.kind == TransportKind::pcie6_flit;
      const Log10Probability each = flit ? flit_retry(path.link_ber) : path.link_loss;
      const double local = 1.0 + window_packets(path.rate, t.link_round_trip, flit ? kFlitBytes : t.mtu);
      const Log10Probability residual = Log10Probability::from_log10(each.log10() * (t.replays + 1));
      const double flits = flit ? std::ceil(t.mtu / kFlitBytes) : 1.0;
      out.residual = any_of(any_of(residual, flits), path.links);
      if (flit) out.repeated = any_of(any_of(each, flits), path.links);
      out.repair_time = out.retry_latency = t.link_round_trip;
      out.efficiency = go_back_n_efficiency(each, local) * go_back_n_efficiency(out.residual, window);
      out.message_loss = any_of(out.residual, out.packets);
      break;
    }
  }
  out.efficiency = std::max(out.efficiency, kLeast);
  const double log10_mean = log10_timeouts(t.kind, out.residual, out.packets);
  out.timeouts = std::pow(10.0, log10_mean);
  const bool once = t.kind == TransportKind::selective_repeat || t.kind == TransportKind::go_back_0;
  out.stall = once ? out.residual : at_least_once(log10_mean);
  const double sending = out.packets * 8.0 * t.mtu / path.rate;
  out.goodput_fraction = std::max(kLeast, sending / (sending / out.efficiency + out.timeouts * out.timeout));
  return out;
}

Log10Probability stall_longer_than(const TransportReport& report, Log10Probability packet_loss, double seconds) {
  const double timeouts = std::floor(std::max(0.0, seconds) / report.timeout);
  return Log10Probability::from_log10(report.stall.log10() + timeouts * packet_loss.log10());
}

double relative_utilisation(double exposed, double efficiency) {
  if (!(exposed >= 0.0 && exposed <= 1.0) || !(efficiency > 0.0 && efficiency <= 1.0))
    throw ConfigError("exposed communication must be in [0, 1] and an efficiency in (0, 1]");
  return 1.0 / (1.0 - exposed + exposed / efficiency);
}

}  // namespace tessera

#include "scenarios/study/sweep_point.hpp"

#include <algorithm>
#include <cmath>

namespace tessera {

namespace {

const Probe& reading_of(const LinkReport& report, const SweepProbe& wanted) {
  for (const Probe& probe : report.probes)
    if (probe.segment == wanted.segment && probe.stage == wanted.stage) return probe;
  throw ConfigError("link " + report.name + " has no stage \"" + wanted.path() + "\" for a probe");
}

}  // namespace

SweepPoint sweep_point(const LinkReport& report, const std::vector<SweepProbe>& probes) {
  constexpr int kCriterionFrame = 64;
  SweepPoint point;
  point.log10_pre_fec_ber = report.verdict.pre_fec_ber.log10();
  point.log10_frame_loss_ratio = report.verdict.frame_loss_ratio.at(kCriterionFrame).log10();
  point.margin_q = report.verdict.margin_q;
  point.power = report.energy.module_and_host.watts;
  point.energy_lane_electronics = report.energy.lane_electronics.joules_per_bit * 1e12;
  point.energy_module = report.energy.module.joules_per_bit * 1e12;
  point.energy = report.energy.module_and_host.joules_per_bit * 1e12;
  point.fit = report.reliability.fit;
  point.latency = report.latency.total;
  point.closes = report.verdict.closes;
  point.validity_notes = static_cast<int>(report.notes.size());
  point.limited_by = report.limited_by;
  for (const SweepProbe& wanted : probes) {
    const Probe& probe = reading_of(report, wanted);
    for (const double value : {probe.mean, probe.swing, probe.noise_rms.value_or(0.0)}) {
      if (!std::isfinite(value)) throw NumericError("probe " + wanted.path() + " is not finite");
      point.probes.push_back(value);
    }
  }
  for (const SweepQuantity& quantity : kSweepQuantities)
    if (!std::isfinite(point.*quantity.field)) throw NumericError(std::string(quantity.name) + " is not finite");
  return point;
}

SweepPoint failed_point(const std::string& message) {
  SweepPoint point;
  point.error = message.empty() ? "failed" : message;
  std::replace(point.error.begin(), point.error.end(), '\n', ' ');
  return point;
}

}  // namespace tessera

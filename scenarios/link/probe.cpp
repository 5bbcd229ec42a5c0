#include "scenarios/link/probe.hpp"

#include <algorithm>
#include <cmath>

#include "phy/engine/port_signal.hpp"

namespace tessera {
namespace {

bool light(Port port) { return port == Port::optical_power || port == Port::optical_field; }

// What a stage of a segment is, as far as test points care. Anything outside the segment is nothing.
class Stages {
 public:
  explicit Stages(const Segment& segment) : stages_(segment.stages) {}

  std::size_t count() const { return stages_.size(); }
  bool host(std::size_t i) const { return known(i) && stages_[i].boundary == Boundary::host; }
  bool network(std::size_t i) const { return is(i, ModelKind::network_stage); }
  bool package(std::size_t i) const { return network(i) && stages_[i].model.type() == "package"; }
  bool plug(std::size_t i) const { return network(i) && stages_[i].model.type() == "electrical_connector"; }
  bool connector(std::size_t i) const { return known(i) && stages_[i].model.type() == "optical_connector"; }
  bool lit(std::size_t i) const { return is(i, ModelKind::signal_stage) && light(stages_[i].model.output()); }
  bool fibre(std::size_t i) const {
    return lit(i) && light(stages_[i].model.input()) && stages_[i].model.parameters().contains("length");
  }

 private:
  bool known(std::size_t i) const { return i < stages_.size(); }
  bool is(std::size_t i, ModelKind kind) const { return known(i) && stages_[i].model.kind() == kind; }

  const std::vector<Stage>& stages_;
};

struct Places {
  std::vector<std::string> names;

  // Neither a second name for a stage nor a second stage for a name.
  void offer(std::size_t stage, const std::string& name) {
    if (names[stage].empty() && std::find(names.begin(), names.end(), name) == names.end()) names[stage] = name;
  }
};

// The only one of the stages [from, to) of which `kind` is true.
template <class Kind>
std::optional<std::size_t> only(std::size_t from, std::size_t to, const Kind& kind) {
  std::optional<std::size_t> found;
  for (std::size_t i = from; i < to; ++i) {
    if (!kind(i)) continue;
    if (found) return std::nullopt;
    found = i;
  }
  return found;
}

void offer_electrical(const Stages& is, bool optical, Places& places) {
  const std::size_t last = is.count() - 1;
  const bool from_host = is.host(0), to_host = is.host(last);
  if (from_host && is.package(1)) places.offer(1, "TP0a");
  const auto plug = [&](std::size_t i) { return is.plug(i); };
  std::size_t end = 1, begin = last;
  while (is.network(end)) ++end;
  while (begin > 1 && is.network(begin - 1)) --begin;
  if (from_host && (optical || !to_host))
    if (const auto found = only(1, end, plug)) places.offer(*found, "TP1a");
  if (to_host && (optical || !from_host))
    if (const auto found = only(begin, last, plug)) places.offer(*found - 1, "TP4");
  if (to_host && last > 2 && is.package(last - 1)) places.offer(last - 2, "TP5a");
}

void offer_optical(const Segment& segment, const Stages& is, Places& places) {
  for (std::size_t i = 0; i < is.count(); ++i)
    if (segment.launch && segment.stages[i].name == segment.launch->stage && is.lit(i)) places.offer(i, "TP2");
  const auto fibre = only(0, is.count(), [&](std::size_t i) { return is.fibre(i); });
  if (!fibre) return;
  if (is.lit(*fibre - 1)) places.offer(*fibre - 1, "TP2");
  if (!is.connector(*fibre + 1)) places.offer(*fibre, "TP3");
}

}  // namespace

std::string_view unit_of(Port port) { return port == Port::voltage ? "V" : port == Port::current ? "A" : "W"; }

std::optional<LevelMismatch> level_mismatch(const std::vector<double>& levels) {
  if (levels.size() != 4 || levels.front() == levels.back()) return std::nullopt;
  const double middle = 0.5 * (levels.front() + levels.back()), half = 0.5 * (levels.back() - levels.front());
  const double es1 = (middle - levels[1]) / half, es2 = (levels[2] - middle) / half;
  return LevelMismatch{1.5 * std::min({1.0 - es1, es1 + es2, 1.0 - es2}),
                       std::min({3.0 * es1, 3.0 * es2, 2.0 - 3.0 * es1, 2.0 - 3.0 * es2})};
}

std::vector<std::string> test_points(const Segment& segment) {
  Places places;
  for (const Stage& stage : segment.stages) places.names.push_back(stage.probe);
  const Stages is(segment);
  if (is.count() < 2) return places.names;
  bool optical = false;
  for (std::size_t i = 0; i < is.count(); ++i) optical = optical || is.lit(i);
  if (optical) offer_optical(segment, is, places);
  offer_electrical(is, optical, places);
  return places.names;
}

std::vector<Probe> probes_of(const Segment& segment, const PreparedSegment& prepared, bool noise) {
  const std::vector<std::string> names = test_points(segment);
  const std::vector<PortSignal> signals = noise ? port_signals(segment, prepared) : std::vector<PortSignal>{};
  std::vector<Probe> probes;
  for (std::size_t i = 0; i < std::min(segment.stages.size(), prepared.states.size()); ++i) {
    LaneState state = prepared.states[i];
    if (noise) state.levels = signals[i].levels;
    Probe probe;
    probe.segment = segment.name;
    probe.stage = segment.stages[i].name;
    probe.test_point = names[i];
    probe.unit = unit_of(state.port);
    probe.levels = state.levels;
    probe.mean = state.mean();
    probe.swing = state.swing();
    if (light(state.port) && !state.levels.empty()) {
      const auto [low, high] = std::minmax_element(state.levels.begin(), state.levels.end());
      if (*low > 0.0) probe.extinction_ratio_db = 10.0 * std::log10(*high / *low);
      if (probe.mean > 0.0) probe.average_power_dbm = 10.0 * std::log10(probe.mean * 1e3);
    }
    if (const auto mismatch = level_mismatch(state.levels)) {
      probe.level_mismatch_smallest_spacing = mismatch->smallest_spacing;
      probe.level_mismatch_transmitter = mismatch->transmitter;
    }
    if (noise) {
      probe.noise_rms = signals[i].noise_rms;
      probe.noise_bandwidth_hz = signals[i].noise_bandwidth;
    }
    probes.push_back(std::move(probe));
  }
  return probes;
}

}  // namespace tessera

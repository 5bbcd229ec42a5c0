#include "scenarios/link/link_evaluation.hpp"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

#include "phy/core/quantity_text.hpp"
#include "phy/engine/budget_engine.hpp"
#include "scenarios/link/part_library.hpp"

namespace tessera {
namespace {

struct Evaluation {
  PreparedLink prepared;
  EngineResult result;
  LinkVerdict verdict;
};

// Every thread has a cache of its own: a cached network equals a computed one, so the result does not depend on who
// computed what.
class Evaluator {
 public:
  explicit Evaluator(const EvaluationOptions& options) : options_(options) {}

  Evaluation run(const Link& link, bool eye) {
    if (options_.stop && options_.stop()) throw Interrupted();
    Evaluation e{prepare(link, &caches_.local()), {}, {}};
    StatisticalOptions statistical = options_.statistical;
    statistical.eye = eye && options_.eye;
    e.result = options_.engine == Engine::budget ? run_budget(e.prepared) : run_statistical(e.prepared, statistical);
    e.verdict = evaluate_criterion(link, e.result.segments);
    if (options_.finished) options_.finished(1);
    return e;
  }

 private:
  const EvaluationOptions& options_;
  tbb::enumerable_thread_specific<PrepareCache> caches_;
};

constexpr int kCriterionFrame = 64;

LengthSample sample_of(double length_m, const LinkVerdict& verdict) {
  return {length_m, verdict.pre_fec_ber, verdict.frame_loss_ratio.at(kCriterionFrame), verdict.margin_q,
          verdict.closes};
}

std::vector<VarianceShare> variance_shares(const SegmentResult& segment) {
  std::vector<VarianceShare> shares{{"isi", segment.isi_rms * segment.isi_rms},
                                    {"crosstalk", segment.crosstalk_rms * segment.crosstalk_rms},
                                    {"jitter", segment.jitter_rms * segment.jitter_rms}};
  for (const auto& [mechanism, rms] : segment.noise_rms_by_mechanism) shares.push_back({mechanism, rms * rms});
  double sum = 0.0;
  for (const VarianceShare& s : shares) sum += s.share;
  if (sum > 0.0)
    for (VarianceShare& s : shares) s.share /= sum;
  std::stable_sort(shares.begin(), shares.end(),
                   [](const VarianceShare& a, const VarianceShare& b) { return a.share > b.share; });
  return shares;
}

const SegmentResult& limiting_segment(const Evaluation& e) {
  const auto& segments = e.result.segments;
  const auto it = std::find_if(segments.begin(), segments.end(),
                               [&](const SegmentResult& s) { return s.name == e.verdict.limiting_segment; });
  return it != segments.end() ? *it : segments.front();
}

std::string_view unit_of(Port port) {
  switch (port) {
    case Port::voltage:
      return "V";
    case Port::current:
      return "A";
    case Port::optical_power:
    case Port::optical_field:
      return "W";
  }
  return "1";
}

Probe probe_of(const std::string& segment, const std::string& stage, const LaneState& state) {
  Probe probe{segment, stage, std::string(unit_of(state.port)), state.levels, state.mean(), state.swing(), {}};
  const bool light = state.port == Port::optical_power || state.port == Port::optical_field;
  if (!light || state.levels.empty()) return probe;
  const auto [low, high] = std::minmax_element(state.levels.begin(), state.levels.end());
  if (*low > 0.0) probe.extinction_ratio_db = 10.0 * std::log10(*high / *low);
  return probe;
}

void describe(const Link& link, LinkReport& report) {
  report.name = link.name;
  report.technology = link.technology;
  report.line_rate_bps = link.line_rate();
  report.payload_rate_bps = link.payload_rate;
  report.frame_loss_limit = link.frame_loss_limit;
  report.case_temperature_k = link.case_temperature;
  report.fec = link.fec.code;
  report.reach_stage = link.reach_stage;
  report.reach_search_limit_m = link.reach_search_limit;
  if (link.reach_standard_m > 0.0) report.reach_standard_m = link.reach_standard_m;
  const auto most = std::max_element(link.segments.begin(), link.segments.end(),
                                     [](const Segment& a, const Segment& b) { return a.lanes < b.lanes; });
  report.lanes = most->lanes;
  report.spare_lanes = most->spare_lanes;
  report.lane_rate_bps = most->symbol_rate * most->modulation.bits_per_symbol;
}

void fill_own_length(const Link& link, Evaluation e, LinkReport& report) {
  report.shares = variance_shares(limiting_segment(e));
  report.limited_by = report.shares.front().mechanism;
  report.latency = latency(e.prepared);
  report.energy = energy(e.prepared);
  report.reliability = reliability(e.prepared);
  report.notes = e.prepared.notes;
  for (const ValidityNote& note : e.result.notes) {
    const auto same = [&](const ValidityNote& n) {
      return n.stage == note.stage && n.quantity == note.quantity && n.value == note.value;
    };
    if (std::none_of(report.notes.begin(), report.notes.end(), same)) report.notes.push_back(note);
  }
  for (std::size_t i = 0; i < link.segments.size(); ++i) {
    const Segment& segment = link.segments[i];
    const PreparedSegment& prepared = e.prepared.segments[i];
    for (std::size_t s = 0; s < std::min(segment.stages.size(), prepared.states.size()); ++s)
      report.probes.push_back(probe_of(segment.name, segment.stages[s].name, prepared.states[s]));
    report.segments.push_back({std::move(e.result.segments[i]), segment.lanes, segment.spare_lanes,
                               segment.symbol_rate * segment.modulation.bits_per_symbol,
                               prepared.insertion_loss_total_db});
  }
  report.verdict = std::move(e.verdict);
}

void fill_reach(const Link& link, const EvaluationOptions& options, Evaluator& evaluator, LinkReport& report) {
  const std::vector<double> lengths = scan_lengths(link.reach_search_limit, options.scan_points);
  std::vector<LengthSample> samples(lengths.size());
  tbb::parallel_for(std::size_t{0}, lengths.size(), [&](std::size_t i) {
    samples[i] = sample_of(lengths[i], evaluator.run(with_length(link, lengths[i]), false).verdict);
  });
  std::vector<MarginSample> scan;
  for (const LengthSample& s : samples) scan.push_back({s.length_m, s.margin_q});
  const auto margin = [&](double length_m) {
    samples.push_back(sample_of(length_m, evaluator.run(with_length(link, length_m), false).verdict));
    return samples.back().margin_q;
  };
  report.reach_nominal = find_reach(scan, 1.0, margin);
  report.reach_design = find_reach(scan, std::sqrt(2.0), margin);
  if (!report.reach_nominal.beyond_limit) {
    const double at = report.reach_nominal.reach_m.value_or(lengths.front());
    report.reach_limited_by =
        variance_shares(limiting_segment(evaluator.run(with_length(link, at), false))).front().mechanism;
  }
  if (report.length_m) samples.push_back(sample_of(*report.length_m, report.verdict));
  std::sort(samples.begin(), samples.end(),
            [](const LengthSample& a, const LengthSample& b) { return a.length_m < b.length_m; });
  const auto same = [](const LengthSample& a, const LengthSample& b) { return a.length_m == b.length_m; };
  samples.erase(std::unique(samples.begin(), samples.end(), same), samples.end());
  report.curve = std::move(samples);
}

const Stage* reach_stage(const Link& link) {
  for (const Segment& segment : link.segments)
    for (const Stage& stage : segment.stages)
      if (!link.reach_stage.empty() && stage.name == link.reach_stage) return &stage;
  return nullptr;
}

std::optional<double> length_of(const Link& link) {
  const Stage* stage = reach_stage(link);
  if (stage == nullptr) return std::nullopt;
  const auto it = stage->model.parameters().find("length");
  if (it == stage->model.parameters().end()) return std::nullopt;
  return parse_quantity(std::get<std::string>(it->second.value), dim::kLength);
}

}  // namespace

std::string_view to_string(Engine engine) { return engine == Engine::budget ? "budget" : "statistical"; }

Link with_length(const Link& link, double length_m) {
  const Stage* varied = reach_stage(link);
  if (varied == nullptr) throw ConfigError("link " + link.name + " names no stage whose length is its reach");
  ParameterMap parameters = varied->model.parameters();
  parameters["length"] = {format_number(length_m) + " m", {}, {}, {}};
  const std::vector<ModelInfo> models = all_models();
  const AnyModel model = find_model(models, std::string(varied->model.type())).make(parameters);
  Link result = link;
  for (Segment& segment : result.segments)
    for (Stage& stage : segment.stages)
      if (stage.name == link.reach_stage) stage.model = model;
  return result;
}

LinkReport evaluate(const Link& link, const EvaluationOptions& options) {
  if (link.segments.empty()) throw ConfigError("link " + link.name + " has no segment");
  LinkReport report;
  describe(link, report);
  report.engine = to_string(options.engine);
  report.length_m = length_of(link);
  const bool scan = options.reach && report.length_m.has_value() && link.reach_search_limit > 0.0;
  if (options.planned) options.planned(scan ? options.scan_points + 12 : 1);
  Evaluator evaluator(options);
  fill_own_length(link, evaluator.run(link, true), report);
  if (scan) fill_reach(link, options, evaluator, report);
  return report;
}

}  // namespace tessera

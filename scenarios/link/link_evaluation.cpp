#include "scenarios/link/link_evaluation.hpp"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>
#include <mutex>

#include "phy/core/nearest_name.hpp"
#include "phy/core/quantity_text.hpp"
#include "phy/engine/budget_engine.hpp"
#include "phy/engine/burst_criterion.hpp"
#include "phy/link/measured_stage.hpp"
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
    Evaluation e{prepare(link, options_.cache != nullptr ? options_.cache : &caches_.local()), {}, {}};
    e.result = run_engine(e.prepared, eye && options_.eye);
    e.verdict = evaluate_criterion(link, e.result.segments);
    if (options_.finished) options_.finished(1);
    return e;
  }

 private:
  EngineResult run_engine(const PreparedLink& prepared, bool eye) const {
    if (options_.engine == Engine::budget) return run_budget(prepared);
    if (options_.engine == Engine::bit_by_bit) {
      BitByBitOptions counting = options_.bit_by_bit;
      counting.interrupted = options_.stop;
      try {
        return run_bit_by_bit(prepared, counting);
      } catch (const NumericError&) {
        if (options_.stop && options_.stop()) throw Interrupted();  // nothing was counted by then
        throw;
      }
    }
    StatisticalOptions statistical = options_.statistical;
    statistical.eye = eye;
    return run_statistical(prepared, statistical);
  }

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

void describe(const Link& link, LinkReport& report) {
  report.name = link.name;
  report.technology = link.technology;
  report.line_rate_bps = link.line_rate();
  report.payload_rate_bps = link.payload_rate;
  report.frame_loss_limit = link.frame_loss_limit;
  report.case_temperature_k = link.case_temperature;
  report.corner = link.corner;
  report.density = link.density;
  if (link.density.width) report.shoreline_bps_per_m = link.payload_rate / *link.density.width;
  if (link.density.area) report.area_bps_per_m2 = link.payload_rate / *link.density.area;
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

// Two rules of one model may say the same of one quantity.
void add_once(std::vector<ValidityNote>& notes, const ValidityNote& note) {
  const auto same = [&](const ValidityNote& n) {
    return n.stage == note.stage && n.quantity == note.quantity && n.value == note.value && n.range == note.range;
  };
  if (std::none_of(notes.begin(), notes.end(), same)) notes.push_back(note);
}

void fill_own_length(const Link& link, bool port_noise, Evaluation e, LinkReport& report) {
  report.burst_codeword_error_ratio = burst_codeword_error_ratio(link, e.result.segments);
  report.shares = variance_shares(limiting_segment(e));
  report.limited_by = report.shares.front().mechanism;
  report.latency = latency(e.prepared);
  report.energy = energy(e.prepared);
  report.reliability = reliability(e.prepared);
  for (const auto* notes : {&e.prepared.notes, &e.result.notes})
    for (const ValidityNote& note : *notes) add_once(report.notes, note);
  for (std::size_t i = 0; i < link.segments.size(); ++i) {
    const Segment& segment = link.segments[i];
    const PreparedSegment& prepared = e.prepared.segments[i];
    for (Probe& probe : probes_of(segment, prepared, port_noise)) report.probes.push_back(std::move(probe));
    report.segments.push_back({std::move(e.result.segments[i]), segment.lanes, segment.spare_lanes,
                               segment.symbol_rate * segment.modulation.bits_per_symbol,
                               prepared.insertion_loss_total_db});
  }
  report.verdict = std::move(e.verdict);
}

// Samples in the order in which they were computed: what an interrupt leaves is the curve so far.
class LengthScan {
 public:
  LengthScan(const Link& link, Evaluator& evaluator, LinkReport& report)
      : link_(link), evaluator_(evaluator), report_(report) {}

  void search(int points) {
    const std::vector<double> lengths = scan_lengths(link_.reach_search_limit, points);
    std::vector<double> margins(lengths.size());
    // Isolated: a thread that waits here must not begin another link's work before this link is done.
    tbb::this_task_arena::isolate([&] {
      tbb::parallel_for(std::size_t{0}, lengths.size(), [&](std::size_t i) { margins[i] = margin_at(lengths[i]); });
    });
    std::vector<MarginSample> scan;
    for (std::size_t i = 0; i < lengths.size(); ++i) scan.push_back({lengths[i], margins[i]});
    const auto margin = [&](double length_m) { return margin_at(length_m); };
    report_.reach_nominal = find_reach(scan, 1.0, margin);
    report_.reach_design = find_reach(scan, std::sqrt(2.0), margin);
    if (report_.reach_nominal.beyond_limit) return;
    const double at = report_.reach_nominal.reach_m.value_or(lengths.front());
    report_.reach_limited_by =
        variance_shares(limiting_segment(evaluator_.run(with_length(link_, at), false))).front().mechanism;
  }

  std::vector<LengthSample> curve() {
    if (report_.length_m) samples_.push_back(sample_of(*report_.length_m, report_.verdict));
    std::sort(samples_.begin(), samples_.end(),
              [](const LengthSample& a, const LengthSample& b) { return a.length_m < b.length_m; });
    const auto same = [](const LengthSample& a, const LengthSample& b) { return a.length_m == b.length_m; };
    samples_.erase(std::unique(samples_.begin(), samples_.end(), same), samples_.end());
    return std::move(samples_);
  }

 private:
  double margin_at(double length_m) {
    const LengthSample sample = sample_of(length_m, evaluator_.run(with_length(link_, length_m), false).verdict);
    const std::lock_guard lock(mutex_);
    samples_.push_back(sample);
    return sample.margin_q;
  }

  const Link& link_;
  Evaluator& evaluator_;
  LinkReport& report_;
  std::mutex mutex_;
  std::vector<LengthSample> samples_;
};

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

std::string_view to_string(Engine engine) {
  return engine == Engine::budget ? "budget" : engine == Engine::statistical ? "statistical" : "bit_by_bit";
}

Engine engine_named(const std::string& name, const SourceLocation& where) {
  if (name == "budget") return Engine::budget;
  if (name == "statistical") return Engine::statistical;
  if (name == "bit_by_bit") return Engine::bit_by_bit;
  throw ConfigError(where,
                    "unknown engine \"" + name + "\"" + suggestion(name, {"budget", "statistical", "bit_by_bit"}));
}

Engine computing_engine_named(const std::string& name, const SourceLocation& where) {
  const Engine engine = engine_named(name, where);
  if (engine == Engine::bit_by_bit)
    throw ConfigError(where,
                      "engine bit_by_bit counts the errors of links one by one, with tessera run; here it is "
                      "budget or statistical");
  return engine;
}

Link with_length(const Link& link, double length_m) {
  const Stage* varied = reach_stage(link);
  if (varied == nullptr) throw ConfigError("link " + link.name + " names no stage whose length is its reach");
  ParameterMap parameters = varied->model.parameters();
  parameters["length"] = {format_number(length_m) + " m", {}, {}, {}};
  const std::vector<ModelInfo> models = all_models();
  const AnyModel model =
      with_measured(find_model(models, std::string(varied->model.type())).make(parameters), varied->measured);
  Link result = link;
  for (Segment& segment : result.segments)
    for (Stage& stage : segment.stages)
      if (stage.name == link.reach_stage) stage.model = model;
  return result;
}

LinkReport evaluate_own_length(const Link& link, const EvaluationOptions& options) {
  if (link.segments.empty()) throw ConfigError("link " + link.name + " has no segment");
  LinkReport report;
  describe(link, report);
  report.engine = to_string(options.engine);
  report.length_m = length_of(link);
  report.complete = !(options.reach && options.engine != Engine::bit_by_bit && report.length_m.has_value() &&
                      link.reach_search_limit > 0.0);
  if (options.planned) options.planned(report.complete ? 1 : options.scan_points + 12);
  Evaluator evaluator(options);
  fill_own_length(link, options.port_noise, evaluator.run(link, true), report);
  for (const SegmentReport& segment : report.segments) {
    const SegmentResult& r = segment.result;
    if ((r.count && r.count->stopped == "interrupt") || (r.sampled && r.sampled->interrupted)) report.complete = false;
  }
  return report;
}

void add_reach(const Link& link, const EvaluationOptions& options, LinkReport& report) {
  if (report.complete || options.engine == Engine::bit_by_bit) return;
  Evaluator evaluator(options);
  LengthScan scan(link, evaluator, report);
  try {
    scan.search(options.scan_points);
    report.complete = true;
  } catch (const Interrupted&) {
    report.reach_nominal = {};
    report.reach_design = {};
  }
  report.curve = scan.curve();
}

LinkReport evaluate(const Link& link, const EvaluationOptions& options) {
  LinkReport report = evaluate_own_length(link, options);
  add_reach(link, options, report);
  return report;
}

}  // namespace tessera

#include "phy/engine/bit_by_bit_engine.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <numbers>

#include "phy/core/error.hpp"
#include "phy/core/nearest_name.hpp"
#include "phy/engine/importance_sampling.hpp"
#include "phy/engine/lane_run.hpp"
#include "phy/engine/margin.hpp"
#include "phy/engine/semi_analytic.hpp"
#include "phy/engine/stage_signal.hpp"

namespace tessera {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kBent = 0.05;  // of half the smallest eye

struct Totals {
  std::uint64_t symbols = 0, errors = 0;
};

Totals totals(const std::vector<std::unique_ptr<LaneRun>>& runs) {
  Totals t;
  for (const auto& run : runs) t.symbols += run->counted().symbols, t.errors += run->counted().errors;
  return t;
}

// Empty while the run goes on.
std::string reason_to_stop(const Totals& t, const BitByBitOptions& options, Clock::time_point begin) {
  const StopRules& stop = options.stop;
  if (t.symbols > 0) {
    if (stop.errors > 0 && t.errors >= stop.errors) return "errors";
    if (stop.symbols > 0 && t.symbols >= stop.symbols) return "symbols";
    if (stop.seconds > 0.0 && std::chrono::duration<double>(Clock::now() - begin).count() >= stop.seconds)
      return "time";
  }
  // A receiver in training has counted nothing yet, and may be long at it.
  if (options.interrupted && options.interrupted()) {
    if (t.symbols == 0) throw NumericError("interrupted before the first symbol was counted");
    return "interrupt";
  }
  return "";
}

// Works on the linear lane's cursors and densities, no waveform.
bool knows_densities(Method method) { return method == Method::de_bruijn || method == Method::importance_sampling; }

void check(const BitByBitOptions& options) {
  const StopRules& s = options.stop;
  if (s.errors == 0 && s.symbols == 0 && s.seconds == 0.0)
    throw ConfigError("the bit-by-bit engine needs a rule to stop: errors, symbols or time");
  if (!(s.seconds >= 0.0) || !std::isfinite(s.seconds)) throw ConfigError("time must not be negative");
  if (options.path == LanePath::receiver && options.method != Method::count)
    throw ConfigError("a receiver that recovers clock and taps is counted, not " +
                      std::string(to_string(options.method)));
  if (!knows_densities(options.method)) return;
  const std::string method(to_string(options.method));
  if (options.path == LanePath::stages)
    throw ConfigError("method " + method + " knows the linear lane, not path stages");
  if (options.jitter == JitterPlace::edges || options.sinusoidal.amplitude_ui != 0.0)
    throw ConfigError("method " + method + " has jitter on the decision alone, neither on edges nor sinusoidal");
}

// Through the stages the low corner of an amplifier is its own filter, not the decider's.
PreparedSegment class_of(const PreparedSegment& segment, std::size_t index, bool stages) {
  PreparedSegment one = with_lane_class(segment, index);
  if (stages) one.high_pass = 0.0;
  return one;
}

bool through_stages(const PreparedSegment& segment, const Segment* description, const BitByBitOptions& options) {
  if (options.path == LanePath::baud_rate) return false;
  if (options.path == LanePath::stages && description == nullptr)
    throw ConfigError("segment " + segment.name + ": a path through stages needs the segment's description");
  if (options.path == LanePath::stages || description == nullptr) return options.path == LanePath::stages;
  const auto& stages = description->stages;
  if (std::none_of(stages.begin(), stages.end(),
                   [](const Stage& s) { return s.model.kind() == ModelKind::signal_stage; }))
    return false;
  const PreparedSegment one = class_of(segment, 0, true);
  LaneOptions quiet;
  quiet.noise = false;
  return Lane(one, settled_decision(one, options.statistical), quiet, description).stages->departure() > kBent;
}

double mean_burst(const ErrorCount& count) {
  double bursts = 0.0;
  for (const std::uint64_t n : count.bursts) bursts += static_cast<double>(n);
  return bursts > 0.0 ? static_cast<double>(count.symbol_errors) / bursts : 1.0;
}

// Errors that the statistical engine expects of one burst, in the lane class that has the longest.
double expected_burst(const std::vector<std::unique_ptr<LaneRun>>& runs, const StatisticalOptions& options) {
  double longest = 1.0;
  for (const auto& run : runs)
    if (!run->point().receiver.taps.dfe.empty())
      longest = std::max(longest, run_statistical(run->segment(), options).burst_mean);
  return longest;
}

std::optional<PrbsCheck> checked(const std::vector<std::unique_ptr<LaneRun>>& runs) {
  if (!runs.front()->checker()) return std::nullopt;
  PrbsCheck sum{true, 0, 0.0};
  for (const auto& run : runs) {
    const PrbsChecker& own = *run->checker();
    sum.locked = sum.locked && own.locked;
    sum.bits += own.checked;
    sum.bit_errors += own.errors();
  }
  return sum;
}

Log10Probability probability(double p) { return Log10Probability::from_value(std::min(p, 1.0)); }

void fill_ratios(const PreparedSegment& segment, const std::vector<std::unique_ptr<LaneRun>>& runs,
                 SegmentResult& result) {
  const ErrorCount& count = *result.count;
  const double per_bit = segment.modulation.bit_errors_per_symbol_error();
  result.symbol_error_ratio = probability(count.symbol_error_ratio());
  result.pre_fec_ber =
      count.is_bound()
          ? probability(count.bit_error_95.high)
          : probability(count.bit_errors / static_cast<double>(count.symbols) / segment.modulation.bits_per_symbol);
  result.numerical_floor = probability(count.symbol_error_95.high);
  result.burst_mean = mean_burst(count);
  result.q = equivalent_q(result.symbol_error_ratio, segment.modulation.order);
  // A class without an error of its own is taken for one like all: bounds of many classes would add up.
  for (std::size_t i = 0; runs.size() > 1 && i < runs.size(); ++i) {
    const SymbolTally& own = runs[i]->counted();
    const double ratio = own.errors > 0 ? static_cast<double>(own.errors) / static_cast<double>(own.symbols)
                                        : count.symbol_error_ratio();
    result.lane_error_ratios.push_back({runs[i]->share(), probability(ratio).scaled(per_bit)});
    result.count->lane_classes.push_back({runs[i]->share(), own.symbols, own.errors});
  }
}

struct Sampled {
  double log_ratio = 0.0, relative_error = 0.0, effective_samples = 0.0;
  std::uint64_t samples = 0;
  bool interrupted = false;
};

double log_of(Log10Probability p) { return p.log10() * std::numbers::ln10; }

// One lane class without counting; errors that feedback makes of one are those of the statistical engine.
Sampled sample(const PreparedSegment& segment, const DecisionPoint& point, const BitByBitOptions& options,
               std::size_t index, const Segment* stages) {
  const LaneOptions lane = lane_options(segment, options, index);
  if (options.method == Method::importance_sampling) {
    ImportanceOptions drawn{.seed = lane.seed, .instance = lane.instance};
    if (options.samples > 0) drawn.samples = options.samples;
    const ImportanceResult r = importance_sampling(segment, point, drawn);
    return {log_of(r.symbol_error_ratio), r.relative_error, 1.0 / (r.relative_error * r.relative_error), r.samples};
  }
  SemiAnalyticOptions noise_free;
  noise_free.lane = lane;
  noise_free.bins = options.statistical.bins;
  noise_free.interrupted = options.interrupted;
  if (options.samples > 0) noise_free.symbols = options.samples;
  if (options.method == Method::de_bruijn) {
    const SemiAnalyticResult r = semi_analytic_pattern(segment, point, noise_free);
    return {log_of(r.symbol_error_ratio), 0.0, r.effective_samples, r.symbols};
  }
  const SemiAnalyticResult r = semi_analytic_waveform(segment, point, noise_free, stages);
  return {log_of(r.symbol_error_ratio), 1.0 / std::sqrt(r.effective_samples), r.effective_samples, r.symbols,
          r.interrupted};
}

SegmentResult run_sampled(const PreparedSegment& segment, const BitByBitOptions& options, const Segment* stages) {
  double lanes = 0.0;
  for (const LaneClass& c : segment.lane_classes) lanes += c.lanes;
  const double per_bit = segment.modulation.bit_errors_per_symbol_error();
  SegmentResult result;
  SampledRatio sampled;
  sampled.method = to_string(options.method);
  double total = -std::numeric_limits<double>::infinity(), worst = total;
  for (std::size_t i = 0; i < segment.lane_classes.size(); ++i) {
    const PreparedSegment one = class_of(segment, i, stages != nullptr);
    const DecisionPoint point = settled_decision(one, options.statistical);
    const Sampled s = sample(one, point, options, i, stages);
    SegmentResult described;
    describe(one, point, described);
    described.burst_mean = run_statistical(one, options.statistical).burst_mean;
    const double burst = described.burst_mean;
    const double ratio =
        s.log_ratio + (burst > 1.0 ? std::log(burst) - std::log1p(std::exp(s.log_ratio) * (burst - 1.0)) : 0.0);
    const double share = segment.lane_classes[i].lanes / lanes;
    result.lane_error_ratios.push_back(
        {share, Log10Probability::from_log10(ratio / std::numbers::ln10).scaled(per_bit)});
    total = i == 0 ? std::log(share) + ratio : log_add(total, std::log(share) + ratio);
    sampled.samples += s.samples;
    sampled.interrupted = sampled.interrupted || s.interrupted;
    if (ratio <= worst) continue;
    worst = ratio;
    sampled.relative_error = s.relative_error;
    sampled.effective_samples = s.effective_samples;
    described.lane_error_ratios = std::move(result.lane_error_ratios);
    result = std::move(described);
  }
  if (segment.lane_classes.size() == 1) result.lane_error_ratios.clear();
  result.symbol_error_ratio = Log10Probability::from_log10(total / std::numbers::ln10);
  result.numerical_floor = result.symbol_error_ratio;
  result.pre_fec_ber = result.symbol_error_ratio.scaled(per_bit);
  result.q = equivalent_q(result.symbol_error_ratio, segment.modulation.order);
  const double p = result.pre_fec_ber.value(), reach = 1.96 * sampled.relative_error;
  sampled.bit_error_95 = {p * std::max(0.0, 1.0 - reach), std::min(1.0, p * (1.0 + reach))};
  result.sampled = std::move(sampled);
  return result;
}

}  // namespace

std::string_view to_string(Method method) {
  switch (method) {
    case Method::semi_analytic:
      return "semi_analytic";
    case Method::de_bruijn:
      return "de_bruijn";
    case Method::importance_sampling:
      return "importance_sampling";
    case Method::count:
      break;
  }
  return "count";
}

Method method_named(const std::string& name) {
  for (const Method m : {Method::count, Method::semi_analytic, Method::de_bruijn, Method::importance_sampling})
    if (name == to_string(m)) return m;
  throw ConfigError("unknown method \"" + name + "\"" +
                    suggestion(name, {"count", "semi_analytic", "de_bruijn", "importance_sampling"}));
}

std::string_view to_string(LanePath path) {
  switch (path) {
    case LanePath::baud_rate:
      return "baud_rate";
    case LanePath::stages:
      return "stages";
    case LanePath::receiver:
      return "receiver";
    case LanePath::automatic:
      break;
  }
  return "automatic";
}

LanePath lane_path_named(const std::string& name) {
  for (const LanePath path : {LanePath::automatic, LanePath::baud_rate, LanePath::stages, LanePath::receiver})
    if (name == to_string(path)) return path;
  throw ConfigError("unknown path \"" + name + "\"" +
                    suggestion(name, {"automatic", "baud_rate", "stages", "receiver"}));
}

SegmentResult run_bit_by_bit(const PreparedSegment& segment, const BitByBitOptions& options,
                             const Segment* description) {
  check_segment(segment);
  check(options);
  const auto begin = Clock::now();
  const Segment* stages = through_stages(segment, description, options) ? description : nullptr;
  if (stages != nullptr && knows_densities(options.method))
    throw ConfigError("segment " + segment.name + ": its stages bend the signal, and method " +
                      std::string(to_string(options.method)) + " knows the linear lane; path baud_rate takes that");
  if (options.method != Method::count) return run_sampled(segment, options, stages);
  double lanes = 0.0;
  for (const LaneClass& c : segment.lane_classes) lanes += c.lanes;
  std::vector<std::unique_ptr<LaneRun>> runs;
  for (std::size_t i = 0; i < segment.lane_classes.size(); ++i)
    runs.push_back(std::make_unique<LaneRun>(class_of(segment, i, stages != nullptr), stages, options, i,
                                             segment.lane_classes[i].lanes / lanes));
  std::string stopped;
  const double turn = static_cast<double>(runs.front()->symbols_each_turn());
  for (;;) {
    const Totals t = totals(runs);
    stopped = reason_to_stop(t, options, begin);
    if (!stopped.empty()) break;
    const auto next = std::max_element(runs.begin(), runs.end(), [&](const auto& a, const auto& b) {
      const double total = static_cast<double>(t.symbols) + turn;
      return a->lag(total) < b->lag(total);
    });
    (*next)->advance();
  }
  SymbolTally all = runs.front()->counted();
  std::size_t worst = 0;
  for (std::size_t i = 1; i < runs.size(); ++i) {
    merge(all, runs[i]->counted());
    const auto ratio = [&](std::size_t k) {
      const SymbolTally& c = runs[k]->counted();
      return c.symbols > 0 ? static_cast<double>(c.errors) / static_cast<double>(c.symbols) : 0.0;
    };
    if (ratio(i) > ratio(worst)) worst = i;
  }
  SegmentResult result;
  describe(runs[worst]->segment(), runs[worst]->point(), result);
  result.count = error_count(all, segment.modulation, expected_burst(runs, options.statistical));
  result.count->path = to_string(options.path == LanePath::receiver ? LanePath::receiver
                                 : stages != nullptr                ? LanePath::stages
                                                                    : LanePath::baud_rate);
  result.receiver = runs[worst]->receiver();
  result.count->prbs_checker = checked(runs);
  result.count->stopped = stopped;
  result.count->pattern = options.pattern;
  result.count->seed = options.seed;
  if (options.eye && stopped != "interrupt") result.simulated_eye = runs[worst]->eye();
  fill_ratios(segment, runs, result);
  return result;
}

EngineResult run_bit_by_bit(const PreparedLink& link, const BitByBitOptions& options) {
  EngineResult result{"bit_by_bit", {}, link.notes};
  for (std::size_t i = 0; i < link.segments.size(); ++i)
    result.segments.push_back(run_bit_by_bit(link.segments[i], options, &link.link.segments[i]));
  return result;
}

}  // namespace tessera

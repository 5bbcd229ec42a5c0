#include "phy/engine/lane_run.hpp"

#include <fmt/format.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <bit>

#include "phy/core/error.hpp"
#include "phy/engine/eye_counter.hpp"

namespace tessera {
namespace {

// Fills all blocks from `next` on.
template <class MadeOf, class Blocks>
void fill_all(const MadeOf& lane, std::uint64_t next, Blocks& blocks) {
  tbb::this_task_arena::isolate([&] {
    tbb::parallel_for(std::size_t{0}, blocks.size(), [&](std::size_t i) { lane.fill(next + i, blocks[i]); });
  });
}

SinusoidalJitter sinusoidal(const PreparedSegment& segment, const BitByBitOptions& options) {
  SinusoidalJitter sine = options.sinusoidal;
  if (options.sinusoidal_hz > 0.0) sine.frequency = options.sinusoidal_hz / segment.grid.symbol_rate;
  return sine;
}

}  // namespace

LaneRun::LaneRun(const PreparedSegment& segment, const Segment* stages, const BitByBitOptions& options,
                 std::size_t index, double share)
    : segment_(segment),
      point_(settled_decision(segment_, options.statistical)),
      decider_(segment_, point_, adverse_thresholds(segment_, point_, options.statistical.bins)),
      share_(share),
      options_(lane_options(segment_, options, index)) {
  if (const int order = prbs_order(options.pattern); order > 0) checker_ = prbs_checker(order);
  if (options.path == LanePath::receiver) {
    make_receiver(options, stages);
    return;
  }
  lane_.emplace(segment_, point_, options_, stages);
  tally_ = SymbolTally(segment_.modulation, decider_.feedback_taps());
  if (lane_->stages) decider_.settle(lane_->stages->settling().y, lane_->stages->settling().sent, point_.decision);
}

void LaneRun::make_receiver(const BitByBitOptions& options, const Segment* stages) {
  LaneOptions beside = options_;
  std::optional<StageSignal> bent;
  if (stages != nullptr) {
    Lane lane(segment_, point_, options_, stages);
    decider_.settle(lane.stages->settling().y, lane.stages->settling().sent, point_.decision);
    bent = std::move(lane.stages);
    beside.own_signal = false;
  }
  ReceiverOptions receiver = options.receiver;
  if (const SinusoidalJitter sine = sinusoidal(segment_, options); sine.amplitude_ui > kMostEdgeDisplacement)
    receiver.wander = sine;
  if (options.clock_bandwidth_hz > 0.0) receiver.bandwidth = options.clock_bandwidth_hz / segment_.grid.symbol_rate;
  // One sample a symbol is enough where none moves; stages give theirs at the settled phase.
  const double start = receiver.start_offset_ui;
  const bool still = stands_still(segment_, options_, receiver) && (!bent || start == 0.0);
  DecisionPoint sampled = point_;
  if (still) sampled.receiver.position += start * sampled.receiver.pulse.samples_per_ui;
  receiver_.emplace(Receiver{WaveformLane(segment_, sampled, beside, still ? 1 : WaveformLane::kRate),
                             std::move(bent),
                             ReceiverLoop(segment_, point_, decider_.thresholds(), options_, receiver),
                             {},
                             {}});
  tally_ = SymbolTally(segment_.modulation, receiver_->loop.feedback_taps());
}

LaneOptions lane_options(const PreparedSegment& segment, const BitByBitOptions& options, std::size_t index) {
  LaneOptions lane;
  lane.seed = options.seed;
  lane.instance = segment.name + "/lane" + std::to_string(index);
  lane.jitter = options.jitter;
  const SinusoidalJitter sine = sinusoidal(segment, options);
  if (sine.amplitude_ui <= kMostEdgeDisplacement)
    lane.sinusoidal = sine;
  else if (options.path != LanePath::receiver)
    throw ConfigError(
        fmt::format("sinusoidal jitter above {} UI is for a receiver that follows it (path receiver), got {:g} UI",
                    kMostEdgeDisplacement, sine.amplitude_ui));
  lane.converter = options.converter;
  lane.pattern = options.pattern;
  return lane;
}

void LaneRun::count(std::span<const std::uint8_t> sent, std::span<const std::uint8_t> decided) {
  tally(tally_, sent, decided);
  if (!checker_) return;
  const int order = segment_.modulation.order;
  bits_.resize(decided.size() * static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(order))));
  symbols_to_bits(order, decided, bits_);
  check(*checker_, bits_);
}

void LaneRun::advance() { receiver_ ? advance_receiver(*receiver_) : advance_lane(*lane_); }

void LaneRun::advance_receiver(Receiver& receiver) {
  receive(receiver);
  count(receiver.decided.sent, receiver.decided.decided);
}

// The next blocks, decided into `decided`.
void LaneRun::receive(Receiver& receiver) {
  receiver.decided.sent.clear();
  receiver.decided.decided.clear();
  fill_all(receiver.lane, next_, receiver.blocks);
  for (WaveformLane::Block& block : receiver.blocks) {
    if (receiver.stages) {
      receiver.stages->add_waveform(block.v, receiver.lane.rate());
      receiver.stages->advance(block.sent.size());
    }
    receiver.loop.receive(block.v, block.sent, receiver.decided);
    ++next_;
  }
}

void LaneRun::advance_lane(Lane& lane) {
  fill_all(lane.linear, next_, blocks_);
  for (BaudLane::Block& block : blocks_) {
    lane.add_stages(block.y);
    decided_.resize(block.y.size());
    decider_.decide(block.y, block.sent, decided_);
    // What was decided before the first symbol is not known: feedback settles on the first block.
    if (next_ > 0) count(block.sent, decided_);
    ++next_;
  }
}

std::size_t LaneRun::symbols_each_turn() const {
  return blocks_.size() * (receiver_ ? receiver_->lane.size() : lane_->linear.size());
}

std::optional<ReceiverReport> LaneRun::receiver() const {
  if (!receiver_) return std::nullopt;
  ReceiverReport report = receiver_->loop.report();
  report.waveform = receiver_->stages ? "stages" : "linear";
  return report;
}

EyeDensity LaneRun::eye() { return receiver_ ? receiver_eye(*receiver_) : lane_eye(*lane_); }

EyeDensity LaneRun::receiver_eye(Receiver& receiver) {
  EyeCounter eye(point_);
  if (receiver.lane.rate() != WaveformLane::kRate) {  // an eye looks between the samples
    LaneOptions beside = options_;
    beside.own_signal = !receiver.stages;
    receiver.lane = WaveformLane(segment_, point_, beside);
    receiver.loop.resume(next_ * receiver.lane.size());
  }
  receiver.loop.watch(&eye);
  while (eye.symbols() < EyeCounter::kSymbols) receive(receiver);
  receiver.loop.watch(nullptr);
  return eye.density();
}

EyeDensity LaneRun::lane_eye(Lane& own) {
  constexpr int kPhases = EyeCounter::kPhases;
  EyeCounter eye(point_);
  const std::size_t size = own.linear.size(), blocks = (EyeCounter::kSymbols + size - 1) / size;
  std::vector<std::vector<double>> bent(kPhases, std::vector<double>(blocks * size, 0.0));  // through the stages
  for (std::size_t b = 0; own.stages && b < blocks; ++b) {
    for (int p = 0; p < kPhases; ++p)
      own.stages->read(std::span(bent[static_cast<std::size_t>(p)]).subspan(b * size, size), EyeCounter::offset_ui(p));
    own.stages->advance(size);
  }
  LaneOptions beside = options_;
  beside.own_signal = !own.stages;
  for (int p = 0; p < kPhases; ++p) {
    DecisionPoint moved = point_;
    moved.receiver.position += EyeCounter::offset_ui(p) * moved.receiver.pulse.samples_per_ui;
    const BaudLane lane(segment_, moved, beside);
    SymbolDecider decider = decider_;
    BaudLane::Block block;
    for (std::size_t b = 0; b < blocks; ++b) {
      lane.fill(next_ + b, block);
      for (std::size_t i = 0; i < size; ++i) block.y[i] += bent[static_cast<std::size_t>(p)][b * size + i];
      decider.feed_back(block.y, block.sent);
      for (const double y : block.y) eye.add(p, y);
    }
  }
  return eye.density();
}

}  // namespace tessera

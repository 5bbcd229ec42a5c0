#include "phy/engine/receiver_loop.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <optional>

#include "phy/core/constants.hpp"
#include "phy/core/error.hpp"
#include "phy/engine/phase_statistics.hpp"
#include "phy/engine/receiver_clock.hpp"
#include "phy/engine/receiver_sampler.hpp"
#include "phy/equalization/adaptive_equalizer.hpp"
#include "phy/equalization/adc.hpp"
#include "phy/equalization/cdr.hpp"
#include "phy/equalization/mlse.hpp"
#include "phy/noise/gaussian_noise.hpp"

namespace tessera {
namespace {

constexpr std::size_t kRate = WaveformLane::kRate, kBatch = 1024, kHistory = 4096;
constexpr std::uint64_t kLeast = 4096;  // symbols that feedback and baseline settle on
constexpr double kEarlyStep = 4.0;      // of the first half of a training, over the step of the second
constexpr std::ptrdiff_t kAround = ReceiverSampler::kAround;

std::vector<float> floats(std::span<const double> v) { return {v.begin(), v.end()}; }
std::vector<double> doubles(std::span<const float> v) { return {v.begin(), v.end()}; }

// Taps to begin with: the settled ones, or the main tap alone with the gain that puts levels where they are decided.
std::vector<float> first_taps(const AdaptedReceiver& r, const ReceiverOptions& options) {
  if (options.adaptation == Adaptation::none) return floats(r.taps.ffe);
  std::vector<float> taps(r.taps.ffe.size(), 0.0F);
  const double raw = r.pulse.at(r.position + options.start_offset_ui * r.pulse.samples_per_ui);
  taps[static_cast<std::size_t>(r.taps.pre_taps)] = raw > 0.0 ? static_cast<float>(r.taps.cursor / raw) : 1.0F;
  return taps;
}

}  // namespace

struct ReceiverLoop::State {
  ReceiverOptions options;
  AdaptedReceiver receiver;
  std::size_t taps, pre;
  int order;
  std::vector<double> levels;                        // V sent, mean removed
  double variance = 0.0, settled_error = 0.0;        // V^2 at the slicer, of levels and of the least error
  double noise_variance = 0.0;                       // V^2 there, of noise, crosstalk and jitter
  double level_products = 0.0, level_squares = 0.0;  // V^2, of slicer inputs and levels known
  double dc = 0.0, share = 0.0, baseline = 0.0;
  EdgeJitter jitter;
  double slicer_rms = 0.0;
  StreamKey slicer_key;
  std::optional<Adc> adc;
  AdaptiveEqualizer equalizer;
  float step = 0.0F;
  std::optional<Mlse> mlse;
  std::vector<double> mlse_pulse;
  std::uint64_t mlse_fed = 0;
  ReceiverClock clock;
  SinusoidalJitter sinusoidal;
  PhaseStatistics phases;
  std::optional<ConvergenceReport> convergence;
  std::uint64_t training = 0, settling = 0;

  ReceiverSampler wave;
  std::vector<std::uint8_t> sent;
  std::uint64_t sent_begin = 0;                 // symbol of the stream
  std::uint64_t next = 0, first = 0;            // newest sample's symbol; the first symbol decided
  std::uint64_t arrived = 0;                    // symbols whose one sample has come, where nothing moves
  std::vector<float> history, inputs, between;  // converted samples, newest last; of one decision; of one crossing
  bool cold = false;                            // no history: all inputs of the next decision are sampled
  std::vector<std::uint8_t> past;               // what the decision at hand feeds back …
  std::vector<float> feedback;                  // … by these taps
  std::vector<double> displaced;                // of a batch of symbols
  std::vector<float> added;
  std::vector<float> run, run_z;  // inputs and results of symbols decided together
  std::vector<std::uint8_t> run_decided;
  std::uint64_t batch = ~std::uint64_t{0};
  double last_ui = 0.0;  // where the last decision was sampled, from its symbol
  EyeCounter* eye = nullptr;

  State(const PreparedSegment& segment, const DecisionPoint& point, const LaneOptions& lane,
        const ReceiverOptions& receiver_options);
  void set_converter(const ReceiverSpec& spec);
  void set_steps();
  EqualizedPulse pulse(const std::vector<double>& ffe) const;
  void begin_batch(std::uint64_t symbol);
  double late_ui() const;
  bool take(Decided& out);
  std::span<const float> sample(double position);
  void gather(double position, std::span<float> x) const;
  void change_phase_of_training(std::uint64_t n);
  void start();
  void finish_training();
  double equalised(std::span<const float> x) const;
  double crossing(double position);
  void look(double position, double added_noise);
  void output(std::uint64_t symbol, const EqualizedSymbol& d, Decided& out);
  void keep_feedback();
  void take_still(std::span<const float> v, Decided& out);
  std::size_t run_length(std::uint64_t n) const;
  void decide_run(std::uint64_t n, std::span<const float> v, Decided& out);
  void forget();
  void forget_sent();
  JitterTransfer transfer() const;
};

ReceiverLoop::State::State(const PreparedSegment& segment, const DecisionPoint& point, const LaneOptions& lane,
                           const ReceiverOptions& receiver_options)
    : options(receiver_options),
      receiver(point.receiver),
      taps(receiver.taps.ffe.size()),
      pre(static_cast<std::size_t>(receiver.taps.pre_taps)),
      order(segment.modulation.order),
      levels(level_amplitudes(segment.levels, 1.0)),
      variance(level_variance(point.decision.amplitudes)),
      jitter(jitter_of(segment, lane).decision),
      slicer_key(stream_key(lane.seed, lane.instance + "/rx/slicer")),
      equalizer(floats(point.decision.amplitudes), first_taps(receiver, options), receiver.taps.dfe.size()) {
  const bool adapts = options.adaptation != Adaptation::none;
  if (!adapts) equalizer.dfe = floats(receiver.taps.dfe);
  equalizer.dfe_low = floats(segment.receiver.dfe.minimum);
  equalizer.dfe_high = floats(segment.receiver.dfe.maximum);
  if (segment.high_pass > 0.0) {
    share = -std::expm1(-2.0 * constants::kPi * segment.high_pass * segment.grid.unit_interval());
    dc = std::abs(receiver.ctle.front());
  }
  const auto& rms = point.noise.mechanism_rms;
  const auto of = [&](const char* name) { return rms.contains(name) ? rms.at(name) : 0.0; };
  if (lane.noise) slicer_rms = std::hypot(of("transmitter.snr"), of("receiver.slicer"));
  const double j = receiver.taps.mean_square_error;
  settled_error = variance * j / (1.0 + j) + slicer_rms * slicer_rms;
  SegmentResult described;
  describe(segment, point, described);
  noise_variance = point.largest_variance() + std::pow(described.crosstalk_rms, 2) + std::pow(described.jitter_rms, 2);
  set_converter(segment.receiver);
  clock.mode = options.clock;
  clock.phase_ui = options.start_offset_ui;
  clock.offset = options.frequency_offset;
  clock.variance = variance;
  sinusoidal = options.wander.amplitude_ui > 0.0 ? options.wander : lane.sinusoidal;
  phases = PhaseStatistics(sinusoidal.amplitude_ui > 0.0 ? sinusoidal.frequency : 0.0);
  if (adapts || clock.mode != ClockMode::none) training = options.training;
  settling = std::max(training, kLeast);
  inputs.assign(equalizer.reversed.size(), 0.0F);
  between = inputs;
  history.reserve(kHistory + inputs.size());
  history.assign(inputs.size(), 0.0F);
  next = taps + 64;
  first = next - pre;
  clock.phase_ui += late_ui();  // it starts beside the signal, wherever that has wandered
  if (adapts) set_steps();
}

void ReceiverLoop::State::set_converter(const ReceiverSpec& spec) {
  if (!(spec.adc_bits > 0.0 && spec.adc_crest_factor > 0.0)) return;
  const double rms = std::sqrt(level_variance(levels) * receiver.taps.input_power);
  adc = make_adc(static_cast<int>(std::lround(spec.adc_bits)), spec.adc_crest_factor * rms);
}

// LMS ends step tr(R)/2 of the error above it; signs step N (pi/4) sigma_v/sigma_e, for Gaussian values.
void ReceiverLoop::State::set_steps() {
  const double input = level_variance(levels) * receiver.taps.input_power;
  const double count = static_cast<double>(taps), fed_back = static_cast<double>(equalizer.dfe.size());
  const double excess = options.misadjustment;
  if (options.adaptation == Adaptation::lms) {
    step = static_cast<float>(2.0 * excess / (count * input + fed_back * variance));
  } else {
    equalizer.update = TapUpdate::sign_sign;
    step = static_cast<float>(4.0 * excess * std::sqrt(settled_error / input) / (constants::kPi * (count + fed_back)));
  }
}

EqualizedPulse ReceiverLoop::State::pulse(const std::vector<double>& ffe) const {
  return {&receiver.pulse, receiver.position, ffe, static_cast<int>(pre)};
}

void ReceiverLoop::State::begin_batch(std::uint64_t symbol) {
  const std::uint64_t index = symbol / kBatch;
  if (index == batch) return;
  batch = index;
  displaced.assign(kBatch, 0.0);
  added.assign(kBatch, 0.0F);
  const std::uint64_t begin = BaudLane::kOrigin + index * kBatch;
  if (jitter.reach_ui() > 0.0) edge_displacements(jitter, begin, displaced);
  if (slicer_rms > 0.0) gaussian_noise(slicer_key, begin, added, static_cast<float>(slicer_rms));
}

// How late the transmitter's wander has the newest sample's symbol.
double ReceiverLoop::State::late_ui() const {
  if (options.wander.amplitude_ui == 0.0) return 0.0;
  // Half a symbol behind the edge that begins it, as displaced edges have it.
  const double turns = options.wander.frequency * (static_cast<double>(BaudLane::kOrigin + next) + 0.5);
  return options.wander.amplitude_ui * std::sin(2.0 * constants::kPi * (turns - std::floor(turns)));
}

// FFE inputs of the decision whose newest sample stands at `position`, all of them there by the same clock.
void ReceiverLoop::State::gather(double position, std::span<float> x) const {
  wave.at(next, position, static_cast<float>(dc * baseline), x);
}

// Inputs of the next decision.
std::span<const float> ReceiverLoop::State::sample(double position) {
  const std::size_t count = inputs.size();
  if (jitter.reach_ui() > 0.0) {
    gather(position, inputs);
    if (adc) convert(*adc, std::span(inputs).last(taps));
    return inputs;
  }
  if (cold) {
    history.resize(count);
    gather(position, history);
    if (adc) convert(*adc, history);
    cold = false;
    return history;
  }
  float v = wave.at(next, position) - static_cast<float>(dc * baseline);
  if (adc) convert(*adc, {&v, 1});
  if (history.size() >= kHistory + count)
    history.erase(history.begin(), history.end() - static_cast<std::ptrdiff_t>(count));
  history.push_back(v);
  return std::span(history).last(count);
}

// FFE and feedback of the decision at hand.
double ReceiverLoop::State::equalised(std::span<const float> x) const {
  using Four __attribute__((vector_size(16))) = float;
  Four sums = {};
  for (std::size_t i = 0; i < x.size(); i += 4) {
    Four w, v;
    std::memcpy(&w, equalizer.reversed.data() + i, sizeof(w));
    std::memcpy(&v, x.data() + i, sizeof(v));
    sums += w * v;
  }
  float sum = (sums[0] + sums[2]) + (sums[1] + sums[3]);
  for (std::size_t j = 0; j < past.size(); ++j) sum -= feedback[j] * equalizer.levels[past[j]];
  return static_cast<double>(sum);
}

// Equalised sample between the last symbol and this one, ahead of the converter.
double ReceiverLoop::State::crossing(double position) {
  gather(position + clock.crossing.u * static_cast<double>(kRate), between);
  return equalised(between);
}

// What the slicer would see of the symbol at hand on each phase of the eye.
void ReceiverLoop::State::look(double position, double added_noise) {
  for (int p = 0; p < EyeCounter::kPhases; ++p) {
    gather(position + EyeCounter::offset_ui(p) * static_cast<double>(kRate), between);
    if (Adc copy = adc.value_or(Adc{}); adc) convert(copy, std::span(between).last(taps));
    eye->add(p, equalised(between) + added_noise);
  }
}

void ReceiverLoop::State::start() {
  const std::vector<double> ffe = doubles(equalizer.ffe()), dfe = doubles(equalizer.dfe);
  EqualizedPulse own = pulse(ffe);
  const bool adapts = options.adaptation != Adaptation::none;
  // Taps that have learned where the clock stood hold it there.
  if (adapts) own.position += clock.phase_ui * receiver.pulse.samples_per_ui;
  start_clock(clock, {own, dfe, levels, receiver.taps.cursor, noise_variance}, options);
  if (!adapts) return;
  for (const std::size_t tap : {pre - 1, pre + 1})
    if (tap < taps) equalizer.hold(tap);
  equalizer.dfe_held = std::min<std::size_t>(1, equalizer.dfe.size());
}

void ReceiverLoop::State::finish_training() {
  if (options.adaptation != Adaptation::none) {
    const ErrorTrajectory& t = equalizer.trajectory;
    convergence = ConvergenceReport{training, t.window, t.mean_square, t.settled(), t.converged_at()};
  }
  // The least error leaves the levels a little small: thresholds go with them.
  if (level_squares > 0.0)
    for (float& t : equalizer.thresholds) t *= static_cast<float>(level_products / level_squares);
  if (options.detector == Detector::slicer) return;
  const std::vector<double> ffe = doubles(equalizer.ffe());
  EqualizedPulse own = pulse(ffe);
  own.position += clock.phase_ui * receiver.pulse.samples_per_ui;
  for (int k = 0; k <= options.mlse_memory; ++k) mlse_pulse.push_back(own.at(k) / receiver.taps.cursor);
  mlse.emplace(equalizer.levels, floats(mlse_pulse));
}

// What changes at the n-th symbol: steps, the clock, the end of what is known.
void ReceiverLoop::State::change_phase_of_training(std::uint64_t n) {
  const bool adapts = options.adaptation != Adaptation::none;
  if (n == 0 && adapts)
    equalizer.ffe_step = equalizer.dfe_step = training > 1 ? static_cast<float>(kEarlyStep) * step : step;
  if (n == training / 2 && adapts) equalizer.ffe_step = equalizer.dfe_step = step;
  if (n == (adapts ? training / 2 : 0)) start();
  if (n == training) finish_training();
  if (n == settling) equalizer.trajectory = {};
}

// What crossings, eye and sequence detector still ask of the feedback when taps and decisions have gone on.
void ReceiverLoop::State::keep_feedback() {
  if (eye == nullptr && !mlse && clock.mode != ClockMode::bang_bang) return;
  past = equalizer.past;
  feedback = equalizer.dfe;
}

// Decides the symbol whose newest sample is `next`, if all it needs has arrived.
bool ReceiverLoop::State::take(Decided& out) {
  const std::uint64_t symbol = next - pre;
  const auto end = static_cast<std::ptrdiff_t>(wave.end() * kRate), unit = static_cast<std::ptrdiff_t>(kRate);
  begin_batch(symbol);
  const double ui = clock.phase_ui + displaced[symbol % kBatch] - late_ui();
  const double position = ui * static_cast<double>(kRate);
  const auto at = static_cast<std::ptrdiff_t>(next) * unit + floor_of(position);
  if (at + kAround + (eye != nullptr ? unit / 2 : 0) >= end || symbol >= sent_begin + sent.size()) return false;
  if (at - static_cast<std::ptrdiff_t>(inputs.size() + 1) * unit - kAround <
      static_cast<std::ptrdiff_t>(wave.begin * kRate))
    throw NumericError("the receiver's clock ran away from the signal");
  last_ui = ui;
  const std::uint64_t n = symbol - first;
  if (n <= settling) change_phase_of_training(n);
  const std::uint8_t own = sent[symbol - sent_begin];
  const float noise = added[symbol % kBatch];
  keep_feedback();
  const std::span<const float> x = sample(position);
  if (eye != nullptr && n >= settling) look(position, static_cast<double>(noise));
  const EqualizedSymbol d = equalize_symbol(equalizer, x, n < training ? own : -1, noise);
  const double level = static_cast<double>(equalizer.levels[n < training ? own : d.decision]);
  if (options.adaptation != Adaptation::none && n >= training / 2 && n < training) {
    level_products += level * static_cast<double>(d.z);
    level_squares += level * level;
  }
  if (n >= settling) phases.add(BaudLane::kOrigin + next, clock.phase_ui);
  step_clock(clock, static_cast<double>(d.z), level, wants_crossing(clock, level) ? crossing(position) : 0.0);
  if (n >= training) output(symbol, d, out);
  baseline += share * (levels[own] - baseline);
  ++next;
  return true;
}

// Symbols from the n-th on that are decided alike, without a look at what their decisions change.
std::size_t ReceiverLoop::State::run_length(std::uint64_t n) const {
  if (options.detector == Detector::mlse) return 1;
  std::uint64_t end = n + kBatch - (first + n) % kBatch;
  for (const std::uint64_t change : {training / 2, training, settling})
    if (change > n) end = std::min(end, change);
  return end - n;
}

// Decides symbols whose samples, one each, stand where they stand.
void ReceiverLoop::State::take_still(std::span<const float> v, Decided& out) {
  const std::uint64_t begin = arrived;
  arrived += v.size();
  while (next < arrived) {
    const std::uint64_t n = next - pre - first;
    begin_batch(first + n);
    if (n <= settling) change_phase_of_training(n);
    const std::size_t count = std::min<std::uint64_t>(run_length(n), arrived - next);
    decide_run(n, v.subspan(next - begin, count), out);
    next += count;
  }
}

void ReceiverLoop::State::decide_run(std::uint64_t n, std::span<const float> v, Decided& out) {
  const std::uint64_t symbol = first + n;
  const auto own = std::span(sent).subspan(symbol - sent_begin, v.size());
  run.assign(v.begin(), v.end());
  run_z.resize(v.size());
  run_decided.resize(v.size());
  if (share > 0.0) {
    for (std::size_t i = 0; i < run.size(); ++i) {
      run[i] -= static_cast<float>(dc * baseline);
      baseline += share * (levels[own[i]] - baseline);
    }
  }
  if (adc) convert(*adc, run);
  keep_feedback();
  const bool known = n < training;
  equalize(equalizer, run, known ? own : std::span<const std::uint8_t>{}, run_decided, run_z,
           std::span(added).subspan(symbol % kBatch, v.size()));
  if (options.adaptation != Adaptation::none && n >= training / 2 && known) {
    for (std::size_t i = 0; i < run.size(); ++i) {
      const double level = static_cast<double>(equalizer.levels[own[i]]);
      level_products += level * static_cast<double>(run_z[i]);
      level_squares += level * level;
    }
  }
  for (std::size_t i = 0; n >= settling && i < v.size(); ++i) phases.add(BaudLane::kOrigin + next + i, clock.phase_ui);
  if (options.detector == Detector::mlse && !known) output(symbol, {run_z.front(), run_decided.front()}, out);
  if (options.detector == Detector::mlse || n < settling) return;
  out.sent.insert(out.sent.end(), own.begin(), own.end());
  out.decided.insert(out.decided.end(), run_decided.begin(), run_decided.end());
}

void ReceiverLoop::State::output(std::uint64_t symbol, const EqualizedSymbol& d, Decided& out) {
  std::uint64_t about = symbol;
  std::uint8_t decision = d.decision;
  if (mlse) {
    float y = d.z;
    for (std::size_t j = 0; j < std::min(past.size(), mlse->memory); ++j) y += feedback[j] * equalizer.levels[past[j]];
    detect(*mlse, {&y, 1}, {&decision, 1});
    if (++mlse_fed <= mlse->delay()) return;
    about -= mlse->delay();
  }
  if (about < first + settling) return;
  out.sent.push_back(sent[about - sent_begin]);
  out.decided.push_back(decision);
}

// Drops what no later decision needs.
void ReceiverLoop::State::forget() {
  const auto unit = static_cast<std::ptrdiff_t>(kRate);
  const std::ptrdiff_t lowest = static_cast<std::ptrdiff_t>(next) * unit +
                                floor_of((last_ui - 1.0) * static_cast<double>(kRate)) -
                                static_cast<std::ptrdiff_t>(inputs.size() + 2) * unit - kAround;
  if (lowest > 0) wave.forget(static_cast<std::uint64_t>(lowest / unit));
  forget_sent();
}

void ReceiverLoop::State::forget_sent() {
  const std::uint64_t kept = next - pre - std::min(next - pre, std::uint64_t{256});
  if (kept <= sent_begin) return;
  sent.erase(sent.begin(),
             sent.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(kept - sent_begin, sent.size())));
  sent_begin = kept;
}

JitterTransfer ReceiverLoop::State::transfer() const {
  const double f = sinusoidal.frequency, angle = constants::kPi * f;
  // Half a symbol behind its first edge: A sin(2 pi f (k + 1/2)).
  const auto sent_line = std::complex<double>(0.0, -sinusoidal.amplitude_ui) * std::polar(1.0, angle);
  JitterTransfer t{f, sinusoidal.amplitude_ui, phases.line() / sent_line, {}, {}};
  t.linear = jitter_transfer(clock.gain, clock.proportional, clock.integral, f, static_cast<double>(pre));
  if (clock.mode == ClockMode::bang_bang) t.slew_limit_ui = clock.proportional * (1.0 - 1.0 / order) / (2.0 * angle);
  return t;
}

bool stands_still(const PreparedSegment& segment, const LaneOptions& lane, const ReceiverOptions& options) {
  return options.clock == ClockMode::none && options.frequency_offset == 0.0 && options.wander.amplitude_ui == 0.0 &&
         jitter_of(segment, lane).decision.reach_ui() == 0.0;
}

ReceiverLoop::ReceiverLoop(const PreparedSegment& segment, const DecisionPoint& point,
                           std::span<const double> thresholds, const LaneOptions& lane,
                           const ReceiverOptions& options) {
  check_receiver(options, lane.sinusoidal);
  state_ = std::make_unique<State>(segment, point, lane, options);
  state_->equalizer.thresholds = floats(thresholds);
}

ReceiverLoop::~ReceiverLoop() = default;
ReceiverLoop::ReceiverLoop(ReceiverLoop&&) noexcept = default;
ReceiverLoop& ReceiverLoop::operator=(ReceiverLoop&&) noexcept = default;

void ReceiverLoop::receive(std::span<const float> v, std::span<const std::uint8_t> sent, Decided& out) {
  State& s = *state_;
  s.sent.insert(s.sent.end(), sent.begin(), sent.end());
  if (v.size() == sent.size()) {
    s.take_still(v, out);
    s.forget_sent();
    return;
  }
  s.wave.append(v);
  while (s.take(out)) {
  }
  s.forget();
}

void ReceiverLoop::resume(std::uint64_t symbol) {
  State& s = *state_;
  s.wave = {};
  s.wave.begin = s.sent_begin = symbol;
  s.sent.clear();
  s.next = symbol + s.inputs.size() + 64;
  s.cold = true;
}

void ReceiverLoop::watch(EyeCounter* eye) { state_->eye = eye; }

std::size_t ReceiverLoop::feedback_taps() const { return state_->equalizer.dfe.size(); }

ReceiverReport ReceiverLoop::report() const {
  const State& s = *state_;
  ReceiverReport r;
  r.clock = to_string(s.options.clock);
  r.adaptation = to_string(s.options.adaptation);
  r.detector = to_string(s.options.detector);
  r.ffe = doubles(s.equalizer.ffe());
  r.dfe = doubles(s.equalizer.dfe);
  r.settling = s.settling;
  const std::vector<double>& windows = s.equalizer.trajectory.mean_square;
  if (!windows.empty())
    r.mean_square_error = std::accumulate(windows.begin(), windows.end(), 0.0) / static_cast<double>(windows.size());
  r.settled_solution_error = s.settled_error;
  r.convergence = s.convergence;
  r.phase_mean_ui = s.phases.mean();
  r.phase_rms_ui = s.phases.rms();
  r.frequency = s.clock.frequency;
  r.proportional = s.clock.proportional;
  r.integral = s.clock.integral;
  r.detector_gain = s.clock.gain;
  if (s.adc) {
    r.converter_bits = s.adc->bits;
    r.full_scale_v = s.adc->full_scale;
    r.clipped_share = static_cast<double>(s.adc->clipped) / std::max(1.0, static_cast<double>(s.adc->samples));
  }
  r.mlse_pulse = s.mlse_pulse;
  if (s.clock.running && s.phases.has_line()) r.jitter_transfer = s.transfer();
  return r;
}

}  // namespace tessera

#include "phy/engine/stage_signal.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <functional>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "phy/core/constants.hpp"
#include "phy/engine/lane_filter.hpp"
#include "phy/link/network_run.hpp"
#include "phy/signal/fft.hpp"

namespace tessera {
namespace {

// Convolution with a response on the grid's circular window, one hop of samples at a time; half a window late.
class BlockFilter {
 public:
  explicit BlockFilter(const std::vector<Complex>& values, std::size_t samples) : length_(samples) {
    const std::vector<double> circular = inverse_real_fft(values, samples);
    std::vector<double> taps(4 * samples, 0.0);
    for (std::size_t i = 0; i < samples; ++i) taps[i] = circular[(i + samples / 2) % samples];
    spectrum_ = real_fft(taps);
    window_.assign(4 * samples, 0.0);
  }

  std::size_t hop() const { return 3 * length_; }
  std::size_t latency() const { return length_ / 2; }

  void process(std::vector<double>& samples) {
    std::copy(window_.end() - static_cast<std::ptrdiff_t>(length_), window_.end(), window_.begin());
    std::copy(samples.begin(), samples.end(), window_.begin() + static_cast<std::ptrdiff_t>(length_));
    std::vector<Complex> x = real_fft(window_), product(x.size());
    multiply_add(x, spectrum_, product);
    const std::vector<double> y = inverse_real_fft(product, window_.size());
    std::copy(y.begin() + static_cast<std::ptrdiff_t>(length_), y.end(), samples.begin());
  }

 private:
  std::size_t length_;
  std::vector<Complex> spectrum_;
  std::vector<double> window_;
};

// What stands between two ports: a filter, or a stage's processor.
struct Element {
  std::optional<BlockFilter> filter;
  std::optional<Processor> processor;
  bool field_in = false, field_out = false;
};

double lagrange(std::span<const double> v, double position) {
  const double whole = std::floor(position), t = position - whole;
  const std::size_t i = static_cast<std::size_t>(whole) - 2;
  const double a = t + 2, b = t + 1, c = t, d = t - 1, e = t - 2, f = t - 3;
  return v[i] * (b * c * d * e * f / -120) + v[i + 1] * (a * c * d * e * f / 24) +
         v[i + 2] * (a * b * d * e * f / -12) + v[i + 3] * (a * b * c * e * f / 12) +
         v[i + 4] * (a * b * c * d * f / -24) + v[i + 5] * (a * b * c * d * e / 120);
}

constexpr std::size_t kSearch = 8192;  // symbols of the phase search

}  // namespace

struct StageSignal::State {
  std::size_t rate = 16, hop_symbols = 0;  // samples a UI
  std::vector<double> levels;              // of the transmitter, in the order of the decision's levels
  std::vector<double> transmit_taps;
  int transmit_main = 0;
  SymbolPattern symbols{"random", 2};
  EdgeJitter edge, decision;
  std::vector<Element> elements;
  double offset = 0.0;  // V, mean of the last port
  std::vector<double> ffe;
  int pre_taps = 0;

  std::uint64_t rendered = 0;   // symbols, from the stream's origin
  std::deque<double> waveform;  // samples that are still needed, the first of them at index `begin` of the stream
  std::uint64_t begin = 0;
  std::uint64_t next = 0;  // symbol of the next y
  double position = 0.0;   // samples, of symbol 0's instant in the stream
  double departure = 0.0;
  BaudLane::Block settling;

  std::vector<double> render();
  void extend();
  double sample(std::uint64_t symbol, double displacement);
  void build(const Segment& description, const PreparedSegment& segment, const AdaptedReceiver& receiver);
};

// One hop of the transmitter's waveform: each sample the mean of what falls into its cell.
std::vector<double> StageSignal::State::render() {
  const std::size_t n = hop_symbols, margin = 64;
  const std::uint64_t first = BaudLane::kOrigin + rendered;
  std::vector<std::uint8_t> s(n + 2 * margin);
  symbols.fill(first - margin, s);
  std::vector<double> x(n + 2, 0.0), tau(n + 2, 0.0);  // symbols first - 1 … first + n
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t t = 0; t < transmit_taps.size(); ++t)
      x[i] += transmit_taps[t] * levels[s[i + margin - 1 + static_cast<std::size_t>(transmit_main) - t]];
  if (edge.reach_ui() > 0.0) edge_displacements(edge, first - 1, tau);
  std::vector<double> wave(n * rate);
  for (std::size_t i = 0; i < n; ++i) std::fill_n(wave.begin() + static_cast<std::ptrdiff_t>(i * rate), rate, x[i + 1]);
  // Edge i stands at the beginning of symbol first + i - 1 …; moving it moves the step between its neighbours.
  for (std::size_t i = 1; i < x.size(); ++i) {
    const double step = x[i] - x[i - 1], moved = tau[i] * static_cast<double>(rate);
    const double from = static_cast<double>((i - 1) * rate), to = from + moved;
    const double low = std::min(from, to), high = std::max(from, to), sign = to > from ? -1.0 : 1.0;
    const auto last = std::min(std::ssize(wave), static_cast<std::ptrdiff_t>(std::ceil(high)));
    for (auto cell = std::max(std::ptrdiff_t{0}, static_cast<std::ptrdiff_t>(std::floor(low))); cell < last; ++cell) {
      const auto begin_of_cell = static_cast<double>(cell);
      const double part = std::min(high, begin_of_cell + 1.0) - std::max(low, begin_of_cell);
      wave[static_cast<std::size_t>(cell)] += sign * step * part;
    }
  }
  rendered += n;
  return wave;
}

void StageSignal::State::extend() {
  std::vector<double> real = render();
  std::vector<Complex> field;
  for (Element& element : elements) {
    if (element.filter) {
      element.filter->process(real);
      continue;
    }
    std::vector<double> real_out(element.field_out ? 0 : hop_symbols * rate);
    std::vector<Complex> field_out(element.field_out ? hop_symbols * rate : 0);
    const SampleView in{element.field_in ? std::span<const double>() : std::span<const double>(real),
                        element.field_in ? std::span<const Complex>(field) : std::span<const Complex>()};
    element.processor->process(in, {real_out, field_out});
    real = std::move(real_out);
    field = std::move(field_out);
  }
  for (const double v : real) waveform.push_back(v - offset);
}

double StageSignal::State::sample(std::uint64_t symbol, double displacement) {
  const double at = position + (static_cast<double>(symbol) + displacement) * static_cast<double>(rate);
  const double last = at + 4.0;
  while (last >= static_cast<double>(begin + waveform.size())) extend();
  const double whole = std::floor(at);
  std::array<double, 6> near{};
  for (std::size_t i = 0; i < near.size(); ++i) {
    const double index = whole - 2.0 + static_cast<double>(i) - static_cast<double>(begin);
    near[i] = index < 0.0 ? 0.0 : waveform[static_cast<std::size_t>(index)];
  }
  return lagrange(near, 2.0 + at - whole);
}

void StageSignal::State::build(const Segment& description, const PreparedSegment& segment,
                               const AdaptedReceiver& receiver) {
  const FrequencyGrid& grid = segment.grid;
  rate = static_cast<std::size_t>(grid.samples_per_ui);
  const std::size_t samples = grid.sample_count();
  hop_symbols = 3 * samples / rate;
  std::vector<Complex> values = segment.transmitter.edge.values;
  for (std::size_t k = 1; k < values.size(); ++k) {
    const double x = constants::kPi * static_cast<double>(k) / static_cast<double>(samples);
    values[k] *= x / std::sin(x);  // a sample is the mean over its cell
  }
  bool pending = true;
  const auto flush = [&] {
    if (pending) elements.push_back({BlockFilter(values, samples), {}, false, false});
    std::fill(values.begin(), values.end(), Complex(1.0));
    pending = false;
  };
  const auto runs = find_network_runs(description);
  for (std::size_t i = 1; i + 1 < description.stages.size(); ++i) {
    const AnyModel& model = description.stages[i].model;
    if (model.kind() == ModelKind::signal_stage) {
      flush();
      elements.push_back({{},
                          model.make_processor(grid.time_step(), segment.states[i - 1]),
                          model.input() == Port::optical_field,
                          model.output() == Port::optical_field});
      continue;
    }
    for (const NetworkRun& run : runs) {
      if (run.first != i) continue;
      const RunTransfer transfer = transfer_of_run(description, run, grid, nullptr);
      for (std::size_t k = 0; k < values.size(); ++k) values[k] *= transfer.values[k];
      pending = true;
    }
  }
  for (std::size_t k = 0; k < values.size(); ++k) values[k] *= segment.receiver.front_end.values[k] * receiver.ctle[k];
  pending = true;
  flush();
}

StageSignal::StageSignal(const Segment& description, const PreparedSegment& segment, const DecisionPoint& point,
                         const LaneOptions& options, const BaudLane& linear)
    : state_(std::make_unique<State>()) {
  State& s = *state_;
  const AdaptedReceiver& receiver = point.receiver;
  s.build(description, segment, receiver);
  const LaneState& last = segment.states.back();
  s.levels = segment.transmitter.levels;
  if (last.swing() < 0.0) std::reverse(s.levels.begin(), s.levels.end());
  s.offset = last.mean() * receiver.ctle.front().real();
  s.transmit_taps = segment.transmitter.ffe_taps;
  s.transmit_main = segment.transmitter.ffe_main;
  s.symbols = linear.symbols();
  s.ffe = receiver.taps.ffe;
  s.pre_taps = receiver.taps.pre_taps;

  // Where do the stages' samples lie closest to the linear lane's?
  std::vector<double> reference;
  BaudLane::Block block;
  for (std::uint64_t b = 0; reference.size() < kSearch; ++b) {
    linear.fill(b, block);
    reference.insert(reference.end(), block.y.begin(), block.y.end());
    s.settling.sent.insert(s.settling.sent.end(), block.sent.begin(), block.sent.end());
  }
  double latency = 0.0;
  for (const Element& e : s.elements)
    latency += static_cast<double>(e.filter ? e.filter->latency() : e.processor->latency());
  const std::size_t skip = static_cast<std::size_t>(segment.grid.ui_count);
  const std::size_t end = reference.size() - s.ffe.size();
  s.settling.y.assign(reference.size(), 0.0);
  const auto miss = [&](double position) {
    s.position = position;
    std::vector<double> v(reference.size() + s.ffe.size());
    for (std::size_t n = 0; n < v.size(); ++n) v[n] = s.sample(n, 0.0);
    double sum = 0.0;
    for (std::size_t n = skip; n < end; ++n) {
      double& y = s.settling.y[n] = 0.0;
      for (std::size_t t = 0; t < s.ffe.size(); ++t) y += s.ffe[t] * v[n + static_cast<std::size_t>(s.pre_taps) - t];
      sum += (y - reference[n]) * (y - reference[n]);
    }
    return sum;
  };
  // A pulse on the grid stands at its middle, one that is rendered begins there; the second half of the grid is
  // negative time.
  const double unit = static_cast<double>(s.rate), samples = static_cast<double>(segment.grid.sample_count());
  const double wrapped = receiver.position > 0.5 * samples ? receiver.position - samples : receiver.position;
  const double expected = latency + wrapped + 0.5 * unit;
  double best = expected, least = miss(expected);
  double step = unit / 4.0;
  int points = 24;
  while (step > 0.01) {
    const double centre = best;
    for (int i = -points; i <= points; ++i)
      if (const double m = miss(centre + i * step); m < least) least = m, best = centre + i * step;
    points = 8;
    step /= 4.0;
  }
  miss(best);
  double power = 0.0;
  for (std::size_t n = skip; n < end; ++n) power += reference[n] * reference[n];
  const double lost = std::sqrt(least / power);
  if (!(lost < 0.5))
    throw NumericError("segment " + segment.name + ": the stages' waveform departs by " + std::to_string(100.0 * lost) +
                       " % from the linear lane: nothing to sample");
  s.departure = std::sqrt(least / static_cast<double>(end - skip)) / point.half_distance();
  const auto cut = [&](auto& v) {
    v.erase(v.begin() + static_cast<std::ptrdiff_t>(end), v.end());
    v.erase(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(skip));
  };
  cut(s.settling.y);
  cut(s.settling.sent);
  // A stream of its own from here, with jitter.
  s.elements.clear();
  s.waveform.clear();
  s.begin = s.rendered = 0;
  s.build(description, segment, receiver);
  const LaneJitter jitter = jitter_of(segment, options);
  s.edge = jitter.edge;
  s.decision = jitter.decision;
}

StageSignal::~StageSignal() = default;
StageSignal::StageSignal(StageSignal&&) noexcept = default;
StageSignal& StageSignal::operator=(StageSignal&&) noexcept = default;

double StageSignal::departure() const { return state_->departure; }
const BaudLane::Block& StageSignal::settling() const { return state_->settling; }

void StageSignal::read(std::span<double> y, double offset_ui) {
  State& s = *state_;
  const std::size_t count = s.ffe.size(), back = count - 1 - static_cast<std::size_t>(s.pre_taps);
  std::vector<double> tau(y.size(), 0.0), v(y.size() + count - 1);
  const bool jitter = s.decision.reach_ui() > 0.0;
  if (jitter) edge_displacements(s.decision, BaudLane::kOrigin + s.next, tau);
  const auto at = [&](std::size_t i, double displacement) {
    const std::uint64_t index = s.next + i;
    return index < back ? 0.0 : s.sample(index - back, displacement + offset_ui);
  };
  if (!jitter)
    for (std::size_t i = 0; i < v.size(); ++i) v[i] = at(i, 0.0);
  for (std::size_t i = 0; i < y.size(); ++i) {
    y[i] = 0.0;
    for (std::size_t t = 0; t < count; ++t) {
      const std::size_t place = i + count - 1 - t;
      y[i] += s.ffe[t] * (jitter ? at(place, tau[i]) : v[place]);
    }
  }
}

void StageSignal::add_waveform(std::span<float> v, std::size_t rate) {
  State& s = *state_;
  for (std::size_t i = 0; i < v.size(); ++i)
    v[i] += static_cast<float>(s.sample(s.next + i / rate, static_cast<double>(i % rate) / static_cast<double>(rate)));
}

void StageSignal::advance(std::size_t symbols) {
  State& s = *state_;
  s.next += symbols;
  // Samples that no later symbol needs.
  const double reach = static_cast<double>(s.ffe.size()) + 2.0;
  const double keep = s.position + (static_cast<double>(s.next) - reach) * static_cast<double>(s.rate);
  if (keep <= static_cast<double>(s.begin)) return;
  const auto drop = std::min(static_cast<std::size_t>(keep - static_cast<double>(s.begin)), s.waveform.size());
  s.waveform.erase(s.waveform.begin(), s.waveform.begin() + static_cast<std::ptrdiff_t>(drop));
  s.begin += drop;
}

namespace {

std::optional<StageSignal> through(const Segment* description, const PreparedSegment& segment,
                                   const DecisionPoint& point, const LaneOptions& options) {
  if (description == nullptr) return std::nullopt;
  LaneOptions still = options;
  still.noise = false;
  still.sinusoidal = {};
  PreparedSegment quiet = segment;
  quiet.jitter = quiet.transmitter.jitter = quiet.receiver.jitter = {};
  quiet.crosstalk.clear();
  return StageSignal(*description, segment, point, options, BaudLane(quiet, point, still));
}

LaneOptions beside(LaneOptions options, bool stages) {
  options.own_signal = !stages;
  return options;
}

}  // namespace

Lane::Lane(const PreparedSegment& segment, const DecisionPoint& point, const LaneOptions& options,
           const Segment* description)
    : linear(segment, point, beside(options, description != nullptr)),
      stages(through(description, segment, point, options)) {}

void Lane::add_stages(std::span<double> y) {
  if (!stages) return;
  std::vector<double> own(y.size());
  stages->read(own);
  stages->advance(own.size());
  for (std::size_t i = 0; i < own.size(); ++i) y[i] += own[i];
}

}  // namespace tessera

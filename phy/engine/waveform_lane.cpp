#include "phy/engine/waveform_lane.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <memory>

#include "phy/core/constants.hpp"
#include "phy/core/error.hpp"
#include "phy/engine/lane_filter.hpp"
#include "phy/engine/lane_parts.hpp"
#include "phy/engine/level_noise.hpp"
#include "phy/engine/scratch_pool.hpp"
#include "phy/noise/gaussian_noise.hpp"
#include "phy/signal/fft.hpp"
#include "phy/signal/pulse_response.hpp"

namespace tessera {
namespace {

constexpr std::size_t kRate = WaveformLane::kRate;

using Single = std::complex<float>;

// Aggressors that share a response.
struct Aggressors {
  std::vector<AggressorStream> streams;
  std::vector<Complex> response;  // at kRate: a clock's phase is turned before images fold
  std::size_t bins = 0;           // of it that hold anything
};

// Bins up to the last that holds more than a ten-billionth of the largest: what single precision would notice of the
// others is nothing, and lines leave most of four symbol rates empty.
std::size_t filled_bins(std::span<const Complex> spectrum) {
  double largest = 0.0;
  for (const Complex& value : spectrum) largest = std::max(largest, std::norm(value));
  std::size_t count = spectrum.size();
  while (count > 1 && std::norm(spectrum[count - 1]) <= 1e-20 * largest) --count;
  return count;
}

// Drops the empty bins.
std::vector<Complex> trimmed(std::vector<Complex> spectrum) {
  spectrum.resize(filled_bins(spectrum));
  return spectrum;
}

// Samples at `rate` a UI of a response behind the CTLE, `position` samples of the grid earlier.
std::vector<double> behind_ctle(Response r, const AdaptedReceiver& receiver, double position, std::size_t rate) {
  const double advance = position * r.grid.time_step();
  for (std::size_t k = 0; k < r.values.size(); ++k) {
    r.values[k] *= receiver.ctle[k];
    if (position != 0.0) r.values[k] *= std::polar(1.0, 2.0 * constants::kPi * r.grid.frequency(k) * advance);
  }
  return pulse_response(r, static_cast<int>(rate)).samples;
}

Response derivative(Response r) {
  const double ui = r.grid.unit_interval();
  for (std::size_t k = 0; k < r.values.size(); ++k)
    r.values[k] *= Complex(0.0, 2.0 * constants::kPi * r.grid.frequency(k) * ui);
  return r;
}

// Arrays of one block on its way.
struct Scratch {
  std::vector<std::uint8_t> sent, other;
  std::vector<double> a, values, tau;
  std::vector<Complex> spectrum, product, fine, sum;  // `fine` at kRate, the last at the lane's rate
  std::vector<float> v;
  std::vector<Single> noise, rounded;
  LevelNoise::Scratch level_noise;
};

}  // namespace

struct WaveformLane::State {
  BlockShape shape;
  std::size_t rate = kRate;
  std::vector<double> levels, nominal;
  SymbolPattern symbols{"random", 2};
  std::vector<Complex> own;
  std::vector<Aggressors> aggressors;
  std::vector<double> transmit_taps;
  int transmit_main = 0;
  EdgeJitter edge;
  std::vector<std::vector<Complex>> edge_orders;  // [m - 1]
  std::vector<Single> noise;                      // empty for none
  StreamKey noise_key;
  std::vector<LevelNoise> level_noise;
  bool own_signal = true;
  mutable ScratchPool<Scratch> pool;

  void add_crosstalk(std::uint64_t block, std::uint64_t first, Scratch& w) const;
  void add_edges(std::uint64_t first, Scratch& w) const;
  void add_level_noise(std::uint64_t first, Scratch& w) const;
  void transform_back(std::uint64_t first, Scratch& w) const;
};

void WaveformLane::State::add_crosstalk(std::uint64_t block, std::uint64_t first, Scratch& w) const {
  w.other.resize(shape.length);
  w.values.resize(shape.length);
  w.product.resize(shape.length / 2 + 1);
  for (const Aggressors& group : aggressors) {
    w.fine.assign(group.response.size(), Complex());
    const std::span<Complex> turned = std::span(w.fine).first(group.bins);
    for (const AggressorStream& stream : group.streams) {
      symbols_of(stream.symbols, first, w.other);
      for (std::size_t i = 0; i < w.values.size(); ++i) w.values[i] = stream.gain * nominal[w.other[i]];
      real_fft(w.values, w.product);
      add_advanced(w.product, stream.phase(block), turned);
    }
    if (rate == kRate)
      multiply_add(w.fine, group.response, std::span(w.sum).first(group.bins));
    else
      multiply_add_folded(w.fine, group.response, w.sum);
  }
}

void WaveformLane::State::add_edges(std::uint64_t first, Scratch& w) const {
  const std::size_t n = shape.length;
  std::vector<double> term = edge_heights(transmit_taps, transmit_main, w.a);
  w.tau.resize(n);
  w.product.resize(n / 2 + 1);
  edge_displacements(edge, first, w.tau);
  for (std::size_t m = 0; m < edge_orders.size(); ++m) {
    for (std::size_t i = 0; i < n; ++i) term[i] *= -w.tau[i] / static_cast<double>(m + 1);
    real_fft(term, w.product);
    multiply_add_repeated(w.product, edge_orders[m], std::span(w.sum).first(edge_orders[m].size()));
  }
}

void WaveformLane::State::add_level_noise(std::uint64_t first, Scratch& w) const {
  for (const LevelNoise& source : level_noise)
    rate == kRate ? source.add_waveform(first, w.sent, w.level_noise, w.sum)
                  : source.add(first, w.sent, w.level_noise, w.sum);
}

// Samples of all that has been added up, with the noise that does not follow the signal.
void WaveformLane::State::transform_back(std::uint64_t first, Scratch& w) const {
  w.v.resize(shape.length * rate);
  w.rounded.resize(w.sum.size());
  const double factor = 1.0 / static_cast<double>(w.v.size());
  if (noise.empty()) {
    to_single(w.sum, factor, w.rounded);
  } else {
    w.noise.resize(w.sum.size());
    gaussian_noise(noise_key, first * rate, std::span(w.v));
    real_fft(w.v, w.noise);
    add_filtered(w.sum, w.noise, noise, factor, w.rounded);
  }
  inverse_real_fft(w.rounded, w.v);
}

namespace {

void add_responses(const PreparedSegment& segment, const DecisionPoint& point, const LaneOptions& options,
                   const BlockShape& shape, std::size_t rate, std::vector<Aggressors>& aggressors) {
  for (const CrosstalkPath& path : segment.crosstalk) {
    std::vector<AggressorStream> streams = aggressor_streams(segment, path, options.seed, options.instance);
    if (streams.empty()) continue;
    const double position = path.synchronous ? point.receiver.position : 0.0;
    auto response = block_spectrum(behind_ctle(path.response, point.receiver, position, kRate), shape, kRate);
    // The spectrum of every kRate-th sample is the mean of its images.
    for (Complex& value : response) value *= static_cast<double>(rate) / static_cast<double>(kRate);
    const std::size_t bins = filled_bins(response);
    aggressors.push_back({std::move(streams), std::move(response), bins});
  }
}

// Spectrum of the filter that colours white noise at `rate` a UI; empty for none.
std::vector<Single> noise_filter(const PreparedSegment& segment, const AdaptedReceiver& receiver,
                                 const BlockShape& shape, std::size_t rate) {
  const FrequencyGrid& grid = segment.grid;
  std::vector<double> density(grid.frequency_count(), 0.0);
  bool any = false;
  for (const NoiseInjection& injection : segment.noise) {
    if (injection.s0.empty()) continue;
    any = true;
    for (std::size_t k = 0; k < density.size(); ++k)
      density[k] += injection.s0[k] * std::norm(injection.to_decision.values[k]) * std::norm(receiver.ctle[k]);
  }
  if (!any) return {};
  const auto filter =
      block_spectrum(noise_response(fold_density(density, grid, rate), grid.frequency_step()), shape, rate);
  std::vector<Single> rounded(filter.size());
  to_single(filter, 1.0, rounded);
  return rounded;
}

}  // namespace

WaveformLane::WaveformLane(const PreparedSegment& segment, const DecisionPoint& point, const LaneOptions& options,
                           std::size_t rate) {
  if (rate != kRate && rate != 1) throw Error("a waveform lane has 8 samples a UI or 1");
  if (segment.grid.samples_per_ui % static_cast<int>(kRate) != 0)
    throw NumericError("segment " + segment.name + ": a waveform needs a grid of 8 samples a UI or a multiple, got " +
                       std::to_string(segment.grid.samples_per_ui));
  auto s = std::make_unique<State>();
  const AdaptedReceiver& receiver = point.receiver;
  const auto key = [&](const std::string& name) { return stream_key(options.seed, options.instance + "/" + name); };
  s->shape = BlockShape::for_window(static_cast<std::size_t>(segment.grid.ui_count));
  s->rate = rate;
  s->levels = centred(segment.levels);
  s->nominal = segment.modulation.levels;
  s->symbols = SymbolPattern(options.pattern, segment.modulation.order, 0, key("tx"));
  s->own = trimmed(block_spectrum(behind_ctle(segment.channel, receiver, receiver.position, rate), s->shape, rate));
  add_responses(segment, point, options, s->shape, rate, s->aggressors);
  s->own_signal = options.own_signal;
  if (options.own_signal) s->edge = jitter_of(segment, options).edge;
  if (const double reach = s->edge.reach_ui(); reach > 0.0) {
    s->transmit_taps = segment.transmitter.ffe_taps;
    s->transmit_main = segment.transmitter.ffe_main;
    Response bare = without_ffe(segment);
    for (int m = 1; m <= taylor_orders(reach); ++m) {
      bare = derivative(std::move(bare));
      s->edge_orders.push_back(trimmed(
          block_spectrum(step_response(behind_ctle(bare, receiver, receiver.position, rate), rate), s->shape, rate)));
    }
  }
  s->noise_key = key("noise");
  if (options.noise) s->noise = noise_filter(segment, receiver, s->shape, rate);
  for (const NoiseInjection& injection : segment.noise)
    if (options.noise && (injection.s1 != 0.0 || injection.s2 != 0.0))
      s->level_noise.emplace_back(injection, receiver, segment.channel.bulk_delay, s->shape,
                                  key(injection.stage + "/" + injection.mechanism),
                                  rate == kRate ? LevelNoise::Place::waveform : LevelNoise::Place::sampler);
  state_ = std::move(s);
}

WaveformLane::~WaveformLane() = default;
WaveformLane::WaveformLane(WaveformLane&&) noexcept = default;
WaveformLane& WaveformLane::operator=(WaveformLane&&) noexcept = default;

std::size_t WaveformLane::size() const { return state_->shape.hop(); }

std::size_t WaveformLane::rate() const { return state_->rate; }

void WaveformLane::fill(std::uint64_t index, Block& block) const {
  const State& s = *state_;
  const std::size_t n = s.shape.length, margin = s.shape.window / 2, hop = s.shape.hop();
  const std::uint64_t first = BaudLane::kOrigin + index * hop - margin;
  std::unique_ptr<Scratch> scratch = s.pool.take();
  Scratch& w = *scratch;
  w.sent.resize(n);
  w.a.resize(n);
  w.spectrum.resize(n / 2 + 1);
  w.sum.assign(n * s.rate / 2 + 1, Complex());
  symbols_of(s.symbols, first, w.sent);
  for (std::size_t i = 0; i < n; ++i) w.a[i] = s.levels[w.sent[i]];
  real_fft(w.a, w.spectrum);
  if (s.own_signal) multiply_add_repeated(w.spectrum, s.own, std::span(w.sum).first(s.own.size()));
  s.add_crosstalk(index, first, w);
  if (!s.edge_orders.empty()) s.add_edges(first, w);
  s.add_level_noise(first, w);
  s.transform_back(first, w);
  const auto begin = static_cast<std::ptrdiff_t>(margin), end = static_cast<std::ptrdiff_t>(margin + hop);
  const auto fine = static_cast<std::ptrdiff_t>(s.rate);
  block.v.assign(w.v.begin() + begin * fine, w.v.begin() + end * fine);
  block.sent.assign(w.sent.begin() + begin, w.sent.begin() + end);
  s.pool.give(std::move(scratch));
}

}  // namespace tessera

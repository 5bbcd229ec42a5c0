#include "phy/engine/baud_lane.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <numeric>

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

constexpr std::size_t kAggressorPhases = 32;

bool any(const JitterSpec& jitter) { return jitter.dual_dirac_ui > 0.0 || jitter.random_rms_ui > 0.0; }

// The equalised pulse's derivatives at the cursors, in UI: order 0, 1, ….
std::vector<std::vector<double>> cursor_derivatives(const Response& response, const AdaptedReceiver& receiver,
                                                    const EqualizerTaps& taps, int orders) {
  std::vector<std::vector<double>> result;
  Response r = response;
  for (std::size_t k = 0; k < r.values.size(); ++k) r.values[k] *= receiver.ctle[k];
  const double ui = r.grid.unit_interval();
  for (int m = 0; m <= orders; ++m) {
    result.push_back(apply_ffe(pulse_response(r).cursors(receiver.position), taps));
    for (std::size_t k = 0; k < r.values.size(); ++k)
      r.values[k] *= Complex(0.0, 2.0 * constants::kPi * r.grid.frequency(k) * ui);
  }
  return result;
}

// Spectra of an aggressor's cursors on every phase, or on one.
struct Aggressor {
  AggressorStream stream;
  std::shared_ptr<const std::vector<std::vector<Complex>>> phases;
};

// Arrays of one block on its way.
struct Scratch {
  std::vector<std::uint8_t> sent, other;
  std::vector<double> a, y, values, tau, power;
  std::vector<Complex> spectrum, sum, product;
  LevelNoise::Scratch level_noise;
};

}  // namespace

struct BaudLane::State {
  BlockShape shape;
  std::vector<double> levels, nominal;  // mean removed
  std::vector<Complex> own;
  SymbolPattern symbols{"random", 2};
  std::vector<Aggressor> aggressors;
  std::vector<double> transmit_taps;
  int transmit_main = 0;
  EdgeJitter edge, decision;
  std::vector<std::vector<Complex>> edge_orders, decision_orders;  // [m - 1]
  std::vector<Complex> noise;                                      // empty for none
  StreamKey noise_key, slicer_key, converter_key;
  double slicer_rms = 0.0, converter_step = 0.0;
  ConverterError converter = ConverterError::uniform;
  std::vector<double> taps;
  int pre_taps = 0;
  std::vector<LevelNoise> level_noise;
  bool noisy = true, own_signal = true;
  double constant_variance = 0.0;
  mutable ScratchPool<Scratch> pool;

  void add_crosstalk(std::uint64_t block, std::uint64_t first, Scratch& w) const;
  void add_edges(std::uint64_t first, Scratch& w) const;
  void add_decision_jitter(std::uint64_t start, Scratch& w, std::span<double> y) const;
  void add_white(std::uint64_t start, Scratch& w, std::span<double> y) const;
};

namespace {

void add_aggressors(const PreparedSegment& segment, const DecisionPoint& point, const LaneOptions& options,
                    const BlockShape& shape, std::vector<Aggressor>& list) {
  const AdaptedReceiver& receiver = point.receiver;
  for (const CrosstalkPath& path : segment.crosstalk) {
    const std::vector<AggressorStream> streams = aggressor_streams(segment, path, options.seed, options.instance);
    if (streams.empty()) continue;
    Response r = path.response;
    for (std::size_t k = 0; k < r.values.size(); ++k) r.values[k] *= receiver.ctle[k];
    const PulseResponse pulse = pulse_response(r);
    auto spectra = std::make_shared<std::vector<std::vector<Complex>>>();
    const std::size_t phases = path.synchronous ? 1 : kAggressorPhases;
    for (std::size_t i = 0; i < phases; ++i) {
      const double position = path.synchronous
                                  ? receiver.position
                                  : static_cast<double>(i) * pulse.samples_per_ui / static_cast<double>(phases);
      spectra->push_back(block_spectrum(apply_ffe(pulse.cursors(position), receiver.taps), shape));
    }
    for (const AggressorStream& stream : streams) list.push_back({stream, spectra});
  }
}

// Density of everything that does not depend on the signal, behind CTLE and FFE, folded to the symbol rate.
std::vector<double> folded_noise(const PreparedSegment& segment, const AdaptedReceiver& receiver) {
  const FrequencyGrid& grid = segment.grid;
  std::vector<double> density(grid.frequency_count(), 0.0);
  for (const NoiseInjection& injection : segment.noise) {
    if (injection.s0.empty()) continue;
    for (std::size_t k = 0; k < density.size(); ++k)
      density[k] += injection.s0[k] * std::norm(injection.to_decision.values[k]) * std::norm(receiver.ctle[k]);
  }
  auto folded = fold_to_baud(density, grid);
  const auto ffe = ffe_transfer(receiver.taps, grid.ui_count);
  for (std::size_t q = 0; q < folded.size(); ++q) folded[q] *= std::norm(ffe[q]);
  return folded;
}

}  // namespace

void BaudLane::add_noise(const PreparedSegment& segment, const DecisionPoint& point, const LaneOptions& options,
                         State& s) {
  const FrequencyGrid& grid = segment.grid;
  const AdaptedReceiver& receiver = point.receiver;
  const auto key = [&](const std::string& name) { return stream_key(options.seed, options.instance + "/" + name); };
  const auto folded = folded_noise(segment, receiver);
  const double power = std::accumulate(folded.begin(), folded.end(), 0.0) * grid.frequency_step();
  if (power > 0.0) s.noise = block_spectrum(noise_response(folded, grid.frequency_step()), s.shape);
  s.noise_key = key("noise");
  s.slicer_key = key("rx/slicer");
  s.converter_key = key("rx/converter");
  s.converter = options.converter;
  const auto& rms = point.noise.mechanism_rms;
  const auto of = [&](const char* name) { return rms.contains(name) ? rms.at(name) : 0.0; };
  s.slicer_rms = std::hypot(of("transmitter.snr"), of("receiver.slicer"));
  s.converter_step = std::sqrt(12.0 * tap_limits(segment.receiver).quantisation * level_variance(segment.levels) *
                               receiver.taps.input_power);
  const double converter = of("rx.quantisation");
  s.constant_variance = power + s.slicer_rms * s.slicer_rms + converter * converter;
  for (const NoiseInjection& injection : segment.noise)
    if (injection.s1 != 0.0 || injection.s2 != 0.0)
      s.level_noise.emplace_back(injection, receiver, segment.channel.bulk_delay, s.shape,
                                 key(injection.stage + "/" + injection.mechanism));
  s.noisy = options.noise;
}

std::string_view to_string(JitterPlace place) { return place == JitterPlace::edges ? "edges" : "decision"; }

JitterPlace jitter_place_named(const std::string& name) {
  for (const JitterPlace place : {JitterPlace::edges, JitterPlace::decision})
    if (name == to_string(place)) return place;
  throw ConfigError("jitter acts on edges or decision, got \"" + name + "\"");
}

LaneJitter jitter_of(const PreparedSegment& segment, const LaneOptions& options) {
  const bool split = options.jitter == JitterPlace::edges;
  const bool told = any(segment.transmitter.jitter) || any(segment.receiver.jitter);
  const JitterSpec none, edge = !split ? none : told ? segment.transmitter.jitter : segment.jitter;
  const JitterSpec decision = !split ? segment.jitter : told ? segment.receiver.jitter : none;
  const auto make = [&](const JitterSpec& spec, const std::string& path) {
    EdgeJitter jitter;
    jitter.random_rms_ui = spec.random_rms_ui;
    jitter.dual_dirac_ui = spec.dual_dirac_ui;
    jitter.random_key = stream_key(options.seed, options.instance + path + "/random");
    jitter.sign_key = stream_key(options.seed, options.instance + path + "/dual_dirac");
    return jitter;
  };
  LaneJitter jitter{make(edge, "/tx/jitter"), make(decision, "/rx/jitter")};
  jitter.edge.sinusoidal_ui = options.sinusoidal.amplitude_ui;
  jitter.edge.frequency = options.sinusoidal.frequency;
  return jitter;
}

const SymbolPattern& BaudLane::symbols() const { return state_->symbols; }

double BaudLane::constant_variance() const { return state_->constant_variance; }

void BaudLane::variance(std::uint64_t index, std::vector<double>& variance) const {
  const State& s = *state_;
  const std::size_t margin = s.shape.window / 2, hop = s.shape.hop();
  std::vector<std::uint8_t> sent(s.shape.length);
  std::vector<double> all(s.shape.length, 0.0);
  symbols_of(s.symbols, kOrigin + index * hop - margin, sent);
  for (const LevelNoise& noise : s.level_noise) noise.add_variance(sent, all);
  const auto first = all.begin() + static_cast<std::ptrdiff_t>(margin);
  variance.assign(first, first + static_cast<std::ptrdiff_t>(hop));
}

BaudLane::BaudLane(const PreparedSegment& segment, const DecisionPoint& point, LaneOptions options) {
  auto s = std::make_unique<State>();
  const AdaptedReceiver& receiver = point.receiver;
  const auto key = [&](const std::string& name) { return stream_key(options.seed, options.instance + "/" + name); };
  s->shape = BlockShape::for_window(static_cast<std::size_t>(segment.grid.ui_count));
  s->levels = centred(segment.levels);
  s->nominal = segment.modulation.levels;
  s->symbols = SymbolPattern(options.pattern, segment.modulation.order, 0, key("tx"));
  s->taps = receiver.taps.ffe;
  s->pre_taps = receiver.taps.pre_taps;
  add_aggressors(segment, point, options, s->shape, s->aggressors);

  const LaneJitter jitter = jitter_of(segment, options);
  s->own_signal = options.own_signal;
  if (options.own_signal) s->edge = jitter.edge, s->decision = jitter.decision;

  const double at_decision = s->decision.reach_ui();
  const auto own =
      cursor_derivatives(segment.channel, receiver, receiver.taps, at_decision > 0.0 ? taylor_orders(at_decision) : 0);
  s->own = block_spectrum(own.front(), s->shape);
  for (std::size_t m = 1; m < own.size(); ++m) s->decision_orders.push_back(block_spectrum(own[m], s->shape));
  const double at_edges = s->edge.reach_ui();
  if (at_edges > 0.0) {
    s->transmit_taps = segment.transmitter.ffe_taps;
    s->transmit_main = segment.transmitter.ffe_main;
    const auto bare = cursor_derivatives(without_ffe(segment), receiver, receiver.taps, taylor_orders(at_edges));
    for (std::size_t m = 1; m < bare.size(); ++m)
      s->edge_orders.push_back(block_spectrum(step_response(bare[m]), s->shape));
  }
  add_noise(segment, point, options, *s);
  state_ = std::move(s);
}

BaudLane::~BaudLane() = default;
BaudLane::BaudLane(BaudLane&&) noexcept = default;
BaudLane& BaudLane::operator=(BaudLane&&) noexcept = default;

std::size_t BaudLane::size() const { return state_->shape.hop(); }

void BaudLane::State::add_crosstalk(std::uint64_t block, std::uint64_t first, Scratch& w) const {
  w.other.resize(shape.length);
  w.values.resize(shape.length);
  w.product.resize(shape.length / 2 + 1);
  for (const Aggressor& aggressor : aggressors) {
    const AggressorStream& stream = aggressor.stream;
    symbols_of(stream.symbols, first, w.other);
    for (std::size_t i = 0; i < w.values.size(); ++i) w.values[i] = stream.gain * nominal[w.other[i]];
    real_fft(w.values, w.product);
    const auto phase = static_cast<std::size_t>(stream.phase(block) * static_cast<double>(aggressor.phases->size()));
    multiply_add(w.product, (*aggressor.phases)[std::min(phase, aggressor.phases->size() - 1)], w.sum);
  }
}

void BaudLane::State::add_edges(std::uint64_t first, Scratch& w) const {
  const std::size_t n = shape.length;
  std::vector<double> term = edge_heights(transmit_taps, transmit_main, w.a);
  w.tau.resize(n);
  w.product.resize(n / 2 + 1);
  edge_displacements(edge, first, w.tau);
  for (std::size_t m = 0; m < edge_orders.size(); ++m) {
    for (std::size_t i = 0; i < n; ++i) term[i] *= -w.tau[i] / static_cast<double>(m + 1);
    real_fft(term, w.product);
    multiply_add(w.product, edge_orders[m], w.sum);
  }
}

void BaudLane::State::add_decision_jitter(std::uint64_t start, Scratch& w, std::span<double> y) const {
  const std::size_t n = shape.length, margin = shape.window / 2;
  w.tau.resize(y.size());
  w.power.assign(y.size(), 1.0);
  w.values.resize(n);
  edge_displacements(decision, start, w.tau);
  for (std::size_t m = 0; m < decision_orders.size(); ++m) {
    w.product.assign(n / 2 + 1, Complex());
    multiply_add(w.spectrum, decision_orders[m], w.product);
    inverse_real_fft(w.product, w.values);
    for (std::size_t i = 0; i < y.size(); ++i) {
      w.power[i] *= w.tau[i] / static_cast<double>(m + 1);
      y[i] += w.power[i] * w.values[margin + i];
    }
  }
}

// What is white at the slicer, and the converter's error through the FFE.
void BaudLane::State::add_white(std::uint64_t start, Scratch& w, std::span<double> y) const {
  w.values.resize(y.size());
  if (slicer_rms > 0.0) {
    gaussian_noise(slicer_key, start, std::span(w.values), slicer_rms);
    for (std::size_t i = 0; i < y.size(); ++i) y[i] += w.values[i];
  }
  if (converter_step <= 0.0) return;
  const std::size_t count = taps.size();
  const auto ahead = static_cast<std::size_t>(pre_taps);
  w.values.resize(y.size() + count - 1);
  const std::uint64_t from = start + ahead + 1 - count;
  if (converter == ConverterError::gaussian) {
    gaussian_noise(converter_key, from, std::span(w.values), converter_step / std::sqrt(12.0));
  } else {
    random_uniform(converter_key, from, w.values);
    for (double& e : w.values) e = converter_step * (e - 0.5);
  }
  for (std::size_t t = 0; t < count; ++t)
    multiply_add(taps[t], std::span(w.values).subspan(count - 1 - t, y.size()), y);
}

void BaudLane::fill(std::uint64_t index, Block& block) const {
  const State& s = *state_;
  const std::size_t n = s.shape.length, margin = s.shape.window / 2, hop = s.shape.hop();
  const std::uint64_t start = kOrigin + index * hop, first = start - margin;
  std::unique_ptr<Scratch> scratch = s.pool.take();
  Scratch& w = *scratch;
  w.sent.resize(n);
  w.a.resize(n);
  w.y.resize(n);
  w.spectrum.resize(n / 2 + 1);
  w.sum.assign(n / 2 + 1, Complex());
  symbols_of(s.symbols, first, w.sent);
  for (std::size_t i = 0; i < n; ++i) w.a[i] = s.levels[w.sent[i]];
  real_fft(w.a, w.spectrum);
  if (s.own_signal) multiply_add(w.spectrum, s.own, w.sum);
  s.add_crosstalk(index, first, w);
  if (!s.edge_orders.empty()) s.add_edges(first, w);
  if (s.noisy && !s.noise.empty()) {
    w.product.resize(n / 2 + 1);
    gaussian_noise(s.noise_key, first, std::span(w.y));
    real_fft(w.y, w.product);
    multiply_add(w.product, s.noise, w.sum);
  }
  if (s.noisy)
    for (const LevelNoise& noise : s.level_noise) noise.add(first, w.sent, w.level_noise, w.sum);
  inverse_real_fft(w.sum, w.y);
  const auto begin = static_cast<std::ptrdiff_t>(margin), end = static_cast<std::ptrdiff_t>(margin + hop);
  block.y.assign(w.y.begin() + begin, w.y.begin() + end);
  block.sent.assign(w.sent.begin() + begin, w.sent.begin() + end);
  if (!s.decision_orders.empty()) s.add_decision_jitter(start, w, block.y);
  if (s.noisy) s.add_white(start, w, block.y);
  s.pool.give(std::move(scratch));
}

}  // namespace tessera

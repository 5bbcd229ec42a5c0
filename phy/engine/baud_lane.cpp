#include "phy/engine/baud_lane.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <numeric>

#include "phy/core/constants.hpp"
#include "phy/core/error.hpp"
#include "phy/engine/lane_filter.hpp"
#include "phy/engine/level_noise.hpp"
#include "phy/noise/gaussian_noise.hpp"
#include "phy/signal/fft.hpp"
#include "phy/signal/pulse_response.hpp"

namespace tessera {
namespace {

constexpr std::size_t kAggressorPhases = 32;
constexpr double kTaylorError = 1e-4;
constexpr int kMostOrders = 9;

// Terms that a displacement of `reach` UI needs at the highest frequency that a receiver passes, one symbol rate.
int taylor_orders(double reach) {
  double term = 1.0;
  for (int m = 1; m <= kMostOrders; ++m) {
    term *= 2.0 * constants::kPi * reach / m;
    if (term < kTaylorError) return std::max(1, m - 1);
  }
  return kMostOrders;
}

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

// Response to the derivative of a step between symbols k - 1 and k: the pulse is the difference of two of them.
std::vector<double> summed(std::vector<double> c) {
  const std::size_t n = c.size(), first = n / 2 + 1;
  double sum = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    double& value = c[(first + i) % n];
    value = sum += value;
  }
  return c;
}

// Without the TX FFE: edges are displaced behind it.
Response without_ffe(const PreparedSegment& segment) {
  Response r = segment.channel;
  const auto& taps = segment.transmitter.ffe_taps;
  const double sum = std::accumulate(taps.begin(), taps.end(), 0.0);
  const auto period = static_cast<std::size_t>(r.grid.ui_count);
  std::vector<Complex> ffe(period);
  for (std::size_t k = 0; k < period; ++k)
    for (std::size_t i = 0; i < taps.size(); ++i)
      ffe[k] +=
          taps[i] / sum *
          std::polar(1.0, -2.0 * constants::kPi * static_cast<double>(k) *
                              (static_cast<double>(i) - segment.transmitter.ffe_main) / static_cast<double>(period));
  for (std::size_t k = 0; k < r.values.size(); ++k) r.values[k] /= ffe[k % period];
  return r;
}

// A stream of aggressor symbols: spectra of its cursors on every phase, or on one.
struct Aggressor {
  double gain = 1.0;
  bool synchronous = false;
  double step = 0.0, start = 0.0;  // UI a block, UI
  std::shared_ptr<const std::vector<std::vector<Complex>>> phases;
  SymbolPattern symbols;
};

// A pattern keeps its place; a copy for each call leaves the lane without state.
void symbols_of(SymbolPattern pattern, std::uint64_t first, std::span<std::uint8_t> symbols) {
  pattern.fill(first, symbols);
}

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

  void add_crosstalk(std::uint64_t block, std::uint64_t first, std::span<Complex> sum) const;
  void add_edges(std::uint64_t first, std::span<const double> a, std::span<Complex> sum) const;
  void add_decision_jitter(std::uint64_t start, std::span<const Complex> spectrum, std::span<double> y) const;
  void add_white(std::uint64_t start, std::span<double> y) const;
};

namespace {

std::vector<double> centred(std::vector<double> levels) {
  const double mean = std::accumulate(levels.begin(), levels.end(), 0.0) / static_cast<double>(levels.size());
  for (double& level : levels) level -= mean;
  return levels;
}

void add_aggressors(const PreparedSegment& segment, const DecisionPoint& point, const LaneOptions& options,
                    const BlockShape& shape, std::vector<Aggressor>& list) {
  const AdaptedReceiver& receiver = point.receiver;
  for (const CrosstalkPath& path : segment.crosstalk) {
    const auto& gains = aggressor_gains(path, segment.lane_classes.front());
    if (gains.empty()) continue;
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
    for (std::size_t i = 0; i < gains.size(); ++i) {
      if (gains[i] == 0.0) continue;
      const auto number = static_cast<std::uint64_t>(i);
      const std::string name = options.instance + "/" + path.name;
      std::array<double, 2> u{};
      random_uniform(stream_key(options.seed, name + "/phase", number), 0, u);
      // Steps between 1/4 and 3/4 of a UI, no two alike: each phase comes as often as any other.
      list.push_back({gains[i], path.synchronous, 0.25 + 0.5 * u[1], u[0], spectra,
                      SymbolPattern("random", segment.modulation.order, 0, stream_key(options.seed, name, number))});
    }
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
    const double sum = std::accumulate(segment.transmitter.ffe_taps.begin(), segment.transmitter.ffe_taps.end(), 0.0);
    for (const double tap : segment.transmitter.ffe_taps) s->transmit_taps.push_back(tap / sum);
    s->transmit_main = segment.transmitter.ffe_main;
    const auto bare = cursor_derivatives(without_ffe(segment), receiver, receiver.taps, taylor_orders(at_edges));
    for (std::size_t m = 1; m < bare.size(); ++m) s->edge_orders.push_back(block_spectrum(summed(bare[m]), s->shape));
  }
  add_noise(segment, point, options, *s);
  state_ = std::move(s);
}

BaudLane::~BaudLane() = default;
BaudLane::BaudLane(BaudLane&&) noexcept = default;
BaudLane& BaudLane::operator=(BaudLane&&) noexcept = default;

std::size_t BaudLane::size() const { return state_->shape.hop(); }

void BaudLane::State::add_crosstalk(std::uint64_t block, std::uint64_t first, std::span<Complex> sum) const {
  std::vector<std::uint8_t> s(shape.length);
  std::vector<double> a(shape.length);
  std::vector<Complex> spectrum(shape.length / 2 + 1);
  for (const Aggressor& aggressor : aggressors) {
    symbols_of(aggressor.symbols, first, s);
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = aggressor.gain * nominal[s[i]];
    real_fft(a, spectrum);
    std::size_t phase = 0;
    if (!aggressor.synchronous) {
      const double turns = aggressor.start + aggressor.step * static_cast<double>(block);
      phase = static_cast<std::size_t>((turns - std::floor(turns)) * static_cast<double>(aggressor.phases->size()));
    }
    multiply_add(spectrum, (*aggressor.phases)[std::min(phase, aggressor.phases->size() - 1)], sum);
  }
}

void BaudLane::State::add_edges(std::uint64_t first, std::span<const double> a, std::span<Complex> sum) const {
  const std::size_t n = shape.length;
  std::vector<double> x(n, 0.0), tau(n), term(n);
  for (std::size_t t = 0; t < transmit_taps.size(); ++t)
    for (std::size_t i = 0; i < n; ++i)
      x[i] += transmit_taps[t] * a[(i + n + static_cast<std::size_t>(transmit_main) - t) % n];
  edge_displacements(edge, first, tau);
  for (std::size_t i = 0; i < n; ++i) term[i] = x[i] - x[(i + n - 1) % n];
  std::vector<Complex> spectrum(n / 2 + 1);
  for (std::size_t m = 0; m < edge_orders.size(); ++m) {
    for (std::size_t i = 0; i < n; ++i) term[i] *= -tau[i] / static_cast<double>(m + 1);
    real_fft(term, spectrum);
    multiply_add(spectrum, edge_orders[m], sum);
  }
}

void BaudLane::State::add_decision_jitter(std::uint64_t start, std::span<const Complex> spectrum,
                                          std::span<double> y) const {
  const std::size_t n = shape.length, margin = shape.window / 2;
  std::vector<double> tau(y.size()), power(y.size(), 1.0), derivative(n);
  std::vector<Complex> product(n / 2 + 1);
  edge_displacements(decision, start, tau);
  for (std::size_t m = 0; m < decision_orders.size(); ++m) {
    std::fill(product.begin(), product.end(), Complex());
    multiply_add(spectrum, decision_orders[m], product);
    inverse_real_fft(product, derivative);
    for (std::size_t i = 0; i < y.size(); ++i) {
      power[i] *= tau[i] / static_cast<double>(m + 1);
      y[i] += power[i] * derivative[margin + i];
    }
  }
}

// What is white at the slicer, and the converter's error through the FFE.
void BaudLane::State::add_white(std::uint64_t start, std::span<double> y) const {
  std::vector<double> noise_values(y.size());
  if (slicer_rms > 0.0) {
    gaussian_noise(slicer_key, start, noise_values, slicer_rms);
    for (std::size_t i = 0; i < y.size(); ++i) y[i] += noise_values[i];
  }
  if (converter_step <= 0.0) return;
  const std::size_t count = taps.size();
  const auto ahead = static_cast<std::size_t>(pre_taps);
  noise_values.resize(y.size() + count - 1);
  const std::uint64_t from = start + ahead + 1 - count;
  if (converter == ConverterError::gaussian) {
    gaussian_noise(converter_key, from, noise_values, converter_step / std::sqrt(12.0));
  } else {
    random_uniform(converter_key, from, noise_values);
    for (double& e : noise_values) e = converter_step * (e - 0.5);
  }
  for (std::size_t t = 0; t < count; ++t) {
    const double* e = noise_values.data() + (count - 1 - t);
    for (std::size_t i = 0; i < y.size(); ++i) y[i] += taps[t] * e[i];
  }
}

void BaudLane::fill(std::uint64_t index, Block& block) const {
  const State& s = *state_;
  const std::size_t n = s.shape.length, margin = s.shape.window / 2, hop = s.shape.hop();
  const std::uint64_t start = kOrigin + index * hop, first = start - margin;
  std::vector<std::uint8_t> sent(n);
  std::vector<double> a(n), y(n);
  std::vector<Complex> spectrum(n / 2 + 1), sum(n / 2 + 1);
  symbols_of(s.symbols, first, sent);
  for (std::size_t i = 0; i < n; ++i) a[i] = s.levels[sent[i]];
  real_fft(a, spectrum);
  if (s.own_signal) multiply_add(spectrum, s.own, sum);
  s.add_crosstalk(index, first, sum);
  if (!s.edge_orders.empty()) s.add_edges(first, a, sum);
  if (s.noisy && !s.noise.empty()) {
    std::vector<Complex> white(n / 2 + 1);
    gaussian_noise(s.noise_key, first, std::span(y));
    real_fft(y, white);
    multiply_add(white, s.noise, sum);
  }
  if (s.noisy)
    for (const LevelNoise& noise : s.level_noise) noise.add(first, sent, sum);
  inverse_real_fft(sum, y);
  block.y.assign(y.begin() + static_cast<std::ptrdiff_t>(margin),
                 y.begin() + static_cast<std::ptrdiff_t>(margin + hop));
  block.sent.assign(sent.begin() + static_cast<std::ptrdiff_t>(margin),
                    sent.begin() + static_cast<std::ptrdiff_t>(margin + hop));
  if (!s.decision_orders.empty()) s.add_decision_jitter(start, spectrum, block.y);
  if (s.noisy) s.add_white(start, block.y);
}

}  // namespace tessera

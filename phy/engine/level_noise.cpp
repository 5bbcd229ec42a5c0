#include "phy/engine/level_noise.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "phy/core/constants.hpp"
#include "phy/noise/gaussian_noise.hpp"
#include "phy/signal/fft.hpp"
#include "phy/signal/pulse_response.hpp"

namespace tessera {

LevelNoise::LevelNoise(const NoiseInjection& injection, const AdaptedReceiver& receiver, double channel_delay,
                       const BlockShape& shape, const StreamKey& key, Place place)
    : shape_(shape), key_(key), s1_(injection.s1), s2_(injection.s2), levels_(injection.levels) {
  const FrequencyGrid& grid = injection.to_decision.grid;
  mean_ = std::accumulate(levels_.begin(), levels_.end(), 0.0) / static_cast<double>(levels_.size());
  for (double& level : levels_) level -= mean_;
  std::sort(levels_.begin(), levels_.end());
  if (injection.to_decision.values.front().real() < 0.0) std::reverse(levels_.begin(), levels_.end());
  rate_hz_ = kRate * grid.symbol_rate;

  const int rate = std::gcd(kRate, grid.samples_per_ui);
  if (rate != kRate) throw NumericError("noise that follows the signal needs a grid of 8 samples a UI or a multiple");
  from_symbol_ = block_spectrum(pulse_response(injection.from_symbol, kRate).samples, shape, kRate);
  Response g = injection.to_decision;
  const auto ffe = place == Place::decision ? ffe_transfer(receiver.taps, grid.ui_count) : std::vector<Complex>{1.0};
  // Bulk delays are kept off the responses; only what the two parts hold more or less than the whole counts here.
  const double residual = injection.to_decision.bulk_delay + injection.from_symbol.bulk_delay - channel_delay;
  const double advance = receiver.position * grid.time_step() - residual;
  for (std::size_t k = 0; k < g.values.size(); ++k)
    g.values[k] *=
        receiver.ctle[k] * ffe[k % ffe.size()] * std::polar(1.0, 2.0 * constants::kPi * grid.frequency(k) * advance);
  std::vector<double> taps = pulse_response(g, kRate).samples;  // g dt kRate
  for (double& tap : taps) tap /= kRate;
  to_decision_ = block_spectrum(taps, shape, kRate);
  if (place != Place::waveform)  // the spectrum of every kRate-th sample is the mean of its images
    for (Complex& value : to_decision_) value /= static_cast<double>(kRate);
  for (double& tap : taps) tap *= tap / kRate;
  squared_ = block_spectrum(taps, shape, kRate);
}

// What white noise of unit variance is scaled by, squared.
void LevelNoise::find_density(std::span<const std::uint8_t> sent, Scratch& w) const {
  const std::size_t n = sent.size();
  w.levels.resize(n);
  w.symbols.resize(n / 2 + 1);
  w.fine.assign(n * kRate / 2 + 1, Complex());
  w.density.resize(n * kRate);
  for (std::size_t i = 0; i < n; ++i) w.levels[i] = levels_[sent[i]];
  real_fft(w.levels, w.symbols);
  multiply_add_repeated(w.symbols, from_symbol_, w.fine);
  inverse_real_fft(w.fine, w.density);
  for (double& value : w.density) {
    value += mean_;
    value = std::max(0.0, s1_ * value + s2_ * value * value) * 0.5 * rate_hz_;
  }
}

// Leaves the noise's spectrum in `fine`.
void LevelNoise::draw(std::uint64_t first, std::span<const std::uint8_t> sent, Scratch& w) const {
  find_density(sent, w);
  w.noise.resize(w.density.size());
  gaussian_noise(key_, first * kRate, std::span(w.noise));
  for (std::size_t i = 0; i < w.noise.size(); ++i) w.noise[i] *= std::sqrt(w.density[i]);
  real_fft(w.noise, w.fine);
}

void LevelNoise::add(std::uint64_t first, std::span<const std::uint8_t> sent, Scratch& scratch,
                     std::span<Complex> sum) const {
  draw(first, sent, scratch);
  multiply_add_folded(scratch.fine, to_decision_, sum);
}

void LevelNoise::add_waveform(std::uint64_t first, std::span<const std::uint8_t> sent, Scratch& scratch,
                              std::span<Complex> sum) const {
  draw(first, sent, scratch);
  multiply_add(scratch.fine, to_decision_, sum);
}

void LevelNoise::add_variance(std::span<const std::uint8_t> sent, std::span<double> variance) const {
  Scratch w;
  find_density(sent, w);
  real_fft(w.density, w.fine);
  std::vector<Complex> sum(sent.size() / 2 + 1);
  multiply_add_folded(w.fine, squared_, sum);
  inverse_real_fft(sum, w.levels);
  for (std::size_t i = 0; i < variance.size(); ++i) variance[i] += std::max(0.0, w.levels[i]);
}

}  // namespace tessera

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "phy/core/rng.hpp"
#include "phy/engine/lane_filter.hpp"
#include "phy/engine/noise_density.hpp"

namespace tessera {

/// Noise whose density follows the signal at its injection point (shot noise, RIN), at the decision or ahead of the
/// FFE.
///
/// Equation: y_n = sum_i g(t_n - t_i) w_i sqrt((s1 x_i + s2 x_i^2)/(2 dt)) dt, w white of unit variance, dt = T/8,
///   g from the injection point through CTLE and, at the decision, FFE, x the signal there.
/// Conventions: [x] = unit of the port, [y] = V; every pattern's own x enters, not its mean given a level.
/// Valid for: responses that pass nothing above four symbol rates.
/// Source: own (derivation on the page)
/// Theory: docs/theory/bit_by_bit_engine.md
class LevelNoise {
 public:
  static constexpr int kRate = 8;

  /// Arrays of one block on its way; fresh ones cost a third of a block.
  struct Scratch {
    std::vector<double> levels, density, noise;
    std::vector<Complex> symbols, fine;
  };

  /// Where the noise is looked at: behind the FFE once a symbol, ahead of it once a symbol, there at kRate a UI.
  enum class Place { decision, sampler, waveform };

  LevelNoise(const NoiseInjection& injection, const AdaptedReceiver& receiver, double channel_delay,
             const BlockShape& shape, const StreamKey& key, Place place = Place::decision);

  /// Adds this noise's spectrum at the symbol rate; not of a waveform.
  /// @param first absolute index of the block's first symbol, @param sent its symbols
  void add(std::uint64_t first, std::span<const std::uint8_t> sent, Scratch& scratch, std::span<Complex> sum) const;
  /// That of a waveform: kRate samples a UI, every kRate-th of which is one of `add`.
  void add_waveform(std::uint64_t first, std::span<const std::uint8_t> sent, Scratch& scratch,
                    std::span<Complex> sum) const;
  /// Adds the variance at each decision [V^2, shape.length] instead.
  void add_variance(std::span<const std::uint8_t> sent, std::span<double> variance) const;

 private:
  void draw(std::uint64_t first, std::span<const std::uint8_t> sent, Scratch& w) const;
  void find_density(std::span<const std::uint8_t> sent, Scratch& w) const;

  BlockShape shape_;
  StreamKey key_;
  double s1_, s2_, mean_, rate_hz_;
  std::vector<double> levels_;  // at the injection point, in the order of the decision's levels, mean removed
  std::vector<Complex> from_symbol_, to_decision_, squared_;
};

}  // namespace tessera

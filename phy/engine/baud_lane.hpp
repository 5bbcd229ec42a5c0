#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "phy/engine/decision_point.hpp"
#include "phy/modulation/edge_jitter.hpp"
#include "phy/modulation/prbs.hpp"

namespace tessera {

/// Where jitter acts: on the edges that the transmitter makes and on the sampler, each its own; or, as the statistical
/// engine has it, all of it on the instant at which the equalised signal is decided.
enum class JitterPlace { edges, decision };

std::string_view to_string(JitterPlace place);
/// @throws ConfigError for an unknown one.
JitterPlace jitter_place_named(const std::string& name);

/// Error of a converter's sample: evenly between the decision levels of its step, or Gaussian of the same variance, as
/// the statistical engine has it.
enum class ConverterError { uniform, gaussian };

/// Sinusoidal jitter of the transmitter's edges: amplitude sin(2 pi frequency k) at edge k.
struct SinusoidalJitter {
  double amplitude_ui = 0.0;  // peak
  double frequency = 0.0;     // cycles a UI
};

struct LaneOptions {
  std::uint64_t seed = 0;
  std::string instance;            // path of the lane, part of every random key
  std::string pattern = "random";  // own data, as SymbolPattern knows it
  JitterPlace jitter = JitterPlace::edges;
  SinusoidalJitter sinusoidal;
  ConverterError converter = ConverterError::uniform;
  bool noise = true;       // false: the noise-free waveform
  bool own_signal = true;  // false: only what is added to it, noise and aggressors
};

/// Displacements of the transmitter's edges and of the instants of decision.
struct LaneJitter {
  EdgeJitter edge, decision;
};
LaneJitter jitter_of(const PreparedSegment& segment, const LaneOptions& options);

/// Signal at the slicer once a symbol, before feedback: the linear lane at a frozen phase.
///
/// Equation: y_n = sum_k h_k L[s_{n-k}] + sum_a sum_k c_k^a x^a_{n-k} + jitter + noise, with h the equalised cursors of
///   the settled receiver. Edges displaced by tau_k add sum_m (-tau_k)^m/m! (x_k - x_{k-1}) g^{(m-1)}, g the response
///   to a step's derivative and x the levels behind the TX FFE; a decision displaced by tau adds sum_m tau^m/m!
///   y^{(m)}. Noise of density s0 is white noise through the square root of its density folded to the symbol rate; of
///   density s1 x + s2 x^2 it is white noise at 8 samples a UI, times the root of what x(t) is there, through
///   everything behind.
/// Conventions: [y] = V; block b holds symbols b size() … (b + 1) size() - 1 of the stream and is a function of the
///   seed, the instance and b alone. Aggressors without a common clock move on by an irrational part of a UI each
///   block, as clocks with an offset do.
/// Valid for: linear stages; displacements below 1/4 UI; a converter's error is white and does not clip.
/// Source: gardner1995 (block convolution); own (derivation on the page)
/// Theory: docs/theory/bit_by_bit_engine.md
class BaudLane {
 public:
  BaudLane(const PreparedSegment& segment, const DecisionPoint& point, LaneOptions options);
  ~BaudLane();
  BaudLane(BaudLane&&) noexcept;
  BaudLane& operator=(BaudLane&&) noexcept;

  struct Block {
    std::vector<std::uint8_t> sent;  // [size()]
    std::vector<double> y;           // V [size()]
  };

  /// Absolute index of the first symbol of block 0: blocks look back before it.
  static constexpr std::uint64_t kOrigin = std::uint64_t{1} << 24;

  std::size_t size() const;
  const SymbolPattern& symbols() const;
  /// Safe to call from several threads at a time.
  void fill(std::uint64_t index, Block& block) const;

  /// V^2 of all noise that does not follow the signal; of that which does, by symbol of a block [size()].
  double constant_variance() const;
  void variance(std::uint64_t index, std::vector<double>& variance) const;

 private:
  struct State;
  static void add_noise(const PreparedSegment& segment, const DecisionPoint& point, const LaneOptions& options,
                        State& state);
  std::unique_ptr<const State> state_;
};

}  // namespace tessera

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "phy/engine/baud_lane.hpp"
#include "phy/engine/eye_counter.hpp"
#include "phy/engine/receiver_report.hpp"

namespace tessera {

enum class ClockMode { none, mueller_muller, bang_bang };
enum class Adaptation { none, lms, sign_sign };
enum class Detector { slicer, mlse };

std::string_view to_string(ClockMode mode);
std::string_view to_string(Adaptation adaptation);
std::string_view to_string(Detector detector);
/// @throws ConfigError naming the nearest for an unknown one.
ClockMode clock_mode_named(const std::string& name);
Adaptation adaptation_named(const std::string& name);
Detector detector_named(const std::string& name);

constexpr double kMostEdgeDisplacement = 0.25;  // UI, of single edges

struct ReceiverOptions {
  ClockMode clock = ClockMode::none;
  Adaptation adaptation = Adaptation::none;
  Detector detector = Detector::slicer;
  double start_offset_ui = 0.0;       // of the clock from the settled phase; where it stays without recovery
  double frequency_offset = 0.0;      // of the receiver's clock period: 1e-6 is 1 ppm too long
  double bandwidth = 1.0 / 13281.25;  // of clock recovery, cycles a symbol: 4 MHz at 53.125 GBd
  double damping = 2.0;               // of the second-order loop
  std::uint64_t training = 200'000;   // symbols known to the receiver, where anything adapts
  double misadjustment = 0.01;        // excess of the mean-square error that the step of adaptation aims at
  int mlse_memory = 1;                // symbols, 1 or 2
  SinusoidalJitter wander;            // of the whole transmitter against the receiver's crystal
};

/// A receiver behind the CTLE: sampler with clock recovery, converter, FFE and DFE, slicer or sequence detector.
///
/// Equation: sample j at t_j = j + phase_j UI, quantised and clipped by Adc; z_m of the newest sample j = m + pre by
///   AdaptiveEqualizer; phase_{j+1} = phase_j + offset + f + k_p e_m, f <- f + k_i e_m. Mueller-Muller: e_m =
///   (z_m a_{m-1} - z_{m-1} a_m)/var(a) less its mean at the settled phase, a the levels decided. Bang-bang: the sign
///   at the instant u before the decision at which neighbouring symbols weigh alike, h(u) = h(u + 1) - b_1 h(0).
/// Conventions: phases in UI from the settled phase, late is positive. Wander is slow enough to move all that a symbol
///   touches together: everything is sampled earlier by as much as the transmitter is late. Jitter of the decision
///   moves all samples of one decision together, as in BaudLane. MLSE takes what the first `memory` DFE taps would have
///   removed.
/// Valid for: up to 64 FFE taps; one frequency of adaptation and clock at a time: with both, the taps train before the
///   clock is let go, and from there the FFE taps beside the main one and the first DFE tap are held.
/// Source: mueller1976; alexander1975; widrow1985; forney1972; own (composition)
/// Theory: docs/theory/bit_by_bit_engine.md
///
/// Cost: O(FFE + DFE taps) a symbol one after the other; O(6 FFE taps) more where the decision has jitter or the clock
///   looks at crossings.
class ReceiverLoop {
 public:
  /// @param thresholds at the slicer for symbols at their settled levels
  /// @throws ConfigError for options that cannot be, NumericError where a clock finds nothing to lock to.
  ReceiverLoop(const PreparedSegment& segment, const DecisionPoint& point, std::span<const double> thresholds,
               const LaneOptions& lane, const ReceiverOptions& options);
  ~ReceiverLoop();
  ReceiverLoop(ReceiverLoop&&) noexcept;
  ReceiverLoop& operator=(ReceiverLoop&&) noexcept;

  /// What was sent and what was decided, symbol by symbol: only what counts.
  struct Decided {
    std::vector<std::uint8_t> sent, decided;
  };

  /// Takes the next samples of a WaveformLane with their symbols and appends the decisions about those that have
  /// arrived: eight samples a symbol or, where the receiver stands still, one at the phase where its clock starts.
  void receive(std::span<const float> v, std::span<const std::uint8_t> sent, Decided& out);

  /// Goes on, with the taps as they are, at eight samples a symbol from this symbol of the stream on.
  void resume(std::uint64_t symbol);

  /// From here on `eye` counts, at its phases beside every decision's, what this receiver would have sliced; not with a
  /// null pointer.
  void watch(EyeCounter* eye);

  std::size_t feedback_taps() const;
  ReceiverReport report() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Whether every sample stands where the clock starts: no recovery, no offset, no wander, no jitter of the decision.
bool stands_still(const PreparedSegment& segment, const LaneOptions& lane, const ReceiverOptions& options);

/// @throws ConfigError for values out of range.
void check_receiver(const ReceiverOptions& options, const SinusoidalJitter& sinusoidal);

}  // namespace tessera

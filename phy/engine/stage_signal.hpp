#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "phy/engine/baud_lane.hpp"

namespace tessera {

/// Own signal of a lane at the slicer, carried through the processor of every stage: drivers that saturate, modulators
/// that bend, lasers and LEDs whose rate equations are integrated.
///
/// Symbols behind the TX FFE become a waveform with displaced edges at the grid's samples per UI; network runs, the
/// driver's edge, the receiver's front end and CTLE are linear filters, each in one block convolution; signal stages
/// are their processors at the operating points of the preparation. The instant of sampling is the one at which the
/// noise-free waveform lies closest to that of the linear lane at its settled phase.
///
/// Conventions: [y] = V; symbol n of the stream is symbol n of BaudLane's.
/// Valid for: noise and crosstalk small against what the stages bend: they are added behind, from the linear lane.
/// Source: own (composition of the stages' processors)
/// Theory: docs/theory/bit_by_bit_engine.md
class StageSignal {
 public:
  /// @param linear the same lane, noise-free and without jitter, which the phase is taken from
  /// @throws NumericError if the stages' waveform has nothing in common with the linear one.
  StageSignal(const Segment& description, const PreparedSegment& segment, const DecisionPoint& point,
              const LaneOptions& options, const BaudLane& linear);
  ~StageSignal();
  StageSignal(StageSignal&&) noexcept;
  StageSignal& operator=(StageSignal&&) noexcept;

  /// Samples of the next y.size() symbols, `offset_ui` beside the instant of decision, without feedback.
  void read(std::span<double> y, double offset_ui = 0.0);
  /// Adds the waveform ahead of the FFE, `rate` samples for each of the next v.size()/rate symbols, the first of them
  /// at its instant of decision.
  void add_waveform(std::span<float> v, std::size_t rate);
  /// Goes on by so many symbols.
  void advance(std::size_t symbols);
  /// rms of the difference to the linear lane over half the smallest eye, from the phase search.
  double departure() const;
  /// Noise-free samples of the phase search, without feedback, and the symbols sent: what a receiver settles on.
  const BaudLane::Block& settling() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A lane as a whole: the linear one, its own signal through the stages where a description is given.
struct Lane {
  BaudLane linear;
  std::optional<StageSignal> stages;

  Lane(const PreparedSegment& segment, const DecisionPoint& point, const LaneOptions& options,
       const Segment* description);
  /// Adds the stages' samples of the next y.size() symbols, if there are any, and goes on.
  void add_stages(std::span<double> y);
};

}  // namespace tessera

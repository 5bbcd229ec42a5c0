#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "phy/engine/bit_by_bit_engine.hpp"
#include "phy/engine/receiver_loop.hpp"
#include "phy/engine/stage_signal.hpp"
#include "phy/engine/symbol_decider.hpp"
#include "phy/engine/symbol_tally.hpp"
#include "phy/engine/waveform_lane.hpp"
#include "phy/modulation/prbs.hpp"

namespace tessera {

/// A run's options for the lane of class `index`, whose instance is its name: lanes of a link share no random number.
/// @throws ConfigError for sinusoidal jitter that only a receiver can follow.
LaneOptions lane_options(const PreparedSegment& segment, const BitByBitOptions& options, std::size_t index);

/// One lane class on its way: blocks are made in parallel and decided in order, by the frozen receiver or by one that
/// recovers clock and taps.
class LaneRun {
 public:
  /// @param segment of one lane class, @param stages its description where its own signal goes through the stages
  LaneRun(const PreparedSegment& segment, const Segment* stages, const BitByBitOptions& options, std::size_t index,
          double share);

  void advance();

  /// Samples of the symbols to come around the instant of decision, feedback of those that were sent. Of a receiver:
  /// what its slicer would see if its clock stood elsewhere, through converter and taps, feedback of what it decides.
  EyeDensity eye();

  /// How far this class lags behind its share of `total` symbols.
  double lag(double total) const { return share_ * total - static_cast<double>(tally_.symbols); }
  std::size_t symbols_each_turn() const;
  const PreparedSegment& segment() const { return segment_; }
  const DecisionPoint& point() const { return point_; }
  const SymbolTally& counted() const { return tally_; }
  const std::optional<PrbsChecker>& checker() const { return checker_; }
  double share() const { return share_; }
  std::optional<ReceiverReport> receiver() const;

 private:
  // A waveform lane, its own signal through the stages where they bend it, with its receiver, and the blocks under way.
  struct Receiver {
    WaveformLane lane;
    std::optional<StageSignal> stages;
    ReceiverLoop loop;
    std::array<WaveformLane::Block, 2> blocks;
    ReceiverLoop::Decided decided;
  };

  void make_receiver(const BitByBitOptions& options, const Segment* stages);
  void advance_receiver(Receiver& receiver);
  void receive(Receiver& receiver);
  EyeDensity lane_eye(Lane& own);
  EyeDensity receiver_eye(Receiver& receiver);
  void advance_lane(Lane& lane);
  void count(std::span<const std::uint8_t> sent, std::span<const std::uint8_t> decided);

  PreparedSegment segment_;
  DecisionPoint point_;
  SymbolDecider decider_;
  double share_;
  LaneOptions options_;
  std::optional<Lane> lane_;  // one of the two
  std::optional<Receiver> receiver_;
  SymbolTally tally_;
  std::optional<PrbsChecker> checker_;
  std::uint64_t next_ = 0;
  std::array<BaudLane::Block, 2> blocks_;
  std::vector<std::uint8_t> decided_, bits_;
};

}  // namespace tessera

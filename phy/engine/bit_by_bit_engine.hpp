#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "phy/engine/baud_lane.hpp"
#include "phy/engine/link_report.hpp"
#include "phy/engine/receiver_loop.hpp"
#include "phy/engine/statistical_engine.hpp"

namespace tessera {

/// When a run ends: at whichever comes first, looked at after every block of every lane class in turn.
struct StopRules {
  std::uint64_t errors = 1000;  // symbol errors; 0 for no such rule
  std::uint64_t symbols = 20'000'000;
  double seconds = 0.0;  // of computing; 0 for no such rule. The one rule that makes a result depend on the machine
};

/// How symbols go through the lane: once a symbol through its linear response, or as a waveform through the processor
/// of every stage. Automatic takes the stages where their noise-free samples depart from the linear lane's by more than
/// 5 % (rms) of half an eye. Receiver: as the waveform at the converter's input, through
/// the stages by the same rule as automatic, with a receiver behind it that quantises, and recovers clock and taps
/// where asked to.
enum class LanePath { automatic, baud_rate, stages, receiver };

std::string_view to_string(LanePath path);
/// @throws ConfigError naming the nearest for an unknown one.
LanePath lane_path_named(const std::string& name);

/// Counting errors; or noise-free samples with the noise that each of them meets; or every pattern of the largest
/// cursors once, the rest as a density; or samples drawn as errors make them.
enum class Method { count, semi_analytic, de_bruijn, importance_sampling };

std::string_view to_string(Method method);
/// @throws ConfigError naming the nearest for an unknown one.
Method method_named(const std::string& name);

struct BitByBitOptions {
  Method method = Method::count;
  StopRules stop;             // of counting
  std::uint64_t samples = 0;  // of methods that draw; 0: 4,000,000 semi-analytic, 50,000 by importance sampling
  std::uint64_t seed = 0;
  std::string pattern = "random";
  LanePath path = LanePath::automatic;
  JitterPlace jitter = JitterPlace::decision;
  SinusoidalJitter sinusoidal;
  double sinusoidal_hz = 0.0;       // in place of its frequency, where not 0
  double clock_bandwidth_hz = 0.0;  // in place of the receiver's bandwidth, where not 0
  ReceiverOptions receiver;         // of the path of that name
  ConverterError converter = ConverterError::uniform;
  bool eye = false;                   // also the eye diagram, 40 phases of some 20,000 symbols
  StatisticalOptions statistical;     // how taps, phase and thresholds are settled
  std::function<bool()> interrupted;  // asked at least once a block; true ends the run with what it has
};

/// Symbols through a lane, one by one, and their errors counted.
///
/// Taps, phase and thresholds are those that the statistical engine settles on, but for a receiver that recovers its
/// own (ReceiverLoop). Every lane class runs in proportion to its lanes, so that the count is that of the mixture.
/// Memory does not grow with the number of symbols; the result does not depend on the number of threads.
/// Conventions: a run ends between blocks; the first block of a lane only settles feedback and baseline.
/// Valid for: what BaudLane, StageSignal, WaveformLane and ReceiverLoop are valid for.
/// Source: jeruchim2000 (Monte Carlo estimation of error ratios); own composition
/// Theory: docs/theory/bit_by_bit_engine.md
/// @param description the segment as it was described, for the stages' processors; a segment without one is linear.
/// @throws ConfigError for options that cannot be, NumericError if the receiver finds no cursor, and after
/// an interrupt before the first symbol was counted.
SegmentResult run_bit_by_bit(const PreparedSegment& segment, const BitByBitOptions& options = {},
                             const Segment* description = nullptr);
EngineResult run_bit_by_bit(const PreparedLink& link, const BitByBitOptions& options = {});

}  // namespace tessera

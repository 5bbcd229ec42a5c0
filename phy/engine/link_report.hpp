#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "phy/core/log10_probability.hpp"
#include "phy/engine/error_count.hpp"
#include "phy/engine/receiver_report.hpp"
#include "phy/link/prepare.hpp"

namespace tessera {

/// What limits or costs how much, in words and numbers.
struct BudgetRow {
  std::string name;
  double value = 0.0;
  std::string unit;
  std::string reason;
};

/// Density of the eye on phase x amplitude, and contours.
struct StatisticalEye {
  std::vector<double> phase_ui;           // [phase]
  std::vector<double> amplitude;          // V [bin]
  std::vector<double> density;            // 1/V, row-major [phase][bin]
  std::vector<Log10Probability> bathtub;  // symbol error ratio when sampling at each phase, without error propagation
  double eye_height = 0.0;                // V, inner opening at `contour` of the worst eye, without jitter
  double eye_width_ui = 0.0;              // of the bathtub at `contour`, with jitter
  double contour = 1e-12;
};

/// Density of simulated samples on phase x amplitude.
struct EyeDensity {
  std::vector<double> phase_ui;   // [phase], relative to the instant of decision
  std::vector<double> amplitude;  // V [bin], centres
  std::vector<double> density;    // 1/V, row-major [phase][bin]
};

/// How an error ratio was found that rests on samples but on no count.
struct SampledRatio {
  std::string method;  // semi_analytic | de_bruijn | importance_sampling
  std::uint64_t samples = 0;
  double effective_samples = 0.0;  // that carry the result; of importance sampling 1/relative_error^2
  double relative_error = 0.0;     // standard deviation over value; 0 where nothing is drawn
  Interval bit_error_95;
  bool interrupted = false;
};

/// The equaliser that an engine settled on.
struct EqualizerState {
  double ctle_dc_gain_db = 0.0, ctle_dc_gain2_db = 0.0;
  std::vector<double> ffe, dfe;  // FFE relative to its main tap's gain; DFE relative to the cursor
  double phase_ui = 0.0;         // relative to the pulse peak
};

/// The share of a segment's lanes that have the same bit error ratio.
struct LaneErrorRatio {
  double share = 1.0;  // of all lanes; the shares of a segment sum to 1
  Log10Probability bit_error_ratio;
};

/// One segment's result at its slicer.
struct SegmentResult {
  std::string name;
  Log10Probability symbol_error_ratio;
  Log10Probability pre_fec_ber;                   // mixture over lanes, error propagation included
  std::vector<LaneErrorRatio> lane_error_ratios;  // what the mixture is made of; empty when all lanes are alike
  Log10Probability numerical_floor;               // probabilities below this are bounds, not values
  double burst_mean = 1.0;                        // symbols
  double q = 0.0;                                 // equivalent Gaussian Q of the symbol error ratio
  double cursor = 0.0;                            // V, half the smallest level distance at the slicer
  double isi_rms = 0.0, noise_rms = 0.0, crosstalk_rms = 0.0, jitter_rms = 0.0;  // V at the slicer
  std::map<std::string, double> noise_rms_by_mechanism;                          // "stage.mechanism" -> V
  std::vector<double> level_noise_rms;                                           // V, one per level
  EqualizerState equalizer;
  std::vector<BudgetRow> rows;  // budget engine: dB and reason
  std::optional<StatisticalEye> eye;
  std::optional<ErrorCount> count;          // bit-by-bit engine, counting
  std::optional<ReceiverReport> receiver;   // … through a receiver that recovers clock and taps
  std::optional<SampledRatio> sampled;      // bit-by-bit engine, other methods
  std::optional<EyeDensity> simulated_eye;  // bit-by-bit engine, where asked for
};

struct EngineResult {
  std::string engine;
  std::vector<SegmentResult> segments;
  std::vector<ValidityNote> notes;
};

}  // namespace tessera

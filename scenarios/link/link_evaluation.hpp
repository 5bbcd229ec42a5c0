#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "phy/engine/bit_by_bit_engine.hpp"
#include "phy/engine/link_report.hpp"
#include "phy/engine/margin.hpp"
#include "phy/engine/statistical_engine.hpp"
#include "phy/link/energy.hpp"
#include "phy/link/latency.hpp"
#include "phy/link/link.hpp"
#include "phy/link/reliability.hpp"
#include "scenarios/link/measured_ber.hpp"
#include "scenarios/link/probe.hpp"
#include "scenarios/link/reach_solver.hpp"

namespace tessera {

enum class Engine { budget, statistical, bit_by_bit };

std::string_view to_string(Engine engine);

/// @throws ConfigError at `where`, naming the nearest engine.
Engine engine_named(const std::string& name, const SourceLocation& where = {});
/// The same where many links are computed; counting is not for these.
Engine computing_engine_named(const std::string& name, const SourceLocation& where = {});

/// Thrown by `evaluate` when its options ask it to stop.
class Interrupted : public Error {
 public:
  Interrupted() : Error("interrupted") {}
};

/// One length of the varied stage.
struct LengthSample {
  double length_m = 0.0;
  Log10Probability pre_fec_ber, frame_loss_ratio;  // 64-byte frames
  double margin_q = 0.0;
  bool closes = false;  // frame loss ratio within the scenario's limit
};

/// Bit error ratio of a segment against how much light or how little noise it has.
struct WaterfallPoint {
  double x = 0.0;  // dBm or dB
  Log10Probability pre_fec_ber;
};

struct Waterfall {
  enum class Axis { received_oma, decision_snr };

  std::string segment;
  Axis axis = Axis::received_oma;
  std::vector<WaterfallPoint> points;  // ascending
  double own = 0.0;                    // of the link itself
  std::optional<double> required;      // where required_ber is met: the sensitivity; none where a floor is above it
  Log10Probability required_ber;
};

/// What a mechanism contributes to the variance at the decision of the segment that limits the link.
struct VarianceShare {
  std::string mechanism;  // "isi", "crosstalk", "jitter" or "stage.mechanism"
  double share = 0.0;     // of the summed variance; shares sum to 1
};

struct SegmentReport {
  SegmentResult result;
  int lanes = 1, spare_lanes = 0;
  double lane_rate_bps = 0.0;
  double insertion_loss_db = 0.0;  // all networks, at Nyquist
};

/// Everything that is known of one link at its own length, how far it goes, and what it costs.
///
/// Conventions: energies are power of ONE end over payload of ONE direction; FIT is of one direction. Absent values
/// were not sourced or do not apply. A reach is empty either because no length closes or because all do: `beyond_limit`
/// tells.
struct LinkReport {
  std::string name, technology, description, engine;
  int lanes = 1, spare_lanes = 0;  // of the segment with most lanes
  double lane_rate_bps = 0.0, line_rate_bps = 0.0, payload_rate_bps = 0.0;
  std::optional<double> length_m;
  double frame_loss_limit = 0.0, case_temperature_k = 0.0;
  std::string corner = "typical";
  std::string fec;

  std::vector<SegmentReport> segments;
  LinkVerdict verdict;  // error ratios of the path, margin
  std::optional<Log10Probability>
      burst_codeword_error_ratio;  // the path's if errors come in bursts; not in the verdict
  std::string limited_by;
  std::vector<VarianceShare> shares;

  Reach reach_nominal, reach_design;
  std::optional<double> reach_standard_m;
  double reach_search_limit_m = 0.0;
  std::string reach_stage, reach_limited_by;

  Latency latency;
  EnergyBreakdown energy;   // of one end
  Reliability reliability;  // of one direction
  Density density;
  std::optional<double> shoreline_bps_per_m, area_bps_per_m2;  // payload of one direction over width and area

  std::vector<ValidityNote> notes;
  std::vector<LengthSample> curve;    // BER against length, sorted by length
  std::vector<Waterfall> waterfalls;  // empty unless asked for
  std::vector<Probe> probes;
  std::optional<BerOverlay> measured_ber;  // measured points beside the model
  bool complete = true;                    // false: interrupted before all lengths were tried; reach is then unknown
};

struct EvaluationOptions {
  Engine engine = Engine::statistical;
  StatisticalOptions statistical;
  BitByBitOptions bit_by_bit;
  bool eye = true;    // statistical engine: also the eye and bathtub at the link's own length
  bool reach = true;  // also scan lengths; the bit-by-bit engine never does
  int scan_points = 24;
  PrepareCache* cache = nullptr;      // shared between evaluations; each has its own without one
  bool port_noise = false;            // probes also with noise, at the link's own length
  std::function<bool()> stop;         // asked before every engine run; true throws Interrupted
  std::function<void(int)> planned;   // told how many engine runs come at least
  std::function<void(int)> finished;  // told of engine runs done; called from several threads
};

/// The part of `evaluate` at the link's own length: everything but reach and curve. `complete` is false where lengths
/// remain to be tried. @throws as `evaluate`.
LinkReport evaluate_own_length(const Link& link, const EvaluationOptions& options = {});

/// Adds reach and curve to the report of the link's own length. Asked to stop, it returns with the lengths tried so far
/// in the curve and `complete` false. @throws as `evaluate`, but not Interrupted.
void add_reach(const Link& link, const EvaluationOptions& options, LinkReport& report);

/// Prepares a link, runs an engine on it and gathers margin, energy, reliability, latency, reach and curves.
///
/// Equation: margin_q = Q at the slicer / Q required; margin_electrical_db = 20 log10, margin_optical_db = 10 log10 of
/// it.
/// Conventions: reach_nominal has margin_q = 1 and reach_design has margin_q = sqrt(2), with the length of
/// `link.reach_stage` as variable. The result does not depend on the number of threads.
/// Valid for: links whose reach stage has a parameter `length`.
/// Source: none, the criterion is this project's own.
/// Theory: docs/guides/output_formats.md
/// @throws ConfigError, NumericError from the models and engines; Interrupted before the link's own length is done.
LinkReport evaluate(const Link& link, const EvaluationOptions& options = {});

/// The same link with another length of its reach stage. @throws ConfigError if it has none.
Link with_length(const Link& link, double length_m);

}  // namespace tessera

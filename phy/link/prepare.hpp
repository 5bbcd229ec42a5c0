#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "phy/core/memo.hpp"
#include "phy/link/link.hpp"

namespace tessera {

/// Noise at its injection point and the way from there to the equaliser's input.
///
/// For a signal x(t) at the injection point with level x_m of the symbol at the cursor, the conditional variance at the
/// decision is
///   var_m = integral [ s0(f) |G|^2 ] df + 1/2 integral ( s1 E[x(t)|m] + s2 E[x^2(t)|m] ) g^2(t_s - t) dt
/// with G = to_decision x equaliser, g its impulse response (PSDs one-sided, hence 1/2 in the time-domain terms).
struct NoiseInjection {
  std::string stage, mechanism;
  std::vector<double> s0;  // unit^2/Hz at the injection point; empty for zero
  double s1 = 0.0, s2 = 0.0;
  Response to_decision;        // unit of the port -> V at the equaliser input
  std::vector<double> levels;  // signal levels x_m at the injection point (s1, s2 only)
  Response from_symbol;        // normalised: levels x this = signal at the injection point (s1, s2 only)
};

/// One aggressor (or several alike): x = sum_k a_k c(t - kT) with nominal PAM levels a_k of `modulation`.
struct CrosstalkPath {
  std::string name;
  Response response;  // V at the equaliser input per unit nominal symbol, sample-and-hold included; shape only for
                      // synchronous arrays
  std::vector<double> gains;  // one per aggressor, multiplies `response`
  bool synchronous = false;
};

/// A segment lowered once for all engines. `channel` is normalised to 1 at DC, so that
///   v(t) = mean + sum_k levels[s_k] p(t - kT),  p = inverse transform of channel (zero-order hold included).
struct PreparedSegment {
  std::string name;
  Modulation modulation;
  FrequencyGrid grid;
  int lanes = 1;
  std::vector<LaneClass> lane_classes;  // at least one; gains multiply the path named "array"
  TransmitterSpec transmitter;
  ReceiverSpec receiver;
  std::vector<double>
      levels;        // V at the equaliser input, mean removed, lowest symbol first (after sorting for inverting stages)
  Response channel;  // hold, TX FFE, edge, every stage, receiver front end
  std::vector<NoiseInjection> noise;
  std::vector<CrosstalkPath> crosstalk;
  double high_pass = 0.0;                           // Hz, sum of the low corners kept off the grid
  JitterSpec jitter;                                // transmitter and receiver combined: peaks add, rms in quadrature
  std::vector<LaneState> states;                    // operating point at the output of each stage, in order
  std::map<std::string, double> insertion_loss_db;  // each network run by its first stage's name, at Nyquist
  double insertion_loss_total_db = 0.0;             // all networks of the segment, at Nyquist, terminated
  std::shared_ptr<Memo> memo;  // of functions of `channel` alone; shared by segments out of one cache, else none
};

struct PreparedLink {
  Link link;
  std::vector<PreparedSegment> segments;
  std::vector<ValidityNote> notes;
};

/// Results of (stage parameters, grid) that a sweep may use again. An explicit object; prepare works without one.
///
/// Conventions: a stored value equals a computed one bit for bit, so results do not depend on what is cached. Holds
/// networks, and segments of which only the receiver's equaliser and noise changed since.
/// Valid for: any number of threads at a time. What was not used for longest goes when `byte_limit` is passed.
class PrepareCache {
 public:
  explicit PrepareCache(std::size_t byte_limit = std::size_t{256} << 20);

  std::shared_ptr<const SParameters> find(const std::string& key) const;
  void store(const std::string& key, std::shared_ptr<const SParameters> value);
  std::shared_ptr<const PreparedSegment> find_segment(const std::string& key) const;
  void store_segment(const std::string& key, std::shared_ptr<const PreparedSegment> value);
  std::size_t bytes() const;

 private:
  using Value = std::variant<std::shared_ptr<const SParameters>, std::shared_ptr<const PreparedSegment>>;
  struct Entry {
    std::string key;
    Value value;
    std::size_t bytes;
  };
  const Value* touch(const std::string& key) const;
  void insert(const std::string& key, Value value, std::size_t bytes);

  mutable std::mutex mutex_;
  mutable std::list<Entry> entries_;  // used last first
  std::map<std::string, std::list<Entry>::iterator, std::less<>> places_;
  std::size_t byte_limit_, bytes_ = 0;
};

/// Lowers a link: DC walk, large-signal levels, fused networks, one grid per segment, responses from every injection
/// point.
///
/// Cost: O(S N log N) for S stages and N samples (32,768 by default); N doubles until the last tenth of the response
/// holds less than 1e-6 of its energy.
/// @throws ConfigError if ports do not fit, a terminal is missing or a coupling names an unknown stage; NumericError if
/// a response is not finite.
PreparedLink prepare(const Link& link, PrepareCache* cache = nullptr);

}  // namespace tessera

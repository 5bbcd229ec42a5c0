#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"
#include "phy/link/ports.hpp"
#include "phy/signal/s_parameters.hpp"

namespace tessera {

/// A channel as it was measured or extracted: the scattering parameters of a Touchstone file.
///
/// Equation: S(f) of the file in mixed mode [d1, c1, d2, c2], resampled by magnitude and unwrapped phase, [1].
/// Conventions: .s4p becomes a mixed-mode four-port; .s2p stands for a differential two-port whose impedance is 2 R of
/// the file.
/// Valid for: 0 Hz … the file's last frequency; above it a 10 % cosine taper and a validity note. Without a file the
/// model is no channel: s_parameters throws.
/// Source: ibis-touchstone-2.0
/// Theory: docs/models/touchstone_channel.md
class TouchstoneChannel {
 public:
  static constexpr std::string_view kType = "touchstone_channel";
  static constexpr bool kCausal = false;

  struct Params {
    std::string file;
    std::string port_order = "auto";
    double fit = 0.0;
    bool operator==(const Params&) const = default;
  };

  template <class P, class V>
  static void visit(P& p, V&& v) {
    v({.name = "file", .unit = "", .text = "Touchstone 1.x or 2.0 file, .s4p or .s2p"}, p.file);
    v({.name = "port_order",
       .unit = "",
       .text = "auto, or the ports near plus, near minus, far plus, far minus, such as 1 3 2 4"},
      p.port_order);
    v({"fit", "FIT", 0.0, 1e6, "failures in 1e9 h, one lane"}, p.fit);
  }

  TouchstoneChannel() : TouchstoneChannel(Params{}) {}
  /// Reads the file once; copies share what was read.
  /// @throws ConfigError for a bad file, port count or port order, IoError if the file cannot be read.
  explicit TouchstoneChannel(Params params);

  const Params& params() const { return params_; }
  /// @throws ConfigError without a file.
  SParameters s_parameters(std::span<const double> frequency) const;
  /// Notes for the band above the file's edge, the point at 0 Hz and passivity.
  std::vector<ValidityNote> validity(const FrequencyGrid& grid, const LaneState& state) const;

  std::vector<PowerItem> power(const CostContext& context) const;
  std::vector<FitItem> fit(const CostContext& context) const;
  double latency(const CostContext& context) const;

 private:
  struct Loaded {
    SParameters network;
    double largest_singular_value = 0.0;
    double edge_magnitude = 0.0;
  };

  Params params_;
  std::shared_ptr<const Loaded> loaded_;
};

}  // namespace tessera

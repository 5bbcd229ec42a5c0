#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace tessera {

/// How long the cables of one tier are.
///
/// Conventions: metres. `own`: the length in the link's own file; `list`: each value as often as it stands there;
/// `triangular`: density highest at `mode`.
struct CableLengths {
  enum class Shape { own, list, uniform, triangular } shape = Shape::own;
  std::vector<double> values;
  double low = 0.0, mode = 0.0, high = 0.0;
};

/// Cables taken as equally long. An empty length is the link's own.
struct LengthBin {
  std::optional<double> length;
  double share = 1.0;
};

inline constexpr int kLengthBins = 5;

/// The length that a share `u` of the cables does not exceed.
///
/// Equation: uniform a + u (b - a); triangular a + sqrt(u (b - a)(c - a)) below the mode c, b - sqrt((1 - u)(b - a)(b -
///   c)) above.
/// Valid for: 0 <= u <= 1; continuous shapes.
/// Source: closed form
/// Theory: docs/theory/fabric.md
double length_quantile(const CableLengths& lengths, double u);

/// A list as its values with their shares, ascending; a continuous shape as `kLengthBins` equally frequent lengths,
/// each the median of its part.
/// Source: closed form
/// Theory: docs/theory/fabric.md
/// @throws ConfigError for lengths that are negative or out of order, or an empty list.
std::vector<LengthBin> bins(const CableLengths& lengths);

/// Whole numbers in proportion to `shares` that add up to `total`: largest remainders, the first ones where equal.
/// Source: closed form
/// Theory: docs/theory/fabric.md
std::vector<std::int64_t> apportion(std::int64_t total, const std::vector<double>& shares);

}  // namespace tessera

#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace tessera {

/// One of several values with equal probability, prepared once for cursors of any size.
class Impulses {
 public:
  /// @param values [ascending or not], one at least
  explicit Impulses(std::span<const double> values);
  /// The same values with the other sign.
  Impulses negated() const;

  std::span<const double> sorted() const { return sorted_; }
  /// Offsets from the lowest value if the values are all sums of independent offsets: any pair, any symmetric four,
  /// eight equally spaced. Empty otherwise.
  std::span<const double> offsets() const { return offsets_; }

 private:
  std::vector<double> sorted_, offsets_;
};

/// Density of a sum of independent discrete variables on a uniform axis, exponentially tilted towards one tail.
///
/// Equation: P(X = x_i) = e^{log_mgf - tilt x_i} weight_i with x_i = origin + i step and sum_i weight_i = 1; an impulse
/// between two bins is split linearly in the tilted domain, which leaves the tilted mean exact and adds
/// `split_variance` to the tilted density.
/// Conventions: [origin, step] = V, [tilt] = 1/V; tilt = 0 is the plain density.
/// Valid for: sums within the capacity given to the constructor.
/// Source: cover2006 (exponential change of measure); ieee802.3-2022 annex 93A.1.7 (convolution of impulses)
/// Theory: docs/theory/statistical_engine.md
class Pdf {
 public:
  /// A unit impulse at 0.
  /// @param negligible tilted weights below it are dropped at both ends as the sum grows. At the tilt of a tail what is
  /// dropped there counts at most as much in that tail, so that the default loses nothing; lower it to use one density
  /// far from its tilt.
  Pdf(double step, double tilt, std::size_t capacity, double negligible = kNegligible);

  static constexpr double kNegligible = 1e-30;

  /// X <- X + v, v one of `values` [ascending or not] with equal probability.
  void add_impulses(std::span<const double> values);
  /// X <- X + scale v, v one of the values of `impulses` with equal probability, scale >= 0.
  void add_impulses(const Impulses& impulses, double scale);
  /// X <- X + Y_1 + … + Y_count, all Y distributed like `other`, on the same step and tilt.
  ///
  /// Short sums and those with a `negligible` below 1e-40 are convolved directly: every term is positive, so tails keep
  /// their relative accuracy. Longer ones go through a transform, whose rounding of 1e-17 of the whole tilted weight is
  /// far below what a tail at this tilt resolves; what lies under it is dropped. O(n m) and O(n log n).
  void add(const Pdf& other, int count = 1);
  /// Mixture of densities on one step and tilt with equal probability, e.g. over the phases of an aggressor.
  static Pdf mixture(std::span<const Pdf> parts);

  double origin() const { return origin_; }
  double step() const { return step_; }
  double tilt() const { return tilt_; }
  double log_mgf() const { return log_mgf_; }
  double split_variance() const { return split_variance_; }
  std::span<const double> weights() const { return {weights_.data() + first_, size_}; }
  double position(std::size_t i) const { return origin_ + static_cast<double>(i) * step_; }
  /// P(X = x_i), untilted; 0 where it underflows.
  std::vector<double> probabilities() const;

 private:
  void shift_and_add(double stay, double move, double offset);
  void add_unrelated(std::span<const double> sorted, double scale);
  void drop_negligible();
  void add_directly(const Pdf& other);
  void add_by_transform(const Pdf& other, int count, std::size_t grown);

  double step_, tilt_, negligible_, origin_ = 0.0, log_mgf_ = 0.0, split_variance_ = 0.0;
  std::vector<double> weights_;  // zero-padded in front so that shifted reads stay inside
  std::size_t first_ = 0, size_ = 1;
};

}  // namespace tessera

#include "phy/engine/jitter_mixing.hpp"

#include <algorithm>
#include <cmath>
#include <deque>

#include "phy/engine/error_ratio.hpp"

namespace tessera {
namespace {

constexpr double kLargestSpacing = 0.025;  // UI
constexpr double kGaussianReach = 14.0;    // sigma: Q(14) = 8e-45
constexpr double kHalfUi = 0.5;

// Equidistant nodes around 0 that grow at both ends.
class Nodes {
 public:
  Nodes(const std::function<double(double)>& f, double spacing) : f_(f), spacing_(spacing) { values_.push_back(f(0.0)); }

  void grow() {
    ++reach_;
    values_.push_front(f_(-reach_ * spacing_));
    values_.push_back(f_(reach_ * spacing_));
  }
  double end() const { return reach_ * spacing_; }

  // Six-point Lagrange in the window nearest to t; the end value beyond the nodes.
  double at(double t) const {
    const int n = static_cast<int>(values_.size()), points = std::min(n, 6);
    const double x = std::clamp(t / spacing_ + reach_, 0.0, static_cast<double>(n - 1));
    const int first = std::clamp(static_cast<int>(std::floor(x)) - points / 2 + 1, 0, n - points);
    double sum = 0.0;
    for (int i = 0; i < points; ++i) {
      double w = 1.0;
      for (int j = 0; j < points; ++j)
        if (j != i) w *= (x - first - j) / (i - j);
      sum += w * values_[static_cast<std::size_t>(first + i)];
    }
    return std::min(sum, 0.0);
  }

 private:
  const std::function<double(double)>& f_;
  double spacing_;
  int reach_ = 0;
  std::deque<double> values_;
};

struct Mixed {
  double total, beyond;  // ln of the whole and of the part outside `inside`
};

Mixed integrate(const Nodes& nodes, const JitterSpec& jitter, double inside) {
  const double a = jitter.dual_dirac_ui, sigma = jitter.random_rms_ui;
  const double none = -std::numeric_limits<double>::infinity();
  Mixed result{none, none};
  const auto add = [&](double t, double log_weight) {
    const double term = log_weight + nodes.at(t);
    result.total = result.total == none ? term : log_add(result.total, term);
    if (std::abs(t) > inside) result.beyond = result.beyond == none ? term : log_add(result.beyond, term);
  };
  const int half = sigma > 0.0 ? static_cast<int>(8 * kGaussianReach) : 0;
  for (const double centre : {-a, a}) {
    for (int i = -half; i <= half; ++i) {
      const double z = half > 0 ? i * kGaussianReach / half : 0.0;
      const double weight = half > 0 ? -0.5 * z * z + std::log(kGaussianReach / half / std::sqrt(2.0 * M_PI)) : 0.0;
      add(centre + sigma * z, weight + std::log(0.5));
    }
  }
  return result;
}

}  // namespace

double mix_over_jitter(const std::function<double(double)>& log_error_ratio, const JitterSpec& jitter) {
  const double reach = jitter.dual_dirac_ui + 5.0 * jitter.random_rms_ui;
  if (!(reach > 0.0)) return log_error_ratio(0.0);
  Nodes nodes(log_error_ratio, std::min(kLargestSpacing, std::max(reach / 3.0, 1e-4)));
  for (int i = 0; i < 3; ++i) nodes.grow();
  for (;;) {
    const Mixed mixed = integrate(nodes, jitter, nodes.end());
    if (mixed.beyond < mixed.total + std::log(1e-5) || nodes.end() >= kHalfUi) return std::min(mixed.total, 0.0);
    nodes.grow();
  }
}

}  // namespace tessera

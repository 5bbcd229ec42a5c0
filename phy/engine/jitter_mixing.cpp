#include "phy/engine/jitter_mixing.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

namespace tessera {
namespace {

constexpr double kLargestSpacing = 0.025;  // UI
constexpr double kGaussianReach = 14.0;    // sigma: Q(14) = 8e-45
constexpr int kPerSigma = 3;  // trapezoid on a Gaussian: spectral, 1e-12 at this step even against e^{4 t/sigma}
constexpr double kHalfUi = 0.5;

// Equidistant nodes around 0 that grow at both ends.
class Nodes {
 public:
  Nodes(const std::function<double(double)>& f, double spacing) : f_(f), spacing_(spacing) {
    values_.push_back(f(0.0));
  }

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
    const auto window = values_.begin() + first;
    double sum = 0.0;
    for (int i = 0; i < points; ++i) {
      double w = 1.0;
      for (int j = 0; j < points; ++j)
        if (j != i) w *= (x - first - j) / (i - j);
      sum += w * window[i];
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
  JitterMix mix;
  double beyond;  // share of the errors outside `inside`
};

// Two offsets of the same mean and variance as the terms' (t, weight).
void add_offsets(const std::vector<std::pair<double, double>>& terms, double total, std::vector<OffsetShare>& offsets) {
  double sum = 0.0, first = 0.0, second = 0.0;
  for (const auto& [t, weight] : terms) sum += weight, first += weight * t, second += weight * t * t;
  if (!(sum > 0.0)) return;
  const double mean = first / sum, spread = std::sqrt(std::max(0.0, second / sum - mean * mean));
  if (terms.size() == 1)
    offsets.push_back({mean, sum / total});
  else
    for (const double t : {mean - spread, mean + spread}) offsets.push_back({t, 0.5 * sum / total});
}

Mixed integrate(const Nodes& nodes, const JitterSpec& jitter, double inside) {
  const double a = jitter.dual_dirac_ui, sigma = jitter.random_rms_ui;
  const std::vector<double> centres = a > 0.0 ? std::vector<double>{-a, a} : std::vector<double>{0.0};
  std::vector<std::vector<std::pair<double, double>>> diracs;  // t, ln of its weight and then the weight
  const int half = sigma > 0.0 ? static_cast<int>(kPerSigma * kGaussianReach) : 0;
  const double share = 1.0 / static_cast<double>(centres.size());
  const double weight = std::log(half > 0 ? share / kPerSigma / std::sqrt(2.0 * std::numbers::pi) : share);
  double largest = -std::numeric_limits<double>::infinity();
  for (const double centre : centres) {
    auto& dirac = diracs.emplace_back();
    for (int i = -half; i <= half; ++i) {
      const double z = static_cast<double>(i) / kPerSigma, t = centre + sigma * z;
      dirac.emplace_back(t, weight - 0.5 * z * z + nodes.at(t));
      largest = std::max(largest, dirac.back().second);
    }
  }
  double total = 0.0, beyond = 0.0;
  for (auto& dirac : diracs) {
    for (auto& [t, value] : dirac) {
      value = std::exp(value - largest);
      total += value;
      if (std::abs(t) > inside) beyond += value;
    }
  }
  Mixed result{{largest + std::log(total), {}}, beyond / total};
  for (const auto& dirac : diracs) add_offsets(dirac, total, result.mix.offsets);
  return result;
}

}  // namespace

JitterMix mix_over_jitter(const std::function<double(double)>& log_error_ratio, const JitterSpec& jitter) {
  const double reach = jitter.dual_dirac_ui + 5.0 * jitter.random_rms_ui;
  if (!(reach > 0.0)) return {log_error_ratio(0.0)};
  Nodes nodes(log_error_ratio, std::min(kLargestSpacing, std::max(reach / 3.0, 1e-4)));
  for (int i = 0; i < 3; ++i) nodes.grow();
  for (;;) {
    Mixed mixed = integrate(nodes, jitter, nodes.end());
    mixed.mix.log_ratio = std::min(mixed.mix.log_ratio, 0.0);
    if (mixed.beyond < 1e-5 || nodes.end() >= std::max(kHalfUi, reach)) return mixed.mix;
    nodes.grow();
  }
}

}  // namespace tessera

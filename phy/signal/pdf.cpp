#include "phy/signal/pdf.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "phy/core/error.hpp"
#include "phy/core/multiversion.hpp"

#pragma GCC diagnostic ignored "-Wpsabi"  // vectors never cross a call

namespace tessera {
namespace {

typedef double Lanes __attribute__((vector_size(64)));
constexpr std::size_t kLanes = 8;
constexpr std::size_t kGroup = 4 * kLanes;

inline __attribute__((always_inline)) Lanes load(const double* p) {
  Lanes v;
  std::memcpy(&v, p, sizeof(v));
  return v;
}

inline __attribute__((always_inline)) void store(double* p, const Lanes& v) { std::memcpy(p, &v, sizeof(v)); }

// In place from the top: shifts are upwards only, so what is read has not been written yet.
TESSERA_MULTIVERSION void add_shifted(double* w, std::size_t n, std::size_t shift, double stay, double near, double far) {
  for (std::size_t i = (n + kLanes - 1) / kLanes * kLanes; i > 0;) {
    i -= kLanes;
    const double* from = w + i - shift;
    store(w + i, stay * load(w + i) + near * load(from) + far * load(from - 1));
  }
}

// out[i] = sum_j c[j] in[i - j]; `in` is readable below its start.
TESSERA_MULTIVERSION void convolve(const double* in, std::span<const double> c, double* out, std::size_t n) {
  for (std::size_t i = 0; i < n; i += kGroup) {
    Lanes a = {}, b = {}, d = {}, e = {};
    for (std::size_t j = 0; j < c.size(); ++j) {
      const double* from = in + i - j;
      a += c[j] * load(from);
      b += c[j] * load(from + kLanes);
      d += c[j] * load(from + 2 * kLanes);
      e += c[j] * load(from + 3 * kLanes);
    }
    store(out + i, a);
    store(out + i + kLanes, b);
    store(out + i + 2 * kLanes, d);
    store(out + i + 3 * kLanes, e);
  }
}

struct Split {
  std::size_t bins;
  double fraction;
};

Split split(double offset, double step) {
  const double position = std::max(offset, 0.0) / step;
  const double whole = std::floor(position);
  return {static_cast<std::size_t>(whole), position - whole};
}

bool is_equally_spaced_power_of_two(std::span<const double> sorted) {
  const std::size_t m = sorted.size();
  if (m < 4 || (m & (m - 1)) != 0) return false;
  const double spacing = (sorted.back() - sorted.front()) / static_cast<double>(m - 1);
  for (std::size_t i = 1; i + 1 < m; ++i)
    if (std::abs(sorted[i] - sorted[0] - static_cast<double>(i) * spacing) > 1e-12 * (sorted.back() - sorted.front())) return false;
  return true;
}

}  // namespace

Pdf::Pdf(double step, double tilt, std::size_t capacity, double negligible) : step_(step), tilt_(tilt), negligible_(negligible) {
  if (!(step > 0.0) || !std::isfinite(step)) throw NumericError("density step must be positive and finite, got " + std::to_string(step) + " V");
  first_ = capacity + kGroup;
  weights_.assign(2 * first_ + 2 * kGroup, 0.0);
  weights_[first_] = 1.0;
}

void Pdf::shift_and_add(double weight, double offset) {
  const Split s = split(offset, step_);
  const std::size_t grown = size_ + s.bins + 1;
  if (first_ + grown + kGroup > weights_.size() || s.bins + 1 > first_) throw NumericError("density is wider than its axis");
  add_shifted(weights_.data() + first_, grown, s.bins, 1.0 - weight, weight * (1.0 - s.fraction), weight * s.fraction);
  split_variance_ += weight * s.fraction * (1.0 - s.fraction) * step_ * step_;
  size_ = grown;
  drop_negligible();
}

void Pdf::drop_negligible() {
  while (size_ > 1 && weights_[first_ + size_ - 1] < negligible_) weights_[first_ + --size_] = 0.0;
  while (size_ > 1 && weights_[first_] < negligible_) {
    weights_[first_++] = 0.0;
    --size_;
    origin_ += step_;
  }
}

void Pdf::add_impulses(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  origin_ += sorted.front();
  // The tilted weights of an impulse relative to the sum so far: adding them one at a time would need the old density again, so
  // equal spacing goes bit by bit and anything else through a dense set of impulses.
  if (sorted.size() == 2 || is_equally_spaced_power_of_two(sorted)) {
    const double spacing = (sorted.back() - sorted.front()) / static_cast<double>(sorted.size() - 1);
    log_mgf_ += tilt_ * sorted.front();
    for (std::size_t bit = 1; bit < sorted.size(); bit *= 2) {
      const double offset = spacing * static_cast<double>(bit);
      const double e = std::exp(-std::abs(tilt_) * offset);
      const double upper = tilt_ >= 0.0 ? 1.0 / (1.0 + e) : e / (1.0 + e);
      log_mgf_ += std::max(tilt_, 0.0) * offset + std::log(0.5 * (1.0 + e));
      shift_and_add(upper, offset);
    }
    return;
  }
  Pdf impulses(step_, tilt_, split(sorted.back() - sorted.front(), step_).bins + 2, negligible_);
  double total = 0.0;
  const double reference = std::max(tilt_ * sorted.front(), tilt_ * sorted.back());
  for (double v : sorted) total += std::exp(tilt_ * v - reference);
  impulses.weights_[impulses.first_] = 0.0;
  for (double v : sorted) {
    const double p = std::exp(tilt_ * v - reference) / total;
    const Split s = split(v - sorted.front(), step_);
    double* w = impulses.weights_.data() + impulses.first_ + s.bins;
    w[0] += p * (1.0 - s.fraction);
    w[1] += p * s.fraction;
    impulses.split_variance_ += p * s.fraction * (1.0 - s.fraction) * step_ * step_;
    impulses.size_ = std::max(impulses.size_, s.bins + 2);
  }
  impulses.log_mgf_ = reference + std::log(total / static_cast<double>(sorted.size()));
  add(impulses);
}

void Pdf::add(const Pdf& other) {
  const bool swap = other.size_ > size_;
  const Pdf& wide = swap ? other : *this;
  const Pdf& narrow = swap ? *this : other;
  const std::size_t grown = size_ + other.size_ - 1;
  if (first_ + grown + kGroup > weights_.size()) throw NumericError("density is wider than its axis");
  std::vector<double> in(narrow.size_ + grown + 2 * kGroup, 0.0), out(grown + kGroup, 0.0);
  const auto all = wide.weights();
  std::copy(all.begin(), all.end(), in.begin() + static_cast<std::ptrdiff_t>(narrow.size_));
  convolve(in.data() + narrow.size_, narrow.weights(), out.data(), grown);
  origin_ += other.origin_;
  log_mgf_ += other.log_mgf_;
  split_variance_ += other.split_variance_;
  size_ = grown;
  std::copy(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(grown), weights_.begin() + static_cast<std::ptrdiff_t>(first_));
  drop_negligible();
}

Pdf Pdf::mixture(std::span<const Pdf> parts) {
  if (parts.empty()) throw NumericError("a mixture needs at least one density");
  double origin = parts[0].origin_, top = parts[0].origin_, highest = parts[0].log_mgf_;
  for (const Pdf& part : parts) {
    origin = std::min(origin, part.origin_);
    top = std::max(top, part.position(part.size_));
    highest = std::max(highest, part.log_mgf_);
  }
  const double step = parts[0].step_;
  Pdf result(step, parts[0].tilt_, split(top - origin, step).bins + 4, parts[0].negligible_);
  result.origin_ = origin;
  result.weights_[result.first_] = 0.0;
  double total = 0.0;
  for (const Pdf& part : parts) total += std::exp(part.log_mgf_ - highest);
  for (const Pdf& part : parts) {
    const double share = std::exp(part.log_mgf_ - highest) / total;
    const Split s = split(part.origin_ - origin, step);
    double* w = result.weights_.data() + result.first_ + s.bins;
    const auto weights = part.weights();
    for (std::size_t i = 0; i < weights.size(); ++i) {
      w[i] += share * (1.0 - s.fraction) * weights[i];
      w[i + 1] += share * s.fraction * weights[i];
    }
    result.split_variance_ += share * (part.split_variance_ + s.fraction * (1.0 - s.fraction) * step * step);
    result.size_ = std::max(result.size_, s.bins + weights.size() + 1);
  }
  result.log_mgf_ = highest + std::log(total / static_cast<double>(parts.size()));
  return result;
}

std::vector<double> Pdf::probabilities() const {
  std::vector<double> p(size_);
  for (std::size_t i = 0; i < size_; ++i) p[i] = weights_[first_ + i] * std::exp(log_mgf_ - tilt_ * position(i));
  return p;
}

}  // namespace tessera

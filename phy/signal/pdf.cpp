#include "phy/signal/pdf.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <string>

#include "phy/core/error.hpp"
#include "phy/core/multiversion.hpp"
#include "phy/signal/fft.hpp"

#pragma GCC diagnostic ignored "-Wpsabi"  // vectors never cross a call

namespace tessera {
namespace {

// 32 bytes: a wider vector is taken apart element by element where the machine has none.
using Lanes __attribute__((vector_size(32))) = double;
constexpr std::size_t kLanes = 4;
constexpr std::size_t kGroup = 4 * kLanes;
constexpr double kDirectBelow = 1e-40;     // of `negligible`: such a density is used far from its tilt
constexpr std::size_t kDirectUpTo = 192;   // bins of the narrower density, where both ways take equally long
constexpr double kTransformFloor = 1e-17;  // of the whole weight, rounding of a transform

inline __attribute__((always_inline)) Lanes load(const double* p) {
  Lanes v;
  std::memcpy(&v, p, sizeof(v));
  return v;
}

inline __attribute__((always_inline)) void store(double* p, const Lanes& v) { std::memcpy(p, &v, sizeof(v)); }

// In place from the top: shifts are upwards only, so what is read has not been written yet.
TESSERA_MULTIVERSION void add_shifted(double* w, std::size_t n, std::size_t shift, double stay, double near,
                                      double far) {
  for (std::size_t i = (n + kLanes - 1) / kLanes * kLanes; i > 0;) {
    i -= kLanes;
    const double* from = w + i - shift;
    store(w + i, stay * load(w + i) + near * load(from) + far * load(from - 1));
  }
}

struct Tap {
  std::size_t shift;
  double weight;
};

TESSERA_MULTIVERSION void add_taps(double* w, std::size_t n, std::span<const Tap> taps) {
  for (std::size_t i = (n + kLanes - 1) / kLanes * kLanes; i > 0;) {
    i -= kLanes;
    Lanes sum = {};
    for (const Tap& tap : taps) sum += tap.weight * load(w + i - tap.shift);
    store(w + i, sum);
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

}  // namespace

Impulses::Impulses(std::span<const double> values) : sorted_(values.begin(), values.end()) {
  std::sort(sorted_.begin(), sorted_.end());
  const std::size_t m = sorted_.size();
  if ((m & (m - 1)) != 0) return;
  for (std::size_t bit = 1; bit < m; bit *= 2) offsets_.push_back(sorted_[bit] - sorted_[0]);
  for (std::size_t i = 0; i < m; ++i) {
    double sum = sorted_[0];
    for (std::size_t bit = 0; bit < offsets_.size(); ++bit)
      if ((i >> bit & 1) != 0) sum += offsets_[bit];
    if (std::abs(sum - sorted_[i]) > 1e-12 * (sorted_.back() - sorted_.front())) {
      offsets_.clear();
      return;
    }
  }
}

Impulses Impulses::negated() const {
  std::vector<double> values(sorted_);
  for (double& value : values) value = -value;
  return Impulses(values);
}

Pdf::Pdf(double step, double tilt, std::size_t capacity, double negligible)
    : step_(step), tilt_(tilt), negligible_(negligible) {
  if (!(step > 0.0) || !std::isfinite(step))
    throw NumericError("density step must be positive and finite, got " + std::to_string(step) + " V");
  first_ = capacity + kGroup;
  weights_.assign(2 * first_ + 2 * kGroup, 0.0);
  weights_[first_] = 1.0;
}

void Pdf::shift_and_add(double stay, double move, double offset) {
  const Split s = split(offset, step_);
  const std::size_t grown = size_ + s.bins + 1;
  if (first_ + grown + kGroup > weights_.size() || s.bins + 1 > first_)
    throw NumericError("density is wider than its axis");
  add_shifted(weights_.data() + first_, grown, s.bins, stay, move * (1.0 - s.fraction), move * s.fraction);
  split_variance_ += move * s.fraction * (1.0 - s.fraction) * step_ * step_;
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

void Pdf::add_impulses(std::span<const double> values) { add_impulses(Impulses(values), 1.0); }

void Pdf::add_impulses(const Impulses& impulses, double scale) {
  const double lowest = scale * impulses.sorted().front();
  origin_ += lowest;
  log_mgf_ += tilt_ * lowest;
  if (impulses.offsets().empty()) return add_unrelated(impulses.sorted(), scale);
  for (double unit : impulses.offsets()) {
    const double offset = scale * unit, e = std::exp(-std::abs(tilt_) * offset);
    log_mgf_ += std::max(tilt_, 0.0) * offset + std::log(0.5 * (1.0 + e));
    // Both shares from e itself: one minus the larger would lose the smaller, which is the body of the untilted
    // density.
    const double major = 1.0 / (1.0 + e), minor = e / (1.0 + e);
    if (tilt_ >= 0.0)
      shift_and_add(minor, major, offset);
    else
      shift_and_add(major, minor, offset);
  }
}

void Pdf::add_unrelated(std::span<const double> sorted, double scale) {
  std::vector<Tap> taps;
  double total = 0.0;
  const auto above_lowest = [&](double v) { return scale * (v - sorted.front()); };
  const double reference = std::max(0.0, tilt_ * above_lowest(sorted.back()));
  for (double v : sorted) total += std::exp(tilt_ * above_lowest(v) - reference);
  for (double v : sorted) {
    const double p = std::exp(tilt_ * above_lowest(v) - reference) / total;
    const Split s = split(above_lowest(v), step_);
    taps.push_back({s.bins, p * (1.0 - s.fraction)});
    if (s.fraction > 0.0) taps.push_back({s.bins + 1, p * s.fraction});
    split_variance_ += p * s.fraction * (1.0 - s.fraction) * step_ * step_;
  }
  log_mgf_ += reference + std::log(total / static_cast<double>(sorted.size()));
  const std::size_t grown = size_ + taps.back().shift;
  if (first_ + grown + kGroup > weights_.size()) throw NumericError("density is wider than its axis");
  add_taps(weights_.data() + first_, grown, taps);
  size_ = grown;
  drop_negligible();
}

void Pdf::add(const Pdf& other, int count) {
  const auto copies = static_cast<std::size_t>(count);
  const std::size_t grown = size_ + copies * (other.size_ - 1), narrow = std::min(size_, other.size_);
  if (first_ + grown + kGroup > weights_.size()) throw NumericError("density is wider than its axis");
  if (negligible_ >= kDirectBelow && copies * narrow > kDirectUpTo)
    add_by_transform(other, count, grown);
  else
    for (int i = 0; i < count; ++i) add_directly(other);
  drop_negligible();
}

void Pdf::add_directly(const Pdf& other) {
  const bool swap = other.size_ > size_;
  const Pdf& wide = swap ? other : *this;
  const Pdf& narrow = swap ? *this : other;
  const std::size_t grown = size_ + other.size_ - 1;
  std::vector<double> in(narrow.size_ + grown + 2 * kGroup, 0.0), out(grown + kGroup, 0.0);
  const auto all = wide.weights();
  std::copy(all.begin(), all.end(), in.begin() + static_cast<std::ptrdiff_t>(narrow.size_));
  convolve(in.data() + narrow.size_, narrow.weights(), out.data(), grown);
  origin_ += other.origin_;
  log_mgf_ += other.log_mgf_;
  split_variance_ += other.split_variance_;
  size_ = grown;
  std::copy(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(grown),
            weights_.begin() + static_cast<std::ptrdiff_t>(first_));
}

void Pdf::add_by_transform(const Pdf& other, int count, std::size_t grown) {
  const std::size_t n = std::bit_ceil(grown);
  const auto spectrum = [n](std::span<const double> weights) {
    std::vector<double> padded(n, 0.0);
    std::copy(weights.begin(), weights.end(), padded.begin());
    return real_fft(padded);
  };
  std::vector<Complex> total = spectrum(weights());
  const std::vector<Complex> one = spectrum(other.weights());
  for (std::size_t k = 0; k < total.size(); ++k)
    for (int i = 0; i < count; ++i) total[k] *= one[k];
  const std::vector<double> sum = inverse_real_fft(total, n);
  for (std::size_t i = 0; i < grown; ++i) weights_[first_ + i] = sum[i] < kTransformFloor ? 0.0 : sum[i];
  origin_ += count * other.origin_;
  log_mgf_ += count * other.log_mgf_;
  split_variance_ += count * other.split_variance_;
  size_ = grown;
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

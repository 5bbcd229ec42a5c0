#include "phy/engine/lane_filter.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "phy/core/constants.hpp"
#include "phy/core/multiversion.hpp"
#include "phy/signal/fft.hpp"

namespace tessera {
namespace {

TESSERA_MULTIVERSION void multiply_add_raw(const double* a, const double* b, double* sum, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const double ar = a[2 * i], ai = a[2 * i + 1], br = b[2 * i], bi = b[2 * i + 1];
    sum[2 * i] += ar * br - ai * bi;
    sum[2 * i + 1] += ar * bi + ai * br;
  }
}

// sum[i] += conj(a[-i]) b[i]: the falling half of a repeated spectrum.
TESSERA_MULTIVERSION void multiply_add_mirrored(const double* a, const double* b, double* sum, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const double* m = a - 2 * i;
    const double ar = m[0], ai = -m[1], br = b[2 * i], bi = b[2 * i + 1];
    sum[2 * i] += ar * br - ai * bi;
    sum[2 * i + 1] += ar * bi + ai * br;
  }
}

constexpr std::size_t kRun = 64;  // bins whose phasors come from a table, turned by one that is exact

// sum[i] += a[i] (w table[i]); a runs backwards and conjugated where `mirrored`.
template <bool kMirrored>
__attribute__((always_inline)) inline void add_turned(const double* a, const double* table, double wr, double wi,
                                                      double* sum, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const double* x = kMirrored ? a - 2 * i : a + 2 * i;
    const double ar = x[0], ai = kMirrored ? -x[1] : x[1];
    const double tr = table[2 * i] * wr - table[2 * i + 1] * wi, ti = table[2 * i] * wi + table[2 * i + 1] * wr;
    sum[2 * i] += ar * tr - ai * ti;
    sum[2 * i + 1] += ar * ti + ai * tr;
  }
}

TESSERA_MULTIVERSION void add_turned_forward(const double* a, const double* table, double wr, double wi, double* sum,
                                             std::size_t count) {
  add_turned<false>(a, table, wr, wi, sum, count);
}

TESSERA_MULTIVERSION void add_turned_mirrored(const double* a, const double* table, double wr, double wi, double* sum,
                                              std::size_t count) {
  add_turned<true>(a, table, wr, wi, sum, count);
}

TESSERA_MULTIVERSION void multiply_add_real(double factor, const double* x, double* sum, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) sum[i] += factor * x[i];
}

// sum[i] += conj(a[-i] b[-i]): images above a multiple of the symbol rate.
TESSERA_MULTIVERSION void add_mirrored_product(const double* a, const double* b, double* sum, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const double *x = a - 2 * i, *y = b - 2 * i;
    sum[2 * i] += x[0] * y[0] - x[1] * y[1];
    sum[2 * i + 1] -= x[0] * y[1] + x[1] * y[0];
  }
}

TESSERA_MULTIVERSION void add_filtered_raw(const double* sum, const float* a, const float* b, double factor, float* out,
                                           std::size_t count) {
  const auto gain = static_cast<float>(factor);
  for (std::size_t i = 0; i < count; ++i) {
    const float ar = a[2 * i], ai = a[2 * i + 1], br = gain * b[2 * i], bi = gain * b[2 * i + 1];
    out[2 * i] = static_cast<float>(factor * sum[2 * i]) + (ar * br - ai * bi);
    out[2 * i + 1] = static_cast<float>(factor * sum[2 * i + 1]) + (ar * bi + ai * br);
  }
}

TESSERA_MULTIVERSION void to_single_raw(const double* x, double factor, float* out, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<float>(factor * x[i]);
}

}  // namespace

BlockShape BlockShape::for_window(std::size_t window) {
  return {window, std::max(std::size_t{8192}, std::bit_ceil(4 * window))};
}

std::vector<Complex> block_spectrum(std::span<const double> circular, const BlockShape& shape, std::size_t rate) {
  std::vector<double> padded(shape.length * rate, 0.0);
  const std::size_t half = circular.size() / 2 + 1, late = circular.size() - half;
  std::copy_n(circular.begin(), half, padded.begin());
  std::copy_n(circular.end() - static_cast<std::ptrdiff_t>(late), late,
              padded.end() - static_cast<std::ptrdiff_t>(late));
  return real_fft(padded);
}

void multiply_add(std::span<const Complex> a, std::span<const Complex> b, std::span<Complex> sum) {
  multiply_add_raw(reinterpret_cast<const double*>(a.data()), reinterpret_cast<const double*>(b.data()),
                   reinterpret_cast<double*>(sum.data()), sum.size());
}

void multiply_add_repeated(std::span<const Complex> a, std::span<const Complex> b, std::span<Complex> sum) {
  const std::size_t half = a.size() - 1;
  const auto* x = reinterpret_cast<const double*>(a.data());
  const auto* y = reinterpret_cast<const double*>(b.data());
  auto* out = reinterpret_cast<double*>(sum.data());
  for (std::size_t k = 0, part = 0; k < sum.size(); k += half, ++part) {
    const std::size_t count = std::min(half, sum.size() - k);
    if (part % 2 == 0)
      multiply_add_raw(x, y + 2 * k, out + 2 * k, count);
    else
      multiply_add_mirrored(x + 2 * half, y + 2 * k, out + 2 * k, count);
  }
}

void add_advanced(std::span<const Complex> a, double turns, std::span<Complex> sum) {
  const std::size_t half = a.size() - 1;
  const double angle = constants::kPi * turns / static_cast<double>(half);
  std::array<Complex, kRun> table;
  for (std::size_t i = 0; i < kRun; ++i) table[i] = std::polar(1.0, angle * static_cast<double>(i));
  const auto* x = reinterpret_cast<const double*>(a.data());
  const auto* t = reinterpret_cast<const double*>(table.data());
  auto* out = reinterpret_cast<double*>(sum.data());
  for (std::size_t begin = 0, part = 0; begin < sum.size(); begin += half, ++part) {
    const std::size_t end = std::min(begin + half, sum.size());
    for (std::size_t k = begin; k < end; k += kRun) {
      const Complex w = std::polar(1.0, angle * static_cast<double>(k));
      const std::size_t count = std::min(kRun, end - k);
      if (part % 2 == 0)
        add_turned_forward(x + 2 * (k - begin), t, w.real(), w.imag(), out + 2 * k, count);
      else
        add_turned_mirrored(x + 2 * (half - (k - begin)), t, w.real(), w.imag(), out + 2 * k, count);
    }
  }
}

void multiply_add(double factor, std::span<const double> x, std::span<double> sum) {
  multiply_add_real(factor, x.data(), sum.data(), sum.size());
}

void multiply_add_folded(std::span<const Complex> a, std::span<const Complex> b, std::span<Complex> sum) {
  const std::size_t period = 2 * (sum.size() - 1), last = a.size() - 1;
  const auto* x = reinterpret_cast<const double*>(a.data());
  const auto* y = reinterpret_cast<const double*>(b.data());
  auto* out = reinterpret_cast<double*>(sum.data());
  for (std::size_t k = 0; k < last; k += period) multiply_add_raw(x + 2 * k, y + 2 * k, out, sum.size());
  for (std::size_t k = period; k <= last; k += period) add_mirrored_product(x + 2 * k, y + 2 * k, out, sum.size());
}

void add_filtered(std::span<const Complex> sum, std::span<const std::complex<float>> white,
                  std::span<const std::complex<float>> filter, double factor, std::span<std::complex<float>> out) {
  add_filtered_raw(reinterpret_cast<const double*>(sum.data()), reinterpret_cast<const float*>(white.data()),
                   reinterpret_cast<const float*>(filter.data()), factor, reinterpret_cast<float*>(out.data()),
                   out.size());
}

void to_single(std::span<const Complex> sum, double factor, std::span<std::complex<float>> out) {
  to_single_raw(reinterpret_cast<const double*>(sum.data()), factor, reinterpret_cast<float*>(out.data()),
                2 * out.size());
}

std::vector<double> noise_response(std::span<const double> folded, double step) {
  const std::size_t n = 2 * (folded.size() - 1);
  std::vector<Complex> root(folded.size());
  for (std::size_t q = 0; q < folded.size(); ++q) {
    const double both_sides = q == 0 || 2 * q == n ? 1.0 : 0.5;
    root[q] = std::sqrt(std::max(0.0, folded[q]) * step * static_cast<double>(n) * both_sides);
  }
  return inverse_real_fft(root, n);
}

}  // namespace tessera

#include "phy/engine/lane_filter.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

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

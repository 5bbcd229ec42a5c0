#include "phy/signal/overlap_save.hpp"

#include <algorithm>
#include <array>

#include "phy/core/error.hpp"
#include "phy/signal/fft.hpp"

namespace tessera {
namespace {

constexpr std::size_t kSegment = 128;

std::vector<Complex> forward(std::span<const double> x) { return real_fft(x); }
std::vector<Complex> forward(std::span<const Complex> x) { return complex_fft(x); }

std::vector<double> backward(const std::vector<Complex>& spectrum, double) {
  return inverse_real_fft(spectrum, 2 * kSegment);
}
std::vector<Complex> backward(const std::vector<Complex>& spectrum, Complex) { return inverse_complex_fft(spectrum); }

// Written out because std::complex checks every product for NaN.
double multiply(double a, double b) { return a * b; }
Complex multiply(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

}  // namespace

template <class T>
OverlapSave<T>::OverlapSave(std::span<const T> taps) : window_(2 * kSegment), tail_(kSegment) {
  if (taps.empty()) throw ConfigError("a convolution needs at least one tap, got 0");
  head_.assign(taps.begin(), taps.begin() + static_cast<std::ptrdiff_t>(std::min(taps.size(), kSegment)));
  for (std::size_t start = kSegment; start < taps.size(); start += kSegment) {
    std::vector<T> padded(2 * kSegment);
    const std::size_t count = std::min(kSegment, taps.size() - start);
    std::copy_n(taps.begin() + static_cast<std::ptrdiff_t>(start), count, padded.begin());
    partitions_.push_back(forward(std::span<const T>(padded)));
  }
  if (!partitions_.empty()) spectra_.assign(partitions_.size(), std::vector<Complex>(partitions_.front().size()));
}

template <class T>
void OverlapSave<T>::process(std::span<const T> in, std::span<T> out) {
  if (in.size() != out.size()) throw Error("OverlapSave: input and output differ in length");
  for (std::size_t done = 0; done < in.size();) {
    const std::size_t run = std::min(in.size() - done, kSegment - fill_);
    std::copy_n(in.begin() + static_cast<std::ptrdiff_t>(done), run,
                window_.begin() + static_cast<std::ptrdiff_t>(kSegment + fill_));
    std::array<T, kSegment> sum{};
    for (std::size_t i = 0; i < head_.size(); ++i) {
      const T tap = head_[i];
      const T* x = window_.data() + kSegment + fill_ - i;
      for (std::size_t j = 0; j < run; ++j) sum[j] += multiply(tap, x[j]);
    }
    for (std::size_t j = 0; j < run; ++j) out[done + j] = sum[j] + tail_[fill_ + j];
    fill_ += run;
    done += run;
    if (fill_ == kSegment) finish_segment();
  }
}

template <class T>
void OverlapSave<T>::finish_segment() {
  if (!partitions_.empty()) {
    newest_ = (newest_ + spectra_.size() - 1) % spectra_.size();
    spectra_[newest_] = forward(std::span<const T>(window_));
    std::vector<Complex> sum(partitions_.front().size());
    for (std::size_t p = 0; p < partitions_.size(); ++p) {
      const auto& x = spectra_[(newest_ + p) % spectra_.size()];
      const auto& h = partitions_[p];
      for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += multiply(x[k], h[k]);
    }
    const auto y = backward(sum, T{});
    std::copy_n(y.begin() + static_cast<std::ptrdiff_t>(kSegment), kSegment, tail_.begin());
  }
  std::copy_n(window_.begin() + static_cast<std::ptrdiff_t>(kSegment), kSegment, window_.begin());
  fill_ = 0;
}

template class OverlapSave<double>;
template class OverlapSave<Complex>;

}  // namespace tessera

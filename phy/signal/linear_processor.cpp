#include "phy/signal/linear_processor.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "phy/core/error.hpp"
#include "phy/signal/all_pole_filter.hpp"
#include "phy/signal/fft.hpp"
#include "phy/signal/overlap_save.hpp"

namespace tessera {
namespace {

constexpr std::size_t kMaximumLength = std::size_t{1} << 20;
constexpr std::size_t kEdgeLength = 64;  // the band edge below rings for fewer samples than this

// `x` = |f| over the Nyquist frequency. A smooth edge keeps the taps short; its tails are below 1e-8 at 0.6 and 1.0.
double band_edge(double x) { return 0.5 * std::erfc((x - 0.8) * 20.0); }

Complex checked(Complex h, double frequency) {
  if (!std::isfinite(h.real()) || !std::isfinite(h.imag()))
    throw NumericError("response is not finite at " + std::to_string(frequency) + " Hz");
  return h;
}

std::vector<double> impulse(const std::function<Complex(double)>& response, double step, std::size_t n, double) {
  std::vector<Complex> bins(n / 2 + 1);
  for (std::size_t k = 0; k < bins.size(); ++k) {
    const double f = static_cast<double>(k) / (static_cast<double>(n) * step);
    bins[k] = checked(response(f), f) * band_edge(2.0 * f * step);
  }
  bins.front() = bins.front().real();
  bins.back() = bins.back().real();
  return inverse_real_fft(bins, n);
}

std::vector<Complex> impulse(const std::function<Complex(double)>& response, double step, std::size_t n, Complex) {
  std::vector<Complex> bins(n);
  for (std::size_t k = 0; k < n; ++k) {
    const double index = k < n / 2 ? static_cast<double>(k) : static_cast<double>(k) - static_cast<double>(n);
    const double f = index / (static_cast<double>(n) * step);
    bins[k] = checked(response(f), f) * band_edge(2.0 * std::abs(f) * step);
  }
  return inverse_complex_fft(bins);
}

template <class T>
double energy(const std::vector<T>& h, std::size_t first, std::size_t last) {
  double sum = 0.0;
  for (std::size_t i = first; i < last; ++i) sum += std::norm(h[i]);
  return sum;
}

// Samples before t = 0 that a circular impulse response (t = 0 first) needs. A causal one needs those of the band edge:
// what else stands before is the wrapped end of its tail, and weaker than the last quarter of that tail.
template <class T>
std::size_t precursor_length(const std::vector<T>& h) {
  const std::size_t n = h.size(), half = n / 2;
  const double floor = 1e-14 * energy(h, 0, n);
  if (energy(h, half, n - kEdgeLength) <= energy(h, half / 2, half) + floor) return kEdgeLength;
  double sum = 0.0;
  std::size_t first = half;
  while (first < n - kEdgeLength && (sum += std::norm(h[first])) <= floor) ++first;
  return n - first;
}

// By magnitude, because a slow tail of one sign carries the gain at DC long after its energy has gone.
template <class T>
void cut_tail(std::vector<T>& h, std::size_t minimum) {
  double total = 0.0, sum = 0.0;
  for (const T& x : h) total += std::abs(x);
  std::size_t last = h.size();
  while (last > minimum && (sum += std::abs(h[last - 1])) <= 1e-8 * total) --last;
  h.resize(last);
}

template <class T>
FirFilter<T> design(const std::function<Complex(double)>& response, double step, std::size_t length) {
  if (!(step > 0.0)) throw ConfigError("sample step must be positive, got " + std::to_string(step) + " s");
  if (length < 256 || length % 2 != 0)
    throw ConfigError("filter length must be even and at least 256, got " + std::to_string(length));
  for (std::size_t n = length; n <= kMaximumLength; n *= 2) {
    auto h = impulse(response, step, n, T{});
    const std::size_t latency = precursor_length(h);
    std::rotate(h.begin(), h.end() - static_cast<std::ptrdiff_t>(latency), h.end());
    if (energy(h, n - n / 10, n) > 1e-9 * energy(h, 0, n) || latency >= n / 2) continue;
    cut_tail(h, latency + 1);
    return {std::move(h), latency};
  }
  throw NumericError("response does not die out within " + std::to_string(kMaximumLength) + " samples");
}

}  // namespace

FirFilter<double> design_fir(const std::function<Complex(double)>& response, double sample_step, std::size_t length) {
  return design<double>(response, sample_step, length);
}

FirFilter<Complex> design_field_fir(const std::function<Complex(double)>& response, double sample_step,
                                    std::size_t length) {
  return design<Complex>(response, sample_step, length);
}

Processor make_fir_processor(const FirFilter<double>& filter) {
  return Processor([line = OverlapSave<double>(filter.taps)](
                       SampleView in, SampleSpan out) mutable { line.process(in.real, out.real); },
                   filter.latency);
}

Processor make_linear_processor(const std::function<Complex(double)>& response, double sample_step,
                                std::size_t length) {
  return make_fir_processor(design_fir(response, sample_step, length));
}

Processor make_field_processor(const std::function<Complex(double)>& response, double sample_step, std::size_t length) {
  const auto filter = design_field_fir(response, sample_step, length);
  return Processor([line = OverlapSave<Complex>(filter.taps)](
                       SampleView in, SampleSpan out) mutable { line.process(in.field, out.field); },
                   filter.latency);
}

Processor make_low_pass_processor(std::span<const Complex> poles, double sample_step, double initial,
                                  std::function<double(double)> curve) {
  return Processor([filter = AllPoleFilter(poles, sample_step, initial), curve = std::move(curve)](
                       SampleView in, SampleSpan out) mutable {
    std::copy(in.real.begin(), in.real.end(), out.real.begin());
    filter.process(out.real);
    if (curve) std::transform(out.real.begin(), out.real.end(), out.real.begin(), curve);
  });
}

Processor chain(Processor first, Processor second, bool field_between) {
  const std::size_t latency = first.latency() + second.latency();
  return Processor(
      [first = std::move(first), second = std::move(second), field_between, real = std::vector<double>(),
       field = std::vector<Complex>()](SampleView in, SampleSpan out) mutable {
        const std::size_t count = std::max(in.real.size(), in.field.size());
        real.resize(field_between ? 0 : count);
        field.resize(field_between ? count : 0);
        first.process(in, {real, field});
        second.process({real, field}, out);
      },
      latency);
}

}  // namespace tessera

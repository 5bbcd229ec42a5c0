#include "phy/signal/fft.hpp"

#include <fftw3.h>

#include <algorithm>
#include <complex>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <type_traits>
#include <utility>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

enum class Kind { forward_real, inverse_real, forward_complex, inverse_complex };

fftw_complex* raw(const Complex* p) { return reinterpret_cast<fftw_complex*>(const_cast<Complex*>(p)); }

bool aligned(const void* p) { return fftw_alignment_of(static_cast<double*>(const_cast<void*>(p))) == 0; }

struct DestroyPlan {
  void operator()(fftw_plan plan) const { fftw_destroy_plan(plan); }
};
using Plan = std::unique_ptr<std::remove_pointer_t<fftw_plan>, DestroyPlan>;

// The one cache of the library, with its like in single precision: plans are immutable once made, planning is
// serialised. ESTIMATE keeps results reproducible between runs. Plans are for aligned arrays, which std::vector gives;
// anything else is copied first, so that a result does not depend on where its input lay.
fftw_plan plan_for(Kind kind, std::size_t n) {
  static std::mutex mutex;
  static std::map<std::pair<Kind, std::size_t>, Plan> plans;
  const std::lock_guard lock(mutex);
  Plan& cached = plans[{kind, n}];
  if (cached) return cached.get();
  fftw_plan plan = nullptr;
  std::vector<double> real(n);
  std::vector<Complex> a(n), b(n);
  const unsigned flags = FFTW_ESTIMATE;
  const int size = static_cast<int>(n);
  switch (kind) {
    case Kind::forward_real:
      plan = fftw_plan_dft_r2c_1d(size, real.data(), raw(a.data()), flags);
      break;
    case Kind::inverse_real:
      plan = fftw_plan_dft_c2r_1d(size, raw(a.data()), real.data(), flags | FFTW_DESTROY_INPUT);
      break;
    case Kind::forward_complex:
      plan = fftw_plan_dft_1d(size, raw(a.data()), raw(b.data()), FFTW_FORWARD, flags);
      break;
    case Kind::inverse_complex:
      plan = fftw_plan_dft_1d(size, raw(a.data()), raw(b.data()), FFTW_BACKWARD, flags);
      break;
  }
  if (plan == nullptr) throw NumericError("FFTW could not plan a transform of length " + std::to_string(n));
  cached.reset(plan);
  return plan;
}

fftwf_complex* raw(const std::complex<float>* p) {
  return reinterpret_cast<fftwf_complex*>(const_cast<std::complex<float>*>(p));
}

bool aligned(const float* p) { return fftwf_alignment_of(const_cast<float*>(p)) == 0; }
bool aligned(const std::complex<float>* p) { return aligned(reinterpret_cast<const float*>(p)); }

struct DestroySinglePlan {
  void operator()(fftwf_plan plan) const { fftwf_destroy_plan(plan); }
};
using SinglePlan = std::unique_ptr<std::remove_pointer_t<fftwf_plan>, DestroySinglePlan>;

// As plan_for, in single precision.
fftwf_plan single_plan_for(Kind kind, std::size_t n) {
  static std::mutex mutex;
  static std::map<std::pair<Kind, std::size_t>, SinglePlan> plans;
  const std::lock_guard lock(mutex);
  SinglePlan& cached = plans[{kind, n}];
  if (cached) return cached.get();
  std::vector<float> real(n);
  std::vector<std::complex<float>> half(n / 2 + 1);
  const int size = static_cast<int>(n);
  fftwf_plan plan = kind == Kind::forward_real
                        ? fftwf_plan_dft_r2c_1d(size, real.data(), raw(half.data()), FFTW_ESTIMATE)
                        : fftwf_plan_dft_c2r_1d(size, raw(half.data()), real.data(),
                                                static_cast<unsigned>(FFTW_ESTIMATE | FFTW_DESTROY_INPUT));
  if (plan == nullptr) throw NumericError("FFTW could not plan a transform of length " + std::to_string(n));
  cached.reset(plan);
  return plan;
}

}  // namespace

void real_fft(std::span<const double> x, std::span<Complex> out) {
  if (out.size() != x.size() / 2 + 1) throw Error("real_fft: output must hold n/2 + 1 bins");
  const fftw_plan plan = plan_for(Kind::forward_real, x.size());
  if (aligned(x.data()) && aligned(out.data()))
    return fftw_execute_dft_r2c(plan, const_cast<double*>(x.data()), raw(out.data()));
  std::vector<double> in(x.begin(), x.end());
  std::vector<Complex> result(out.size());
  fftw_execute_dft_r2c(plan, in.data(), raw(result.data()));
  std::copy(result.begin(), result.end(), out.begin());
}

std::vector<Complex> real_fft(std::span<const double> x) {
  std::vector<Complex> out(x.size() / 2 + 1);
  real_fft(x, out);
  return out;
}

void inverse_real_fft(std::span<const Complex> half_spectrum, std::span<double> out, double gain) {
  if (half_spectrum.size() != out.size() / 2 + 1) throw Error("inverse_real_fft: input must hold n/2 + 1 bins");
  // c2r destroys its input, so the factor costs nothing on the way into the copy.
  const double scale = gain / static_cast<double>(out.size());
  std::vector<Complex> scratch(half_spectrum.size());
  std::transform(half_spectrum.begin(), half_spectrum.end(), scratch.begin(), [scale](Complex x) { return x * scale; });
  const fftw_plan plan = plan_for(Kind::inverse_real, out.size());
  if (aligned(out.data())) return fftw_execute_dft_c2r(plan, raw(scratch.data()), out.data());
  std::vector<double> result(out.size());
  fftw_execute_dft_c2r(plan, raw(scratch.data()), result.data());
  std::copy(result.begin(), result.end(), out.begin());
}

std::vector<double> inverse_real_fft(std::span<const Complex> half_spectrum, std::size_t n, double gain) {
  std::vector<double> out(n);
  inverse_real_fft(half_spectrum, out, gain);
  return out;
}

void real_fft(std::span<const float> x, std::span<std::complex<float>> out) {
  if (out.size() != x.size() / 2 + 1) throw Error("real_fft: output must hold n/2 + 1 bins");
  const fftwf_plan plan = single_plan_for(Kind::forward_real, x.size());
  if (aligned(x.data()) && aligned(out.data()))
    return fftwf_execute_dft_r2c(plan, const_cast<float*>(x.data()), raw(out.data()));
  std::vector<float> in(x.begin(), x.end());
  std::vector<std::complex<float>> result(out.size());
  fftwf_execute_dft_r2c(plan, in.data(), raw(result.data()));
  std::copy(result.begin(), result.end(), out.begin());
}

void inverse_real_fft(std::span<std::complex<float>> half_spectrum, std::span<float> out) {
  if (half_spectrum.size() != out.size() / 2 + 1) throw Error("inverse_real_fft: input must hold n/2 + 1 bins");
  const fftwf_plan plan = single_plan_for(Kind::inverse_real, out.size());
  if (aligned(half_spectrum.data()) && aligned(out.data()))
    return fftwf_execute_dft_c2r(plan, raw(half_spectrum.data()), out.data());
  std::vector<std::complex<float>> in(half_spectrum.begin(), half_spectrum.end());
  std::vector<float> result(out.size());
  fftwf_execute_dft_c2r(plan, raw(in.data()), result.data());
  std::copy(result.begin(), result.end(), out.begin());
}

std::vector<Complex> complex_fft(std::span<const Complex> x) {
  const std::vector<Complex> in(x.begin(), x.end());
  std::vector<Complex> out(x.size());
  fftw_execute_dft(plan_for(Kind::forward_complex, x.size()), raw(in.data()), raw(out.data()));
  return out;
}

std::vector<Complex> inverse_complex_fft(std::span<const Complex> x) {
  const std::vector<Complex> in(x.begin(), x.end());
  std::vector<Complex> out(x.size());
  fftw_execute_dft(plan_for(Kind::inverse_complex, x.size()), raw(in.data()), raw(out.data()));
  const double scale = 1.0 / static_cast<double>(out.size());
  for (Complex& value : out) value *= scale;
  return out;
}

}  // namespace tessera

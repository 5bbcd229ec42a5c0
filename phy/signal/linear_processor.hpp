#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "phy/signal/frequency_grid.hpp"
#include "phy/signal/processor.hpp"

namespace tessera {

/// A frequency response turned into taps on the sample grid: taps[latency] stands at t = 0, what comes before is
/// precursor.
template <class T>
struct FirFilter {
  std::vector<T> taps;
  std::size_t latency = 0;  // samples
};

/// Impulse response of a real system from its transfer function, by inverse FFT.
///
/// Equation: taps[n + latency] = (1/N) sum_k H(f_k) W(f_k) e^{j 2 pi k n/N},  f_k = k/(N dt);
///   W falls from 1 to 0 between 0.6 and 1.0 of the Nyquist frequency 1/(2 dt) as an error function, so that the taps
///   die out within about 60 samples of the physical ones.
/// Conventions: response(f) for f >= 0 [Hz], bulk delay removed; samples are values, not integrals.
/// Valid for: signals whose band ends below 0.3/dt; N starts at `length`, doubled until the last tenth of the taps
///   holds less than 1e-9 of their energy; last taps whose magnitudes add up to less than 1e-8 of all are cut.
///   latency is 64 for causal responses.
/// Source: oppenheim2010 (frequency sampling)
/// Theory: docs/theory/optics.md
/// @throws NumericError if the response is not finite or does not die out within 2^20 samples.
FirFilter<double> design_fir(const std::function<Complex(double)>& response, double sample_step,
                             std::size_t length = 4096);

/// The same for a complex envelope: response(f) at both signs of f, relative to the carrier.
FirFilter<Complex> design_field_fir(const std::function<Complex(double)>& response, double sample_step,
                                    std::size_t length = 4096);

/// Streams real samples through a transfer function; latency() of the result is that of the taps.
/// @throws NumericError as design_fir.
Processor make_linear_processor(const std::function<Complex(double)>& response, double sample_step,
                                std::size_t length = 4096);

/// Streams a complex envelope through a transfer function of the optical field.
/// @throws NumericError as design_fir.
Processor make_field_processor(const std::function<Complex(double)>& response, double sample_step,
                               std::size_t length = 4096);

/// Streams real samples through taps.
Processor make_fir_processor(const FirFilter<double>& filter);

/// Streams real samples through an all-pole low-pass and then a static curve, both optional; latency 0.
Processor make_low_pass_processor(std::span<const Complex> poles, double sample_step, double initial = 0.0,
                                  std::function<double(double)> curve = {});

/// One processor after the other; `field_between` says that the samples between them are a complex envelope.
Processor chain(Processor first, Processor second, bool field_between = false);

}  // namespace tessera

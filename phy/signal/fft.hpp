#pragma once

#include <complex>
#include <span>
#include <vector>

#include "phy/signal/frequency_grid.hpp"

namespace tessera {

/// Discrete Fourier transforms by FFTW, any length, O(n log n). Thread safe; plans are cached for the life of the
/// process.
///
/// Conventions: forward X_k = sum_n x_n e^{-j 2 pi k n/N} without factor, inverse with 1/N.

/// @return N/2 + 1 non-redundant bins of a real sequence.
std::vector<Complex> real_fft(std::span<const double> x);
void real_fft(std::span<const double> x, std::span<Complex> out);

/// Inverse of real_fft for a sequence of `n` samples, times `gain`; half_spectrum has n/2 + 1 bins.
std::vector<double> inverse_real_fft(std::span<const Complex> half_spectrum, std::size_t n, double gain = 1.0);
void inverse_real_fft(std::span<const Complex> half_spectrum, std::span<double> out, double gain = 1.0);

/// The same in single precision, 1e-7 of the rms; the inverse has no factor and uses half_spectrum up.
void real_fft(std::span<const float> x, std::span<std::complex<float>> out);
void inverse_real_fft(std::span<std::complex<float>> half_spectrum, std::span<float> out);

std::vector<Complex> complex_fft(std::span<const Complex> x);
std::vector<Complex> inverse_complex_fft(std::span<const Complex> x);

}  // namespace tessera

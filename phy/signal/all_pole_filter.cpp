#include "phy/signal/all_pole_filter.hpp"

#include <cmath>
#include <string>

#include "phy/core/constants.hpp"
#include "phy/core/error.hpp"

namespace tessera {
namespace {

using constants::kPi;

void check(int count, double bandwidth) {
  if (count < 1) throw ConfigError("number of poles must be at least 1, got " + std::to_string(count));
  if (!(bandwidth > 0.0)) throw ConfigError("bandwidth must be positive, got " + std::to_string(bandwidth) + " Hz");
}

// phi_k(z) = integral_0^1 e^{z(1-u)} u^{k-1}/(k-1)! du. The recurrence loses k digits of |z| below one half, the series
// does not.
std::array<Complex, 4> phi_functions(Complex z) {
  std::array<Complex, 4> phi{};
  if (std::abs(z) < 0.5) {
    for (int k = 1; k <= 4; ++k) {
      Complex term = 1.0 / std::tgamma(k + 1.0), sum = 0.0;
      for (int j = 0; j < 24; ++j) {
        sum += term;
        term *= z / static_cast<double>(j + 1 + k);
      }
      phi[static_cast<std::size_t>(k - 1)] = sum;
    }
    return phi;
  }
  Complex previous = std::exp(z);
  double factorial = 1.0;
  for (int k = 1; k <= 4; ++k) {
    previous = (previous - 1.0 / factorial) / z;
    phi[static_cast<std::size_t>(k - 1)] = previous;
    factorial *= k;
  }
  return phi;
}

}  // namespace

Poles equal_poles(int count, double bandwidth) {
  check(count, bandwidth);
  if (std::isinf(bandwidth)) return {};
  const double corner = bandwidth / std::sqrt(std::pow(2.0, 1.0 / count) - 1.0);
  return Poles(static_cast<std::size_t>(count), Complex(-2.0 * kPi * corner, 0.0));
}

Poles butterworth_poles(int count, double bandwidth) {
  check(count, bandwidth);
  if (std::isinf(bandwidth)) return {};
  const double radius = 2.0 * kPi * bandwidth;
  Poles poles;
  for (int i = 0; i < count / 2; ++i) {
    const double angle = kPi * (2.0 * i + 1.0) / (2.0 * count);
    poles.push_back(radius * Complex(-std::sin(angle), std::cos(angle)));
  }
  if (count % 2 == 1) poles.emplace_back(-radius, 0.0);
  return poles;
}

Complex all_pole_response(std::span<const Complex> poles, double frequency) {
  const Complex s(0.0, 2.0 * kPi * frequency);
  Complex h = 1.0;
  for (const Complex& p : poles) {
    h /= 1.0 - s / p;
    if (p.imag() != 0.0) h /= 1.0 - s / std::conj(p);
  }
  return h;
}

AllPoleFilter::Section AllPoleFilter::make_section(Complex pole, double sample_step, double initial) {
  if (!(pole.real() < 0.0))
    throw ConfigError("poles must lie in the left half plane, got real part " + std::to_string(pole.real()) + " rad/s");
  const auto phi = phi_functions(pole * sample_step);
  const std::array<Complex, 4> m{phi[0], phi[1], 2.0 * phi[2], 6.0 * phi[3]};  // moments of u^0 … u^3
  Section section;
  section.decay = std::exp(pole * sample_step);
  section.weights = {sample_step * (m[3] + 3.0 * m[2] + 2.0 * m[1]) / 6.0,
                     -sample_step * (m[3] + 2.0 * m[2] - m[1] - 2.0 * m[0]) / 2.0,
                     sample_step * (m[3] + m[2] - 2.0 * m[1]) / 2.0, -sample_step * (m[3] - m[1]) / 6.0};
  // A conjugate pair is twice the real part of its upper pole's partial fraction.
  section.residue = pole.imag() == 0.0 ? -pole : 2.0 * std::norm(pole) / (pole - std::conj(pole));
  section.state = -initial / pole;
  section.past.fill(initial);
  return section;
}

AllPoleFilter::AllPoleFilter(std::span<const Complex> poles, double sample_step, double initial) {
  if (!(sample_step > 0.0))
    throw ConfigError("sample step must be positive, got " + std::to_string(sample_step) + " s");
  for (const Complex& pole : poles) sections_.push_back(make_section(pole, sample_step, initial));
}

void AllPoleFilter::process(std::span<double> samples) {
  for (Section& s : sections_) {
    auto [x1, x2, x3] = s.past;
    double re = s.state.real(), im = s.state.imag();
    const auto& w = s.weights;
    for (double& sample : samples) {
      const double x = sample;
      const double a = s.decay.real() * re - s.decay.imag() * im;
      const double b = s.decay.real() * im + s.decay.imag() * re;
      re = a + w[0].real() * x + w[1].real() * x1 + w[2].real() * x2 + w[3].real() * x3;
      im = b + w[0].imag() * x + w[1].imag() * x1 + w[2].imag() * x2 + w[3].imag() * x3;
      sample = s.residue.real() * re - s.residue.imag() * im;
      x3 = x2;
      x2 = x1;
      x1 = x;
    }
    s.past = {x1, x2, x3};
    s.state = {re, im};
  }
}

}  // namespace tessera

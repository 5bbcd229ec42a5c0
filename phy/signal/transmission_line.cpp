#include "phy/signal/transmission_line.hpp"

#include <cmath>
#include <vector>

#include "phy/core/constants.hpp"
#include "phy/core/error.hpp"

namespace tessera {
namespace {

using constants::kPi;

constexpr double kLogReference = 1e9;  // Hz, the frequency unit of 93A
constexpr double kDecibelPerNeper = 8.685889638065037;

void set_reciprocal_symmetric(SParameters& s, std::size_t k, Complex reflection, Complex transmission) {
  s.at(k, 0, 0) = s.at(k, 1, 1) = reflection;
  s.at(k, 0, 1) = s.at(k, 1, 0) = transmission;
}

double dispersion(double f) { return f > 0.0 ? 2.0 / kPi * f * std::log(f / kLogReference) : 0.0; }

void check_fit_input(std::span<const double> frequency, std::span<const Complex> transmission, double length) {
  if (frequency.size() < 3 || frequency.size() != transmission.size())
    throw NumericError("a line law needs at least three points, as many frequencies as transmissions");
  if (!(length > 0.0)) throw NumericError("a line law needs a length above 0 m");
  for (std::size_t k = 0; k < frequency.size(); ++k) {
    if (!(frequency[k] > 0.0) || !(std::abs(transmission[k]) > 0.0))
      throw NumericError("a line law needs frequencies and transmissions above 0");
  }
}

void fit_attenuation(std::span<const double> frequency, std::span<const Complex> transmission, double length,
                     LineFit& fit) {
  double ss = 0.0, sd = 0.0, dd = 0.0, sa = 0.0, da = 0.0;
  // In GHz both columns are of order one and the normal equations stay well conditioned.
  for (std::size_t k = 0; k < frequency.size(); ++k) {
    const double f = frequency[k] / kLogReference, root = std::sqrt(f);
    const double attenuation = -std::log(std::abs(transmission[k])) / length;
    ss += root * root, sd += root * f, dd += f * f, sa += root * attenuation, da += f * attenuation;
  }
  const double determinant = ss * dd - sd * sd;
  fit.law.skin = (sa * dd - da * sd) / determinant / std::sqrt(kLogReference);
  fit.law.dielectric = (da * ss - sa * sd) / determinant / kLogReference;
  double residual = 0.0;
  for (std::size_t k = 0; k < frequency.size(); ++k) {
    const double attenuation_db = -kDecibelPerNeper * std::log(std::abs(transmission[k])) / length;
    residual += std::pow(attenuation_db - fit.law.attenuation_db(frequency[k]), 2);
  }
  fit.rms_db_per_m = std::sqrt(residual / static_cast<double>(frequency.size()));
}

void fit_delay(std::span<const double> frequency, std::span<const Complex> transmission, double length, LineLaw& law) {
  double turns = 0.0, previous = 0.0, fp = 0.0, ff = 0.0;
  for (std::size_t k = 0; k < frequency.size(); ++k) {
    const double f = frequency[k], wrapped = std::arg(transmission[k]);
    if (k > 0) turns -= std::round((wrapped - previous) / (2.0 * kPi));
    previous = wrapped;
    const double beta = -(wrapped + 2.0 * kPi * turns) / length;
    const double linear = beta - law.skin * std::sqrt(f) + law.dielectric * dispersion(f);
    fp += f * linear, ff += f * f;
  }
  law.delay = fp / ff / (2.0 * kPi);
}

}  // namespace

Complex LineLaw::propagation(double frequency) const {
  const double root = std::sqrt(frequency);
  return {constant + skin * root + dielectric * frequency,
          skin * root - dielectric * dispersion(frequency) + 2.0 * kPi * delay * frequency};
}

double LineLaw::attenuation_db(double frequency) const { return kDecibelPerNeper * propagation(frequency).real(); }

SParameters transmission_line(std::span<const double> frequency, const LineLaw& law, double length, double impedance,
                              double reference_impedance) {
  SParameters s = SParameters::zeros(frequency, 2, reference_impedance);
  const double rho = (impedance - reference_impedance) / (impedance + reference_impedance);
  for (std::size_t k = 0; k < frequency.size(); ++k) {
    const Complex once = std::exp(-law.propagation(frequency[k]) * length);
    const Complex denominator = 1.0 - rho * rho * once * once;
    set_reciprocal_symmetric(s, k, rho * (1.0 - once * once) / denominator, (1.0 - rho * rho) * once / denominator);
  }
  return s;
}

SParameters shunt_capacitor(std::span<const double> frequency, double capacitance_per_leg, double reference_impedance) {
  SParameters s = SParameters::zeros(frequency, 2, reference_impedance);
  for (std::size_t k = 0; k < frequency.size(); ++k) {
    const Complex x(0.0, kPi * frequency[k] * reference_impedance * capacitance_per_leg);
    set_reciprocal_symmetric(s, k, -x / (2.0 + x), 2.0 / (2.0 + x));
  }
  return s;
}

SParameters series_inductor(std::span<const double> frequency, double inductance_per_leg, double reference_impedance) {
  SParameters s = SParameters::zeros(frequency, 2, reference_impedance);
  for (std::size_t k = 0; k < frequency.size(); ++k) {
    const Complex x(0.0, 4.0 * kPi * frequency[k] * inductance_per_leg / reference_impedance);
    set_reciprocal_symmetric(s, k, x / (2.0 + x), 2.0 / (2.0 + x));
  }
  return s;
}

SParameters cascade_in_order(std::span<const SParameters> networks) {
  if (networks.empty()) throw ConfigError("a row of networks must have at least one");
  SParameters row = networks.front();
  for (const SParameters& next : networks.subspan(1)) row = cascade(row, next);
  return row;
}

LineFit fit_line_law(std::span<const double> frequency, std::span<const Complex> transmission, double length) {
  check_fit_input(frequency, transmission, length);
  LineFit fit;
  fit_attenuation(frequency, transmission, length, fit);
  fit_delay(frequency, transmission, length, fit.law);
  return fit;
}

}  // namespace tessera

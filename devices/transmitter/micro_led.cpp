#include "devices/transmitter/micro_led.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/numeric/odeint/algebra/vector_space_algebra.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta4.hpp>
#include <cmath>
#include <limits>
#include <utility>

#include "phy/core/constants.hpp"

namespace tessera {
namespace {

using constants::kBoltzmann;
using constants::kElementaryCharge;
using constants::kPi;

// Total recombination rate per volume.
double recombination(const AbcMaterial& m, double n) { return n * (m.a + n * (m.b + n * m.c)); }

// Current through a first-order pole while its source runs straight from `from` to `to` within `step`: exact, so that a
// fast pole costs no small steps.
struct RampedCurrent {
  double tau, start, from, slope;

  double operator()(double t) const {
    const double source = from + slope * t;
    if (tau <= 0.0) return source;
    return source - slope * tau + (start - from + slope * tau) * std::exp(-t / tau);
  }
};

// State of the large-signal integration; one step per input sample, cut into equal sub-steps.
class RateEquation {
 public:
  RateEquation(const AbcMaterial& material, double generation, double tau, double step, double current, double density,
               double densest)
      : material_(material),
        generation_(generation),
        tau_(tau),
        source_(current),
        current_(current),
        density_(density) {
    // A fifth of the shortest lifetime at three times the densest level keeps the error of a sample below 1e-5. The
    // number of sub-steps follows from the operating point only, never from the samples.
    const double fastest = 2.0 * kPi * carrier_pole(material, 3.0 * densest);
    substeps_ = std::max(1, static_cast<int>(std::ceil(step * fastest / 0.2)));
    substep_ = step / substeps_;
  }

  double advance(double source) {
    Stepper stepper;
    const double slope = (source - source_) / (substep_ * substeps_);
    for (int i = 0; i < substeps_; ++i) {
      const RampedCurrent drive{tau_, current_, source_ + slope * substep_ * i, slope};
      const auto rate = [&](const double& n, double& dndt, double t) {
        dndt = generation_ * drive(t) - recombination(material_, n);
      };
      stepper.do_step(rate, density_, 0.0, substep_);
      density_ = std::max(density_, 0.0);
      current_ = drive(substep_);
    }
    source_ = source;
    return density_;
  }

 private:
  using Stepper = boost::numeric::odeint::runge_kutta4<double, double, double, double,
                                                       boost::numeric::odeint::vector_space_algebra>;

  AbcMaterial material_;
  double generation_, tau_;
  double source_, current_, density_;
  int substeps_ = 1;
  double substep_ = 0.0;
};

}  // namespace

double carrier_density(const AbcMaterial& material, double injected_current_density) {
  const double generation = injected_current_density / (kElementaryCharge * material.thickness);
  if (!(generation > 0.0)) return 0.0;
  // Each term alone bounds the root from above; Newton on a convex rising function then falls onto it without leaving
  // the bracket.
  double n = std::numeric_limits<double>::infinity();
  if (material.a > 0.0) n = std::min(n, generation / material.a);
  if (material.b > 0.0) n = std::min(n, std::sqrt(generation / material.b));
  if (material.c > 0.0) n = std::min(n, std::cbrt(generation / material.c));
  if (!std::isfinite(n))
    throw NumericError("carrier density: no recombination at all, the carriers have no steady state");
  for (int i = 0; i < 100; ++i) {
    const double step = (recombination(material, n) - generation) / (2.0 * kPi * carrier_pole(material, n));
    n -= step;
    if (std::abs(step) <= 1e-15 * n) break;
  }
  return n;
}

double internal_quantum_efficiency(const AbcMaterial& material, double density) {
  if (!(density > 0.0)) return 0.0;
  return material.b * density / (material.a + density * (material.b + density * material.c));
}

double carrier_pole(const AbcMaterial& material, double density) {
  return (material.a + density * (2.0 * material.b + 3.0 * material.c * density)) / (2.0 * kPi);
}

MicroLed::MicroLed(Params params) : params_(std::move(params)) { check_parameters<MicroLed>(params_); }

MicroLed MicroLed::with_liv(std::shared_ptr<const LivCurve> curve) const {
  MicroLed led = *this;
  led.liv_ = std::move(curve);
  return led;
}

MicroLed MicroLed::with_spectrum(std::shared_ptr<const OpticalSpectrum> spectrum) const {
  MicroLed led = *this;
  led.spectrum_ = std::move(spectrum);
  return led;
}

double MicroLed::area() const { return kPi * params_.diameter.si() * params_.diameter.si() / 4.0; }

AbcMaterial MicroLed::material() const {
  const double sidewall = 4.0 * params_.surface_recombination.si() / params_.diameter.si();
  return {params_.srh_rate.si() + sidewall, params_.radiative_coefficient.si(), params_.auger_coefficient.si(),
          params_.active_thickness.si()};
}

double MicroLed::density(double current) const {
  return carrier_density(material(), params_.injection_efficiency * current / area());
}

double MicroLed::rc_time_constant() const {
  return params_.series_resistance.si() / area() *
         (params_.depletion_capacitance.si() * area() + params_.pad_capacitance.si());
}

double MicroLed::voltage(double current, double junction_temperature) const {
  if (!(current > 0.0)) return 0.0;
  if (liv_) {
    const double drift =
        liv_->temperature ? params_.voltage_drift.si() * (junction_temperature - *liv_->temperature) : 0.0;
    return std::max(liv_->voltage_at(current) + drift, 0.0);
  }
  constexpr double kReferenceDensity = 1e5;  // A/m^2, 10 A/cm^2
  const double reference = params_.reference_temperature.si();
  const double current_density = current / area();
  const double v =
      params_.forward_voltage.si() +
      params_.ideality * kBoltzmann * reference / kElementaryCharge * std::log(current_density / kReferenceDensity) +
      current_density * params_.series_resistance.si() +
      params_.voltage_drift.si() * (junction_temperature - reference);
  return std::max(v, 0.0);
}

double MicroLed::junction_temperature(const std::vector<double>& currents, double case_temperature) const {
  const double resistance = params_.thermal_resistance.si();
  if (resistance == 0.0 || currents.empty() || liv_) return case_temperature;
  double junction = case_temperature;
  // The dissipated watts change by less than a per cent per iteration, so a few rounds settle far below 1 mK.
  for (int i = 0; i < 20; ++i) {
    double watts = 0.0;
    for (const double current : currents) {
      watts += std::max(0.0, std::max(current, 0.0) * voltage(current, junction) - light(current, junction));
    }
    junction = case_temperature + resistance * watts / static_cast<double>(currents.size());
  }
  return junction;
}

double MicroLed::photon_efficiency(double junction) const {
  const double drift = params_.efficiency_drift.si() * (junction - params_.reference_temperature.si());
  return params_.extraction_efficiency * std::max(0.0, 1.0 + drift);
}

double MicroLed::wavelength(double junction) const {
  const double drift = params_.wavelength_drift.si() * (junction - params_.reference_temperature.si());
  return (spectrum_ ? spectrum_->centroid : params_.wavelength.si()) + drift;
}

double MicroLed::photon_energy(double junction) const {
  return constants::kPlanck * constants::kSpeedOfLight / wavelength(junction);
}

double MicroLed::curve_drift(double junction) const {
  if (!liv_->temperature) return 1.0;
  const double measured = photon_efficiency(*liv_->temperature) * photon_energy(*liv_->temperature);
  return measured > 0.0 ? photon_efficiency(junction) * photon_energy(junction) / measured : 1.0;
}

double MicroLed::light(double current, double junction) const {
  if (liv_) return curve_drift(junction) * liv_->light_at(current);
  const double per_electron =
      params_.injection_efficiency * photon_efficiency(junction) * photon_energy(junction) / kElementaryCharge;
  return per_electron * internal_quantum_efficiency(material(), density(current)) * std::max(current, 0.0);
}

double MicroLed::external_quantum_efficiency(double current) const {
  const double junction = junction_temperature({current}, params_.reference_temperature.si());
  if (liv_)
    return current > 0.0 ? light(current, junction) / photon_energy(junction) * kElementaryCharge / current : 0.0;
  return params_.injection_efficiency * internal_quantum_efficiency(material(), density(current)) *
         photon_efficiency(junction);
}

double MicroLed::optical_power(double current) const {
  const LaneState state{Port::current, {current}, {}, params_.reference_temperature.si()};
  return operate(state).levels.front();
}

LaneState MicroLed::operate(const LaneState& input) const {
  const double junction = junction_temperature(input.levels, input.case_temperature);
  LaneState output{Port::optical_power, {}, input.carrier};
  for (const double current : input.levels) output.levels.push_back(light(current, junction));
  output.carrier.power = 0.0;
  output.carrier.wavelength = wavelength(junction);
  // The width of a Gaussian with the same standard deviation, for media that know no more than that.
  output.carrier.spectral_width =
      spectrum_ ? 2.0 * std::sqrt(2.0 * std::log(2.0)) * spectrum_->rms_width : params_.spectral_width.si();
  output.carrier.spectrum = spectrum_;
  output.carrier.source_diameter = params_.diameter.si();
  output.carrier.numerical_aperture = 1.0;
  return output;
}

StageResponse MicroLed::respond(const FrequencyGrid& grid, const LaneState& input) const {
  const double pole = carrier_pole(material(), density(input.mean()));
  const double tau = rc_time_constant();
  StageResponse response = StageResponse::zeros(grid, 1, 1);
  for (std::size_t k = 0; k < grid.frequency_count(); ++k) {
    const double f = grid.frequency(k);
    response.values[k] = 1.0 / (Complex(1.0, f / pole) * Complex(1.0, 2.0 * kPi * f * tau));
  }
  return response;
}

// Photon bunching of many modes over many nanometres lies far below the shot noise at the receiver
// (docs/theory/microled.md).
std::vector<NoiseSource> MicroLed::noise(const FrequencyGrid&, const LaneState&) const { return {}; }

Processor MicroLed::make_processor(double sample_step, const LaneState& input) const {
  const double junction = junction_temperature(input.levels, input.case_temperature);
  const double mean = std::max(input.mean(), 0.0);
  const double highest = input.levels.empty() ? 0.0 : *std::max_element(input.levels.begin(), input.levels.end());
  const double volume = params_.active_thickness.si() * area();
  const double generation = params_.injection_efficiency / (kElementaryCharge * volume);
  const double light =
      photon_efficiency(junction) * photon_energy(junction) * params_.radiative_coefficient.si() * volume;
  RateEquation equation(material(), generation, rc_time_constant(), sample_step, mean, density(mean), density(highest));
  if (liv_) {
    // The light of the steady current that would hold these carriers.
    return Processor([equation, led = *this, generation, junction](SampleView in, SampleSpan out) mutable {
      const AbcMaterial m = led.material();
      for (std::size_t i = 0; i < in.real.size(); ++i)
        out.real[i] = led.light(recombination(m, equation.advance(std::max(in.real[i], 0.0))) / generation, junction);
    });
  }
  return Processor([equation, light](SampleView in, SampleSpan out) mutable {
    for (std::size_t i = 0; i < in.real.size(); ++i) {
      const double n = equation.advance(std::max(in.real[i], 0.0));
      out.real[i] = light * n * n;
    }
  });
}

std::vector<ValidityNote> MicroLed::validity(const FrequencyGrid&, const LaneState& input) const {
  if (input.levels.empty()) return {};
  const auto [low, high] = std::minmax_element(input.levels.begin(), input.levels.end());
  std::vector<ValidityNote> notes;
  constexpr double kHighestDensity = 9.902e7;  // A/m^2
  if (const double density_on = *high / area(); density_on > kHighestDensity)
    notes.push_back({"", "current density of the highest symbol", density_on * 1e-7, "kA/cm^2",
                     "<= 9.9, the most that devices survived"});
  if (liv_ && *high > liv_->current.back())
    notes.push_back({"", "drive current of the highest symbol", 1e3 * *high, "mA",
                     fmt::format("<= {:g}, the last of measured_liv", 1e3 * liv_->current.back())});
  constexpr double kPoleRatio = 2.0;
  const double ratio = carrier_pole(material(), density(*high)) / carrier_pole(material(), density(*low));
  if (ratio > kPoleRatio)
    notes.push_back({"", "carrier pole at the highest over the lowest current", ratio, "1",
                     "<= 2; above, a linear response at the mean current is optimistic (slow fall)"});
  return notes;
}

std::vector<PowerItem> MicroLed::power(const CostContext& context) const {
  const std::vector<double>& currents = context.input.levels;
  if (currents.empty()) return {{"led", 0.0, Scope::per_lane, false}};
  const double junction = junction_temperature(currents, context.case_temperature);
  double led = 0.0, mean_current = 0.0;
  double highest = 0.0, lowest = std::numeric_limits<double>::infinity();
  for (const double level : currents) {
    const double current = std::max(level, 0.0);
    const double v = voltage(current, junction);
    led += current * v / static_cast<double>(currents.size());
    mean_current += current / static_cast<double>(currents.size());
    highest = std::max(highest, v);
    lowest = std::min(lowest, v);
  }
  const double capacitance = params_.pad_capacitance.si() + params_.depletion_capacitance.si() * area();
  const double swing = highest - lowest;
  return {
      {"led", led, Scope::per_lane, false},
      {"led_supply_drop", mean_current * highest - led, Scope::per_lane, false},
      {"led_charging", capacitance * swing * swing * context.symbol_rate * params_.activity, Scope::per_lane, false}};
}

std::vector<FitItem> MicroLed::fit(const CostContext&) const {
  return {{"led", params_.failure_rate, Scope::per_lane}};
}

double MicroLed::latency(const CostContext&) const { return 0.0; }

}  // namespace tessera

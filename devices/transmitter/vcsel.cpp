#include "devices/transmitter/vcsel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <utility>

#include "devices/failure_rate.hpp"
#include "phy/core/constants.hpp"

namespace tessera {
namespace {

using constants::kPi;

// Beyond this nothing of the laser is left that the parameters describe.
constexpr double kHottestJunction = 600.0;  // K

// Measured over modelled light, through the steady current of both: straight lines over 256 equal steps of current.
class MeasuredLight {
 public:
  MeasuredLight(const Vcsel& measured, const Vcsel& modelled, double highest, double junction) {
    constexpr int kSteps = 256;
    for (int i = 0; i <= kSteps; ++i) {
      const double current = 1.5 * highest * i / kSteps;
      modelled_.push_back(modelled.optical_power(current, junction));
      measured_.push_back(measured.optical_power(current, junction));
    }
  }

  double operator()(double light) const {
    const auto last = static_cast<std::ptrdiff_t>(modelled_.size()) - 1;
    const auto above = std::upper_bound(modelled_.begin(), modelled_.end(), light) - modelled_.begin();
    const auto i = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(above, 1, last));
    const double step = modelled_[i] - modelled_[i - 1];
    const double fraction = step > 0.0 ? (light - modelled_[i - 1]) / step : 0.0;
    return std::max(0.0, measured_[i - 1] + fraction * (measured_[i] - measured_[i - 1]));
  }

 private:
  std::vector<double> modelled_, measured_;
};

double drifted(double drift, double above) { return std::exp(drift * above); }

}  // namespace

Vcsel::Vcsel(Params params) : params_(std::move(params)) {
  check_parameters<Vcsel>(params_);
  const LaserRates r = rates(params_.reference_temperature.si());
  if (!(r.recombination(r.threshold_density()) > 0.0))
    throw ConfigError(
        "vcsel needs carriers that recombine: nonradiative_rate, spontaneous_rate, radiative_coefficient and "
        "auger_coefficient give no positive rate at the threshold density");
}

LaserRates Vcsel::rates(double junction) const {
  const double above = junction - params_.reference_temperature.si();
  LaserRates r;
  r.volume = params_.active_volume.si();
  r.confinement = params_.confinement;
  r.injection_efficiency = params_.injection_efficiency * drifted(params_.efficiency_drift.si(), above);
  r.nonradiative = params_.nonradiative_rate.si();
  r.spontaneous = params_.spontaneous_rate.si();
  r.radiative = params_.radiative_coefficient.si();
  r.auger = params_.auger_coefficient.si();
  r.gain_slope = params_.differential_gain.si() * drifted(params_.gain_drift.si(), above);
  r.transparency = params_.transparency_density.si() * drifted(params_.transparency_drift.si(), above);
  r.gain_curvature = params_.gain_curvature;
  r.compression = params_.gain_compression.si();
  r.photon_lifetime = params_.photon_lifetime.si();
  r.coupling = params_.spontaneous_coupling;
  return r;
}

double Vcsel::power_per_photon(double junction) const {
  return params_.output_efficiency * constants::kPlanck * constants::kSpeedOfLight / wavelength(junction) /
         params_.photon_lifetime.si();
}

double Vcsel::wavelength(double junction) const {
  return (spectrum_ ? spectrum_->centroid : params_.wavelength.si()) +
         params_.wavelength_drift.si() * (junction - params_.reference_temperature.si());
}

Vcsel Vcsel::with_liv(std::shared_ptr<const LivCurve> curve) const {
  Vcsel laser = *this;
  laser.liv_ = std::move(curve);
  return laser;
}

Vcsel Vcsel::with_spectrum(std::shared_ptr<const OpticalSpectrum> spectrum) const {
  Vcsel laser = *this;
  laser.spectrum_ = std::move(spectrum);
  return laser;
}

double Vcsel::voltage(double current) const {
  if (liv_) return liv_->voltage_at(current);
  return current > 0.0 ? params_.turn_on_voltage.si() + params_.series_resistance.si() * current : 0.0;
}

double Vcsel::optical_power(double current, double junction) const {
  if (!liv_) return modelled_power(current, junction);
  const double measured = liv_->light_at(current);
  if (!liv_->temperature || current <= 0.0) return measured;
  return measured * modelled_power(current, junction) / modelled_power(current, *liv_->temperature);
}

double Vcsel::modelled_power(double current, double junction) const {
  const LaserRates r = rates(junction);
  return steady_state(r, current).photons * r.mode_volume() * power_per_photon(junction);
}

double Vcsel::junction_temperature(const std::vector<double>& currents, double case_temperature) const {
  const double resistance = params_.thermal_resistance.si();
  if (resistance == 0.0 || currents.empty() || liv_) return case_temperature;
  double junction = case_temperature;
  // Light that a warmer laser no longer gives is heat: the loop gain stays below a third, and thirty rounds settle it.
  for (int i = 0; i < 30; ++i) {
    double watts = 0.0;
    for (const double current : currents)
      watts += std::max(0.0, current) * voltage(current) - optical_power(current, std::min(junction, kHottestJunction));
    junction = case_temperature + resistance * std::max(0.0, watts) / static_cast<double>(currents.size());
  }
  if (junction > kHottestJunction)
    throw ConfigError(
        fmt::format("vcsel junction must stay below {:g} degC, got {:.0f} degC: too much current for "
                    "thermal_resistance",
                    kHottestJunction - constants::kZeroCelsius, junction - constants::kZeroCelsius));
  return junction;
}

double Vcsel::relative_intensity_noise(double frequency, double current, double junction) const {
  const LaserRates r = rates(junction);
  const LaserState state = steady_state(r, current);
  const double photons = state.photons * r.mode_volume();
  return PhotonNoise(r, state, params_.spontaneous_factor).density(frequency) / (photons * photons) +
         params_.excess_noise.psd();
}

LaneState Vcsel::operate(const LaneState& in) const {
  const double junction = junction_temperature(in.levels, in.case_temperature);
  LaneState out{Port::optical_power, {}, in.carrier};
  for (const double current : in.levels) out.levels.push_back(optical_power(current, junction));
  out.carrier.power = 0.0;  // all the light is in the levels
  out.carrier.rin_psd = 0.0;
  out.carrier.wavelength = wavelength(junction);
  out.carrier.spectral_width =
      2.0 * std::sqrt(2.0 * std::log(2.0)) * (spectrum_ ? spectrum_->rms_width : params_.spectral_width.si());
  out.carrier.spectrum = spectrum_;
  out.carrier.source_diameter = params_.aperture.si();
  out.carrier.numerical_aperture = params_.numerical_aperture;
  return out;
}

Poles Vcsel::electrical_poles() const {
  Poles poles;
  if (params_.transport_time.si() > 0.0) poles.emplace_back(-1.0 / params_.transport_time.si(), 0.0);
  if (params_.parasitic_bandwidth.si() > 0.0) poles.emplace_back(-2.0 * kPi * params_.parasitic_bandwidth.si(), 0.0);
  return poles;
}

StageResponse Vcsel::respond(const FrequencyGrid& grid, const LaneState& in) const {
  const LaserRates r = rates(junction_temperature(in.levels, in.case_temperature));
  const LaserDynamics dynamics = linearised(r, steady_state(r, in.mean()));
  const Poles poles = electrical_poles();
  StageResponse response = StageResponse::zeros(grid, 1, 1);
  for (std::size_t k = 0; k < grid.frequency_count(); ++k)
    response.values[k] = dynamics.response(grid.frequency(k)) * all_pole_response(poles, grid.frequency(k));
  return response;
}

std::vector<NoiseSource> Vcsel::noise(const FrequencyGrid& grid, const LaneState& in) const {
  const double junction = junction_temperature(in.levels, in.case_temperature);
  const LaserRates r = rates(junction);
  const LaserState state = steady_state(r, in.mean());
  double scale = std::pow(power_per_photon(junction), 2);
  if (liv_ && state.photons > 0.0)  // relative to the light the noise is the model's
    scale *= std::pow(optical_power(in.mean(), junction) / modelled_power(in.mean(), junction), 2);
  std::vector<NoiseSource> sources;
  if (state.photons > 0.0) {
    const PhotonNoise fluctuation(r, state, params_.spontaneous_factor);
    sources.push_back({"rin", false, std::vector<double>(grid.frequency_count()), 0.0, 0.0});
    for (std::size_t k = 0; k < grid.frequency_count(); ++k)
      sources.back().s0[k] = scale * fluctuation.density(grid.frequency(k));
  }
  sources.push_back({"excess_rin", false, {}, 0.0, params_.excess_noise.psd()});
  return sources;
}

Processor Vcsel::make_processor(double sample_step, const LaneState& in) const {
  const double junction = junction_temperature(in.levels, in.case_temperature);
  const LaserRates r = rates(junction);
  const double mean = in.mean();
  const double highest = in.levels.empty() ? 0.0 : *std::max_element(in.levels.begin(), in.levels.end());
  const double scale = r.mode_volume() * power_per_photon(junction);
  std::shared_ptr<const MeasuredLight> curve;
  if (liv_) curve = std::make_shared<const MeasuredLight>(*this, with_liv(nullptr), std::max(highest, 0.0), junction);
  return Processor([filter = AllPoleFilter(electrical_poles(), sample_step, mean),
                    laser = LaserIntegrator(r, sample_step, mean, std::max(highest, 0.0)), scale,
                    curve](SampleView samples, SampleSpan out) mutable {
    std::copy(samples.real.begin(), samples.real.end(), out.real.begin());
    filter.process(out.real);
    for (double& value : out.real) {
      value = scale * laser.advance(value);
      if (curve) value = (*curve)(value);
    }
  });
}

std::vector<ValidityNote> Vcsel::validity(const FrequencyGrid&, const LaneState& in) const {
  if (in.levels.empty()) return {};
  const auto [low, high] = std::minmax_element(in.levels.begin(), in.levels.end());
  const LaserRates r = rates(junction_temperature(in.levels, in.case_temperature));
  const auto resonance = [&](double current) { return linearised(r, steady_state(r, current)).resonance(); };
  const double slowest = resonance(*low), ratio = slowest > 0.0 ? resonance(*high) / slowest : 1e9;
  constexpr double kRatio = 2.0;
  if (ratio <= kRatio) return {};
  return {{"", "relaxation frequency at the highest over the lowest current", ratio, "1",
           "<= 2; above, a linear response at the mean current is optimistic"}};
}

std::vector<PowerItem> Vcsel::power(const CostContext& context) const {
  double watts = 0.0;
  for (const double current : context.input.levels)
    watts += std::max(0.0, current) * voltage(current) / static_cast<double>(context.input.levels.size());
  return {{"vcsel", watts}};
}

std::vector<FitItem> Vcsel::fit(const CostContext& context) const {
  const double junction = junction_temperature(context.input.levels, context.case_temperature);
  return {{"vcsel", params_.failure_rate *
                        arrhenius_factor(params_.activation_energy, junction, params_.failure_temperature.si())}};
}

}  // namespace tessera

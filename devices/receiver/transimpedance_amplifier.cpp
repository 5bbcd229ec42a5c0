#include "devices/receiver/transimpedance_amplifier.hpp"

#include <algorithm>
#include <cmath>

#include "devices/failure_rate.hpp"
#include "devices/pole_response.hpp"
#include "phy/core/constants.hpp"

namespace tessera {

using constants::kBoltzmann;
using constants::kPi;

TransimpedanceAmplifier::TransimpedanceAmplifier(Params params) : params_(params) {
  check_parameters<TransimpedanceAmplifier>(params_);
  poles_ = butterworth_poles(params_.order, params_.bandwidth.si());
}

double TransimpedanceAmplifier::gain(const LaneState& in) const {
  const double largest = params_.transimpedance.si();
  const double swing = std::abs(in.swing());
  return swing * largest > params_.maximum_swing.si() ? params_.maximum_swing.si() / swing : largest;
}

LaneState TransimpedanceAmplifier::operate(const LaneState& in) const {
  LaneState out{Port::voltage, in.levels, {}};
  const double mean = in.mean(), factor = gain(in);
  for (double& level : out.levels) level = factor * (level - mean);
  return out;
}

StageResponse TransimpedanceAmplifier::respond(const FrequencyGrid& grid, const LaneState&) const {
  StageResponse response = pole_response(grid, poles_, 1);
  response.high_pass = params_.low_cut.si();
  return response;
}

std::vector<NoiseSource> TransimpedanceAmplifier::noise(const FrequencyGrid& grid, const LaneState&) const {
  const double white = params_.noise_density.si() * params_.noise_density.si(), corner = params_.noise_corner.si();
  NoiseSource thermal{"thermal", true, std::vector<double>(grid.frequency_count(), white), 0.0, 0.0};
  if (corner > 0.0)
    for (std::size_t k = 0; k < thermal.s0.size(); ++k) thermal.s0[k] *= 1.0 + std::pow(grid.frequency(k) / corner, 2);
  return {thermal};
}

std::vector<ValidityNote> TransimpedanceAmplifier::validity(const FrequencyGrid&, const LaneState& in) const {
  const double limit = params_.overload_current.si();
  if (std::abs(in.swing()) <= limit) return {};
  return {{"", "photocurrent swing", 1e3 * std::abs(in.swing()), "mA", "[0, " + std::to_string(1e3 * limit) + "]"}};
}

Processor TransimpedanceAmplifier::make_processor(double sample_step, const LaneState& in) const {
  const double mean = in.mean(), factor = gain(in);
  // Without a low cut the mean is still removed, but as a constant.
  const Poles slow = params_.low_cut.si() > 0.0 ? equal_poles(1, params_.low_cut.si()) : Poles{};
  return Processor([fast = AllPoleFilter(poles_, sample_step, mean), wander = AllPoleFilter(slow, sample_step, mean),
                    mean, factor, cut = !slow.empty(),
                    drift = std::vector<double>()](SampleView samples, SampleSpan out) mutable {
    std::copy(samples.real.begin(), samples.real.end(), out.real.begin());
    fast.process(out.real);
    drift.assign(out.real.size(), mean);
    if (cut) {
      std::copy(out.real.begin(), out.real.end(), drift.begin());
      wander.process(drift);
    }
    for (std::size_t i = 0; i < drift.size(); ++i) out.real[i] = factor * (out.real[i] - drift[i]);
  });
}

double TransimpedanceAmplifier::input_transconductance(double temperature) const {
  const double input = 2.0 * kPi * params_.input_capacitance.si();
  const double bandwidth = params_.bandwidth.si(), load = 2.0 * kPi * params_.stage_capacitance.si();
  const double speed = load * input * params_.feedback_resistance.si() * bandwidth * bandwidth;
  const double voltage_noise_admittance = params_.noise_corner.si() * input;
  if (voltage_noise_admittance == 0.0 || params_.noise_density.si() == 0.0) return speed;
  const double voltage_noise = params_.noise_density.si() / voltage_noise_admittance;
  return std::max(speed, 4.0 * kBoltzmann * temperature * params_.noise_factor / (voltage_noise * voltage_noise));
}

std::vector<PowerItem> TransimpedanceAmplifier::power(const CostContext& context) const {
  const double gain_stages =
      2.0 * kPi * params_.stage_capacitance.si() * 2.0 * params_.gain_stages * params_.bandwidth.si();
  const double bias = input_transconductance(context.case_temperature) / params_.input_efficiency.si() +
                      0.5 * params_.overdrive.si() * gain_stages;
  const double output = std::abs(context.output.swing()) / params_.output_load.si();
  return {{"tia", params_.supply.si() * (bias * context.case_temperature / 313.15 + output)}};
}

std::vector<FitItem> TransimpedanceAmplifier::fit(const CostContext& context) const {
  return {{"tia", params_.failure_rate * arrhenius_factor(params_.activation_energy, context.case_temperature,
                                                          params_.reference_temperature.si())}};
}

}  // namespace tessera

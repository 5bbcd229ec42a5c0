#include "devices/receiver/serdes_receiver.hpp"

#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

constexpr double kReferenceTemperature = 313.15;  // K
constexpr double kRounding = 1e-9;

constexpr std::array<std::pair<std::string_view, PhasePolicy>, 3> kPhasePolicies{
    {{"mueller_muller", PhasePolicy::mueller_muller},
     {"minimum_mse", PhasePolicy::minimum_mse},
     {"best_ber", PhasePolicy::best_ber}}};

PhasePolicy phase_policy(const std::string& name) {
  for (const auto& [known, policy] : kPhasePolicies) {
    if (known == name) return policy;
  }
  throw ConfigError(fmt::format("phase must be mueller_muller, minimum_mse or best_ber, got {}", name));
}

void check_equalizer(const SerdesReceiver::Params& p) {
  phase_policy(p.phase);
  if (p.ffe_pre_taps >= p.ffe_taps)
    throw ConfigError(fmt::format("ffe_pre_taps must be below ffe_taps ({}), got {}", p.ffe_taps, p.ffe_pre_taps));
  if (p.dfe_minimum.size() != p.dfe_maximum.size())
    throw ConfigError(fmt::format("dfe_minimum must be as many as dfe_maximum ({}), got {}", p.dfe_maximum.size(),
                                  p.dfe_minimum.size()));
  for (std::size_t n = 0; n < p.dfe_maximum.size(); ++n) {
    if (p.dfe_minimum[n] > p.dfe_maximum[n])
      throw ConfigError(fmt::format("dfe_minimum must not exceed dfe_maximum, got {} and {} at tap {}",
                                    p.dfe_minimum[n], p.dfe_maximum[n], n + 1));
  }
  if (p.ctle_zero.si() > 0.0 && !(p.ctle_pole_1.si() > 0.0))
    throw ConfigError("ctle_pole_1 must be above 0 GHz where there is a CTLE, got 0 GHz");
}

std::vector<double> gains_down_from_zero(double minimum, double step) {
  std::vector<double> gains;
  for (int i = 0; -i * step >= minimum - kRounding; ++i) gains.push_back(i == 0 ? 0.0 : -i * step);
  return gains;
}

// 93A-20
Complex butterworth(double x) {
  return 1.0 / Complex(1.0 - 3.414214 * x * x + x * x * x * x, 2.613126 * (x - x * x * x));
}

CtleSpec ctle_of(const SerdesReceiver::Params& p) {
  CtleSpec ctle{p.ctle_zero.si(), p.ctle_pole_1.si(), p.ctle_pole_2.si(), p.ctle_low_frequency_pole.si(), {0.0}, {0.0}};
  if (ctle.zero > 0.0) ctle.dc_gains_db = gains_down_from_zero(p.ctle_gain_minimum.db, p.ctle_gain_step.db);
  if (ctle.zero > 0.0 && ctle.low_frequency_pole > 0.0)
    ctle.dc_gains2_db = gains_down_from_zero(p.ctle_gain2_minimum.db, p.ctle_gain2_step.db);
  return ctle;
}

}  // namespace

SerdesReceiver::SerdesReceiver(Params params) : params_(std::move(params)) {
  check_parameters<SerdesReceiver>(params_);
  check_equalizer(params_);
}

ReceiverSpec SerdesReceiver::describe(const FrequencyGrid& grid) const {
  ReceiverSpec spec;
  spec.load_resistance = input_resistance();
  spec.front_end = Response::flat(grid);
  for (std::size_t k = 0; k < spec.front_end.values.size(); ++k)
    spec.front_end.values[k] = butterworth(grid.frequency(k) / params_.bandwidth.si());
  spec.input_noise_psd.assign(grid.frequency_count(), params_.input_noise.si());
  spec.ctle = ctle_of(params_);
  spec.ffe = {params_.ffe_taps, params_.ffe_pre_taps, params_.ffe_limit};
  spec.dfe = {params_.dfe_minimum, params_.dfe_maximum};
  spec.phase = phase_policy(params_.phase);
  spec.jitter = {params_.dual_dirac_jitter, params_.random_jitter};
  spec.adc_bits = params_.adc_bits;
  spec.adc_crest_factor = params_.adc_crest_factor;
  spec.slicer_noise_rms = params_.slicer_noise.si();
  return spec;
}

int SerdesReceiver::equalizer_taps() const {
  return (params_.ffe_taps > 1 ? params_.ffe_taps : 0) + static_cast<int>(params_.dfe_maximum.size());
}

std::vector<PowerItem> SerdesReceiver::power(const CostContext& context) const {
  const double scale = params_.technology_scale, per_second = scale * context.symbol_rate;
  const double heat = std::exp2((context.case_temperature - kReferenceTemperature) / params_.leakage_doubling.si());
  const double levels = params_.adc_bits > 0 ? std::exp2(params_.adc_bits) : 0.0;
  return {{"receive_front_end",
           per_second * (params_.front_end_energy.si() + params_.loss_energy.si() * context.insertion_loss_db)},
          {"converter", per_second * params_.conversion_step_energy.si() * levels},
          {"receive_equalizer", per_second * params_.tap_energy.si() * equalizer_taps()},
          {"clock_recovery", per_second * params_.clock_recovery_energy.si()},
          {"deserializer", scale * params_.deserializer_energy.si() * context.lane_bit_rate()},
          {"receive_leakage", scale * heat * (params_.leakage.si() + params_.leakage_per_tap.si() * equalizer_taps())}};
}

}  // namespace tessera

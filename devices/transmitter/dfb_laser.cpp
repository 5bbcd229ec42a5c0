#include "devices/transmitter/dfb_laser.hpp"

#include <algorithm>
#include <cmath>

#include "devices/failure_rate.hpp"
#include "devices/pole_response.hpp"
#include "phy/core/constants.hpp"

namespace tessera {

DfbLaser::DfbLaser(Params params) : params_(params) { check_parameters<DfbLaser>(params_); }

double DfbLaser::wall_plug_efficiency(double case_temperature) const {
  const double above = case_temperature + params_.temperature_rise.si() - (constants::kZeroCelsius + 25.0);
  const double threshold = params_.threshold_current.si() * std::exp(above / params_.threshold_temperature.si());
  const double slope = params_.slope_efficiency.si() * std::exp(-above / params_.slope_temperature.si());
  const double rated = params_.rated_power.si();
  return rated * params_.rollover / (params_.forward_voltage.si() * (threshold + rated / slope));
}

LaneState DfbLaser::operate(const LaneState& in) const {
  LaneState out = in;
  out.carrier = {params_.carrier_power.si(), params_.wavelength.si(), 0.0, params_.relative_intensity_noise.psd()};
  return out;
}

StageResponse DfbLaser::respond(const FrequencyGrid& grid, const LaneState&) const {
  return pole_response(grid, {}, 1);
}

Processor DfbLaser::make_processor(double, const LaneState&) const {
  return Processor([](SampleView in, SampleSpan out) { std::copy(in.real.begin(), in.real.end(), out.real.begin()); });
}

std::vector<PowerItem> DfbLaser::power(const CostContext& context) const {
  const double lanes = params_.lanes_per_laser;
  const double loss =
      Decibel{params_.coupling_loss.db + params_.splitter_excess_loss.db * std::log2(lanes)}.power_ratio();
  const double light = context.output.carrier.power * loss;
  return {{"laser", light / (params_.regulator_efficiency * wall_plug_efficiency(context.case_temperature))},
          {"laser_control", params_.controller_power.si() / lanes, Scope::per_lane, true}};
}

std::vector<FitItem> DfbLaser::fit(const CostContext& context) const {
  const double laser_temperature = context.case_temperature + params_.temperature_rise.si();
  const double chip = params_.failure_rate * arrhenius_factor(params_.activation_energy, laser_temperature,
                                                              params_.reference_temperature.si());
  return {{"laser", chip / params_.lanes_per_laser}};
}

}  // namespace tessera

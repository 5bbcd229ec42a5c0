#include "devices/transmitter/dfb_laser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "devices/failure_rate.hpp"
#include "devices/pole_response.hpp"
#include "phy/core/constants.hpp"

namespace tessera {

DfbLaser::DfbLaser(Params params) : params_(params) { check_parameters<DfbLaser>(params_); }

DfbLaser DfbLaser::with_liv(std::shared_ptr<const LivCurve> curve) const {
  DfbLaser laser = *this;
  laser.liv_ = std::move(curve);
  return laser;
}

double DfbLaser::current(double chip_output, double case_temperature) const {
  return measured_laser_current(laser_diode(params_), liv_.get(), chip_output,
                                case_temperature + params_.temperature_rise.si());
}

double DfbLaser::chip_power(double chip_output, double case_temperature) const {
  return laser_watts(laser_diode(params_), liv_.get(), chip_output, case_temperature + params_.temperature_rise.si());
}

double DfbLaser::wall_plug_efficiency(double chip_output, double case_temperature) const {
  return chip_output / chip_power(chip_output, case_temperature);
}

double DfbLaser::chip_output(double carrier_power) const {
  return shared_output(carrier_power, params_.lanes_per_laser, params_.coupling_loss, params_.splitter_excess_loss);
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
  const double chip =
      chip_power(chip_output(context.output.carrier.power), context.case_temperature) / params_.regulator_efficiency;
  return {{"laser", chip / lanes}, {"laser_control", params_.controller_power.si() / lanes, Scope::per_lane, true}};
}

std::vector<ValidityNote> DfbLaser::validity(const FrequencyGrid&, const LaneState& in, const LaneState& out) const {
  std::vector<ValidityNote> notes;
  const double celsius = in.case_temperature + params_.temperature_rise.si() - constants::kZeroCelsius;
  constexpr double kColdest = 25.0, kHottest = 50.0, kRounding = 1e-6;
  if (celsius < kColdest - kRounding || celsius > kHottest + kRounding)
    notes.push_back({"", "laser temperature", celsius, "degC", "[25, 50]; threshold and slope are extrapolated"});
  const double output = chip_output(out.carrier.power);
  if (output > params_.rated_power.si())
    notes.push_back({"", "output of the laser chip", 1e3 * output, "mW",
                     fmt::format("<= {:g}, its rated power", 1e3 * params_.rated_power.si())});
  return notes;
}

std::vector<FitItem> DfbLaser::fit(const CostContext& context) const {
  const double laser_temperature = context.case_temperature + params_.temperature_rise.si();
  const double chip = params_.failure_rate * arrhenius_factor(params_.activation_energy, laser_temperature,
                                                              params_.reference_temperature.si());
  return {{"laser", chip / params_.lanes_per_laser}};
}

}  // namespace tessera

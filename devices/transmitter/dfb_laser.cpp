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
  const double laser_temperature = case_temperature + params_.temperature_rise.si();
  if (!liv_) return modelled_current(chip_output, laser_temperature);
  const double measured = liv_->current_for(chip_output);
  if (!liv_->temperature) return measured;
  return measured * modelled_current(chip_output, laser_temperature) /
         modelled_current(chip_output, *liv_->temperature);
}

double DfbLaser::voltage(double current) const {
  return liv_ ? liv_->voltage_at(current) : params_.forward_voltage.si();
}

double DfbLaser::modelled_current(double chip_output, double laser_temperature) const {
  const double above = laser_temperature - (constants::kZeroCelsius + 25.0);
  const double threshold = params_.threshold_current.si() * std::exp(above / params_.threshold_temperature.si());
  const double slope = params_.slope_efficiency.si() * std::exp(-above / params_.slope_temperature.si());
  const double bend = (1.0 / params_.rollover - 1.0) * chip_output / params_.rated_power.si();
  return (threshold + chip_output / slope) * (1.0 + bend);
}

double DfbLaser::wall_plug_efficiency(double chip_output, double case_temperature) const {
  const double drive = current(chip_output, case_temperature);
  return chip_output / (voltage(drive) * drive);
}

double DfbLaser::chip_output(double carrier_power) const {
  const double lanes = params_.lanes_per_laser;
  const Decibel loss{params_.coupling_loss.db + params_.splitter_excess_loss.db * std::log2(lanes)};
  return lanes * carrier_power * loss.power_ratio();
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
  const double drive = current(chip_output(context.output.carrier.power), context.case_temperature);
  const double chip = voltage(drive) * drive / params_.regulator_efficiency;
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

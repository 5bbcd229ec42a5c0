#include "devices/transmitter/external_laser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "devices/failure_rate.hpp"
#include "devices/pole_response.hpp"
#include "phy/core/constants.hpp"

namespace tessera {
namespace {

constexpr double kRounding = 1e-6;

// OIF-ELSFP-02.0 table 6: classes of 11, 14, 17, 20, 23 and 26 dBm, each +-1.5 dB; section 11: hazard level 1.
constexpr double kLowestClass = 9.5, kHighestClass = 27.5, kEyeSafe = 24.5;  // dBm

double dbm(double watts) { return 10.0 * std::log10(1e3 * watts); }

}  // namespace

ExternalLaser::ExternalLaser(Params params) : params_(params) { check_parameters<ExternalLaser>(params_); }

ExternalLaser ExternalLaser::with_liv(std::shared_ptr<const LivCurve> curve) const {
  ExternalLaser laser = *this;
  laser.liv_ = std::move(curve);
  return laser;
}

double ExternalLaser::chip_output(double carrier_power) const {
  const Decibel loss{params_.coupling_loss.db + params_.connectors * params_.connector_loss.db +
                     params_.fiber_attenuation.db_per_m * params_.fiber_length.si() + params_.engine_coupling_loss.db};
  return shared_output(carrier_power, params_.lanes_per_laser, loss, params_.splitter_excess_loss);
}

double ExternalLaser::fiber_output(double carrier_power) const {
  return chip_output(carrier_power) / params_.coupling_loss.power_ratio();
}

double ExternalLaser::chip_temperature(double case_temperature) const {
  return cooled() ? params_.set_temperature.si() : case_temperature + params_.temperature_rise.si();
}

double ExternalLaser::chip_power(double chip_output, double case_temperature) const {
  return laser_watts(laser_diode(params_), liv_.get(), chip_output, chip_temperature(case_temperature)) /
         params_.regulator_efficiency;
}

double ExternalLaser::heat(double chip_output, double case_temperature) const {
  return std::max(params_.regulator_efficiency * chip_power(chip_output, case_temperature) - chip_output, 0.0);
}

double ExternalLaser::cooler_difference(double case_temperature) const {
  return case_temperature + params_.temperature_rise.si() - params_.set_temperature.si();
}

ThermoelectricCooler ExternalLaser::cooler() const {
  return {params_.cooler_figure_of_merit.si(), params_.cooler_conductance.si()};
}

double ExternalLaser::cooling_power(double chip_output, double case_temperature) const {
  if (!cooled()) return 0.0;
  return cooler_power(cooler(), heat(chip_output, case_temperature), params_.set_temperature.si(),
                      cooler_difference(case_temperature)) /
         params_.regulator_efficiency;
}

double ExternalLaser::wall_plug_efficiency(double chip_output, double case_temperature) const {
  return chip_output / params_.coupling_loss.power_ratio() /
         (chip_power(chip_output, case_temperature) + cooling_power(chip_output, case_temperature));
}

LaneState ExternalLaser::operate(const LaneState& in) const {
  LaneState out = in;
  out.carrier = {params_.carrier_power.si(), params_.wavelength.si(), 0.0, params_.relative_intensity_noise.psd()};
  return out;
}

StageResponse ExternalLaser::respond(const FrequencyGrid& grid, const LaneState&) const {
  return pole_response(grid, {}, 1);
}

Processor ExternalLaser::make_processor(double, const LaneState&) const {
  return Processor([](SampleView in, SampleSpan out) { std::copy(in.real.begin(), in.real.end(), out.real.begin()); });
}

std::vector<PowerItem> ExternalLaser::power(const CostContext& context) const {
  const double lanes = params_.lanes_per_laser, output = chip_output(context.output.carrier.power);
  std::vector<PowerItem> items{{"laser", chip_power(output, context.case_temperature) / lanes}};
  if (cooled()) items.push_back({"laser_cooler", cooling_power(output, context.case_temperature) / lanes});
  items.push_back(
      {"laser_control", params_.controller_power.si() / (lanes * params_.lasers_per_module), Scope::per_lane, true});
  return items;
}

void ExternalLaser::note_thermal_limits(double chip_output, double case_temperature,
                                        std::vector<ValidityNote>& notes) const {
  constexpr double kColdest = 25.0, kHottest = 50.0;
  const double celsius = chip_temperature(case_temperature) - constants::kZeroCelsius;
  if (celsius < kColdest - kRounding || celsius > kHottest + kRounding)
    notes.push_back({"", "laser temperature", celsius, "degC", "[25, 50]; threshold and slope are extrapolated"});
  if (!cooled()) return;
  const double load = heat(chip_output, case_temperature);
  const double capacity = cooler_capacity(cooler(), params_.set_temperature.si(), cooler_difference(case_temperature));
  if (load > capacity)
    notes.push_back({"", "heat of the laser chip", load, "W",
                     fmt::format("<= {:.3g}, what its cooler can pump at this case temperature", capacity)});
}

void ExternalLaser::note_light(double carrier_power, std::vector<ValidityNote>& notes) const {
  const double output = chip_output(carrier_power);
  if (output > params_.rated_power.si())
    notes.push_back({"", "output of the laser chip", 1e3 * output, "mW",
                     fmt::format("<= {:g}, its rated power", 1e3 * params_.rated_power.si())});
  const double launched = dbm(fiber_output(carrier_power));
  if (launched < kLowestClass - kRounding || launched > kHighestClass + kRounding)
    notes.push_back({"", "light of one laser in the fibre of its module", launched, "dBm",
                     "[9.5, 27.5], the power classes 11 to 26 dBm +-1.5 dB of OIF-ELSFP-02.0"});
  const double together = launched + 10.0 * std::log10(params_.wavelengths_per_fiber);
  if (!params_.interlock && together > kEyeSafe + kRounding)
    notes.push_back({"", "light in one fibre of the laser module", together, "dBm",
                     "<= 24.5 for hazard level 1 without an interlock, OIF-ELSFP-02.0"});
}

std::vector<ValidityNote> ExternalLaser::validity(const FrequencyGrid&, const LaneState& in,
                                                  const LaneState& out) const {
  std::vector<ValidityNote> notes;
  note_thermal_limits(chip_output(out.carrier.power), in.case_temperature, notes);
  if (out.carrier.power > 0.0) note_light(out.carrier.power, notes);
  return notes;
}

std::vector<FitItem> ExternalLaser::fit(const CostContext& context) const {
  const double lanes = params_.lanes_per_laser;
  const double chip =
      params_.failure_rate * arrhenius_factor(params_.activation_energy, chip_temperature(context.case_temperature),
                                              params_.reference_temperature.si());
  std::vector<FitItem> items{{"replaceable_laser", chip / lanes}};
  if (params_.module_failure_rate > 0.0)
    items.push_back({"replaceable_laser_module", params_.module_failure_rate / (lanes * params_.lasers_per_module)});
  return items;
}

}  // namespace tessera

#include <cmath>

#include "devices/transmitter/external_laser.hpp"
#include "tools/tessera/validation/rows.hpp"

namespace tessera::validation {
namespace {

// Supply watts of the published chip with its cooler for 400 mW in the fibre, no regulator loss.
double cooled_watts(double case_celsius) {
  ExternalLaser::Params p;
  p.regulator_efficiency = 1.0;
  const ExternalLaser laser(p);
  const double chip = 0.4 * p.coupling_loss.power_ratio(), kelvin = case_celsius + 273.15;
  return laser.chip_power(chip, kelvin) + laser.cooling_power(chip, kelvin);
}

// pJ/bit of a switch whose modules of 32 lanes draw `module_watts` each, from the watts that the model gives one lane.
double switch_energy(double module_watts, int modules, double switch_rate) {
  ExternalLaser::Params p;
  p.cooler_conductance = {};
  p.lanes_per_laser = 4;
  p.lasers_per_module = 8;
  p.controller_power = {};
  p.rollover = 1.0;
  const auto lane = [&](double carrier) {
    CostContext context;
    context.output.carrier.power = carrier;
    return ExternalLaser(p).power(context).front().watts;
  };
  const double dark = lane(0.0), slope = (lane(1e-3) - dark) / 1e-3;  // a straight line without roll-over
  const double carrier = (module_watts / 32.0 - dark) / slope;
  return 1e12 * 32.0 * modules * lane(carrier) / switch_rate;
}

}  // namespace

std::vector<ValidationRow> laser_rows() {
  const std::string chip =
      "Lumentum and Meta, CLEO 2022 SS2D.3: at least 10 % from socket to fibre, cooler included, at 400 mW and 50 to "
      "70 "
      "degC; the cooler here is of catalogue quality and of the best size at 70 degC";
  return {
      {"laser.cooled.70", "calibrated", "supply of 400 mW in the fibre, chip at 50 degC, case at 70 degC (W)", 4.0,
       0.15, cooled_watts(70.0), chip},
      {"laser.switch", "arithmetic", "sixteen laser modules of 18 W in a switch of 102.4 Tbit/s (pJ/bit)", 2.8125, 1e-6,
       switch_energy(18.0, 16, 102.4e12), "16 x 18 W / 102.4 Tbit/s"},
      {"laser.improvement", "arithmetic", "4 W saved of the lasers of 6.4 Tbit/s; less than 1 (pJ/bit)", 0.625, 1e-6,
       switch_energy(4.0, 1, 6.4e12), "4 W / 6.4 Tbit/s"},
  };
}

}  // namespace tessera::validation

#pragma once

#include "phy/core/parameter.hpp"
#include "phy/core/units.hpp"
#include "phy/link/measured.hpp"

namespace tessera {

/// What a continuous-wave laser chip draws for its light, in SI.
///
/// Equation: I = [I_th(T) + P/s(T)] [1 + (1/r - 1) P/P_r]  [A],  I_th = I_25 e^{(T-25)/T_0},  s = s_25 e^{-(T-25)/T_1}
/// Conventions: P out of the chip, T of the chip in degC; V taken as constant, an upper bound at light load.
/// Valid for: chip output up to P_r; 25 to 50 degC.
/// Source: zhou2022-cpo-laser
/// Theory: docs/models/dfb_laser.md
struct LaserDiode {
  double rated_power = 0.0;            // W, P_r
  double rollover = 1.0;               // r
  double threshold_current = 0.0;      // A, I_25
  double threshold_temperature = 0.0;  // K, T_0
  double slope_efficiency = 0.0;       // W/A, s_25
  double slope_temperature = 0.0;      // K, T_1
  double forward_voltage = 0.0;        // V
};

/// Current [A] for a chip output [W] at a chip temperature [K].
double laser_current(const LaserDiode& diode, double chip_output, double chip_temperature);

/// Current [A] as a measured curve of the chip says it, from the curve's temperature to the chip's by the factor that
/// laser_current gives; `curve` null is laser_current itself. @throws ConfigError if the curve does not reach the
/// light.
double measured_laser_current(const LaserDiode& diode, const LivCurve* curve, double chip_output,
                              double chip_temperature);

/// Voltage times current [W] of the same.
double laser_watts(const LaserDiode& diode, const LivCurve* curve, double chip_output, double chip_temperature);

/// Light out of a shared laser that puts `carrier_power` [W] at each of `lanes` modulators, behind a common loss and a
/// tree of one-to-two splitters of `excess` each.
double shared_output(double carrier_power, int lanes, Decibel loss, Decibel excess);

/// The parameters of a chip, in a model whose `Params` name them so.
template <class P, class Visitor>
void visit_laser_diode(P& p, Visitor&& v) {
  v({"rated_power", "mW", 0.001, 1e5, "P_r: highest output of the chip, where r holds"}, p.rated_power);
  v({"rollover", "1", 0.05, 1.0, "r: current of the straight line over the current it takes at rated power"},
    p.rollover);
  v({"threshold_current", "mA", 0.0, 1e4, "I_25: at 25 degC"}, p.threshold_current);
  v({"threshold_temperature", "K", 1.0, 1000.0, "T_0: kelvins that multiply the threshold by e"},
    p.threshold_temperature);
  v({"slope_efficiency", "W/A", 0.001, 2.0, "s_25: at 25 degC"}, p.slope_efficiency);
  v({"slope_temperature", "K", 1.0, 1e4, "T_1: kelvins that divide the slope by e"}, p.slope_temperature);
  v({"forward_voltage", "V", 0.1, 10.0, "V, taken as constant"}, p.forward_voltage);
}

/// The chip that such parameters describe.
template <class P>
LaserDiode laser_diode(const P& p) {
  return {p.rated_power.si(),       p.rollover,
          p.threshold_current.si(), p.threshold_temperature.si(),
          p.slope_efficiency.si(),  p.slope_temperature.si(),
          p.forward_voltage.si()};
}

}  // namespace tessera

#pragma once

namespace tessera {

/// A thermoelectric cooler between a chip at T_c and a case at T_c + D.
///
/// Equation: Q = K [T_c y - y^2/(2 Z) - D],  P = K [y D + y^2/Z]  [W],  y = alpha I/K
/// Conventions: Z figure of merit [1/K], K heat conductance of all legs [W/K]; y > 0 pumps heat to the case.
/// Valid for: constant Seebeck coefficient, resistance and conductance of the legs; no other thermal resistance.
/// Source: goldsmid2016
/// Theory: docs/models/external_laser.md
struct ThermoelectricCooler {
  double figure_of_merit = 0.0;  // 1/K, Z
  double conductance = 0.0;      // W/K, K
};

/// Electrical power [W] that pumps `heat` [W] out of a chip at `chip_temperature` [K] into a case `difference` [K]
/// warmer; 0 where the heat drives itself out, the greatest useful power where the cooler cannot hold the chip.
double cooler_power(const ThermoelectricCooler& cooler, double heat, double chip_temperature, double difference);

/// Largest heat [W] that the cooler can pump; below zero where it cannot even hold an idle chip.
double cooler_capacity(const ThermoelectricCooler& cooler, double chip_temperature, double difference);

}  // namespace tessera

#pragma once

#include <numbers>

/// Physical constants in SI (CODATA 2018; the first four are exact by definition of the SI).
namespace tessera::constants {

inline constexpr double kPi = std::numbers::pi;
inline constexpr double kSpeedOfLight = 299792458.0;             // m/s
inline constexpr double kElementaryCharge = 1.602176634e-19;     // C
inline constexpr double kPlanck = 6.62607015e-34;                // J s
inline constexpr double kBoltzmann = 1.380649e-23;               // J/K
inline constexpr double kVacuumPermeability = 1.25663706212e-6;  // H/m
inline constexpr double kVacuumPermittivity = 8.8541878128e-12;  // F/m
inline constexpr double kCopperConductivity = 5.8e7;             // S/m, IACS annealed copper at 20 C
inline constexpr double kZeroCelsius = 273.15;                   // K

}  // namespace tessera::constants

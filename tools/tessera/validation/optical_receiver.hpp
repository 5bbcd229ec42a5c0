#pragma once

#include <functional>
#include <string>
#include <vector>

#include "phy/link/prepare.hpp"

namespace tessera::validation {

/// W, as a level of power.
double to_dbm(double watts);

/// The optical segment of a shipped link alone, overrides included.
Link optical_segment(const std::string& link, const std::vector<std::string>& sets = {});

/// The receiver of a shipped link from the photodiode on, behind light without faults: levels on a straight line from
/// dark, no noise, no jitter.
Link behind_ideal_light(const std::string& link, const std::vector<std::string>& sets = {});

/// Outer OMA [dBm] at the photodiode of `behind_ideal_light` for a symbol error ratio, by the statistical engine.
/// @param shape transfer of the light's pulse against frequency [Hz]; flat where there is none
double required_oma(Link link, double symbol_error_ratio, const std::function<Complex(double)>& shape = {});

/// The same with noise bandwidth of half the symbol rate set by the receiver's filter alone and no intersymbol
/// interference: thermal noise of the shipped amplifier, its shot noise, and nothing else.
double thermally_limited_oma(const std::string& link, double symbol_rate, double symbol_error_ratio);

/// OMA [dBm] at TP3, the end of the fibre, with which a shipped optical segment, transmitter and all, has a bit error
/// ratio: the connectors between TP2 and TP3 take the light away.
struct ReceivedLight {
  double required_oma;  // dBm
  double log10_ratio_at_full_light;
};
ReceivedLight required_at_tp3(const std::string& link, double bit_error_ratio);

}  // namespace tessera::validation

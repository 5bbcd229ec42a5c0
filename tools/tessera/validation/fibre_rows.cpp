#include <cmath>
#include <numbers>
#include <utility>

#include "channels/fiber/single_mode_fiber.hpp"
#include "channels/parallel/imaging_fiber.hpp"
#include "phy/signal/pulse_response.hpp"
#include "tools/tessera/validation/rows.hpp"

namespace tessera::validation {
namespace {

constexpr double kPsPerNm = 1e-3;    // s/m
constexpr double kPsPerNmKm = 1e-6;  // s/m^2

// Accumulated dispersion with the slope that IEEE 802.3 tables use.
double accumulated(double wavelength_nm, double zero_nm, double length_km) {
  return dispersion_coefficient(wavelength_nm * 1e-9, zero_nm * 1e-9, 93.0) * length_km * 1e3 / kPsPerNm;
}

// Eye closure of raised-cosine NRZ pulses (full roll-off) behind a fibre with a differential delay of `share` symbols,
// electrical dB.
double delay_penalty_db(double share) {
  const FrequencyGrid grid{1e9, 64, 32};
  SingleModeFiber::Params params;
  params.length = Length::from_si(1000.0);
  params.attenuation = {0.0};
  params.dispersion_slope = DispersionSlope::from_si(0.0);
  params.differential_delay = Time::from_si(share * grid.unit_interval());
  const LaneState light{Port::optical_field, {0.0, 1e-3}, {1e-3, 1311e-9, 0.0, 0.0}};
  const StageResponse fibre = SingleModeFiber(params).respond(grid, light);
  Response pulse = Response::flat(grid, 0.0);
  for (std::size_t k = 0; k < pulse.values.size(); ++k) {
    const double x = grid.frequency(k) / grid.symbol_rate;
    if (x < 1.0) pulse.values[k] = 0.5 * (1.0 + std::cos(std::numbers::pi * x)) * fibre.at(k, 0, 0);
  }
  const std::vector<double> cursors = pulse_response(pulse).cursors(0.0);
  double eye = cursors[0];
  for (std::size_t k = 1; k < cursors.size(); ++k) eye -= std::abs(cursors[k]);
  return -20.0 * std::log10(eye);
}

}  // namespace

std::vector<ValidationRow> fibre_rows() {
  const std::string table =
      "IEEE 802.3-2022 transmitter dispersion limits, lambda_0 1300 to 1324 nm, S_0 0.093 ps/(nm^2 km)";
  const std::string formula =
      "S_0/4 L lambda (1 - (lambda_0/lambda)^4) with the same S_0 and lambda_0, evaluated apart from this code";
  const std::string sellmeier =
      "Malitson 1965 Sellmeier coefficients of fused silica, D evaluated apart from this code";
  return {
      {"fibre.dr4.low", "standard", "dispersion of 500 m at 1304.5 nm, lambda_0 1324 nm (ps/nm)", -0.93, 0.005,
       accumulated(1304.5, 1324.0, 0.5), table + ", 400GBASE-DR4"},
      {"fibre.dr4.high", "standard", "dispersion of 500 m at 1317.5 nm, lambda_0 1300 nm (ps/nm)", 0.80, 0.005,
       accumulated(1317.5, 1300.0, 0.5), table + ", 400GBASE-DR4"},
      {"fibre.fr4.low", "standard", "dispersion of 2 km at 1264.5 nm, lambda_0 1324 nm (ps/nm)", -11.87, 0.02,
       accumulated(1264.5, 1324.0, 2.0), table + ", 400GBASE-FR4"},
      {"fibre.fr4.high", "standard", "dispersion of 2 km at 1337.5 nm, lambda_0 1300 nm (ps/nm)", 6.69, 0.02,
       accumulated(1337.5, 1300.0, 2.0), table + ", 400GBASE-FR4"},
      {"fibre.lr4-6.low", "closed-form", "dispersion of 6 km at 1264.5 nm, lambda_0 1324 nm (ps/nm)", -35.6, 0.05,
       accumulated(1264.5, 1324.0, 6.0), formula + ", 400GBASE-LR4-6"},
      {"fibre.lr4-6.high", "closed-form", "dispersion of 6 km at 1337.5 nm, lambda_0 1300 nm (ps/nm)", 20.1, 0.05,
       accumulated(1337.5, 1300.0, 6.0), formula + ", 400GBASE-LR4-6"},
      {"fibre.lr1.low", "closed-form", "dispersion of 10 km at 1304.5 nm, lambda_0 1324 nm (ps/nm)", -18.6, 0.06,
       accumulated(1304.5, 1324.0, 10.0), formula + ", 100GBASE-LR1, rounded away from zero"},
      {"fibre.lr1.high", "closed-form", "dispersion of 10 km at 1317.5 nm, lambda_0 1300 nm (ps/nm)", 16.0, 0.05,
       accumulated(1317.5, 1300.0, 10.0), formula + ", 100GBASE-LR1, rounded away from zero"},
      {"fibre.cwdm4.low", "closed-form", "dispersion at 1264.5 nm, lambda_0 1324 nm, S_0 0.092 (ps/(nm km))", -5.87,
       0.005, dispersion_coefficient(1264.5e-9, 1324e-9, 92.0) / kPsPerNmKm,
       "S_0/4 (lambda - lambda_0^4/lambda^3), evaluated apart from this code; printed as -5.9 by Meta (OFC 2025)"},
      {"fibre.cwdm4.high", "closed-form", "dispersion at 1337.5 nm, lambda_0 1300 nm, S_0 0.092 (ps/(nm km))", 3.31,
       0.005, dispersion_coefficient(1337.5e-9, 1300e-9, 92.0) / kPsPerNmKm,
       "S_0/4 (lambda - lambda_0^4/lambda^3), evaluated apart from this code; printed as 3.3 by Meta (OFC 2025)"},
      {"fibre.pmd", "modelled", "penalty of a differential delay of 0.3 symbols, NRZ, worst launch (electrical dB)",
       1.0, 0.1, delay_penalty_db(0.3), "10 Gbit/s Ethernet link spreadsheet 2.4.1: 1.0 dB at 0.3 of the symbol"},
      {"silica.d.430", "closed-form", "dispersion of silica at 430 nm (ps/(nm km))", -896.0, 10.0,
       silica_dispersion(430e-9) / kPsPerNmKm, sellmeier},
      {"silica.d.450", "closed-form", "dispersion of silica at 450 nm (ps/(nm km))", -768.0, 10.0,
       silica_dispersion(450e-9) / kPsPerNmKm, sellmeier},
      {"silica.d.850", "closed-form", "dispersion of silica at 850 nm (ps/(nm km))", -84.0, 1.0,
       silica_dispersion(850e-9) / kPsPerNmKm, sellmeier},
      {"silica.walkoff.0.20", "closed-form", "modal walk-off at NA 0.20, n 1.467 (ps/m)", 45.5, 0.05,
       modal_walk_off(0.20, 1.467) * 1e12, "NA^2/(2 n c)"},
      {"silica.walkoff.n1.52", "closed-form", "modal walk-off at NA 0.20, n 1.52 (ps/m)", 43.9, 0.05,
       modal_walk_off(0.20, 1.52) * 1e12, "NA^2/(2 n c)"},
  };
}

}  // namespace tessera::validation

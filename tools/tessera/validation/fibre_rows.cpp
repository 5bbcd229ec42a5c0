#include <utility>

#include "channels/fiber/single_mode_fiber.hpp"
#include "channels/parallel/imaging_fiber.hpp"
#include "tools/tessera/validation/rows.hpp"

namespace tessera::validation {
namespace {

constexpr double kPsPerNm = 1e-3;    // s/m
constexpr double kPsPerNmKm = 1e-6;  // s/m^2

// Accumulated dispersion with the slope that IEEE 802.3 tables use.
double accumulated(double wavelength_nm, double zero_nm, double length_km) {
  return dispersion_coefficient(wavelength_nm * 1e-9, zero_nm * 1e-9, 93.0) * length_km * 1e3 / kPsPerNm;
}

}  // namespace

std::vector<ValidationRow> fibre_rows() {
  const std::string table =
      "IEEE 802.3-2022 transmitter dispersion limits, lambda_0 1300 to 1324 nm, S_0 0.093 ps/(nm^2 km)";
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

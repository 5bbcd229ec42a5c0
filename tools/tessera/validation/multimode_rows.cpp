#include <cmath>

#include "channels/fiber/multimode_fiber.hpp"
#include "devices/transmitter/vcsel.hpp"
#include "tools/tessera/validation/rows.hpp"

namespace tessera::validation {
namespace {

// Lowest frequency at which |H| has fallen to `level`, in GHz.
template <class Function>
double corner_ghz(const Function& magnitude, double level) {
  double low = 0.0, high = 1e9;
  while (magnitude(high) > level) low = high, high += 1e9;
  for (int i = 0; i < 60; ++i) (magnitude(0.5 * (low + high)) > level ? low : high) = 0.5 * (low + high);
  return 1e-9 * low;
}

// 100 m of OM4 at 850 nm; `modal` and `rms_width` switch the two limits on.
double fibre_corner(bool modal, double rms_width_nm) {
  MultimodeFiber::Params p;
  if (!modal) p.modal_bandwidth = Quantity<dim::kBandwidthLength>::from_si(1e15);
  const MultimodeFiber fiber(p);
  LaneState in{Port::optical_power, {1e-3, 2e-3}, {}};
  in.carrier.wavelength = 850e-9;
  in.carrier.spectral_width = 2.0 * std::sqrt(2.0 * std::log(2.0)) * 1e-9 * rms_width_nm;
  const auto magnitude = [&](double f) {
    const FrequencyGrid grid{2.0 * f, 2, 2};  // bin 1 is at f
    return std::abs(fiber.respond(grid, in).at(1, 0, 0));
  };
  return corner_ghz(magnitude, 0.5);
}

LaserDynamics set_a(double current) {
  const LaserRates rates = Vcsel().rates(300.0);
  return linearised(rates, steady_state(rates, current));
}

double laser_corner(double current) {
  const LaserDynamics dynamics = set_a(current);
  return corner_ghz([&](double f) { return std::abs(dynamics.response(f)); }, std::sqrt(0.5));
}

double sr_partition_penalty() {
  MultimodeFiber::Params p;
  p.length = Length::from_si(300.0);
  p.zero_dispersion_wavelength = Length::from_si(1320e-9);
  p.dispersion_slope = DispersionSlope::from_si(110.0);
  const double noise = MultimodeFiber(p).mode_partition_noise(10.3125e9, 840e-9, 0.29e-9);
  return -5.0 * std::log10(1.0 - std::pow(7.034 * noise, 2));
}

}  // namespace

std::vector<ValidationRow> multimode_rows() {
  const std::string model = "Gaussian link model of IEEE 802.3, formulas evaluated apart from this code";
  const std::string equations =
      "rate equations of gtmelgar/rate_eqn_density, linearised and evaluated apart from this code";
  return {
      {"mmf.chromatic", "closed-form", "chromatic bandwidth of 100 m, 0.6 nm rms at 850 nm, optical -3 dB (GHz)", 30.1,
       0.2, fibre_corner(false, 0.6), model},
      {"mmf.modal", "closed-form", "modal bandwidth of 100 m of OM4 at 850 nm, optical -3 dB (GHz)", 47.0, 0.01,
       fibre_corner(true, 0.0), model},
      {"mmf.both", "closed-form", "chromatic and modal bandwidth together (GHz)", 25.4, 0.2, fibre_corner(true, 0.6),
       model},
      {"mmf.partition.sr", "closed-form", "mode-partition penalty of 10GBASE-SR over 300 m of OM3 (dB)", 0.05, 0.005,
       sr_partition_penalty(), model},
      {"vcsel.a.threshold", "closed-form", "threshold current of set A (uA)", 56.0, 1.1,
       1e6 * Vcsel().rates(300.0).threshold_current(), equations},
      {"vcsel.a.resonance.3", "closed-form", "relaxation frequency of set A at 3 mA (GHz)", 9.3, 0.19,
       1e-9 * set_a(3e-3).resonance(), equations},
      {"vcsel.a.resonance.10", "closed-form", "relaxation frequency of set A at 10 mA (GHz)", 15.9, 0.32,
       1e-9 * set_a(10e-3).resonance(), equations},
      {"vcsel.a.corner.3", "closed-form", "intrinsic -3 dB frequency of set A at 3 mA (GHz)", 13.7, 0.27,
       laser_corner(3e-3), equations},
      {"vcsel.a.corner.10", "closed-form", "intrinsic -3 dB frequency of set A at 10 mA (GHz)", 21.1, 0.42,
       laser_corner(10e-3), equations},
  };
}

}  // namespace tessera::validation

#include <cmath>
#include <string>
#include <utility>

#include "channels/parallel/imaging_fiber.hpp"
#include "channels/parallel/lens_relay.hpp"
#include "devices/receiver/transimpedance_amplifier.hpp"
#include "phy/core/constants.hpp"
#include "phy/core/quantity_text.hpp"
#include "phy/engine/statistical_engine.hpp"
#include "phy/link/energy.hpp"
#include "phy/noise/gaussian_tail.hpp"
#include "scenarios/link/scenario_reader.hpp"
#include "tools/tessera/validation/rows.hpp"

namespace tessera::validation {
namespace {

using Sets = std::vector<std::string>;

Link shipped(const std::string& name, const Sets& sets) {
  const Library library = find_library(std::nullopt);
  return read_link(library.folder / "links" / (name + ".toml"), library, all_models(), {sets, std::nullopt}).link;
}

// The shipped lane at another rate and length; the payload only has to fit.
double error_ratio(double gigabits, double metres, Sets sets = {}) {
  sets.insert(sets.end(), {"link.payload_rate=100 Gbit/s", "optical.symbol_rate=" + format_number(gigabits) + " GBd",
                           "optical.fiber.length=" + format_number(metres) + " m"});
  return run_statistical(prepare(shipped("microled_800g", sets)).segments.front()).pre_fec_ber.value();
}

// Launch aperture 0.08 and 10 nm, every loss and efficiency at the better end of what its source gives.
double improved_launch_50_m() {
  return error_ratio(2.0, 50.0,
                     {"optical.led.spectral_width=10 nm", "optical.led.extraction_efficiency=0.204",
                      "optical.led.injection_efficiency=0.9", "optical.lens_tx.numerical_aperture=0.08",
                      "optical.lens_tx.magnification=18.75", "optical.lens_tx.coupling_loss=5 dB",
                      "optical.connector_tx.coupling_loss=0.5 dB", "optical.connector_rx.coupling_loss=0.5 dB",
                      "optical.lens_rx.coupling_loss=1 dB", "optical.fiber.numerical_aperture=0.08",
                      "optical.fiber.attenuation=0.05 dB/m", "optical.photodiode.responsivity=0.3 A/W",
                      "optical.rx.equalizer_zero=0.5 GHz"});
}

std::vector<ValidationRow> error_ratio_rows() {
  const std::string set =
      "MOSAIC, SIGCOMM 2025, figure 12, second-hand, 25 of 100 channels on; the part set was calibrated to it";
  const std::string model = "MOSAIC, SIGCOMM 2025, modelled there with better optics, second-hand";
  // One-sided bounds stand as 0 +- bound, windows as their middle +- half of their width.
  return {
      {"microled.ber.2.0g.10m", "calibrated", "error ratio at 2.0 Gb/s over 10 m, below 1e-12", 0.0, 1e-12,
       error_ratio(2.0, 10.0), set},
      {"microled.ber.1.3g.20m", "calibrated", "error ratio at 1.3 Gb/s over 20 m, below 1e-12", 0.0, 1e-12,
       error_ratio(1.3, 20.0), set},
      {"microled.ber.2.0g.20m", "calibrated", "error ratio at 2.0 Gb/s over 20 m, 1e-10 to 2e-8", 1.005e-8, 0.995e-8,
       error_ratio(2.0, 20.0), set + "; the lower edge is this project's"},
      {"microled.ber.1.6g.30m", "calibrated", "error ratio at 1.6 Gb/s over 30 m, below 2e-4", 0.0, 2e-4,
       error_ratio(1.6, 30.0), set},
      {"microled.ber.2.0g.30m", "calibrated", "error ratio at 2.0 Gb/s over 30 m, 2e-4 to 3e-3", 1.6e-3, 1.4e-3,
       error_ratio(2.0, 30.0), set + "; the upper edge is this project's"},
      {"microled.ber.2.0g.50m", "own-model", "error ratio at 2.0 Gb/s over 50 m as shipped, 2e-4 to 0.5", 0.2501,
       0.2499, error_ratio(2.0, 50.0), "what fails at 30 m fails at 50 m"},
      {"microled.ber.2.0g.50m.improved", "modelled",
       "error ratio at 2.0 Gb/s over 50 m, launch NA 0.08, 10 nm, all parts at the better end of their ranges; below "
       "1e-6",
       0.0, 1e-6, improved_launch_50_m(), model},
  };
}

double watts_without_fec(const std::string& link, const Sets& sets) {
  const EnergyBreakdown e = energy(prepare(shipped(link, sets)));
  double watts = 0.0;
  for (const EnergyRow& row : e.rows)
    if (!row.component.starts_with("fec.")) watts += row.watts;
  return watts;
}

std::vector<ValidationRow> energy_rows() {
  const std::string mosaic =
      "MOSAIC, SIGCOMM 2025, modelled there; gearbox, controller and host interface are its figures entered as parts, "
      "lanes follow from device models";
  const std::string digest = "microled_800g_mosaic_digest";
  const double pluggable = watts_without_fec(digest, {});
  const double rack = 648.0 * (watts_without_fec("dr8_dsp_1600g", {}) - watts_without_fec("microled_1600g", {})) * 1e-3;
  const double packaged = watts_without_fec(digest, {"overhead.host_interface.part=mosaic_host_interface_cpo"});
  return {
      relative_row("microled.watts.pluggable", "modelled", "800G end, pluggable host interface (W)", 5.3, 0.02,
                   pluggable, mosaic),
      relative_row("microled.watts.cpo", "modelled", "800G end, host interface of a co-packaged engine (W)", 3.1, 0.02,
                   packaged, mosaic),
      relative_row("microled.watts.1600g", "modelled", "1.6T end, pluggable host interface, without FEC (W)", 10.6,
                   0.02, watts_without_fec("microled_1600g", {}), mosaic),
      relative_row("microled.watts.1600g.laser", "modelled",
                   "1.6T pluggable end with its host interface, without FEC (W)", 24.0, 0.05,
                   watts_without_fec("dr8_dsp_1600g", {}), "MOSAIC's laser baseline at 1.6T, 23 to 25 W"),
      {"microled.saving.rack", "modelled", "kW that microLED saves on the 648 ends of 1.6T of an NVL72 rack", 8.7, 0.65,
       rack, "MOSAIC's own pair at 1.6T: 23 to 25 W against 10.6 W an end, 8.0 to 9.3 kW; " + mosaic},
      relative_row("microled.watts.cable", "modelled", "800G cable, both ends, pluggable (W)", 10.6, 0.02,
                   2.0 * pluggable, mosaic),
      {"microled.saving.pluggable", "modelled", "saved of the laser baseline of 12.0 W (%)", 56.0, 1.0,
       100.0 * (1.0 - pluggable / 12.0), mosaic},
      {"microled.saving.cpo", "modelled", "saved of the laser baseline of 9.8 W (%)", 68.0, 1.0,
       100.0 * (1.0 - packaged / 9.8), mosaic},
      relative_row("microled.energy.pluggable", "modelled", "800G end, pluggable, per bit of 400 x 2.0 Gbit/s (pJ/bit)",
                   6.6, 0.02, pluggable / 0.8, mosaic),
      relative_row("microled.energy.cpo", "modelled", "800G end, co-packaged, per bit of 400 x 2.0 Gbit/s (pJ/bit)",
                   3.9, 0.02, packaged / 0.8, mosaic),
  };
}

// Gbit/s of `lanes` at `gigabits` each, NRZ.
double line_rate(int lanes, double gigabits) {
  Link link;
  Segment segment;
  segment.modulation = Modulation::pam(2);
  segment.symbol_rate = gigabits * 1e9;
  segment.lanes = lanes;
  link.segments.push_back(segment);
  return link.line_rate() * 1e-9;
}

std::vector<ValidationRow> channel_rows() {
  const std::string product = "lanes times rate, worked out by hand";
  const Link digest = shipped("microled_800g_mosaic_digest", {}), own = shipped("microled_800g", {});
  return {
      {"microled.channels.400", "arithmetic", "line rate of microled_800g_mosaic_digest (Gbit/s)", 800.0, 1e-6,
       digest.line_rate() * 1e-9, product},
      {"microled.channels.425", "arithmetic", "line rate of microled_800g (Gbit/s)", 850.0, 1e-6,
       own.line_rate() * 1e-9, product},
      {"microled.channels.616", "arithmetic", "616 channels at 1.3 Gb/s (Gbit/s)", 800.8, 1e-6, line_rate(616, 1.3),
       product},
      {"microled.channels.spares", "arithmetic", "spares over data channels of MOSAIC's 460 (%)", 15.0, 1e-6,
       100.0 * digest.segments[0].spare_lanes / digest.segments[0].lanes, "460 over 400"},
      {"microled.channels.335", "arithmetic", "335 channels at 3.0 Gb/s (Gbit/s)", 1005.0, 1e-6, line_rate(335, 3.0),
       product},
      {"microled.channels.256", "arithmetic", "256 channels at 3.5 Gb/s (Gbit/s)", 896.0, 1e-6, line_rate(256, 3.5),
       product},
      {"microled.channels.304", "arithmetic", "304 channels at 3.3 Gb/s (Gbit/s)", 1003.2, 1e-6, line_rate(304, 3.3),
       product},
  };
}

double lens_decibels(double aperture, double magnification, double lens_aperture) {
  LensRelay::Params p;
  p.numerical_aperture = aperture;
  p.magnification = magnification;
  p.lens_aperture = lens_aperture;
  return 10.0 * std::log10(LensRelay(p).transmission());
}

// dBm of average light at error ratio 1e-12: Q times the noise of 2 pA/sqrt(Hz) over 1.4 GHz behind 0.25 A/W.
double sensitivity(double extinction_ratio_db) {
  const FrequencyGrid grid{2e9, 1000, 4};
  TransimpedanceAmplifier::Params p;
  p.noise_density = CurrentNoise::from_si(2e-12);
  p.noise_corner = Frequency::from_si(0.0);
  const NoiseSource noise = TransimpedanceAmplifier(p).noise(grid, {}).at(0);
  double variance = 0.0;
  for (std::size_t k = 0; grid.frequency(k) < 1.4e9; ++k) variance += noise.s0[k] * grid.frequency_step();
  const double q = pam_symbol_error_ratio_inverse(2, Log10Probability::from_value(1e-12));
  const double r = std::pow(10.0, extinction_ratio_db / 10.0);
  return 10.0 * std::log10(q * std::sqrt(variance) / 0.25 * (r + 1.0) / (r - 1.0) * 1e3);
}

std::vector<ValidationRow> optics_rows() {
  const double skew = silica_group_index(430e-9) * 0.01 / constants::kSpeedOfLight * 1e12;
  return {
      {"silica.spread.450", "closed-form", "arrival spread of 25 nm at 450 nm over 50 m (ps)", 960.0, 12.5,
       -silica_dispersion(450e-9) * 25e-9 * 50.0 * 1e12, "768 +- 10 ps/(nm km) of Malitson 1965, by hand"},
      {"silica.walkoff.230m", "closed-form", "modal walk-off of 230 m at NA 0.30, n 1.467 (ns)", 23.6, 0.1,
       modal_walk_off(0.30, 1.467) * 230.0 * 1e9,
       "NA^2 L/(2 n c); up to 30 ns measured, Appl. Opt. 14, 156 (1975), 10.1364/ao.14.000156"},
      {"lens.lambertian.0.20", "closed-form", "Lambertian light into NA 0.20 (dB)", -14.0, 0.05,
       lens_decibels(0.20, 1.0, 1.0), "NA^2"},
      {"lens.lambertian.0.39", "closed-form", "Lambertian light into NA 0.39 (dB)", -8.2, 0.05,
       lens_decibels(0.39, 1.0, 1.0), "NA^2"},
      {"lens.tir", "modelled", "total-internal-reflection lens over a plain lens of NA 0.6 (dB), 3 to 6", 4.5, 1.5,
       lens_decibels(0.12, 1.0 / 0.12, 1.0) - lens_decibels(0.12, 1.0 / 0.12, 0.6),
       "MOSAIC, SIGCOMM 2025, two digests: more than twice the coupling; NA 0.6 and the upper edge are this project's"},
      {"silica.skew.1cm", "closed-form", "delay of 1 cm of silica at 430 nm (ps)", 50.0, 0.5, skew,
       "MOSAIC, SIGCOMM 2025, two digests: 50 ps; n_g 1.5046 of Malitson 1965 evaluated apart from this code: 50.19 "
       "ps"},
      {"silica.skew.ui", "closed-form", "the same over the unit interval of 2 Gb/s (%)", 10.0, 0.1, skew * 1e-12 * 2e11,
       "MOSAIC, SIGCOMM 2025, two digests"},
      {"microled.sensitivity", "closed-form", "average light for 1e-12, 2 pA/sqrt(Hz), 1.4 GHz, 0.25 A/W (dBm)", -26.8,
       0.05, sensitivity(300.0), "Q i_n sqrt(B)/R, evaluated apart from this code"},
      {"microled.sensitivity.6db", "closed-form", "the same with an extinction ratio of 6 dB (dBm)", -24.5, 0.06,
       sensitivity(6.0), "times (r + 1)/(r - 1), evaluated apart from this code"},
  };
}

}  // namespace

std::vector<ValidationRow> microled_rows() {
  std::vector<ValidationRow> all;
  for (const auto& topic : {error_ratio_rows, energy_rows, channel_rows, optics_rows})
    for (ValidationRow& row : topic()) all.push_back(std::move(row));
  return all;
}

}  // namespace tessera::validation

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "devices/transmitter/vcsel.hpp"
#include "phy/engine/statistical_engine.hpp"
#include "phy/link/energy.hpp"
#include "phy/link/latency.hpp"
#include "scenarios/link/scenario_reader.hpp"
#include "tests/support/locations.hpp"

namespace tessera {
namespace {

PreparedLink aoc(const std::vector<std::string>& sets = {}) {
  const std::filesystem::path library = test::library_dir();
  ScenarioOptions options;
  options.sets = sets;
  return prepare(read_link(library / "links/aoc_sr8_800g.toml", {library}, all_models(), options).link);
}

const PreparedLink& nominal() {
  static const PreparedLink link = aoc();  // made once
  return link;
}

constexpr std::size_t kOptical = 1;

std::size_t stage_index(const PreparedLink& link, const std::string& stage) {
  const auto& stages = link.link.segments[kOptical].stages;
  for (std::size_t i = 0; i < stages.size(); ++i)
    if (stages[i].name == stage) return i;
  throw Error("no stage " + stage);
}

const LaneState& state(const PreparedLink& link, const std::string& stage) {
  return link.segments[kOptical].states[stage_index(link, stage)];
}

double dbm(double watt) { return 10.0 * std::log10(1e3 * watt); }

TEST(AocLink, OperatingPointsFollowTheDecibels) {
  const PreparedLink& link = nominal();
  const double chip = state(link, "laser").mean();
  EXPECT_NEAR(dbm(state(link, "launch").mean()), dbm(chip) - 4.0, 1e-9);
  // 30 m at 3.0 dB/km (850 nm; the laser is within 4 nm of it), 1 dB of lens, 0.55 A/W.
  EXPECT_NEAR(dbm(state(link, "fiber").mean()), dbm(chip) - 4.0 - 0.09, 2e-3);
  EXPECT_NEAR(state(link, "photodiode").mean(), 0.55 * state(link, "fiber").mean() * std::pow(10.0, -0.1), 1e-9);
  EXPECT_NEAR(state(link, "driver").mean(), 7e-3, 1e-6);
  EXPECT_NEAR(state(link, "driver").swing(), 4.8e-3, 0.3e-3);
}

// IEEE 802.3db clause 167, SR columns: 844 to 863 nm, at most 0.6 nm rms, average launch -4.6 to 4.0 dBm, OMA at least
// max(-2.6, TDECQ - 4.4) dBm with TDECQ up to 4.4 dB, extinction ratio at least 2.5 dB, RIN_12OMA at most -132 dB/Hz,
// 1.9 dB of channel loss over 100 m of OM4. RIN_12OMA = density of the light over (OMA/2)^2, mean over the band to half
// the symbol rate; the reflection of 12 dB that the standard's test adds is not modelled.
TEST(AocLink, LaunchIsInsideTheLimitsOfTheStandard) {
  const PreparedLink& link = nominal();
  const LaneState& tp2 = state(link, "launch");
  EXPECT_GT(tp2.carrier.wavelength, 844e-9);
  EXPECT_LT(tp2.carrier.wavelength, 863e-9);
  EXPECT_LT(tp2.carrier.spectral_width / 2.3548, 0.6e-9);
  EXPECT_GT(dbm(tp2.mean()), -4.6);
  EXPECT_LT(dbm(tp2.mean()), 4.0);
  EXPECT_GT(dbm(tp2.swing()), std::max(-2.6, 4.4 - 4.4));
  const double extinction = 10.0 * std::log10(tp2.levels.back() / tp2.levels.front());
  EXPECT_GT(extinction, 2.5);

  const PreparedSegment& segment = link.segments[kOptical];
  const LaneState& chip = state(link, "laser");
  double density = 0.0;
  for (const NoiseInjection& source : segment.noise) {
    if (source.stage != "laser") continue;
    double square = 0.0;
    for (const double level : chip.levels) square += 0.25 * level * level;
    density += source.s2 * square;
    const auto nyquist = static_cast<std::size_t>(segment.grid.ui_count / 2);
    if (!source.s0.empty())
      for (std::size_t k = 0; k < nyquist; ++k) density += source.s0[k] / static_cast<double>(nyquist);
  }
  const double rin_oma = 10.0 * std::log10(density / std::pow(0.5 * chip.swing(), 2));
  EXPECT_LT(rin_oma, -132.0);
  EXPECT_GT(rin_oma, -145.0);
  std::printf("TP2: average %.2f dBm, OMA %.2f dBm, extinction ratio %.2f dB, RIN_OMA %.1f dB/Hz, %.1f nm\n",
              dbm(tp2.mean()), dbm(tp2.swing()), extinction, rin_oma, 1e9 * tp2.carrier.wavelength);
}

TEST(AocLink, HundredMetresLoseLessThanTheChannelAllows) {
  const PreparedLink far = aoc({"optical.fiber.length=100 m"});
  const double loss = dbm(state(far, "launch").mean()) - dbm(state(far, "fiber").mean());
  EXPECT_NEAR(loss, 0.3, 0.01);
  EXPECT_LT(loss + 1.5, 1.9);  // with the 1.5 dB that the clause gives connectors, of which this cable has none
}

// Each metre adds dispersion and mode partition: the optical segment's error ratio only grows with length.
TEST(AocLink, LengthCostsErrors) {
  double before = -1e9;
  for (const char* length : {"3 m", "30 m", "60 m", "100 m"}) {
    const PreparedLink link = aoc({std::string("optical.fiber.length=") + length});
    const double log10_ber = run_statistical(link.segments[kOptical]).pre_fec_ber.log10();
    std::printf("optical segment at %5s: log10 BER %.2f\n", length, log10_ber);
    EXPECT_GT(log10_ber, before);
    before = log10_ber;
  }
}

TEST(AocLink, OpticalSegmentClosesAtItsLengthBelowTheLimitOfItsClause) {
  EXPECT_LT(run_statistical(nominal().segments[kOptical]).pre_fec_ber.log10(), std::log10(2.4e-4));
}

// Without the partition of modes the same segment has fewer errors; at 100 m the bound is most of what limits it.
TEST(AocLink, ModePartitionIsTheLimitAtHundredMetres) {
  const auto errors = [](const std::string& partition) {
    const PreparedLink link = aoc({"optical.fiber.length=100 m", "optical.fiber.mode_partition=" + partition});
    return run_statistical(link.segments[kOptical]).pre_fec_ber.log10();
  };
  EXPECT_LT(errors("0.0"), errors("0.3") - 1.0);
}

double watts(const EnergyBreakdown& energy, const std::string& component) {
  for (const auto& row : energy.rows)
    if (row.component == component) return row.watts;
  throw Error("no component " + component);
}

// 30 m at 4.95 ns/m on top of the same cable without length.
TEST(AocLink, LatencyGrowsByTheFibre) {
  const double grown = latency(nominal()).total - latency(aoc({"optical.fiber.length=1 m"})).total;
  EXPECT_NEAR(grown, 29.0 * 4.95e-9, 1e-12);
}

TEST(AocLink, LaserAndDriverWattsFollowTheirCurrents) {
  const EnergyBreakdown breakdown = energy(nominal());
  double laser = 0.0;
  for (const double i : state(nominal(), "driver").levels) laser += 0.25 * i * (1.5 + 122.0 * i);
  EXPECT_NEAR(watts(breakdown, "optical.laser.vcsel"), 8.0 * laser, 1e-9);
  const LaneState& current = state(nominal(), "driver");
  const double driver = 2.5 * current.swing() / 0.5 + 0.8 * current.mean() + 1.07e-12 * 40e9;
  EXPECT_NEAR(watts(breakdown, "optical.driver.driver"), 8.0 * driver, 1e-9);
}

// Printed beside the published 8 W (trade guide) to 14 W (general knowledge) of 800G active optical cables, without a
// mark. The share that depends on no link variable stays below a quarter.
TEST(AocLink, EnergyIsTheSumOfItsComponents) {
  const EnergyBreakdown breakdown = energy(nominal());
  double module = 0.0, constants = 0.0;
  for (const auto& row : breakdown.rows) {
    std::printf("%-44s %-7s %6.3f W%s\n", row.component.c_str(),
                row.boundary == Boundary::host     ? "host"
                : row.boundary == Boundary::module ? "module"
                                                   : "lane",
                row.watts, row.constant ? " constant" : "");
    if (row.boundary == Boundary::host) continue;
    module += row.watts;
    if (row.constant) constants += row.watts;
  }
  std::printf("module %.2f W (published 8 to 14 W); lane %.2f, module %.2f, module and host %.2f pJ/bit\n", module,
              1e12 * breakdown.lane_electronics.joules_per_bit, 1e12 * breakdown.module.joules_per_bit,
              1e12 * breakdown.module_and_host.joules_per_bit);
  EXPECT_NEAR(breakdown.module.watts, module, 1e-9);
  EXPECT_LE(constants / module, 0.25);
  EXPECT_LE(breakdown.module.constant_share, 0.25);
}

}  // namespace
}  // namespace tessera

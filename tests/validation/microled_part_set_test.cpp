#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <tuple>
#include <utility>

#include "devices/transmitter/micro_led.hpp"
#include "phy/engine/statistical_engine.hpp"
#include "scenarios/link/part_library.hpp"
#include "scenarios/link/scenario_reader.hpp"
#include "tests/support/locations.hpp"
#include "tests/support/microled_lane.hpp"

// The shipped microLED link. Measured points are those of MOSAIC (SIGCOMM 2025, figure 12, second-hand): below 1e-12 at
// 2.0 Gb/s x 10 m and 1.3 x 20 m, a median below 2e-8 at 2.0 x 20 m, passing 2e-4 at 1.6 x 30 m and failing it at
// 2.0 x 30 m. The edges 1e-10 and 3e-3 and the row at 50 m are windows of this project, not measurements. The part set
// was calibrated to all of them, so that they show consistency and not prediction. Rows of kind "own-model prototype"
// compare with an earlier independent program of this project (NumPy) that holds the same equations.
namespace tessera::test {
namespace {

struct Point {
  double rate, length, low, high;
};

class MicroledVerdict : public testing::TestWithParam<Point> {};

TEST_P(MicroledVerdict, LinearChainIsInsideItsWindow) {
  const auto [rate, length, low, high] = GetParam();
  const double ber = linear_error_ratio(microled_lane(rate, length)).bit_error_ratio;
  EXPECT_GE(ber, low);
  EXPECT_LE(ber, high);
}

TEST_P(MicroledVerdict, LargeSignalIsInsideItsWindow) {
  const auto [rate, length, low, high] = GetParam();
  const double ber = large_signal_error_ratio(microled_lane(rate, length)).bit_error_ratio;
  EXPECT_GE(ber, low);
  EXPECT_LE(ber, high);
}

TEST_P(MicroledVerdict, StatisticalEngineIsInsideItsWindow) {
  const auto [rate, length, low, high] = GetParam();
  const double ber = run_statistical(prepare(shipped_microled(rate, length)).segments.front()).pre_fec_ber.value();
  EXPECT_GE(ber, low);
  EXPECT_LE(ber, high);
}

// Kind: measured, calibrated to.
INSTANTIATE_TEST_SUITE_P(Mosaic, MicroledVerdict,
                         testing::Values(Point{2.0e9, 10, 0, 1e-12}, Point{1.3e9, 20, 0, 1e-12},
                                         Point{2.0e9, 20, 1e-10, 2e-8}, Point{1.6e9, 30, 0, 2e-4},
                                         Point{2.0e9, 30, 2e-4, 3e-3}));

// Kind: own window. What fails at 30 m fails at 50 m.
INSTANTIATE_TEST_SUITE_P(NotMeasured, MicroledVerdict, testing::Values(Point{2.0e9, 50, 2e-4, 0.5}));

// Kind: own-model prototype.
TEST(MicroledPrototype, ErrorRatiosOfTheLinearChain) {
  for (const auto& [rate, length, expected, tolerance] : {std::tuple{2.0e9, 20.0, 8.438e-10, 0.10},
                                                          {1.6e9, 30.0, 9.286e-8, 0.10},
                                                          {2.0e9, 30.0, 4.553e-4, 0.03},
                                                          {2.0e9, 50.0, 0.1299, 0.01}}) {
    const double ber = linear_error_ratio(microled_lane(rate, length)).bit_error_ratio;
    EXPECT_NEAR(ber / expected, 1.0, tolerance) << rate << " bit/s, " << length << " m";
  }
}

// Engine against brute force: edge lanes have fewer neighbours, and shot noise follows the mean light of a pattern
// instead of the steady one.
TEST(MicroledPrototype, StatisticalEngineAgreesWithTheOracle) {
  for (const auto& [rate, length, tolerance] :
       {std::tuple{2.0e9, 20.0, 0.15}, {1.6e9, 30.0, 0.15}, {2.0e9, 30.0, 0.05}}) {
    const MicroledLane lane = microled_lane(rate, length);
    const double engine = run_statistical(lane.segment).pre_fec_ber.value();
    EXPECT_NEAR(engine / linear_error_ratio(lane).bit_error_ratio, 1.0, tolerance)
        << rate << " bit/s, " << length << " m";
  }
}

// The deep points in log10: a per cent of Q is a tenth of a decade there.
TEST(MicroledPrototype, ErrorRatiosFarBelowTheFloorOfMeasurement) {
  EXPECT_NEAR(std::log10(linear_error_ratio(microled_lane(2.0e9, 10)).bit_error_ratio), std::log10(6.088e-21), 0.15);
  EXPECT_NEAR(std::log10(linear_error_ratio(microled_lane(1.3e9, 20)).bit_error_ratio), std::log10(4.011e-22), 0.15);
}

// Kind: own-model prototype. Photocurrent step and noise at 80 kohm; cursors of the equalised pulse.
TEST(MicroledPrototype, StepNoiseAndCursors) {
  const MicroledLane lane = microled_lane(2.0e9, 20);
  EXPECT_NEAR(lane.amplitude / 80e3 / 2.17434e-6, 1.0, 1e-4);
  EXPECT_NEAR(lane.sigma_0 / 80e3 / 105.1325e-9, 1.0, 2e-3);
  EXPECT_NEAR(lane.sigma_1 / 80e3 / 111.9845e-9, 1.0, 2e-3);
  const NrzResult best = linear_error_ratio(lane);
  const auto at = [&](int bits) {
    const auto spui = lane.segment.grid.samples_per_ui;
    const auto index = std::lround(best.phase_ui * spui) + bits * spui;
    return lane.pulse[static_cast<std::size_t>(index) % lane.pulse.size()];
  };
  EXPECT_NEAR(at(0), 0.7993, 3e-3);
  EXPECT_NEAR(at(-1) + at(1), 0.1211 + 0.0937, 1e-3);  // their split moves with half a step of phase
  EXPECT_NEAR(at(2), -0.0140, 1e-3);
  EXPECT_NEAR(best.threshold / lane.amplitude, 0.497, 3e-3);
}

TEST(MicroledPrototype, OneDeviceGivesPoleEfficiencyAndLight) {
  const Library library{test::library_dir()};
  const MicroLed led(read_parameters<MicroLed>(find_part(library, "microled_blue", all_models()).parameters));
  const AbcMaterial m = led.material();
  EXPECT_NEAR(led.density(0.575e-3) / 3.687985e25, 1.0, 1e-6);
  EXPECT_NEAR(led.density(0.345e-3) / 2.977566e25, 1.0, 1e-6);
  EXPECT_NEAR(led.density(0.115e-3) / 1.847896e25, 1.0, 1e-6);
  EXPECT_NEAR(carrier_pole(m, led.density(0.575e-3)) * 1e-9, 1.23995, 1e-5);
  EXPECT_NEAR(carrier_pole(m, led.density(0.345e-3)) * 1e-9, 0.90079, 1e-5);
  EXPECT_NEAR(carrier_pole(m, led.density(0.115e-3)) * 1e-9, 0.46072, 1e-5);
  EXPECT_NEAR(internal_quantum_efficiency(m, led.density(0.575e-3)), 0.57149, 1e-5);
  EXPECT_NEAR(led.external_quantum_efficiency(0.575e-3), 0.08230, 1e-5);
  EXPECT_NEAR(led.optical_power(0.575e-3) * 1e6, 136.4395, 1e-3);
  EXPECT_NEAR(led.optical_power(0.115e-3) * 1e6, 34.2544, 1e-3);
  EXPECT_NEAR(led.voltage(0.575e-3, 313.15), 4.1197,
              0.02);  // 13 K more in the ideality term than the prototype's 300 K
}

// Kind: own-model prototype. A linear response at the mean current is optimistic, as the fall is slow: 1.6 at 30 m, 4.1
// at 20 m.
TEST(MicroledPrototype, LargeSignalCostsWhatTheLinearChainDoesNotSee) {
  for (const auto& [length, expected] : {std::pair{20.0, 4.05}, {30.0, 1.61}}) {
    const MicroledLane lane = microled_lane(2.0e9, length);
    const double ratio = large_signal_error_ratio(lane).bit_error_ratio / linear_error_ratio(lane).bit_error_ratio;
    EXPECT_NEAR(ratio / expected, 1.0, 0.12) << length;
  }
}

double lane_watts(const EnergyBreakdown& e) {
  double sum = 0.0;
  for (const EnergyRow& row : e.rows)
    if (row.boundary == Boundary::lane_electronics) sum += row.watts;
  return sum;
}

double watts_of(const EnergyBreakdown& e, const std::string& stage) {
  double sum = 0.0;
  for (const EnergyRow& row : e.rows)
    if (row.component.starts_with(stage + ".")) sum += row.watts;
  return sum;
}

Link shipped(double case_temperature = 313.15) {
  Link link = shipped_microled(2.0e9, 10.0);
  link.payload_rate = 800e9;
  link.case_temperature = case_temperature;
  return link;
}

// Kind: independent model of others (MOSAIC, modelled there and not measured), which the part set was calibrated to:
// 1.2 W + 15 % for light source and analog front end of 460 channels, one end.
TEST(MicroledWatts, LaneElectronicsOf460ChannelsStayBelowTheCap) {
  const EnergyBreakdown e = energy(prepare(shipped()));
  EXPECT_LE(lane_watts(e), 1.2 * 1.15);
  EXPECT_NEAR(lane_watts(e), 1.2, 1.2 * 0.15);
  EXPECT_NEAR(lane_watts(e), 1.2430, 0.02);  // prototype, at 300 K and without the photodiode's bias
}

// Kind: consistency of inputs. MOSAIC models 5.3 W per end as a pluggable, 2.9 W without its host interface; 4.1 W of
// it (gearbox 0.4, controller 1.3, host interface 2.4, thus 78 %) are its own figures entered as parts, so that only
// the 1.2 W of lanes are compared, which were calibrated.
TEST(MicroledWatts, PluggableEndDrawsAboutWhatMosaicStates) {
  EXPECT_NEAR(energy(prepare(shipped())).module.watts / 5.3, 1.0, 0.03);
}

Link digest(const std::vector<std::string>& sets) {
  const Library library{test::library_dir()};
  return read_link(library.folder / "links" / "microled_800g_mosaic_digest.toml", library, all_models(),
                   {sets, std::nullopt})
      .link;
}

// 400 x 2.0 Gb/s is 800 Gb/s: 800GbE takes 850 with KP4 and 825 with 66 bits for 64.
TEST(MicroledDigest, FourHundredLanesCarryNeitherKp4NorTheWholePayload) {
  const auto refused = [](const std::vector<std::string>& sets) {
    try {
      digest(sets);
    } catch (const ConfigError& error) {
      return std::string(error.what());
    }
    return std::string("not refused");
  };
  EXPECT_NE(refused({"link.payload_rate=800 Gbit/s", "link.fec.code=kp4"})
                .find("line rate 800 Gbit/s does not carry payload 800 Gbit/s with fec kp4, which takes 850 Gbit/s"),
            std::string::npos);
  EXPECT_NE(refused({"link.payload_rate=800 Gbit/s"}).find("with fec none, which takes 825 Gbit/s"), std::string::npos);
  EXPECT_EQ(refused({"link.payload_rate=800 Gbit/s", "optical.lanes=425", "link.fec.code=kp4"}), "not refused");
}

// Kind: modelled by others (MOSAIC): 3.1 W beside a co-packaged host, 5.3 W as a pluggable, within 2 %; rows of
// `tessera validate` hold these. What no link variable moves stays below 45 % of either.
TEST(MicroledDigest, ConstantsAreTheSmallerPartOfBothEnds) {
  const std::string packaged = "overhead.host_interface.part=mosaic_host_interface_cpo";
  const EnergyTotal pluggable = energy(prepare(digest({}))).module, engine = energy(prepare(digest({packaged}))).module;
  EXPECT_NEAR(pluggable.watts, 5.3, 0.02 * 5.3);
  EXPECT_NEAR(engine.watts, 3.1, 0.02 * 3.1);
  EXPECT_LE(pluggable.constant_share, 0.45);
  EXPECT_LE(engine.constant_share, 0.45);
  EXPECT_GT(engine.constant_share, 0.2);  // the controller is a constant and is flagged as one
}

// Halving a coupling loss changes the amplifier's output swing; thirty kelvin more lower the LED's voltage: 2 mV/K at
// 0.345 mA.
TEST(MicroledWatts, FollowLightRateAndTemperature) {
  const double base = lane_watts(energy(prepare(shipped())));
  const double led = watts_of(energy(prepare(shipped())), "led");
  EXPECT_NEAR(led - watts_of(energy(prepare(shipped(343.15))), "led"), 460 * 0.345e-3 * 60e-3, 2e-5);

  Link slow = shipped();
  slow.segments.front().symbol_rate = 1e9;
  // 1 Gb/s less of equaliser and slicer (0.15 pJ/bit) and of 54.65 fF charged by 1.23 V half of the time.
  EXPECT_NEAR(base - lane_watts(energy(prepare(slow))), 460 * (0.15e-3 + 0.5 * 54.65e-15 * 1.23 * 1.23 * 1e9), 0.002);

  Link far = shipped_microled(2.0e9, 50.0);
  far.payload_rate = 800e9;
  // Photocurrent swing 2.496 to 1.437 uA through 80 kohm onto 1.24 kohm at 1.1 V; bias of the photodiode beside it.
  EXPECT_NEAR(base - lane_watts(energy(prepare(far))), 460 * 1.1 * 80e3 / 1240.0 * (2.496e-6 - 1.437e-6), 0.001);
}

TEST(MicroledPrepared, LengthShowsInTheDelayAndNotInTheGrid) {
  const PreparedSegment s = microled_lane(2.0e9, 50).segment;
  EXPECT_NEAR(s.channel.bulk_delay, 249.7e-9, 3e-9);
  EXPECT_EQ(s.grid.ui_count, 1024);
}

}  // namespace
}  // namespace tessera::test

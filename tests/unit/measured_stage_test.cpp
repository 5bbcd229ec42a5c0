#include "phy/link/measured_stage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

#include "phy/link/measured_files.hpp"
#include "tests/support/measured_csv.hpp"
#include "tests/support/model_laws.hpp"
#include "tests/support/model_probe.hpp"
#include "tests/support/process.hpp"

namespace tessera {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::TemporaryFolder;

constexpr double kPi = std::numbers::pi;
const FrequencyGrid kGrid{2e9, 1024, 32};

Complex pole(double f, double corner) { return 1.0 / Complex(1.0, f / corner); }

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

const ModelInfo& info_of(const std::string& type) {
  static const std::vector<ModelInfo> kModels = all_models();
  for (const ModelInfo& info : kModels)
    if (info.type == type) return info;
  throw Error("no model " + type);
}

AnyModel model(const std::string& type, const ParameterMap& map = {}) { return info_of(type).make(map); }

std::shared_ptr<const MeasuredResponse> single_pole(double corner, PhaseRule rule = PhaseRule::minimum,
                                                    double reach = 100.0) {
  std::vector<double> f, magnitude, phase;
  for (const double x : test::log_axis(corner / 500.0, reach * corner, 40)) {
    f.push_back(x);
    magnitude.push_back(0.3 * std::abs(pole(x, corner)));  // any scale: it is normalised
    phase.push_back(std::arg(pole(x, corner)));
  }
  return std::make_shared<const MeasuredResponse>(measured_response(f, magnitude, phase, rule));
}

double worst_distance(const StageResponse& got, double corner, double to) {
  double worst = 0.0;
  for (std::size_t k = 0; k < got.grid.frequency_count() && got.grid.frequency(k) <= to; ++k) {
    const double f = got.grid.frequency(k);
    worst =
        std::max(worst, std::abs(got.at(k, 0, 0) * std::polar(1.0, -2.0 * kPi * f * got.bulk_delay) - pole(f, corner)));
  }
  return worst;
}

TEST(MeasuredResponse, MinimumPhaseOfAPoleIsThePole) {
  const AnyModel tia = with_measured_response(model("transimpedance_amplifier"), single_pole(1.3e9));
  const StageResponse h = tia.respond(kGrid, contract::typical_input(info_of("transimpedance_amplifier"), tia));
  EXPECT_EQ(h.at(0, 0, 0), Complex(1.0));
  EXPECT_LT(worst_distance(h, 1.3e9, 13e9), 1e-3);
}

TEST(MeasuredResponse, PhaseOfTheFileIsKeptBesideItsBulkDelay) {
  const AnyModel tia = with_measured_response(model("transimpedance_amplifier"), single_pole(1.3e9, PhaseRule::file));
  const StageResponse h = tia.respond(kGrid, contract::typical_input(info_of("transimpedance_amplifier"), tia));
  EXPECT_GT(h.bulk_delay, 0.0);
  EXPECT_LT(worst_distance(h, 1.3e9, 13e9), 1e-3);
}

TEST(MeasuredResponse, ZeroPhaseIsReal) {
  const auto h = single_pole(1.3e9, PhaseRule::zero);
  EXPECT_EQ(h->at(2e9).imag(), 0.0);
  EXPECT_NEAR(h->at(1.3e9).real(), std::sqrt(0.5), 1e-4);
}

TEST(MeasuredResponse, DcComesFromTheLowestPoints) {
  // The lowest point lies at a tenth of the corner, where the pole has lost 0.5 % already.
  std::vector<double> f, magnitude;
  for (double x = 0.1; x < 20.0; x += 0.1) {
    f.push_back(x * 1e9);
    magnitude.push_back(std::abs(pole(x, 1.0)));
  }
  const MeasuredResponse h = measured_response(f, magnitude, {}, PhaseRule::minimum);
  EXPECT_NEAR(std::abs(h.at(0.1e9)), std::abs(pole(0.1, 1.0)), 2e-4);
  EXPECT_FALSE(h.reaches_dc);
}

TEST(MeasuredResponse, EdgeIsHeldByACosineTaper) {
  const auto h = single_pole(1e9);  // the file ends at 100 GHz
  EXPECT_NEAR(std::abs(h->at(105e9)), 0.5 * std::abs(pole(100.0, 1.0)), 1e-6);
  EXPECT_EQ(h->at(110e9), Complex(0.0));
}

TEST(MeasuredResponse, InvertingStageIsNormalisedToOne) {
  std::vector<double> f, magnitude, phase;
  for (double x = 0.01; x < 5.0; x += 0.01) {
    f.push_back(x * 1e9);
    magnitude.push_back(2.0 * std::abs(pole(x, 1.0)));
    phase.push_back(std::arg(-pole(x, 1.0) * std::polar(1.0, -2.0 * kPi * x * 0.3)));  // 0.3 ns of cable
  }
  const MeasuredResponse h = measured_response(f, magnitude, phase, PhaseRule::file);
  for (const double x : {0.2, 1.0, 3.0})
    EXPECT_NEAR(std::abs(h.at(x * 1e9) * std::polar(1.0, -2.0 * kPi * x * 1e9 * (h.delay - 0.3e-9)) - pole(x, 1.0)),
                0.0, 1e-3);
}

// Every law that a signal stage obeys holds for it with a measured response too: among others, its processor fed a
// small sine has the gain of `operate` times `respond`. The files reach beyond the laws' grids of up to 850 GHz: where
// one ends inside, its taper rings on both sides of t = 0 as any cut-off does.
TEST(MeasuredResponse, DecoratedStagesObeyTheLawsOfTheirKind) {
  for (const std::string type : {"transimpedance_amplifier", "micro_led", "pin_photodiode", "silicon_photodiode",
                                 "mach_zehnder", "modulator_driver"}) {
    for (const double corner : {0.8e9, 30e9}) {
      const AnyModel decorated =
          with_measured_response(model(type), single_pole(corner, PhaseRule::minimum, 1e12 / corner));
      for (const char* law : {"OperateIsMonotoneAndFinite", "ResponseIsOneAtDc", "ResponseIsCausal",
                              "NoiseIsNotNegative", "ProcessorFollowsResponse", "BlockSizeDoesNotMatter"})
        EXPECT_THAT(contract::check_law(law, info_of(type), decorated), ElementsAre())
            << type << " with a pole at " << corner << " Hz: " << law;
    }
  }
}

TEST(MeasuredResponse, ModulatorKeepsItsChirp) {
  const AnyModel own = model("mach_zehnder");
  const AnyModel measured = with_measured_response(own, single_pole(20e9));
  const LaneState in = contract::typical_input(info_of("mach_zehnder"), own);
  const FrequencyGrid grid{53.125e9, 256, 32};
  const StageResponse a = own.respond(grid, in), b = measured.respond(grid, in);
  for (std::size_t k = 1; k < 200; k += 20) {
    EXPECT_NEAR(std::abs(b.at(k, 0, 0) - pole(grid.frequency(k), 20e9)), 0.0, 1e-3);
    EXPECT_NEAR(std::abs(b.at(k, 1, 0) / b.at(k, 0, 0) - a.at(k, 1, 0) / a.at(k, 0, 0)), 0.0, 1e-9);
  }
}

TEST(MeasuredResponse, TerminalsTakeItAsEdgeAndFrontEnd) {
  const FrequencyGrid grid{26.5625e9, 256, 32};
  const AnyModel tx = with_measured_response(model("serdes_driver"), single_pole(15e9));
  const AnyModel rx = with_measured_response(model("serdes_receiver"), single_pole(12e9));
  const TransmitterSpec sent = tx.describe_transmitter(Modulation::pam(4), grid);
  const ReceiverSpec received = rx.describe_receiver(grid);
  for (const std::size_t k : {std::size_t{3}, std::size_t{100}, std::size_t{300}}) {
    EXPECT_NEAR(std::abs(sent.edge.values[k] - pole(grid.frequency(k), 15e9)), 0.0, 1e-3);
    EXPECT_NEAR(std::abs(received.front_end.values[k] - pole(grid.frequency(k), 12e9)), 0.0, 1e-3);
  }
}

TEST(MeasuredResponse, LasersFibresAndNetworksRefuseIt) {
  for (const std::string type : {"dfb_laser", "single_mode_fiber", "optical_connector", "pcb_trace", "fec_engine"})
    EXPECT_FALSE(takes_response(model(type))) << type;
  for (const std::string type : {"micro_led", "imaging_fiber", "pin_photodiode", "serdes_receiver", "led_driver"})
    EXPECT_TRUE(takes_response(model(type))) << type;
}

TEST(MeasuredResponse, NotesSayWhatTheFileDoesNotReach) {
  std::vector<double> f, magnitude;
  for (double x = 1.0; x <= 10.0; x += 1.0) {
    f.push_back(x * 1e9);
    magnitude.push_back(std::abs(pole(x, 10.0)));
  }
  const auto h = std::make_shared<const MeasuredResponse>(measured_response(f, magnitude, {}, PhaseRule::minimum));
  const AnyModel tia = with_measured_response(model("transimpedance_amplifier"), h);
  const LaneState in = contract::typical_input(info_of("transimpedance_amplifier"), tia);
  const auto notes = tia.validity({53.125e9, 256, 32}, in, in);
  std::vector<std::string> texts;
  for (const ValidityNote& n : notes) texts.push_back(n.quantity);
  EXPECT_THAT(texts, Contains("|H| at the last frequency of measured_response"));
  EXPECT_THAT(texts, Contains("lowest frequency of measured_response"));
  for (const ValidityNote& n : notes) {
    if (n.quantity.starts_with("|H|")) {
      EXPECT_NEAR(n.value, -3.01, 0.05);
    }
  }
  EXPECT_TRUE(tia.validity({2e9, 256, 32}, in, in).size() < notes.size());
}

TEST(MeasuredNoise, WhiteFileIsTheWhiteDensity) {
  const TemporaryFolder folder;
  const std::string file =
      folder.file("noise.csv", "frequency [GHz], density [pA/sqrt(Hz)]\n0.01, 18\n1, 18\n10, 18\n100, 18\n");
  const AnyModel plain =
      model("transimpedance_amplifier", {{"noise_density", {std::string("5 pA/sqrt(Hz)"), {}, {}, {}}}});
  const AnyModel measured =
      with_measured_noise(plain, std::make_shared<const MeasuredNoise>(read_measured_noise(file)));
  const LaneState in = contract::typical_input(info_of("transimpedance_amplifier"), plain);
  const auto noise = measured.noise(kGrid, in);
  ASSERT_EQ(noise.size(), 1u);
  EXPECT_EQ(noise[0].name, "thermal");
  for (const std::size_t k : {std::size_t{0}, std::size_t{5}, std::size_t{16000}})
    EXPECT_NEAR(noise[0].s0[k] / (18e-12 * 18e-12), 1.0, 1e-12);
}

TEST(MeasuredNoise, SquaredDensityIsReadAsItStands) {
  const TemporaryFolder folder;
  const std::string file =
      folder.file("noise.csv", "frequency [GHz], density [V^2/GHz]\n0, 1e-8\n1, 1e-8\n10, 3e-8\n100, 3e-8\n");
  const AnyModel rx =
      with_measured_noise(model("serdes_receiver"), std::make_shared<const MeasuredNoise>(read_measured_noise(file)));
  const FrequencyGrid grid{26.5625e9, 1024, 32};
  const ReceiverSpec spec = rx.describe_receiver(grid);
  EXPECT_NEAR(spec.input_noise_psd[0], 1e-17, 1e-30);
  const auto k = static_cast<std::size_t>(std::lround(5.5e9 / grid.frequency_step()));
  const double f = grid.frequency(k);
  EXPECT_NEAR(spec.input_noise_psd[k], 1e-17 + 2e-17 * (f - 1e9) / 9e9, 1e-29);
}

TEST(MeasuredNoise, ShotNoiseOfTheLightStays) {
  const TemporaryFolder folder;
  const std::string file =
      folder.file("dark.csv", "frequency [GHz], density [A^2/Hz]\n0, 1e-26\n1, 1e-26\n2, 1e-26\n3, 1e-26\n");
  const AnyModel diode =
      with_measured_noise(model("pin_photodiode"), std::make_shared<const MeasuredNoise>(read_measured_noise(file)));
  const auto noise = diode.noise(kGrid, contract::typical_input(info_of("pin_photodiode"), diode));
  ASSERT_EQ(noise.size(), 1u);
  EXPECT_DOUBLE_EQ(noise[0].s0[3], 1e-26);
  EXPECT_NEAR(noise[0].s1, 2.0 * 1.602176634e-19, 1e-30);
}

TEST(MeasuredNoise, WrongUnitAndUnknownMechanismAreRefused) {
  const TemporaryFolder folder;
  MeasuredNoise volts =
      read_measured_noise(folder.file("noise.csv", "frequency [GHz], density [nV/sqrt(Hz)]\n0, 1\n1, 1\n2, 1\n3, 1\n"));
  EXPECT_THAT(message_of([&] {
                with_measured_noise(model("transimpedance_amplifier"), std::make_shared<const MeasuredNoise>(volts));
              }),
              HasSubstr("the noise \"thermal\" of transimpedance_amplifier enters at a port of current"));
  volts.mechanism = "shott";
  EXPECT_THAT(
      message_of([&] { with_measured_noise(model("modulator_driver"), std::make_shared<const MeasuredNoise>(volts)); }),
      HasSubstr("modulator_driver has no noise mechanism \"shott\"; it has: driver"));
  EXPECT_THAT(
      message_of([&] { with_measured_noise(model("imaging_fiber"), std::make_shared<const MeasuredNoise>(volts)); }),
      HasSubstr("imaging_fiber has no noise density"));
}

TEST(MeasuredKey, FollowsTheContent) {
  const std::vector<MeasuredTable> a{single_pole(1e9)}, same{single_pole(1e9)}, b{single_pole(1.001e9)},
      c{single_pole(1e9, PhaseRule::zero)};
  EXPECT_EQ(measured_key({}), "");
  EXPECT_EQ(measured_key(a), measured_key(same));
  EXPECT_NE(measured_key(a), measured_key(b));
  EXPECT_NE(measured_key(a), measured_key(c));
}

}  // namespace
}  // namespace tessera

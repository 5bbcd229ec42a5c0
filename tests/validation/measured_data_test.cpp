#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <numbers>

#include "channels/parallel/imaging_fiber.hpp"
#include "devices/transmitter/dfb_laser.hpp"
#include "devices/transmitter/micro_led.hpp"
#include "phy/link/measured_files.hpp"
#include "phy/link/prepare.hpp"
#include "scenarios/link/link_evaluation.hpp"
#include "scenarios/link/scenario_reader.hpp"
#include "tests/support/locations.hpp"
#include "tests/support/measured_csv.hpp"
#include "tests/support/process.hpp"

// Measured files that hold what a closed form says must give what that closed form gives.
namespace tessera {
namespace {

using test::csv_text;
using test::log_axis;
using testing_support::TemporaryFolder;

constexpr double kPi = std::numbers::pi;

Complex pole(double f, double corner) { return 1.0 / Complex(1.0, f / corner); }

LinkScenario scenario(const std::string& name, const std::vector<std::string>& sets) {
  const Library library{test::library_dir()};
  ScenarioOptions options;
  options.sets = sets;
  return read_link(library.folder / "links" / (name + ".toml"), library, all_models(), options);
}

EvaluationOptions own_length_only() {
  EvaluationOptions options;
  options.eye = false;
  options.reach = false;
  return options;
}

LinkReport run(const std::string& name, const std::vector<std::string>& sets) {
  return evaluate(scenario(name, sets).link, own_length_only());
}

double log10_ber(const LinkReport& report) { return report.verdict.pre_fec_ber.log10(); }

double watts_of(const LinkReport& report, const std::string& component) {
  for (const EnergyRow& row : report.energy.rows)
    if (row.component.ends_with(component)) return row.watts_each;
  throw Error("no component " + component);
}

const Probe& probe(const LinkReport& report, const std::string& stage) {
  for (const Probe& p : report.probes)
    if (p.stage == stage) return p;
  throw Error("no stage " + stage);
}

class PoleFile : public testing::Test {
 protected:
  static constexpr double kCorner = 1.3e9;

  // A pole of 1.3 GHz from 5 MHz to 60 GHz, as an instrument would write it.
  std::string file(const std::string& heading, double decibels_per_decade_of_ratio, double delay) {
    const std::vector<double> axis = log_axis(5e6, 60e9, 40);
    std::vector<double> ghz, y, degrees;
    for (const double f : axis) {
      const Complex h = pole(f, kCorner) * std::polar(1.0, -2.0 * kPi * f * delay);
      ghz.push_back(f / 1e9);
      y.push_back(decibels_per_decade_of_ratio * std::log10(std::abs(h)) + 3.0);
      degrees.push_back(180.0 / kPi * std::arg(h));
    }
    if (delay == 0.0)
      return folder_.file("pole.csv", csv_text("frequency [GHz], magnitude [" + heading + "]", {ghz, y}));
    return folder_.file("pole.csv", csv_text("frequency [GHz], magnitude [dB], phase [deg]", {ghz, y, degrees}));
  }

  // The amplifier's own pole is put far away, so that the file is all there is.
  LinkReport measured(const std::string& path, const std::string& convention) {
    return run("microled_800g",
               {"optical.tia.order=1", "optical.tia.bandwidth=900 GHz", "optical.tia.measured_response.file=" + path,
                "optical.tia.measured_response.convention=" + convention});
  }

  LinkReport analytic() { return run("microled_800g", {"optical.tia.order=1", "optical.tia.bandwidth=1.3 GHz"}); }

  TemporaryFolder folder_;
};

TEST_F(PoleFile, InPlaceOfTheAmplifiersPoleGivesTheSameErrorRatio) {
  const double expected = log10_ber(analytic());
  EXPECT_LT(expected, -9.0);
  EXPECT_NEAR(log10_ber(measured(file("dB", 20.0, 0.0), "electrical_db")) / expected, 1.0, 1e-3);
  // 50 ps of cable in the phase delay the eye and change nothing else.
  EXPECT_NEAR(log10_ber(measured(file("dB", 20.0, 50e-12), "electrical_db")) / expected, 1.0, 1e-3);
}

TEST_F(PoleFile, TheWrongConventionOfDecibelsIsVisible) {
  // Read as optical decibels, the same numbers are the pole squared: 6 dB electrical at 1.3 GHz instead of 3 dB.
  const std::string path = file("dB", 20.0, 0.0);
  const MeasuredResponse electrical = read_measured_response({path, MagnitudeConvention::electrical_db, {}, 0.0});
  const MeasuredResponse optical = read_measured_response({path, MagnitudeConvention::optical_db, {}, 0.0});
  for (const double f : {0.3e9, 1.3e9, 5e9})
    EXPECT_NEAR(std::abs(optical.at(f) - electrical.at(f) * electrical.at(f)), 0.0, 1e-3);
  EXPECT_GT(std::abs(log10_ber(measured(path, "optical_db")) - log10_ber(analytic())), 1.0);
  // The other way round: a file in optical decibels, read as such, is the pole again.
  EXPECT_NEAR(log10_ber(measured(file("dB", 10.0, 0.0), "optical_db")) / log10_ber(analytic()), 1.0, 1e-3);
}

TEST(MeasuredNoiseFile, ColouredDensityGivesTheErrorRatioOfTheAmplifiersOwnLaw) {
  // S = (2 pA)^2 [1 + (f/2.5 GHz)^2] per Hz, the law of the shipped amplifier, sampled finely.
  const TemporaryFolder folder;
  std::vector<double> ghz, density;
  for (double f = 0.0; f <= 80.0; f += 0.02) {
    ghz.push_back(f);
    density.push_back(2.0 * std::sqrt(1.0 + f * f / (2.5 * 2.5)));
  }
  const std::string path = folder.file("noise.csv", csv_text("frequency [GHz], density [pA/sqrt(Hz)]", {ghz, density}));
  const double expected = log10_ber(run("microled_800g", {}));
  // A quiet amplifier whose noise is all in the file.
  const double got = log10_ber(
      run("microled_800g", {"optical.tia.noise_density=0.01 pA/sqrt(Hz)", "optical.tia.measured_noise.file=" + path}));
  EXPECT_NEAR(got / expected, 1.0, 1e-4);
}

TEST(MeasuredSpectrumFile, GaussianGivesTheAnalyticChromaticResponse) {
  const double centre = 430.0, fwhm = 15.0, deviation = fwhm / (2.0 * std::sqrt(2.0 * std::log(2.0)));
  std::vector<double> nm, db;
  for (double x = centre - 4.5 * deviation; x <= centre + 4.5 * deviation; x += 0.25) {
    nm.push_back(x);
    db.push_back(-40.0 + 10.0 * std::log10(std::exp(-0.5 * std::pow((x - centre) / deviation, 2))));
  }
  const TemporaryFolder folder;
  const std::string path = folder.file("spectrum.csv", csv_text("wavelength [nm], relative_power [dB]", {nm, db}));
  const auto spectrum = std::make_shared<const OpticalSpectrum>(read_measured_spectrum(path));
  EXPECT_NEAR(spectrum->centroid, centre * 1e-9, 1e-13);
  EXPECT_NEAR(spectrum->rms_width / (deviation * 1e-9), 1.0, 2e-3);

  ImagingFiber::Params p;
  p.length = Length::from_si(30.0);
  p.numerical_aperture = 0.0;
  const ImagingFiber fiber(p);
  LaneState gaussian{Port::optical_power, {10e-6, 50e-6}, {0.0, centre * 1e-9, fwhm * 1e-9, 0.0}};
  LaneState measured = gaussian;
  measured.carrier.spectrum = spectrum;
  const FrequencyGrid grid{2e9, 1024, 32};
  const StageResponse a = fiber.respond(grid, gaussian), b = fiber.respond(grid, measured);
  // Second-order theory: H = exp[-(2 pi f D L sigma)^2/2]; the sampled integral above it keeps the slope of D.
  const double spread = std::abs(silica_dispersion(centre * 1e-9)) * 30.0 * deviation * 1e-9;
  for (std::size_t k = 0; k < grid.frequency_count() && grid.frequency(k) < 10e9; k += 16) {
    const double f = grid.frequency(k);
    const Complex shift = std::polar(1.0, -2.0 * kPi * f * (b.bulk_delay - a.bulk_delay));
    EXPECT_NEAR(std::abs(b.at(k, 0, 0) * shift - a.at(k, 0, 0)), 0.0, 1e-3) << f;
    EXPECT_NEAR(std::abs(b.at(k, 0, 0)), std::exp(-0.5 * std::pow(2.0 * kPi * f * spread, 2)), 0.02) << f;
  }
}

TEST(MeasuredSpectrumFile, TwoLinesBeatWhereTheirDelaysAreHalfACycleApart) {
  // Two equal narrow bands 10 nm apart: |H| = |cos(pi f dtau)| times the bands' own slow roll-off.
  std::vector<double> nm, power;
  for (double x = 420.0; x <= 440.01; x += 0.05) {
    const bool lit = std::abs(x - 425.0) < 0.26 || std::abs(x - 435.0) < 0.26;
    nm.push_back(x);
    power.push_back(lit ? 1.0 : 0.0);
  }
  const auto spectrum = std::make_shared<const OpticalSpectrum>([&] {
    std::vector<double> metres;
    for (const double x : nm) metres.push_back(x * 1e-9);
    return optical_spectrum(metres, power);
  }());
  ImagingFiber::Params p;
  p.length = Length::from_si(20.0);
  p.numerical_aperture = 0.0;
  LaneState in{Port::optical_power, {10e-6, 50e-6}, {0.0, spectrum->centroid, 10e-9, 0.0}};
  in.carrier.spectrum = spectrum;
  const FrequencyGrid grid{2e9, 8192, 32};
  const StageResponse h = ImagingFiber(p).respond(grid, in);
  const double apart = 20.0 * std::abs(silica_group_index(425e-9) - silica_group_index(435e-9)) / 299792458.0;
  const auto magnitude = [&](double f) {
    return std::abs(h.at(static_cast<std::size_t>(std::lround(f / grid.frequency_step())), 0, 0));
  };
  EXPECT_LT(magnitude(0.5 / apart), 0.02);
  EXPECT_GT(magnitude(1.0 / apart), 0.95);
  EXPECT_NEAR(magnitude(0.25 / apart), std::sqrt(0.5), 0.02);
}

// Light, voltage and current of the shipped LED as its own equations give them, then read back as a measurement.
class ExportedCurve : public testing::Test {
 protected:
  std::string exported() {
    const LinkScenario shipped = scenario("microled_800g", {});
    const ParameterMap map = shipped.link.segments[0].stages[1].model.parameters();
    const MicroLed led(read_parameters<MicroLed>(map));
    std::vector<double> milliampere, volt, microwatt;
    for (double i = 0.005; i < 2.0; i += 0.005) {
      milliampere.push_back(i);
      volt.push_back(led.voltage(i * 1e-3, led.params().reference_temperature.si()));
      microwatt.push_back(1e6 * led.optical_power(i * 1e-3));
    }
    return folder_.file("liv.csv",
                        csv_text("current [mA], voltage [V], optical_power [uW]", {milliampere, volt, microwatt}));
  }
  TemporaryFolder folder_;
};

TEST_F(ExportedCurve, GivesTheSameWattsAndModulationAmplitude) {
  const std::string path = exported();
  const LinkReport own = run("microled_800g", {});
  // Extraction and voltage of the model are spoilt: they must not be what is used.
  const LinkReport measured =
      run("microled_800g", {"optical.led.extraction_efficiency=0.01", "optical.led.forward_voltage=4 V",
                            "optical.led.measured_liv.file=" + path});
  EXPECT_NEAR(probe(measured, "led").swing / probe(own, "led").swing, 1.0, 1e-4);
  EXPECT_NEAR(probe(measured, "rx").swing / probe(own, "rx").swing, 1.0, 1e-4);
  EXPECT_NEAR(watts_of(measured, "led.led") / watts_of(own, "led.led"), 1.0, 1e-4);
  EXPECT_NEAR(log10_ber(measured) / log10_ber(own), 1.0, 1e-3);
}

TEST_F(ExportedCurve, DriftsFromItsTemperatureOnAndNotWithoutOne) {
  const std::string path = exported();
  const std::vector<std::string> hot{"link.case_temperature=80 degC", "optical.led.measured_liv.file=" + path};
  std::vector<std::string> told = hot;
  told.emplace_back("optical.led.measured_liv.temperature=40 degC");
  const double cold = probe(run("microled_800g", {}), "led").swing;
  const double model = probe(run("microled_800g", {"link.case_temperature=80 degC"}), "led").swing;
  EXPECT_LT(model, 0.99 * cold);
  EXPECT_NEAR(probe(run("microled_800g", told), "led").swing / model, 1.0, 1e-4);
  EXPECT_NEAR(probe(run("microled_800g", hot), "led").swing / cold, 1.0, 1e-4);
}

TEST_F(ExportedCurve, LaserCurveGivesTheSameWattsAtEveryTemperature) {
  const DfbLaser laser;
  std::vector<double> milliampere, volt, milliwatt;
  for (double p = 0.25; p < 500.0; p += 0.25) {
    milliampere.push_back(1e3 * laser.current(p * 1e-3, 313.15));
    volt.push_back(1.8);
    milliwatt.push_back(p);
  }
  LivCurve curve = read_measured_liv(folder_.file(
      "laser.csv", csv_text("current [mA], voltage [V], optical_power [mW]", {milliampere, volt, milliwatt})));
  curve.temperature = 323.15;  // of the chip, 10 K above its case
  const DfbLaser measured = laser.with_liv(std::make_shared<const LivCurve>(curve));
  CostContext context;
  context.output.carrier.power = 20e-3;
  for (const double temperature : {293.15, 313.15, 333.15}) {
    context.case_temperature = temperature;
    EXPECT_NEAR(measured.power(context)[0].watts / laser.power(context)[0].watts, 1.0, 1e-4) << temperature;
  }
  context.output.carrier.power = 1.0;
  EXPECT_THROW(measured.power(context), ConfigError);
}

// A scattering file of a real board in place of a driver's edge: the file's S21 is what acts.
TEST(TouchstoneAsResponse, TransmissionOfARealStriplineIsTheResponse) {
  const std::filesystem::path path = test::shared_dir() / "data/sparams/osnpq/pcb_stripline_119mm.s2p";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no file " << path;
  const MeasuredResponse h = read_measured_response({path, MagnitudeConvention::linear, {}, 0.0});
  // 119 mm of FR4 class laminate: 0.6 to 1.1 ns, and a loss of some decibels at 10 GHz.
  EXPECT_GT(h.delay, 0.6e-9);
  EXPECT_LT(h.delay, 1.1e-9);
  EXPECT_LT(20.0 * std::log10(std::abs(h.at(10e9))), -1.0);
  EXPECT_GT(20.0 * std::log10(std::abs(h.at(10e9))), -10.0);
  const MeasuredResponse squared = read_measured_response({path, MagnitudeConvention::optical_db, {}, 0.0});
  EXPECT_NEAR(std::abs(squared.at(5e9)) / std::norm(h.at(5e9)), 1.0, 1e-6);
  const std::string stage = "copper.tx.measured_response";
  const LinkReport plain = run("copper_dac_800g", {});
  const LinkReport slower =
      run("copper_dac_800g", {stage + ".file=" + path.string(), stage + ".convention=electrical_db"});
  EXPECT_GT(log10_ber(slower), log10_ber(plain));
}

TEST(MeasuredTables, SurviveAnotherLengthAndTheResolvedScenario) {
  const TemporaryFolder folder;
  std::vector<double> ghz, db;
  for (const double f : log_axis(5e6, 60e9, 20)) {
    ghz.push_back(f / 1e9);
    db.push_back(20.0 * std::log10(std::abs(pole(f, 0.5e9))));
  }
  const std::string path = folder.file("slow.csv", csv_text("frequency [GHz], magnitude [dB]", {ghz, db}));
  const std::string noise =
      folder.file("noise.csv", "frequency [GHz], density [pA/sqrt(Hz)]\n0, 9\n1, 9\n5, 9\n9, 9\n");
  const LinkScenario first =
      scenario("microled_800g",
               {"optical.tia.measured_response.file=" + path, "optical.tia.measured_noise.file=" + noise,
                "optical.tia.measured_response.convention=electrical_db",
                "optical.tia.measured_response.source=bench 3", "optical.tia.measured_response.status=measured"});
  const double expected = log10_ber(evaluate(first.link, own_length_only()));
  EXPECT_GT(expected, log10_ber(run("microled_800g", {})) * 0.5);
  const Library library{test::library_dir()};
  const LinkScenario second =
      read_link(parse_config(to_toml(resolved_scenario(first)), "resolved.toml"), ".", library, all_models());
  EXPECT_DOUBLE_EQ(log10_ber(evaluate(second.link, own_length_only())), expected);
  EXPECT_EQ(to_toml(resolved_scenario(second)), to_toml(resolved_scenario(first)));
  const auto row = std::find_if(first.provenance.begin(), first.provenance.end(), [](const ProvenanceRow& r) {
    return r.parameter == "microled_800g.optical.tia.measured_response";
  });
  ASSERT_NE(row, first.provenance.end());
  EXPECT_EQ(row->value, path + " (electrical_db)");
  EXPECT_EQ(row->source, "bench 3");
  EXPECT_EQ(row->status, "measured");
}

TEST(MeasuredTables, StageWhoseLengthIsVariedKeepsItsSpectrumOrRefusesAResponse) {
  const TemporaryFolder folder;
  const std::string liv =
      folder.file("spectrum.csv", "wavelength [nm], relative_power [1]\n400, 0\n420, 1\n440, 1\n460, 0\n");
  const Link link = scenario("microled_800g", {"optical.led.measured_spectrum.file=" + liv}).link;
  const Link longer = with_length(link, 20.0);
  EXPECT_NE(prepare(longer).segments[0].states[1].carrier.spectrum, nullptr);
  const std::string response =
      folder.file("fiber.csv", "frequency [GHz], magnitude [1]\n0.01, 1\n0.1, 0.99\n1, 0.8\n5, 0.3\n");
  try {
    scenario("microled_800g",
             {"optical.fiber.measured_response.file=" + response, "optical.fiber.measured_response.convention=linear"});
    FAIL() << "a response that holds at one length was accepted";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("whose measured_response holds at one length"));
  }
}

}  // namespace
}  // namespace tessera

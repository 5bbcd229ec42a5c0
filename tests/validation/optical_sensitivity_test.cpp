// Light that the receivers of the shipped retimed links need: prepare and the statistical engine on the shipped parts,
// against closed forms of thermal noise and against the receiver clauses of IEEE 802.3.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <numbers>
#include <string>
#include <vector>

#include "devices/transmitter/serdes_driver.hpp"
#include "phy/engine/statistical_engine.hpp"
#include "scenarios/link/scenario_reader.hpp"
#include "tests/support/locations.hpp"

namespace tessera {
namespace {

// Light without a laser's or a modulator's faults: levels on a straight line from dark to `oma`, no noise, and any
// shape of the pulse.
struct IdealModulator {
  static constexpr std::string_view kType = "ideal_modulator";
  static constexpr Port kInput = Port::voltage;
  static constexpr Port kOutput = Port::optical_field;
  struct Params {};
  template <class P, class Visitor>
  static void visit(P&, Visitor&&) {}
  const Params& params() const { return parameters; }

  LaneState operate(const LaneState& in) const {
    LaneState out{Port::optical_field, in.levels, {2.0 * oma, 1311e-9, 0.0, 0.0}};
    for (double& level : out.levels) level = oma * (level - in.levels.front()) / in.swing();
    return out;
  }
  StageResponse respond(const FrequencyGrid& grid, const LaneState&) const {
    StageResponse response = StageResponse::zeros(grid, 2, 1);
    for (std::size_t k = 0; k < grid.frequency_count(); ++k)
      response.at(k, 0, 0) = shape ? shape(grid.frequency(k)) : Complex(1.0);
    return response;
  }
  std::vector<NoiseSource> noise(const FrequencyGrid&, const LaneState&) const { return {}; }
  Processor make_processor(double, const LaneState&) const { throw Error("no samples"); }
  std::vector<PowerItem> power(const CostContext&) const { return {}; }
  std::vector<FitItem> fit(const CostContext&) const { return {}; }
  double latency(const CostContext&) const { return 0.0; }

  Params parameters{};
  double oma = 1e-3;  // W
  std::function<Complex(double)> shape{};
};

LinkScenario shipped(const std::string& name, const std::vector<std::string>& sets = {}) {
  const std::filesystem::path library = test::library_dir();
  ScenarioOptions options;
  options.sets = sets;
  return read_link(library / "links" / (name + ".toml"), {library}, all_models(), options);
}

Link only_segment(Link link, const std::string& name) {
  std::erase_if(link.segments, [&](const Segment& s) { return s.name != name; });
  return link;
}

double dbm(double watts) { return 10.0 * std::log10(1e3 * watts); }

// x where log10 of the symbol error ratio falls through that of `target`; it falls with x.
double solve(double low, double high, double target, const std::function<double(double)>& log10_ratio) {
  std::uintmax_t iterations = 40;
  const auto bracket =
      boost::math::tools::toms748_solve([&](double x) { return log10_ratio(x) - std::log10(target); }, low, high,
                                        [](double a, double b) { return std::abs(a - b) < 1e-3; }, iterations);
  return 0.5 * (bracket.first + bracket.second);
}

// The receiver of a shipped link from the photodiode on, behind a transmitter without faults.
Link ideal_transmitter(const std::string& name, const std::vector<std::string>& sets) {
  Link link = only_segment(shipped(name, sets).link, "optical");
  Segment& segment = link.segments[0];
  const auto photodiode = std::ranges::find_if(segment.stages, [](const Stage& s) { return s.name == "photodiode"; });
  segment.stages.erase(segment.stages.begin(), photodiode);
  SerdesDriver::Params driver;
  driver.level_mismatch = 1.0;
  driver.rise_time = Time::from_si(0.0);
  driver.transmitter_snr = Decibel{200.0};
  driver.random_jitter = driver.dual_dirac_jitter = 0.0;
  segment.stages.insert(segment.stages.begin(), {"tx", AnyModel(SerdesDriver(driver)), Boundary::module, ""});
  segment.stages.insert(segment.stages.begin() + 1, {"light", AnyModel(IdealModulator()), Boundary::module, ""});
  segment.launch.reset();
  return link;
}

// OMA [dBm] at the photodiode for a symbol error ratio.
double required_oma(Link link, double target, const std::function<Complex(double)>& shape = {}) {
  return solve(-13.0, -4.0, target, [&](double level) {
    link.segments[0].stages[1].model = AnyModel(IdealModulator{{}, 1e-3 * std::pow(10.0, 0.1 * level), shape});
    return run_statistical(prepare(link)).segments[0].symbol_error_ratio.log10();
  });
}

// ------------------------------------------------------------------------------------- thermal noise and nothing else

// Corner of a fourth-order Butterworth filter with noise bandwidth B: B = f (pi/8)/sin(pi/8).
double corner_of_noise_bandwidth(double bandwidth) {
  return bandwidth * std::sin(std::numbers::pi / 8.0) / (std::numbers::pi / 8.0);
}

// Shape of the light that makes the pulse at the slicer a raised cosine with half the symbol rate of excess bandwidth:
// no intersymbol interference behind whatever the receiver's filters are.
std::function<Complex(double)> nyquist_shape(const Link& link) {
  const PreparedSegment flat = prepare(link).segments[0];
  return [flat](double frequency) -> Complex {
    const double x = frequency / flat.grid.symbol_rate, step = flat.grid.frequency_step();
    if (x >= 0.75) return 0.0;
    const double cosine = x <= 0.25 ? 1.0 : 0.5 * (1.0 + std::cos(2.0 * std::numbers::pi * (x - 0.25)));
    return cosine / flat.channel.values.at(static_cast<std::size_t>(std::lround(frequency / step)));
  };
}

// OMA = 6 Q sigma/R, sigma^2 = i_n^2 B, with 18 pA/sqrt(Hz), 0.6 A/W and B half the symbol rate, in dBm.
double thermal_limit(double symbol_rate, double q) {
  return dbm(6.0 * q * 18e-12 * std::sqrt(0.5 * symbol_rate) / 0.6);
}

struct ThermalRow {
  const char* link;
  double symbol_rate, symbol_error_ratio, published;
};

class ThermalSensitivity : public testing::TestWithParam<ThermalRow> {};

// Photodiode, amplifier and slicer of the shipped links; noise bandwidth of half the symbol rate, set by the receiver's
// noise filter alone, and a transmitter without faults. What is left beside thermal noise is shot noise and the offset
// loop.
TEST_P(ThermalSensitivity, SimulatedReceiverNeedsTheLightOfTheClosedForm) {
  const ThermalRow& row = GetParam();
  const double corner = corner_of_noise_bandwidth(0.5 * row.symbol_rate);
  const Link link = ideal_transmitter(
      row.link, {"optical.symbol_rate=" + std::to_string(row.symbol_rate * 1e-9) + " GBd",
                 "optical.dsp_rx.bandwidth=" + std::to_string(corner * 1e-9) + " GHz",
                 "optical.photodiode.transit_bandwidth=10000 GHz", "optical.photodiode.capacitance=0 fF",
                 "optical.tia.bandwidth=1000 GHz", "optical.module_rx.length=0.001 mm",
                 "optical.dsp_rx.ctle_zero=0 GHz", "optical.dsp_rx.ffe_taps=1", "optical.dsp_rx.ffe_pre_taps=0",
                 "optical.dsp_rx.dfe_maximum=[]", "optical.dsp_rx.dfe_minimum=[]", "optical.dsp_rx.adc_bits=0"});
  const double oma = required_oma(link, row.symbol_error_ratio, nyquist_shape(link));
  std::printf("%s %.4f GBd, SER %.1e: %.2f dBm, published %.2f\n", row.link, row.symbol_rate * 1e-9,
              row.symbol_error_ratio, oma, row.published);
  EXPECT_NEAR(oma, row.published, 0.3);
}

INSTANTIATE_TEST_SUITE_P(Rows, ThermalSensitivity,
                         testing::Values(ThermalRow{"dr8_dsp_800g", 53.125e9, 4.8e-4, -10.0},
                                         ThermalRow{"retimed_2xfr4_800g", 53.125e9, 4.8e-4, -10.0},
                                         ThermalRow{"dr8_dsp_1600g", 106.25e9, 4.8e-4, -8.5},
                                         ThermalRow{"dr8_dsp_1600g", 113.4375e9, 9.6e-3, -9.7}));

// --------------------------------------------------------------------------------------- the shipped receiver as it is

// Rectangular pulses are not free of penalty in any receiver with baud-spaced taps: TDECQ of an ideal rectangular PAM4
// is 0.35 +- 0.1 dB behind a 0.5 baud Bessel filter and five taps.
TEST(OpticalSensitivity, ShippedReceiverNeedsItsEqualisersAndConvertersPartMore) {
  const double limit = thermal_limit(53.125e9, 3.4141);
  EXPECT_NEAR(limit, -10.0, 0.05);
  const double shipped_oma = required_oma(ideal_transmitter("dr8_dsp_800g", {}), 4.8e-4);
  const double analogue = required_oma(ideal_transmitter("dr8_dsp_800g", {"optical.dsp_rx.adc_bits=0"}), 4.8e-4);
  const double shot = 5.0 * std::log10(1.0 + 2.0 * 1.602176634e-19 * 0.3e-3 * std::pow(10.0, 0.1 * analogue) /
                                                 (18e-12 * 18e-12));  // of the mean level, 0.6 A/W
  std::printf(
      "ideal rectangular light: %.2f dBm as shipped, %.2f without quantisation, of which shot noise %.2f dB; "
      "closed form %.2f\n",
      shipped_oma, analogue, shot, limit);
  EXPECT_GT(shipped_oma, analogue);
  EXPECT_NEAR(analogue - shot - limit, 0.35, 0.2);
}

// ------------------------------------------------------------------------------------------------- clauses of 802.3

struct ReceiverClause {
  const char* link;
  double sensitivity;  // OMA, dBm
};

class ReceiveClause : public testing::TestWithParam<ReceiverClause> {};

// OMA at TP3, the end of the fibre, with which the shipped optical segment, transmitter and all, has BER 2.4e-4: light
// is taken away by the connectors between TP2 and TP3.
TEST_P(ReceiveClause, NeedsLessLightThanTheClauseAllows) {
  const ReceiverClause& row = GetParam();
  Link link = only_segment(shipped(row.link).link, "optical");
  const auto stage = [&](const char* name) {
    return static_cast<std::size_t>(
        std::ranges::find_if(link.segments[0].stages, [&](const Stage& s) { return s.name == name; }) -
        link.segments[0].stages.begin());
  };
  const auto evaluate = [&](double loss) {
    link = only_segment(shipped(row.link, {"optical.patch.insertion_loss=" + std::to_string(0.5 * loss) + " dB"}).link,
                        "optical");
    return prepare(link);
  };
  const double loss = -solve(-14.0, -1.0, 2.4e-4, [&](double less) {
    return run_statistical(evaluate(-less)).segments[0].pre_fec_ber.log10();
  });
  const PreparedLink at = evaluate(loss);
  const double oma = dbm(at.segments[0].states.at(stage("fiber")).swing());
  const double best = run_statistical(evaluate(0.0)).segments[0].pre_fec_ber.log10();
  std::printf("%-20s OMA at TP3 for BER 2.4e-4: %.2f dBm (clause %.1f); log10 BER without patch loss %.1f\n", row.link,
              oma, row.sensitivity, best);
  EXPECT_LT(oma, row.sensitivity);
  EXPECT_GT(oma, thermal_limit(53.125e9, 3.4141));  // nothing beats thermal noise
}

// max(-3.9, SECQ - 5.3) and max(-4.6, SECQ - 6.0) dBm for transmitters of SECQ below 1.4 dB.
INSTANTIATE_TEST_SUITE_P(Clauses, ReceiveClause,
                         testing::Values(ReceiverClause{"dr8_dsp_800g", -3.9}, ReceiverClause{"lro_dr8_800g", -3.9},
                                         ReceiverClause{"retimed_2xfr4_800g", -4.6}),
                         [](const auto& info) { return std::string(info.param.link); });

}  // namespace
}  // namespace tessera

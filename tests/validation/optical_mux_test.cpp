#include "channels/fiber/optical_mux.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <numbers>

#include "phy/engine/statistical_engine.hpp"
#include "scenarios/link/scenario_reader.hpp"
#include "tests/support/locations.hpp"
#include "tests/support/small_signal.hpp"

namespace tessera {
namespace {

constexpr double kPi = std::numbers::pi;
const FrequencyGrid kGrid{53.125e9, 1024, 32};

LaneState pam4(double low, double high) {
  return {Port::optical_field,
          {low, low + (high - low) / 3.0, low + 2.0 * (high - low) / 3.0, high},
          {2e-3, 1311e-9, 0.0, 0.0}};
}

OpticalMux::Params narrow(int order, double passband, double detuning = 0.0) {
  OpticalMux::Params p;
  p.filter_order = order;
  p.passband = Frequency::from_si(passband);
  p.detuning = Frequency::from_si(detuning);
  return p;
}

double integral(const NoiseSource& noise, const FrequencyGrid& grid) {
  double sum = -0.5 * (noise.s0.front() + noise.s0.back());
  for (const double s : noise.s0) sum += s;
  return sum * grid.frequency_step();
}

// --- loss and passband ---

TEST(OpticalMux, LossIsThatOfTheDecibelsAndOfTheDetuning) {
  EXPECT_NEAR(OpticalMux().operate(pam4(1e-3, 2e-3)).levels.back(), 2e-3 * std::pow(10.0, -0.15), 1e-12);
  for (int order : {1, 2, 3, 5}) {  // Butterworth: 1/(1 + x^{2n}) with x = d/(B/2); half at the edge whatever n
    EXPECT_NEAR(OpticalMux(narrow(order, 200e9, 100e9)).transmission(), 0.5 * std::pow(10.0, -0.15), 1e-9);
    EXPECT_NEAR(OpticalMux(narrow(order, 200e9, -60e9)).transmission(),
                std::pow(10.0, -0.15) / (1.0 + std::pow(0.6, 2 * order)), 1e-9);
  }
}

// A Lorentzian of full width B is one pole at B/2 of the envelope: electrical 3 dB of the detected signal at B/2.
TEST(OpticalMux, CentredLorentzianIsOnePoleOfTheIntensity) {
  const OpticalMux mux(narrow(1, 100e9));
  const StageResponse r = mux.respond(kGrid, pam4(1e-3, 2e-3));
  for (std::size_t k = 0; k < kGrid.frequency_count(); k += 97) {
    EXPECT_LT(std::abs(r.at(k, 0, 0) - 1.0 / Complex(1.0, kGrid.frequency(k) / 50e9)), 1e-12);
    EXPECT_LT(std::abs(r.at(k, 0, 1)), 1e-12);
  }
}

// Detuned, the sidebands at +-f of a Lorentzian are 1/(1 + j(d +- f)/w); intensity of a small modulation m cos by
// their beat with the carrier, phasors summed here.
TEST(OpticalMux, DetunedLorentzianIsTheBeatOfItsSidebands) {
  const double w = 50e9, d = 30e9;
  const OpticalMux mux(narrow(1, 2.0 * w, d));
  const StageResponse r = mux.respond(kGrid, pam4(1e-3, 2e-3));
  const auto lorentzian = [&](double f) { return 1.0 / Complex(1.0, f / w); };
  for (std::size_t k = 0; k < kGrid.frequency_count(); k += 131) {
    const double f = kGrid.frequency(k);
    const Complex carrier = lorentzian(d), upper = lorentzian(d + f), lower = lorentzian(d - f);
    // E = C + m/2 (U e^{jwt} + L e^{-jwt}): the e^{jwt} part of |E|^2/|C|^2 is m/2 (U C* + L* C)/|C|^2; input 2 m/2.
    const Complex beat = 0.5 * (upper * std::conj(carrier) + std::conj(lower) * carrier) / std::norm(carrier);
    EXPECT_LT(std::abs(r.at(k, 0, 0) - beat), 1e-12);
  }
  EXPECT_GT(std::abs(r.at(512, 1, 0)), 0.05);  // and a phase modulation appears
}

TEST(OpticalMux, StreamedFieldAgreesWithTheResponse) {
  const OpticalMux mux(narrow(3, 120e9, 20e9));
  const LaneState in = pam4(0.999e-3, 1.001e-3);
  const std::size_t period = kGrid.sample_count();
  for (std::size_t k : {128u, 512u}) {
    std::vector<Complex> field;
    for (std::size_t i = 0; i < 2 * period; ++i)
      field.emplace_back(std::sqrt(
          1e-3 + 1e-7 * std::cos(2.0 * kPi * static_cast<double>(k * i % period) / static_cast<double>(period))));
    std::vector<Complex> out(field.size());
    Processor processor = mux.make_processor(kGrid.time_step(), in);
    processor.process({{}, field}, {{}, out});
    std::vector<double> power;
    for (const Complex e : out) power.push_back(std::norm(e));
    const Complex got =
        testing::tone(power, static_cast<double>(k), period, processor.latency()) / (1e-7 * mux.transmission());
    EXPECT_LT(std::abs(got - mux.respond(kGrid, in).at(k, 0, 0)), 2e-4) << k;
  }
}

// 13 nm at 1311 nm is wider than any signal: what a CWDM4 filter does to a lane is its loss.
TEST(OpticalMux, CoarseFilterLeavesTheSignalAlone) {
  const double width = 299792458.0 * 13e-9 / (1311e-9 * 1311e-9);
  EXPECT_NEAR(width, 2270e9, 5e9);
  const StageResponse r = OpticalMux().respond(kGrid, pam4(1e-3, 2e-3));
  EXPECT_NEAR(20.0 * std::log10(std::abs(r.at(1024, 0, 0))), 0.0, 1e-6);  // 53.125 GHz
}

// --- leakage ---

// Variance of equally likely PAM4 levels over OMA^2: (2 (1/2)^2 + 2 (1/6)^2)/4 = 5/36; channels add as powers.
TEST(OpticalMux, LeakageIsTheSumOfTheNeighboursVariances) {
  OpticalMux::Params p;
  p.adjacent_isolation = {20.0};
  p.other_isolation = {30.0};
  p.adjacent_channels = 2;
  p.other_channels = 1;
  const LaneState in = pam4(0.5e-3, 1.7e-3);
  const auto sources = OpticalMux(p).noise(kGrid, in);
  ASSERT_EQ(sources.size(), 1u);
  const double oma = 1.2e-3 * std::pow(10.0, -0.15);
  const double expected = (2.0 * 1e-4 + 1e-6) * oma * oma * 5.0 / 36.0;
  EXPECT_NEAR(integral(sources[0], kGrid) / expected, 1.0, 0.01);  // 16 baud of the spectrum: 0.6 % lies beyond
  // Nulls at multiples of the symbol rate.
  EXPECT_LT(sources[0].s0[1024], 1e-20 * sources[0].s0[0]);
  EXPECT_LT(sources[0].s0[2048], 1e-20 * sources[0].s0[0]);
}

TEST(OpticalMux, TenDecibelsOfIsolationAreAHundredfoldInVariance) {
  OpticalMux::Params p;
  p.other_channels = 0;
  const double before = OpticalMux(p).leakage_ratio();
  p.adjacent_isolation = {35.0};
  EXPECT_NEAR(OpticalMux(p).leakage_ratio() / before, 0.1, 1e-12);
  p.neighbour_excess = {4.0};  // clause 151 lets the lanes of a fibre differ
  EXPECT_NEAR(OpticalMux(p).leakage_ratio() / before, 0.1 * std::pow(10.0, 0.4), 1e-12);
}

TEST(OpticalMux, MultiplexerHasNoLeakage) {
  OpticalMux::Params p;
  p.adjacent_channels = p.other_channels = 0;
  EXPECT_TRUE(OpticalMux(p).noise(kGrid, pam4(1e-3, 2e-3)).empty());
  EXPECT_TRUE(OpticalMux().noise(kGrid, pam4(1e-3, 1e-3)).empty());  // unmodulated neighbours only add light
}

// The shipped linear link with a demultiplexer behind its fibre, neighbours once as the model's noise and once as
// aggressors of the engine, which knows their amplitudes, their filtered pulses and all phases. With `rectangular` the
// modulator is driven by the transmitter itself, so that the light is the held symbols that the model assumes.
SegmentResult through_demux(double isolation_db, bool as_aggressors, bool rectangular) {
  const std::filesystem::path library = test::library_dir();
  ScenarioOptions options;
  if (rectangular)
    options.sets = {"lpo.tx.ffe_taps=[1.0]", "lpo.tx.ffe_main=0", "lpo.tx.rise_time=0 ps",
                    "lpo.modulator.bandwidth=1000 GHz", "lpo.modulator.half_wave_voltage=2.5 V"};
  Link link = read_link(library / "links/lpo_dr8_800g.toml", {library}, all_models(), options).link;
  OpticalMux::Params p;
  p.insertion_loss = {0.0};
  p.adjacent_isolation = {isolation_db};
  p.adjacent_channels = as_aggressors ? 0 : 2;
  p.other_channels = 0;
  Segment& segment = link.segments[0];
  auto& stages = segment.stages;
  const auto place = [&](const char* name) {
    return std::find_if(stages.begin(), stages.end(), [&](const Stage& s) { return s.name == name; });
  };
  stages.insert(place("photodiode"), Stage{"demux", OpticalMux(p), Boundary::module, ""});
  if (rectangular) stages.erase(place("package_tx"), place("laser"));
  if (as_aggressors) {
    Coupling neighbours;
    neighbours.name = "neighbours";
    neighbours.injection = "demux";
    neighbours.gains = {std::pow(10.0, -0.1 * isolation_db), std::pow(10.0, -0.1 * isolation_db)};
    segment.couplings.push_back(neighbours);
  }
  return run_statistical(prepare(link)).segments[0];
}

TEST(OpticalMux, LeakageOfHeldSymbolsIsThatOfAggressorsOfTheEngine) {
  const SegmentResult clean = through_demux(200.0, false, true);
  const SegmentResult noise = through_demux(20.0, false, true), exact = through_demux(20.0, true, true);
  EXPECT_LT(exact.q, 0.99 * clean.q);
  EXPECT_NEAR(noise.noise_rms_by_mechanism.at("demux.channel_leakage") / exact.crosstalk_rms, 1.0, 0.05);
  EXPECT_NEAR((clean.q - noise.q) / (clean.q - exact.q), 1.0, 0.25);
}

// Behind 14.5 dB of host line and a modulator the light has less of the high frequencies that the receiver lifts.
TEST(OpticalMux, LeakageOfFilteredSymbolsIsLessThanTheModelSays) {
  const SegmentResult noise = through_demux(20.0, false, false), exact = through_demux(20.0, true, false);
  const double ratio = noise.noise_rms_by_mechanism.at("demux.channel_leakage") / exact.crosstalk_rms;
  std::printf("leakage of the model over that of filtered neighbours: %.2f\n", ratio);
  EXPECT_GT(ratio, 1.0);
  EXPECT_LT(ratio, 2.0);
  EXPECT_LE(noise.q, exact.q);
}

TEST(OpticalMux, NotesACarrierOutsideItsBand) {
  const auto notes = [](double detuning) {
    return OpticalMux(narrow(3, 200e9, detuning)).validity(kGrid, pam4(1e-3, 2e-3));
  };
  EXPECT_TRUE(notes(99e9).empty());
  ASSERT_EQ(notes(-101e9).size(), 1u);
  EXPECT_NEAR(notes(-101e9)[0].value, -101.0, 1e-9);
}

TEST(OpticalMux, PassiveAndSilentInTheCosts) {
  EXPECT_TRUE(OpticalMux().power(CostContext{}).empty());
  EXPECT_TRUE(OpticalMux().fit(CostContext{}).empty());
  OpticalMux::Params p;
  p.failure_rate = 3.0;
  EXPECT_DOUBLE_EQ(OpticalMux(p).fit(CostContext{})[0].fit, 3.0);
}

}  // namespace
}  // namespace tessera

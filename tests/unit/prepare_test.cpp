#include "phy/link/prepare.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "phy/core/constants.hpp"
#include "phy/link/dc_walk.hpp"
#include "phy/link/transfer_chain.hpp"
#include "phy/signal/fft.hpp"

namespace tessera {
namespace {

// Test-local models: the smallest things that satisfy the concepts, with closed-form behaviour.
struct NoCost {
  std::vector<PowerItem> power(const CostContext&) const { return {}; }
  std::vector<FitItem> fit(const CostContext&) const { return {}; }
  double latency(const CostContext&) const { return 0.0; }
};

class TestSource : public NoCost {
 public:
  static constexpr std::string_view kType = "test_source";
  static constexpr Port kOutput = Port::voltage;
  struct Params {
    double amplitude = 0.4;
    std::vector<double> taps{1.0};
    int main = 0;
  };
  template <class P, class V>
  static void visit(P& p, V&& v) {
    v(ParameterInfo{.name = "amplitude", .unit = "1", .text = "peak level"}, p.amplitude);
    v(ParameterInfo{.name = "taps", .unit = "1", .text = "FFE"}, p.taps);
    v(ParameterInfo{.name = "main", .unit = "1", .text = "main tap"}, p.main);
  }
  explicit TestSource(Params p) : p_(std::move(p)) {}
  TestSource() : TestSource(Params{}) {}
  const Params& params() const { return p_; }
  TransmitterSpec describe(const Modulation& modulation, const FrequencyGrid& grid) const {
    TransmitterSpec spec;
    spec.levels = modulation.levels;
    for (double& level : spec.levels) level *= p_.amplitude;
    spec.ffe_taps = p_.taps;
    spec.ffe_main = p_.main;
    spec.edge = Response::flat(grid);
    spec.jitter = {0.02, 0.003};
    return spec;
  }

 private:
  Params p_;
};

class TestSink : public NoCost {
 public:
  static constexpr std::string_view kType = "test_sink";
  struct Params {};
  template <class P, class V>
  static void visit(P&, V&&) {}
  const Params& params() const { return p_; }
  ReceiverSpec describe(const FrequencyGrid& grid) const {
    ReceiverSpec spec;
    spec.front_end = Response::flat(grid);
    spec.input_noise_psd.assign(grid.frequency_count(), 1e-17);
    spec.jitter = {0.01, 0.004};
    return spec;
  }

 private:
  Params p_;
};

// y = gain x + offset, one pole, delayed, with thermal noise at the input and shot-like noise at the output.
class TestStage : public NoCost {
 public:
  static constexpr std::string_view kType = "test_stage";
  static constexpr Port kInput = Port::voltage;
  static constexpr Port kOutput = Port::voltage;
  struct Params {
    double gain = 1.0, pole = 1e12, delay = 0.0, low_cut = 0.0, cubic = 0.0, light = 0.0;
  };
  template <class P, class V>
  static void visit(P& p, V&& v) {
    v(ParameterInfo{.name = "gain", .unit = "1", .text = "gain"}, p.gain);
    v(ParameterInfo{.name = "pole", .unit = "1", .text = "Hz"}, p.pole);
    v(ParameterInfo{.name = "delay", .unit = "1", .text = "s"}, p.delay);
    v(ParameterInfo{.name = "low_cut", .unit = "1", .text = "Hz"}, p.low_cut);
    v(ParameterInfo{.name = "cubic", .unit = "1", .text = "third order"}, p.cubic);
    v(ParameterInfo{.name = "light", .unit = "1", .text = "W"}, p.light);
  }
  explicit TestStage(Params p) : p_(p) {}
  TestStage() : TestStage(Params{}) {}
  const Params& params() const { return p_; }
  LaneState operate(const LaneState& in) const {
    LaneState out = in;
    for (double& x : out.levels) x = p_.gain * x + p_.cubic * x * x * x;
    if (p_.light > 0.0) out.carrier.power = p_.light;
    return out;
  }
  StageResponse respond(const FrequencyGrid& grid, const LaneState&) const {
    StageResponse r = StageResponse::zeros(grid, 1, 1);
    for (std::size_t k = 0; k < grid.frequency_count(); ++k)
      r.values[k] = 1.0 / Complex(1.0, grid.frequency(k) / p_.pole);
    r.bulk_delay = p_.delay;
    r.high_pass = p_.low_cut;
    return r;
  }
  std::vector<NoiseSource> noise(const FrequencyGrid& grid, const LaneState&) const {
    return {{"thermal", true, std::vector<double>(grid.frequency_count(), 1e-16), 0.0, 0.0},
            {"shot", false, {}, 1e-12, 0.0}};
  }
  Processor make_processor(double, const LaneState&) const { return Processor{}; }

 private:
  Params p_;
};

// Voltage -> optical power proportional to the light on the lane, and back.
class TestModulator : public TestStage {
 public:
  using TestStage::TestStage;
  TestModulator() = default;
  static constexpr std::string_view kType = "test_modulator";
  static constexpr Port kOutput = Port::optical_power;
  LaneState operate(const LaneState& in) const {
    LaneState out = in;
    for (double& x : out.levels) x = in.carrier.power * (0.5 + x);
    return out;
  }
};

class TestDetector : public TestStage {
 public:
  using TestStage::TestStage;
  TestDetector() = default;
  static constexpr std::string_view kType = "test_detector";
  static constexpr Port kInput = Port::optical_power;
};

Link one_segment(std::vector<Stage> stages, int order = 4) {
  Segment segment;
  segment.name = "s";
  segment.modulation.order = order;
  segment.modulation.levels.clear();
  for (int m = 0; m < order; ++m) segment.modulation.levels.push_back(2.0 * m / (order - 1) - 1.0);
  segment.symbol_rate = 50e9;
  segment.lanes = 2;
  segment.stages = std::move(stages);
  Link link;
  link.name = "test";
  link.segments.push_back(std::move(segment));
  return link;
}

Stage stage(std::string name, AnyModel model) { return {std::move(name), std::move(model), Boundary::module, ""}; }

TEST(Prepare, LevelsAreProductOfStaticGainsAndResponsesAreOneAtDc) {
  const Link link = one_segment({stage("tx", TestSource({0.4, {-0.1, 0.8, -0.1}, 1})),
                                 stage("a", TestStage({.gain = 3.0, .pole = 20e9})),
                                 stage("b", TestStage({.gain = 0.5, .pole = 60e9})), stage("rx", TestSink{})});
  const PreparedSegment s = prepare(link).segments.front();
  ASSERT_EQ(s.levels.size(), 4u);
  EXPECT_NEAR(s.levels.back(), 0.4 * 0.6 * 3.0 * 0.5, 1e-15);  // FFE sum 0.6
  EXPECT_NEAR(s.levels[2], s.levels.back() / 3.0, 1e-15);
  EXPECT_NEAR(std::abs(s.channel.values.front() - 1.0), 0.0, 1e-15);
}

TEST(Prepare, SampledPulseAddsUpToOneAtEveryPhase) {
  const Link link = one_segment({stage("tx", TestSource({0.4, {-0.1, 0.8, -0.1}, 1})),
                                 stage("a", TestStage({.pole = 20e9})), stage("rx", TestSink{})});
  const PreparedSegment s = prepare(link).segments.front();
  std::vector<double> p = inverse_real_fft(s.channel.values, s.grid.sample_count());
  const int m = s.grid.samples_per_ui;
  for (int phase = 0; phase < m; phase += 5) {
    double sum = 0.0;
    for (std::size_t n = static_cast<std::size_t>(phase); n < p.size(); n += static_cast<std::size_t>(m))
      sum += m * p[n];
    EXPECT_NEAR(sum, 1.0, 1e-9);
  }
}

TEST(Prepare, TransmitFfeShapeIsTheTapPolynomial) {
  const Link link = one_segment({stage("tx", TestSource({0.4, {-0.1, 0.8, -0.1}, 1})), stage("rx", TestSink{})});
  const PreparedSegment s = prepare(link).segments.front();
  const auto nyquist = static_cast<std::size_t>(s.grid.ui_count / 2);
  const double hold = std::sin(constants::kPi / 2) / (constants::kPi / 2);
  EXPECT_NEAR(s.channel.values[nyquist].real(), hold * (0.1 + 0.8 + 0.1) / 0.6, 1e-12);
  EXPECT_NEAR(s.channel.values[nyquist].imag(), 0.0, 1e-12);
}

TEST(Prepare, NoiseReachesTheDecisionThroughGainAndPolesBehindIt) {
  const Link link = one_segment({stage("tx", TestSource{}), stage("a", TestStage({.gain = 3.0, .pole = 20e9})),
                                 stage("b", TestStage({.gain = -0.5, .pole = 60e9})), stage("rx", TestSink{})});
  const PreparedSegment s = prepare(link).segments.front();
  ASSERT_EQ(s.noise.size(), 5u);  // two per stage and the receiver's own
  const auto k = static_cast<std::size_t>(400);
  const double f = s.grid.frequency(k);
  const Complex pole_a = 1.0 / Complex(1.0, f / 20e9), pole_b = 1.0 / Complex(1.0, f / 60e9);
  EXPECT_EQ(s.noise[0].mechanism, "thermal");
  EXPECT_NEAR(std::abs(s.noise[0].to_decision.values[k] + 1.5 * pole_a * pole_b), 0.0,
              1e-12);  // at the input of a: both stages
  EXPECT_NEAR(std::abs(s.noise[1].to_decision.values[k] + 0.5 * pole_b), 0.0,
              1e-12);  // at the output of a: stage b only
  EXPECT_NEAR(std::abs(s.noise[3].to_decision.values[k] - 1.0), 0.0, 1e-12);
  EXPECT_EQ(s.noise[4].stage, "rx");
  ASSERT_EQ(s.noise[1].levels.size(), 4u);
  EXPECT_NEAR(s.noise[1].levels.back(), 1.2, 1e-12);
  EXPECT_TRUE(std::is_sorted(s.levels.begin(), s.levels.end()))
      << "an inverting stage must not leave descending levels";
}

TEST(Prepare, DelaysAddUpAndStayOffTheResponse) {
  const Link with = one_segment(
      {stage("tx", TestSource{}), stage("a", TestStage({.pole = 20e9, .delay = 2.5e-6})), stage("rx", TestSink{})});
  const Link without =
      one_segment({stage("tx", TestSource{}), stage("a", TestStage({.pole = 20e9})), stage("rx", TestSink{})});
  const PreparedSegment a = prepare(with).segments.front(), b = prepare(without).segments.front();
  EXPECT_DOUBLE_EQ(a.channel.bulk_delay, 2.5e-6);
  EXPECT_EQ(a.channel.values, b.channel.values);
}

TEST(Prepare, JitterPeaksAddAndRmsAddsInQuadrature) {
  const PreparedSegment s = prepare(one_segment({stage("tx", TestSource{}), stage("rx", TestSink{})})).segments.front();
  EXPECT_NEAR(s.jitter.dual_dirac_ui, 0.03, 1e-15);
  EXPECT_NEAR(s.jitter.random_rms_ui, 0.005, 1e-15);
}

TEST(Prepare, LowCornersAreSummedOffTheGrid) {
  const PreparedSegment s = prepare(one_segment({stage("tx", TestSource{}), stage("a", TestStage({.low_cut = 1e5})),
                                                 stage("b", TestStage({.low_cut = 2e5})), stage("rx", TestSink{})}))
                                .segments.front();
  EXPECT_DOUBLE_EQ(s.high_pass, 3e5);
}

TEST(Prepare, WindowGrowsUntilASlowResponseHasSettled) {
  // tau = 1/(2 pi 5 MHz) = 31.8 ns; the 20.5 ns window of 1,024 UI holds far more than 1e-9 of the energy in its tail.
  const Link link =
      one_segment({stage("tx", TestSource{}), stage("a", TestStage({.pole = 5e6})), stage("rx", TestSink{})});
  EXPECT_GE(prepare(link).segments.front().grid.ui_count, 8192);
}

TEST(Prepare, LaunchTargetScalesTheLaser) {
  Link link = one_segment({stage("tx", TestSource({0.25, {1.0}, 0})), stage("laser", TestStage({.light = 1e-3})),
                           stage("mod", TestModulator{}), stage("pd", TestDetector{}), stage("rx", TestSink{})});
  link.segments.front().launch = LaunchTarget{"mod", 2e-3};
  const PreparedSegment s = prepare(link).segments.front();
  EXPECT_NEAR(s.states[2].mean(), 2e-3, 1e-15);
  EXPECT_NEAR(s.states[1].carrier.power, 4e-3, 1e-15);  // the modulator passes half of it on average
  EXPECT_NEAR(s.levels.back() - s.levels.front(), 4e-3 * 0.5, 1e-15);
}

TEST(Prepare, BentLevelsAreNoted) {
  const Link link =
      one_segment({stage("tx", TestSource{}), stage("a", TestStage({.cubic = -1.0})), stage("rx", TestSink{})});
  const PreparedLink prepared = prepare(link);
  ASSERT_EQ(prepared.notes.size(), 1u);
  EXPECT_EQ(prepared.notes[0].stage, "s.a");
  EXPECT_GT(prepared.notes[0].value, 0.05);
}

TEST(Prepare, WrongChainsAreRefusedByName) {
  const auto message = [](const Link& link) -> std::string {
    try {
      prepare(link);
    } catch (const ConfigError& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_THAT(
      message(one_segment({stage("tx", TestSource{}), stage("pd", TestDetector{}), stage("rx", TestSink{})})),
      testing::HasSubstr("stage pd (test_detector) takes optical_power but the stage before it delivers voltage"));
  EXPECT_THAT(message(one_segment({stage("a", TestStage{}), stage("rx", TestSink{})})),
              testing::HasSubstr("the first stage must be a transmitter"));
  EXPECT_THAT(message(one_segment({stage("tx", TestSource{}), stage("a", TestStage{})})),
              testing::HasSubstr("the last stage must be a receiver"));
  EXPECT_THAT(message(one_segment({stage("tx", TestSource({0.4, {0.5, -0.5}, 0})), stage("rx", TestSink{})})),
              testing::HasSubstr("add up to zero"));
  Link link = one_segment({stage("tx", TestSource{}), stage("rx", TestSink{})});
  Coupling coupling;
  coupling.name = "x";
  coupling.injection = "nowhere";
  link.segments.front().couplings.push_back(coupling);
  EXPECT_THAT(message(link), testing::HasSubstr("enters at stage nowhere"));
}

TEST(LaneClasses, SevenLaneHexagonHasOneCentreAndSixEdges) {
  const auto gains = hexagonal_neighbours(7, 0.002);
  const auto classes = lane_classes(7, gains);
  ASSERT_EQ(classes.size(), 2u);
  EXPECT_EQ(classes[0].lanes, 1);
  EXPECT_EQ(classes[0].gains.size(), 6u);
  EXPECT_EQ(classes[1].lanes, 6);
  EXPECT_EQ(classes[1].gains.size(), 3u);
}

TEST(LaneClasses, LargeHexagonHasThreeNeighboursPerLaneInTheLimit) {
  // Interior lanes have six neighbours; E pairs of a hexagon of r rings: 9 r^2 + 3 r (closed form), each counted twice.
  const int rings = 11, lanes = 3 * rings * (rings + 1) + 1;
  EXPECT_EQ(hexagonal_neighbours(lanes, 1.0).size(), static_cast<std::size_t>(2 * (9 * rings * rings + 3 * rings)));
}

}  // namespace
}  // namespace tessera

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "phy/core/constants.hpp"
#include "tests/support/model_laws.hpp"
#include "tests/support/model_probe.hpp"

// The laws themselves: a model that obeys passes them all, and each flaw is caught by the law that forbids it.
namespace tessera {
namespace {

using contract::check_law;
using contract::Violations;
using testing::HasSubstr;

enum class Flaw {
  none,
  no_text,
  no_unit,
  deaf,
  negative_power,
  wrong_constant,
  hidden_constant,
  nan_fit,
  dc_gain,
  acausal,
  negative_noise,
  slope,
  block,
  peaking,
  folding,
};

/// A one-pole stage with gain, breaking one rule if asked.
template <Flaw kFlaw, Port kPort = Port::voltage>
class OnePole {
 public:
  static constexpr std::string_view kType = "one_pole";
  static constexpr Port kInput = kPort;
  static constexpr Port kOutput = kPort;

  struct Params {
    Frequency electrical_bandwidth = Frequency::from_si(20e9);
    double gain = 0.5;
    std::string label = "plain";
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"electrical_bandwidth", "GHz", 0.1, 1000.0, kFlaw == Flaw::no_text ? "" : "half-power frequency"},
      p.electrical_bandwidth);
    double fixed = 0.5;
    if constexpr (kFlaw == Flaw::deaf) {
      v({"gain", "1", 0.0, 1.0, "static gain"}, std::is_const_v<P> ? p.gain : fixed);
    } else {
      v({"gain", kFlaw == Flaw::no_unit ? "" : "1", 0.0, 1.0, "static gain"}, p.gain);
    }
    v({"label", "", 0.0, 0.0, "free text"}, p.label);
  }

  explicit OnePole(Params params = {}) : params_(std::move(params)) { check_parameters<OnePole>(params_); }
  const Params& params() const { return params_; }

  std::vector<PowerItem> power(const CostContext& c) const {
    const double sign = kFlaw == Flaw::negative_power ? -1.0 : 1.0;
    const double bias = kFlaw == Flaw::wrong_constant ? 1e-3 * c.lanes : 1e-3;
    return {{"drive", sign * 1e-12 * c.symbol_rate}, {"bias", bias, Scope::per_end, kFlaw != Flaw::hidden_constant}};
  }
  std::vector<FitItem> fit(const CostContext&) const {
    return {{"stage", kFlaw == Flaw::nan_fit ? std::nan("") : 1.0}};
  }
  double latency(const CostContext&) const { return 0.0; }

  LaneState operate(const LaneState& in) const {
    LaneState out = in;
    for (double& level : out.levels) level = kFlaw == Flaw::folding ? level * level : level * params_.gain;
    return out;
  }
  StageResponse respond(const FrequencyGrid& grid, const LaneState&) const {
    StageResponse r = StageResponse::zeros(grid, 1, 1);
    for (std::size_t k = 0; k < grid.frequency_count(); ++k) {
      const double x = grid.frequency(k) / params_.electrical_bandwidth.si();
      Complex h = 1.0 / Complex(1.0, x);
      if (kFlaw == Flaw::acausal) h = std::abs(h);
      if (kFlaw == Flaw::dc_gain) h *= 0.999;
      if (kFlaw == Flaw::peaking) h = Complex(1.0, 1.5 * x) * h;
      r.at(k, 0, 0) = h;
    }
    return r;
  }
  std::vector<NoiseSource> noise(const FrequencyGrid& grid, const LaneState&) const {
    const double psd = kFlaw == Flaw::negative_noise ? -1e-18 : 1e-18;
    return {{"thermal", true, std::vector<double>(grid.frequency_count(), psd)}};
  }
  Processor make_processor(double step, const LaneState&) const {
    const double a = std::exp(-2.0 * constants::kPi * params_.electrical_bandwidth.si() * step);
    const double gain = params_.gain * (kFlaw == Flaw::slope ? 1.05 : 1.0);
    return Processor([a, gain, y = 0.0](SampleView in, SampleSpan out) mutable {
      if (kFlaw == Flaw::block) y = 0.0;
      for (std::size_t i = 0; i < in.real.size(); ++i) out.real[i] = y = a * y + (1.0 - a) * gain * in.real[i];
    });
  }

 private:
  Params params_;
};

/// An ideal line of 100 ohm, or a flawed one.
enum class LineFlaw { none, active, one_way, early };

template <LineFlaw kFlaw>
class Line {
 public:
  static constexpr std::string_view kType = "line";
  struct Params {
    Time delay = Time::from_si(1e-9);
  };
  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"delay", "ns", 0.0, 100.0, "one-way delay"}, p.delay);
  }
  explicit Line(Params params = {}) : params_(params) { check_parameters<Line>(params_); }
  const Params& params() const { return params_; }
  std::vector<PowerItem> power(const CostContext&) const { return {}; }
  std::vector<FitItem> fit(const CostContext&) const { return {}; }
  double latency(const CostContext&) const { return 0.0; }
  SParameters s_parameters(std::span<const double> frequency) const {
    SParameters s{{frequency.begin(), frequency.end()}, 2, 100.0, std::vector<Complex>(4 * frequency.size())};
    const double sign = kFlaw == LineFlaw::early ? 1.0 : -1.0;
    for (std::size_t k = 0; k < frequency.size(); ++k) {
      const Complex through = std::polar(kFlaw == LineFlaw::active ? 1.001 : 0.9,
                                         sign * 2.0 * constants::kPi * frequency[k] * params_.delay.si());
      s.at(k, 1, 0) = through;
      s.at(k, 0, 1) = kFlaw == LineFlaw::one_way ? 0.5 * through : through;
    }
    return s;
  }

 private:
  Params params_;
};

template <class M>
Violations check(std::string_view law) {
  const ModelInfo info = model_info<M>("devices/receiver");
  return check_law(law, info, info.make({}));
}

template <class M>
Violations check_all() {
  const ModelInfo info = model_info<M>("devices/receiver");
  const AnyModel model = info.make({});
  Violations found;
  for (const contract::Law& law : contract::all_laws()) {
    if (!law.applies(info, model)) continue;
    for (const std::string& text : law.check(info, model)) found.push_back(std::string(law.name) + ": " + text);
  }
  return found;
}

TEST(LawsSelfTest, ObedientModelsPass) {
  EXPECT_THAT(check_all<OnePole<Flaw::none>>(), testing::IsEmpty());
  EXPECT_THAT((check_all<OnePole<Flaw::none, Port::optical_power>>()), testing::IsEmpty());
  EXPECT_THAT(check_all<Line<LineFlaw::none>>(), testing::IsEmpty());
}

TEST(LawsSelfTest, ParameterFlawsAreCaught) {
  EXPECT_THAT(check<OnePole<Flaw::no_text>>("EveryParameterHasUnitAndText"),
              testing::Contains(HasSubstr("has no text that explains it")));
  EXPECT_THAT(check<OnePole<Flaw::no_unit>>("EveryParameterHasUnitAndText"),
              testing::Contains(HasSubstr("without a unit")));
  EXPECT_THAT(check<OnePole<Flaw::deaf>>("ChangedParametersArrive"), testing::Contains(HasSubstr("gain was set")));
}

TEST(LawsSelfTest, CostFlawsAreCaught) {
  EXPECT_THAT(check<OnePole<Flaw::negative_power>>("CostsAreFiniteAndNotNegative"),
              testing::Contains(HasSubstr("`drive`")));
  EXPECT_THAT(check<OnePole<Flaw::nan_fit>>("CostsAreFiniteAndNotNegative"), testing::Contains(HasSubstr("FIT")));
  EXPECT_THAT(check<OnePole<Flaw::wrong_constant>>("PowerIsConstantWhereItSaysSo"),
              testing::Contains(HasSubstr("says constant")));
  EXPECT_THAT(check<OnePole<Flaw::hidden_constant>>("PowerIsConstantWhereItSaysSo"),
              testing::Contains(HasSubstr("depends on no")));
}

TEST(LawsSelfTest, SignalFlawsAreCaught) {
  EXPECT_THAT(check<OnePole<Flaw::dc_gain>>("ResponseIsOneAtDc"), testing::SizeIs(2));
  EXPECT_THAT(check<OnePole<Flaw::acausal>>("ResponseIsCausal"), testing::Contains(HasSubstr("before t = 0")));
  EXPECT_THAT(check<OnePole<Flaw::negative_noise>>("NoiseIsNotNegative"), testing::Contains(HasSubstr("thermal")));
  EXPECT_THAT(check<OnePole<Flaw::slope>>("ProcessorFollowsResponse"), testing::SizeIs(2));
  EXPECT_THAT(check<OnePole<Flaw::block>>("BlockSizeDoesNotMatter"), testing::SizeIs(2));
  EXPECT_THAT(check<OnePole<Flaw::folding>>("OperateIsMonotoneAndFinite"), testing::SizeIs(1));
  EXPECT_THAT((check<OnePole<Flaw::peaking, Port::optical_power>>("IncoherentLightIsNeverAmplified")),
              testing::SizeIs(1));
}

TEST(LawsSelfTest, NetworkFlawsAreCaught) {
  EXPECT_THAT(check<Line<LineFlaw::active>>("NetworksArePassiveAndReciprocal"),
              testing::Contains(HasSubstr("singular value")));
  EXPECT_THAT(check<Line<LineFlaw::one_way>>("NetworksArePassiveAndReciprocal"),
              testing::Contains(HasSubstr("|Sij - Sji|")));
  EXPECT_THAT(check<Line<LineFlaw::early>>("ThroughIsCausal"), testing::SizeIs(1));
}

TEST(LawsSelfTest, CausalityMeasureKnowsDelayFromAdvance) {
  // A one-pole response delayed and advanced by 100 samples; at -0.5 a flat response is an impulse at its very place.
  const auto shifted = [](double samples) {
    std::vector<Complex> h(4097);
    for (std::size_t k = 0; k < h.size(); ++k) {
      const double x = static_cast<double>(k) / 8192.0;
      h[k] = std::polar(1.0, -2.0 * constants::kPi * x * samples) / Complex(1.0, x / 0.02);
    }
    return contract::energy_before_zero(h, 8);
  };
  EXPECT_LT(shifted(0.0), 1e-8);
  EXPECT_LT(shifted(100.0), 1e-8);
  EXPECT_GT(shifted(-100.0), 0.99);
}

}  // namespace
}  // namespace tessera

#include "phy/core/parameter.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "phy/core/nearest_name.hpp"
#include "phy/core/quantity_text.hpp"

namespace tessera {
namespace {

struct Diode {
  static constexpr std::string_view kType = "diode";
  struct Params {
    Responsivity responsivity = Responsivity::from_si(0.8);
    Frequency bandwidth = Frequency::from_si(30e9);
    Temperature temperature = Temperature::from_si(313.15);
    CurrentNoise current_noise = CurrentNoise::from_si(16e-12);
    Length trace = Length::from_si(0.0254);
    double fit = 10.0;
    double factor = 0.1;
    double decision_delay = 20e-12;
    int taps = 4;
    bool biased = true;
    std::string file = "a \"b\"\\c\n";
    Decibel insertion_loss{1.5};
    Dbm saturation{-3.0};
    DecibelPerLength attenuation{0.35e-3};
    DecibelPerFrequency rin{-145.0};
    std::vector<double> weights{0.1, -0.2};
    std::vector<double> gains{-38.0, -40.0};
    std::vector<double> levels{0.1, 0.3};
    std::vector<std::string> names{"x", "y"};
    bool operator==(const Params&) const = default;
  };
  template <class P, class V>
  static void visit(P& p, V&& v) {
    v({"responsivity", "A/W", 0.0, 10.0, "photocurrent per incident optical power"}, p.responsivity);
    v({"bandwidth", "GHz", 0.1, 200.0, "electrical -3 dB bandwidth"}, p.bandwidth);
    v({"temperature", "degC", -40.0, 125.0, "case temperature"}, p.temperature);
    v({"current_noise", "pA/sqrt(Hz)", 0.0, INFINITY, "input-referred"}, p.current_noise);
    v({"trace", "in", 0.0, 100.0, "length"}, p.trace);
    v({"fit", "FIT", 0.0, 1e6, "failures in 1e9 h"}, p.fit);
    v({"factor", "1", -INFINITY, 1.0, "pure"}, p.factor);
    v({"decision_delay", "ps", 0.0, 100.0, "in SI inside"}, p.decision_delay);
    v({"taps", "1", 1, 64, "count"}, p.taps);
    v({"biased", "", -INFINITY, INFINITY, "flag"}, p.biased);
    v({"file", "", -INFINITY, INFINITY, "path"}, p.file);
    v({"insertion_loss", "dB", 0.0, 60.0, "loss"}, p.insertion_loss);
    v({"saturation", "dBm", -30.0, 20.0, "level"}, p.saturation);
    v({"attenuation", "dB/km", 0.0, 10.0, "fibre"}, p.attenuation);
    v({"rin", "dB/Hz", -200.0, -100.0, "noise"}, p.rin);
    v({"weights", "1", -1.0, 1.0, "taps"}, p.weights);
    v({"gains", "dB", -100.0, 0.0, "coupling"}, p.gains);
    v({"levels", "mV", 0.0, 1000.0, "levels, SI inside"}, p.levels);
    v({"names", "", -INFINITY, INFINITY, "names"}, p.names);
  }
};

using Value = decltype(ParameterText::value);

Diode::Params read(const std::string& name, Value value) {
  return read_parameters<Diode>({{name, {std::move(value), {"part.toml", 3, 9}, "", ""}}});
}

std::string message(const std::string& name, Value value) {
  try {
    read(name, std::move(value));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Parameter, ReadsEachKindOfFieldToSi) {
  EXPECT_EQ(read("responsivity", "0.55 A/W").responsivity.si(), 0.55);
  EXPECT_EQ(read("bandwidth", "35 GHz").bandwidth.si(), 35e9);
  EXPECT_EQ(read("temperature", "70 degC").temperature.si(), 343.15);
  EXPECT_EQ(read("fit", 25.0).fit, 25.0);
  EXPECT_EQ(read("fit", "25 FIT").fit, 25.0);
  EXPECT_EQ(read("factor", std::int64_t{-3}).factor, -3.0);
  EXPECT_EQ(read("decision_delay", "30 ps").decision_delay, 30e-12);
  EXPECT_EQ(read("taps", std::int64_t{16}).taps, 16);
  EXPECT_EQ(read("taps", "16").taps, 16);  // as --set gives it
  EXPECT_FALSE(read("biased", false).biased);
  EXPECT_EQ(read("insertion_loss", "2 dB").insertion_loss.db, 2.0);
  EXPECT_EQ(read("saturation", "1 mW").saturation.dbm, 0.0);
  EXPECT_EQ(read("attenuation", "0.2 dB/km").attenuation.db_per_m, 0.2e-3);
  EXPECT_EQ(read("rin", "-150 dBc/Hz").rin.db_per_hz, -150.0);
  using L = std::vector<ParameterText::Scalar>;
  EXPECT_EQ(read("gains", L{"-38 dB", "-41 dB"}).gains, (std::vector<double>{-38, -41}));
  EXPECT_EQ(read("levels", L{"100 mV", "0.2 V"}).levels, (std::vector<double>{0.1, 0.2}));
  EXPECT_EQ(read("weights", L{0.5, std::int64_t{1}}).weights, (std::vector<double>{0.5, 1.0}));
}

TEST(Parameter, MessagesStateRuleValueAndUnit) {
  using L = std::vector<ParameterText::Scalar>;
  const std::string at = "part.toml:3:9: ";
  EXPECT_EQ(message("responsivity", "-1 A/W"), at + "responsivity must be in [0, 10] A/W, got -1 A/W");
  EXPECT_EQ(message("current_noise", "-1 pA/sqrt(Hz)"),
            at + "current_noise must be >= 0 pA/sqrt(Hz), got -1 pA/sqrt(Hz)");
  EXPECT_EQ(message("factor", 1.5), at + "factor must be <= 1, got 1.5");
  EXPECT_EQ(message("bandwidth", "2 m"), at + "bandwidth must be a frequency, e.g. \"26.5625 GHz\"; got \"2 m\"");
  EXPECT_EQ(message("bandwidth", 30.0),
            at + "bandwidth must be a frequency, e.g. \"26.5625 GHz\"; got the bare number 30");
  EXPECT_EQ(message("bandwidth", std::int64_t{30}),
            at + "bandwidth must be a frequency, e.g. \"26.5625 GHz\"; got the bare number 30");
  EXPECT_EQ(message("trace", "2 GHz"), at + "trace must be a length, e.g. \"2 m\"; got \"2 GHz\"");
  EXPECT_EQ(message("bandwidth", "2 GHzz"), at + "bandwidth: unit \"GHzz\" is unknown");
  EXPECT_EQ(message("bandwidth", "300 GHz"), at + "bandwidth must be in [0.1, 200] GHz, got 300 GHz");
  EXPECT_EQ(message("temperature", "-41 degC"), at + "temperature must be in [-40, 125] degC, got -41 degC");
  EXPECT_EQ(message("insertion_loss", 3.0),
            at + "insertion_loss must be a ratio in decibels, e.g. \"3 dB\"; got the bare number 3");
  EXPECT_EQ(message("insertion_loss", "-1 dB"), at + "insertion_loss must be in [0, 60] dB, got -1 dB");
  EXPECT_EQ(message("attenuation", "20 dB/km"), at + "attenuation must be in [0, 10] dB/km, got 20 dB/km");
  EXPECT_EQ(message("rin", "3 dB"), at + "rin must be a relative noise density, e.g. \"-145 dB/Hz\"; got \"3 dB\"");
  EXPECT_EQ(message("taps", 2.5), at + "taps must be a whole number, got 2.5");
  EXPECT_EQ(message("taps", std::int64_t{99}), at + "taps must be in [1, 64], got 99");
  EXPECT_EQ(message("taps", std::int64_t{1} << 40), at + "taps must be a whole number, got 1099511627776");
  EXPECT_EQ(message("biased", std::int64_t{1}), at + "biased must be true or false, got 1");
  EXPECT_EQ(message("file", 1.0), at + "file must be text in quotes, got 1");
  EXPECT_EQ(message("weights", 0.5), at + "weights must be a list, got 0.5");
  EXPECT_EQ(message("weights", L{0.5, 2.0}), at + "weights must be in [-1, 1], got 2");
  EXPECT_EQ(message("factor", L{0.5}), at + "factor must be a number, got a list");
  EXPECT_EQ(message("factor", NAN), at + "factor must be finite");
  EXPECT_EQ(message("responsivty", "1 A/W"),
            at + "unknown parameter \"responsivty\" of diode; did you mean \"responsivity\"?");
  EXPECT_NE(message("zzz", "1 A/W").find("; known: responsivity, bandwidth"), std::string::npos);
}

TEST(Parameter, BoundsThemselvesAreAccepted) {
  EXPECT_EQ(message("bandwidth", "0.1 GHz"), "accepted");
  EXPECT_EQ(message("bandwidth", "200 GHz"), "accepted");
  EXPECT_EQ(message("decision_delay", "100 ps"), "accepted");
  EXPECT_EQ(message("trace", "100 in"), "accepted");
}

TEST(Parameter, ValuesMadeInCppObeyTheSameRules) {
  Diode::Params p;
  check_parameters<Diode>(p);
  p.responsivity = Responsivity::from_si(-1.0);
  EXPECT_THROW(check_parameters<Diode>(p), ConfigError);
  p = {};
  p.bandwidth = Frequency::from_si(NAN);
  EXPECT_THROW(check_parameters<Diode>(p), ConfigError);
  p = {};
  p.weights = {INFINITY};
  EXPECT_THROW(check_parameters<Diode>(p), ConfigError);
}

TEST(Parameter, WriteThenReadIsIdentity) {
  EXPECT_EQ(read_parameters<Diode>(write_parameters<Diode>(Diode::Params{})), Diode::Params{});
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> u(0.0, 1.0);
  for (int i = 0; i < 300; ++i) {
    Diode::Params p;
    p.responsivity = Responsivity::from_si(10 * u(random));
    p.bandwidth = Frequency::from_si(1e8 + 190e9 * u(random));
    p.temperature = Temperature::from_si(240 + 150 * u(random));
    p.trace = Length::from_si(2 * u(random));
    p.factor = u(random);
    p.decision_delay = 100e-12 * u(random);
    p.attenuation.db_per_m = 1e-2 * u(random);
    p.levels = {u(random)};
    p.insertion_loss.db = 60 * u(random);
    EXPECT_EQ(read_parameters<Diode>(write_parameters<Diode>(p)), p);
  }
}

TEST(Parameter, TomlTextIsQuotedAndTyped) {
  const ParameterMap map = write_parameters<Diode>(Diode::Params{});
  EXPECT_EQ(to_toml(map.at("responsivity")), "\"0.8 A/W\"");
  EXPECT_EQ(to_toml(map.at("file")), R"("a \"b\"\\c\n")");
  EXPECT_EQ(to_toml(map.at("taps")), "4");
  EXPECT_EQ(to_toml(map.at("factor")), "0.1");
  EXPECT_EQ(to_toml({3.0, {}, "", ""}), "3.0");
  EXPECT_EQ(to_toml(map.at("gains")), "[\"-38 dB\", \"-40 dB\"]");
  EXPECT_EQ(to_toml(map.at("biased")), "true");
  EXPECT_EQ(describe_parameters<Diode>().front().unit, "A/W");
}

TEST(NearestName, CountsInsertDeleteReplaceAndSwap) {
  EXPECT_EQ(edit_distance("", "abc"), 3);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
  EXPECT_EQ(edit_distance("gian", "gain"), 1);
  EXPECT_EQ(nearest_name("gian", {"length", "gain"}), "gain");
  EXPECT_EQ(nearest_name("xyz", {"length", "gain"}), "");
  // A mistyped beginning of a longer name, where it is that of one alone.
  EXPECT_EQ(nearest_name("importence", {"count", "semi_analytic", "importance_sampling"}), "importance_sampling");
  EXPECT_EQ(nearest_name("mueler", {"none", "mueller_muller", "bang_bang"}), "mueller_muller");
  EXPECT_EQ(nearest_name("serdes_1", {"serdes_112g_kr_receiver", "serdes_112g_cr_receiver"}), "");
}

}  // namespace
}  // namespace tessera

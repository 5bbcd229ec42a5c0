#include "scenarios/link/corner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "scenarios/link/scenario_reader.hpp"
#include "tests/support/locations.hpp"
#include "tests/support/process.hpp"

namespace tessera {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing_support::TemporaryFolder;

Library library() { return {test::library_dir()}; }

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

constexpr const char* kFiber = R"(model = "imaging_fiber"
description = "a fibre"
[length]
value = "10 m"
source = "ruler"
status = "measured"
[attenuation]
value = "0.06 dB/m"
hot = "0.08 dB/m"
worst = { value = "0.3 dB/m", source = "maker", status = "vendor-claim" }
source = "bench"
status = "measured"
)";

std::string with(const std::string& old, const std::string& now) {
  std::string text = kFiber;
  text.replace(text.find(old), old.size(), now);
  return text;
}

CornerParameters fiber_parameters(const Part& part) { return {part.parameters, part.corners}; }

TEST(Corner, ValueOfTheTemperatureThenOfTheCornerTakesThePlaceOfTheTypicalOne) {
  const TemporaryFolder folder;
  const CornerParameters p = fiber_parameters(read_part(folder.file("f.toml", kFiber), all_models()));
  const auto at = [&](Corner corner, Corner temperature) {
    return std::get<std::string>(p.at({corner, temperature}).at("attenuation").value);
  };
  EXPECT_EQ(at(Corner::typical, Corner::typical), "0.06 dB/m");
  EXPECT_EQ(at(Corner::hot, Corner::hot), "0.08 dB/m");
  EXPECT_EQ(at(Corner::cold, Corner::cold), "0.06 dB/m");
  EXPECT_EQ(at(Corner::worst, Corner::cold), "0.3 dB/m");
  EXPECT_EQ(at(Corner::worst, Corner::hot), "0.3 dB/m");
  EXPECT_EQ(std::get<std::string>(p.at({Corner::worst, Corner::hot}).at("length").value), "10 m");
}

TEST(Corner, SourceIsTheParametersOwnUnlessTheCornerHasOneAndNamesTheCorner) {
  const TemporaryFolder folder;
  const CornerParameters p = fiber_parameters(read_part(folder.file("f.toml", kFiber), all_models()));
  const ParameterText hot = p.at({Corner::hot, Corner::hot}).at("attenuation"),
                      worst = p.at({Corner::worst, Corner::cold}).at("attenuation");
  EXPECT_EQ(hot.source, "bench (corner hot)");
  EXPECT_EQ(hot.status, "measured");
  EXPECT_EQ(worst.source, "maker (corner worst)");
  EXPECT_EQ(worst.status, "vendor-claim");
  EXPECT_EQ(p.at({Corner::hot, Corner::hot}).at("length").source, "ruler");
}

TEST(Corner, WrongValuesAreRefusedAtTheirPlaceWhateverTheCorner) {
  const TemporaryFolder folder;
  const auto refusal = [&](const std::string& text) {
    const std::string file = folder.file("f.toml", text);
    return message_of([&] { read_part(file, all_models()); });
  };
  EXPECT_THAT(refusal(with("\"0.08 dB/m\"", "\"-1 dB/m\"")),
              HasSubstr("f.toml:9:7: attenuation must be in [0, 100] dB/m"));
  EXPECT_THAT(refusal(with("\"0.08 dB/m\"", "\"3 W\"")), HasSubstr("f.toml:9:7: "));
  EXPECT_THAT(refusal(with("\"0.08 dB/m\"", "0.08")), HasSubstr("f.toml:9:7: "));
  EXPECT_THAT(refusal(with("\"0.3 dB/m\"", "\"101 dB/m\"")), HasSubstr("f.toml:10:19: attenuation must be in"));
  EXPECT_THAT(refusal(with(", status = \"vendor-claim\"", "")),
              HasSubstr("f.toml:10:9: attenuation.worst must be a value, or a table with value, source and status"));
  EXPECT_THAT(refusal(with("vendor-claim", "vendor")), HasSubstr("unknown status \"vendor\" of attenuation.worst"));
  EXPECT_THAT(refusal(with("hot =", "hott =")),
              HasSubstr("f.toml:9:1: unknown key \"hott\" in attenuation; did you mean \"hot\"?"));
}

LinkScenario shipped(const std::string& name, const std::string& corner, std::vector<std::string> sets = {}) {
  return read_link(library().folder / "links" / (name + ".toml"), library(), all_models(),
                   {std::move(sets), std::nullopt, corner});
}

const ProvenanceRow& row(const LinkScenario& scenario, const std::string& parameter) {
  const auto it = std::find_if(scenario.provenance.begin(), scenario.provenance.end(), [&](const ProvenanceRow& r) {
    return r.parameter == scenario.link.name + "." + parameter;
  });
  if (it == scenario.provenance.end()) throw std::runtime_error("no provenance of " + parameter);
  return *it;
}

TEST(LinkCorner, TemperatureFollowsTheCornerEvenWhereNoPartDeclaresAnything) {
  EXPECT_DOUBLE_EQ(shipped("copper_dac_1600g", "typical").link.case_temperature, 313.15);
  EXPECT_DOUBLE_EQ(shipped("copper_dac_1600g", "hot").link.case_temperature, 343.15);
  EXPECT_DOUBLE_EQ(shipped("copper_dac_1600g", "cold").link.case_temperature, 273.15);
  EXPECT_EQ(shipped("copper_dac_1600g", "cold").link.corner, "cold");
  const LinkScenario hot =
      shipped("copper_dac_1600g", "hot", {"link.hot_case_temperature=85 degC", "link.case_temperature=50 degC"});
  EXPECT_DOUBLE_EQ(hot.link.case_temperature, 358.15);
  // A link that is typically beyond the usual range stays there.
  EXPECT_DOUBLE_EQ(shipped("copper_dac_1600g", "hot", {"link.case_temperature=90 degC"}).link.case_temperature, 363.15);
}

TEST(LinkCorner, ProvenanceNamesTheCornerAndOnlyTheTemperatureThatEntered) {
  const LinkScenario worst = shipped("lpo_dr8_800g", "worst");
  EXPECT_EQ(row(worst, "corner").value, "worst");
  EXPECT_EQ(row(worst, "corner").source, "--corner worst");
  EXPECT_THAT(row(worst, "case_temperature").source, EndsWith("(corner worst)"));
  EXPECT_EQ(row(worst, "case_temperature").status, "estimate");
  EXPECT_THAT(row(worst, "lpo.patch.insertion_loss").source, EndsWith("(corner worst)"));
  EXPECT_EQ(row(worst, "lpo.patch.insertion_loss").value, "0.75 dB");
  EXPECT_THAT(row(worst, "corner.temperature").source, HasSubstr("margin of Q"));
  const LinkScenario typical = shipped("lpo_dr8_800g", "typical");
  EXPECT_EQ(row(typical, "lpo.patch.insertion_loss").value, "0.5 dB");
}

TEST(LinkCorner, ValueOfTheLinkFileOrTheCommandLineHoldsAtEveryCorner) {
  const LinkScenario worst = shipped("lpo_dr8_800g", "worst", {"lpo.patch.insertion_loss=0.2 dB"});
  EXPECT_EQ(row(worst, "lpo.patch.insertion_loss").value, "0.2 dB");
}

TEST(LinkCorner, UnknownNameAndTemperaturesOutOfOrderAreRefusedWithTheirPlace) {
  EXPECT_THAT(message_of([] { shipped("lpo_dr8_800g", "hott"); }),
              HasSubstr("--corner hott: unknown corner \"hott\"; did you mean \"hot\"?"));
  EXPECT_THAT(message_of([] { shipped("lpo_dr8_800g", "hot", {"link.hot_case_temperature=30 degC"}); }),
              HasSubstr("--set link.hot_case_temperature=30 degC: hot_case_temperature must not be below "
                        "case_temperature, 40 degC, got 30 degC"));
  EXPECT_THAT(message_of([] { shipped("lpo_dr8_800g", "typical", {"link.cold_case_temperature=50 degC"}); }),
              HasSubstr("cold_case_temperature must not be above case_temperature, 40 degC, got 50 degC"));
}

TEST(LinkCorner, UnknownNameInAFileIsRefusedAtItsPlace) {
  const TemporaryFolder folder;
  const std::string text = "[link]\nname = \"x\"\ncorner = \"warm\"\n";
  const std::string file = folder.file("x.toml", text);
  EXPECT_THAT(message_of([&] { read_link(file, library(), all_models()); }),
              HasSubstr("x.toml:3:10: unknown corner \"warm\"; known: typical, hot, cold, worst"));
}

class ResolvedCorner : public testing::TestWithParam<std::string> {};

TEST_P(ResolvedCorner, ReadsBackAsTheSameLink) {
  const LinkScenario first =
      shipped("microled_800g", GetParam(), {"link.hot_case_temperature=85 degC", "link.case_temperature=45 degC"});
  const std::string text = to_toml(resolved_scenario(first));
  const LinkScenario second = read_link(parse_config(text, "resolved.toml"), "/", library(), all_models());
  EXPECT_EQ(to_toml(resolved_scenario(second)), text);
  EXPECT_EQ(second.link.corner, GetParam());
  EXPECT_EQ(second.link.case_temperature, first.link.case_temperature);
  for (std::size_t s = 0; s < first.link.segments[0].stages.size(); ++s)
    for (const auto& [name, value] : first.link.segments[0].stages[s].model.parameters())
      EXPECT_EQ(to_toml(second.link.segments[0].stages[s].model.parameters().at(name)), to_toml(value)) << name;
}

INSTANTIATE_TEST_SUITE_P(Corners, ResolvedCorner, testing::Values("typical", "hot", "cold", "worst"),
                         [](const auto& info) { return info.param; });

TEST(StudyCorner, HoldsForEveryLink) {
  const Study study = read_study(library().folder / "studies" / "compare_800g.toml", library(), all_models(),
                                 {{}, std::nullopt, "hot"});
  ASSERT_GE(study.links.size(), 3u);
  for (const LinkScenario& scenario : study.links) EXPECT_EQ(scenario.link.corner, "hot");
}

}  // namespace
}  // namespace tessera

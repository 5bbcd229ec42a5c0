#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "phy/core/quantity_text.hpp"
#include "scenarios/link/link_evaluation.hpp"
#include "scenarios/link/report_json.hpp"
#include "scenarios/link/scenario_reader.hpp"
#include "tests/support/locations.hpp"
#include "tests/support/process.hpp"

namespace tessera {
namespace {

using testing::HasSubstr;
using testing_support::TemporaryFolder;

Library library() { return {test::library_dir()}; }

LinkScenario shipped(const std::string& name, const std::vector<std::string>& sets = {}) {
  return read_link(library().folder / "links" / (name + ".toml"), library(), all_models(), {sets, std::nullopt});
}

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

double length_of(const Link& link, const std::string& stage_name) {
  for (const Segment& segment : link.segments)
    for (const Stage& stage : segment.stages)
      if (stage.name == stage_name)
        return parse_quantity(std::get<std::string>(stage.model.parameters().at("length").value), dim::kLength);
  throw std::runtime_error("no stage " + stage_name);
}

class ShippedScenario : public testing::TestWithParam<std::string> {};

TEST_P(ShippedScenario, ResolvedTextReadsBackAsTheSameLink) {
  const LinkScenario first = shipped(GetParam());
  const std::string text = to_toml(resolved_scenario(first));
  const LinkScenario second = read_link(parse_config(text, "resolved.toml"), "/", library(), all_models());
  EXPECT_EQ(to_toml(resolved_scenario(second)), text);
  ASSERT_EQ(second.link.segments.size(), first.link.segments.size());
  EXPECT_EQ(second.link.payload_rate, first.link.payload_rate);
  EXPECT_EQ(second.link.reach_search_limit, first.link.reach_search_limit);
  for (std::size_t i = 0; i < first.link.segments.size(); ++i) {
    const Segment &a = first.link.segments[i], &b = second.link.segments[i];
    EXPECT_EQ(b.symbol_rate, a.symbol_rate);
    EXPECT_EQ(b.lanes, a.lanes);
    ASSERT_EQ(b.couplings.size(), a.couplings.size());
    ASSERT_EQ(b.lane_gains.size(), a.lane_gains.size());
    ASSERT_EQ(b.stages.size(), a.stages.size());
    for (std::size_t s = 0; s < a.stages.size(); ++s) {
      EXPECT_EQ(b.stages[s].part, a.stages[s].part);
      EXPECT_EQ(b.stages[s].boundary, a.stages[s].boundary);
      for (const auto& [name, value] : a.stages[s].model.parameters())
        EXPECT_EQ(to_toml(b.stages[s].model.parameters().at(name)), to_toml(value)) << a.stages[s].name << "." << name;
    }
  }
}

TEST_P(ShippedScenario, EveryNumberHasASourceAndAStatus) {
  for (const ProvenanceRow& row : shipped(GetParam()).provenance) {
    EXPECT_FALSE(row.source.empty()) << row.parameter;
    EXPECT_FALSE(row.status.empty()) << row.parameter;
  }
}

TEST_P(ShippedScenario, LineRateCarriesThePayloadWithItsCode) {
  const Link link = shipped(GetParam()).link;
  const double overhead = link.fec.code == "kp4" ? 1.0625 : link.fec.code == "kr4" ? 1.03125 : 1.03125;
  EXPECT_GE(link.line_rate(), link.payload_rate * overhead * (1 - 1e-9));
}

INSTANTIATE_TEST_SUITE_P(Library, ShippedScenario, testing::ValuesIn(names_in(library(), "links")),
                         [](const auto& info) { return info.param; });

TEST(ShippedStudy, ComparesEveryLinkOf800Gigabit) {
  const Study study = read_study(library().folder / "studies" / "all_800g.toml", library(), all_models());
  std::set<std::string> compared, shipping;
  for (const LinkScenario& scenario : study.links) compared.insert(scenario.link.name);
  for (const std::string& name : names_in(library(), "links"))
    if (shipped(name).link.payload_rate == 800e9 || name.find("_800g") != std::string::npos) shipping.insert(name);
  EXPECT_EQ(compared, shipping);
}

TEST(ScenarioOverride, StageParameterSegmentKeyAndLinkKeyAreReplaced) {
  const Link link = shipped("copper_dac_800g", {"copper.cable.length=1.5 m", "copper.lanes=9", "link.fec.interleave=2",
                                                "link.case_temperature=70 degC"})
                        .link;
  EXPECT_DOUBLE_EQ(length_of(link, "cable"), 1.5);
  EXPECT_EQ(link.segments[0].lanes, 9);
  EXPECT_EQ(link.fec.interleave, 2);
  EXPECT_DOUBLE_EQ(link.case_temperature, 343.15);
}

TEST(ScenarioOverride, CouplingGainIsAnAmplitudeRatioOnAnElectricalPort) {
  const Link link = shipped("copper_dac_800g", {"copper.fext.gain=-40 dB"}).link;
  EXPECT_NEAR(link.segments[0].couplings[0].gains[0], 0.01, 1e-15);
}

TEST(ScenarioOverride, PathWithoutAValueIsRefused) {
  EXPECT_THAT(message_of([] { shipped("copper_dac_800g", {"copper.cable.length"}); }),
              HasSubstr("must read PATH=VALUE"));
  EXPECT_THAT(message_of([] { shipped("copper_dac_800g", {"coper.cable.length=1 m"}); }),
              HasSubstr("no segment \"coper\"; did you mean \"copper\"?"));
}

TEST(ScenarioArray, NeighbourGainIsAPowerRatioOnLight) {
  const Link link = shipped("microled_800g", {"optical.array.neighbour_gain=-30 dB"}).link;
  ASSERT_FALSE(link.segments[0].lane_gains.empty());
  EXPECT_NEAR(link.segments[0].lane_gains[0].gain, 1e-3, 1e-15);
}

TEST(LineOverhead, FollowsTheCodeAndTheTranscoding) {
  EXPECT_DOUBLE_EQ(line_overhead({"kp4", 4}), 1.0625);
  EXPECT_DOUBLE_EQ(line_overhead({"kr4", 1}), 1.03125);
  EXPECT_DOUBLE_EQ(line_overhead({"none", 1}), 66.0 / 64.0);
}

TEST(Datasheet, NumberWithoutASourceIsRefused) {
  const TemporaryFolder folder;
  const std::string file = folder.file(
      "cable.toml",
      "model = \"twinax_cable\"\ndescription = \"a cable\"\n[length]\nvalue = \"2 m\"\nstatus = \"measured\"\n");
  EXPECT_THAT(message_of([&] { read_part(file, all_models()); }),
              HasSubstr("length must be a table with value, source and status"));
}

TEST(Datasheet, UnknownStatusNamesTheNearest) {
  const TemporaryFolder folder;
  const std::string file = folder.file("cable.toml",
                                       "model = \"twinax_cable\"\ndescription = \"a cable\"\n[length]\nvalue = \"2 "
                                       "m\"\nsource = \"x\"\nstatus = \"mesured\"\n");
  EXPECT_THAT(message_of([&] { read_part(file, all_models()); }), HasSubstr("did you mean \"measured\"?"));
}

TEST(Datasheet, EveryShippedOneReads) {
  const auto models = all_models();
  for (const std::string& name : names_in(library(), "parts")) EXPECT_EQ(find_part(library(), name, models).name, name);
}

TEST(StudyFile, TwoLinksOfOneNameAreRefused) {
  const TemporaryFolder folder;
  const std::string file = folder.file(
      "twice.toml",
      "[study]\nname = \"twice\"\nkind = \"compare\"\nlinks = [\"copper_dac_800g\", \"copper_dac_800g\"]\n");
  EXPECT_THAT(message_of([&] { read_study(file, library(), all_models()); }), HasSubstr("stands twice"));
}

TEST(StudyFile, MeasuredChannelBringsItsLinksIntoTheComparison) {
  const TemporaryFolder folder;
  const std::string channel =
      folder.file("line.s4p",
                  "# GHz S RI R 50\n"
                  "0 0 0 0.99 0 0 0 0 0  0.99 0 0 0 0 0 0 0  0 0 0 0 0 0 0.99 0  0 0 0 0 0.99 0 0 0\n"
                  "40 0 0 0.5 0 0 0 0 0  0.5 0 0 0 0 0 0 0  0 0 0 0 0 0 0.5 0  0 0 0 0 0.5 0 0 0\n");
  const std::string file = folder.file("study.toml",
                                       "[study]\nname = \"s\"\nkind = \"compare\"\nlinks = [\"copper_dac_800g\"]\n"
                                       "links_with_touchstone = [\"kr4_touchstone\"]\n");
  EXPECT_EQ(read_study(file, library(), all_models()).links.size(), 1u);
  const Study with = read_study(file, library(), all_models(), {{}, channel});
  ASSERT_EQ(with.links.size(), 2u);
  EXPECT_EQ(with.links[1].link.name, "kr4_touchstone");
  const std::string none =
      folder.file("none.toml", "[study]\nname = \"n\"\nkind = \"compare\"\nlinks = [\"copper_dac_800g\"]\n");
  EXPECT_THAT(message_of([&] { read_study(none, library(), all_models(), {{}, channel}); }),
              HasSubstr("names no link that takes a Touchstone file"));
}

TEST(Located, MessageNamesTheStageElseTheSegmentElseTheLink) {
  const LinkScenario scenario = shipped("copper_dac_800g");
  const auto line_of = [&](const std::string& path) { return to_prefix(scenario.places.at("copper_dac_800g" + path)); };
  EXPECT_EQ(located(scenario, "segment copper: bad"), line_of(".copper") + "segment copper: bad");
  EXPECT_EQ(located(scenario, "run from stage cable fails"), line_of(".copper.cable") + "run from stage cable fails");
  EXPECT_EQ(located(scenario, "something"), line_of("") + "something");
  const std::string placed = line_of("") + "placed already";
  EXPECT_EQ(located(scenario, placed), placed);
}

TEST(ConfigText, ReadsBackAsItWasWritten) {
  const std::string text =
      "a = \"x \\\"y\\\"\"\nb = 3.0\nc = 3\nd = true\ne = [\"-1 dB\", \"-2 dB\"]\n\n[t]\nu = { value = \"1 m\", source "
      "= \"s\" }\n\n[[t.list]]\nk = 1e-30\n";
  EXPECT_EQ(to_toml(parse_config(text, "t")), text);
}

TEST(ConfigText, ControlCharactersAreEscapedInValuesAndKeys) {
  ConfigTable table;
  table.set("a\x01", {std::string("\r\n\t\x1f\x7f\"\\"), {}});
  const std::string text = to_toml(table);
  EXPECT_EQ(text, "\"a\\u0001\" = \"\\r\\n\\t\\u001F\\u007F\\\"\\\\\"\n");
  EXPECT_EQ(to_toml(parse_config(text, "t")), text);
}

LinkReport small_report() {
  LinkReport report;
  report.name = "x";
  report.verdict.pre_fec_ber = Log10Probability::from_log10(-433.65);
  report.verdict.required_ber = Log10Probability::from_log10(-3.6);
  report.verdict.post_fec_ber = Log10Probability::from_log10(-500.0);
  return report;
}

TEST(ReportJson, ProbabilityBelowTheRangeOfDoubleIsNullBesideItsLogarithm) {
  const auto json = to_json(small_report());
  EXPECT_TRUE(json.at("pre_fec_ber").is_null());
  EXPECT_DOUBLE_EQ(json.at("log10_pre_fec_ber").get<double>(), -433.65);
}

TEST(ReportJson, ValueThatIsNotFiniteIsAnErrorThatNamesIt) {
  LinkReport report = small_report();
  report.verdict.margin_q = NAN;
  EXPECT_THAT(message_of([&] { to_json(report); }), HasSubstr("link x: margin_q is not finite"));
  report = small_report();
  report.verdict.pre_fec_ber = Log10Probability::from_log10(-INFINITY);
  EXPECT_THAT(message_of([&] { to_json(report); }), HasSubstr("pre_fec_ber is not finite"));
}

TEST(ReportJson, LinkWithoutAReachStageHasNullsForIt) {
  const auto json = to_json(small_report());
  EXPECT_TRUE(json.at("length_m").is_null());
  EXPECT_TRUE(json.at("reach_stage").is_null());
  EXPECT_TRUE(json.at("reach_search_limit_m").is_null());
}

TEST(ReportJson, ReachBeyondTheLimitIsNullWithItsFlag) {
  LinkReport report = small_report();
  report.reach_nominal.beyond_limit = true;
  const auto json = to_json(report);
  EXPECT_TRUE(json.at("reach_nominal_m").is_null());
  EXPECT_TRUE(json.at("reach_beyond_limit").get<bool>());
}

TEST(Evaluation, ReachIsTheLengthAtWhichTheMarginIsOne) {
  const Link link = shipped("microled_800g").link;
  EvaluationOptions options;
  options.engine = Engine::budget;
  const LinkReport report = evaluate(link, options);
  ASSERT_TRUE(report.reach_nominal.reach_m.has_value());
  options.reach = false;
  EXPECT_NEAR(evaluate(with_length(link, *report.reach_nominal.reach_m), options).verdict.margin_q, 1.0, 0.01);
  ASSERT_TRUE(report.reach_design.reach_m.has_value());
  EXPECT_NEAR(evaluate(with_length(link, *report.reach_design.reach_m), options).verdict.margin_q, std::sqrt(2.0),
              0.01);
}

TEST(Evaluation, VarianceSharesSumToOneAndTheLargestIsNamed) {
  EvaluationOptions options;
  options.engine = Engine::budget;
  options.reach = false;
  const LinkReport report = evaluate(shipped("microled_800g").link, options);
  double sum = 0.0;
  for (const VarianceShare& share : report.shares) {
    sum += share.share;
    EXPECT_LE(share.share, report.shares.front().share);
  }
  EXPECT_NEAR(sum, 1.0, 1e-12);
  EXPECT_EQ(report.limited_by, report.shares.front().mechanism);
}

TEST(Evaluation, StoppedScanKeepsTheOwnLengthAndTheLengthsThatAreDone) {
  const Link link = shipped("microled_800g").link;
  EvaluationOptions options;
  options.engine = Engine::budget;
  std::atomic<int> asked{0};
  options.stop = [&] { return ++asked > 6; };
  const LinkReport report = evaluate(link, options);
  EXPECT_FALSE(report.complete);
  EXPECT_GT(report.verdict.margin_q, 0.0);
  EXPECT_FALSE(report.reach_nominal.reach_m.has_value());
  EXPECT_EQ(report.curve.size(), 6u);
  options.stop = nullptr;
  EXPECT_TRUE(evaluate(link, options).complete);
}

TEST(Evaluation, NoNoteIsSaidTwice) {
  EvaluationOptions options;
  options.reach = false;
  const LinkReport report = evaluate(shipped("microled_800g").link, options);
  std::set<std::string> distinct;
  for (const ValidityNote& n : report.notes) distinct.insert(n.stage + n.quantity + n.range + std::to_string(n.value));
  EXPECT_EQ(distinct.size(), report.notes.size());
}

TEST(Evaluation, StopsWhenAsked) {
  EvaluationOptions options;
  options.stop = [] { return true; };
  EXPECT_THROW(evaluate(shipped("microled_800g").link, options), Interrupted);
}

}  // namespace
}  // namespace tessera

#include "scenarios/study/sweep.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <mutex>

#include "scenarios/study/sweep_journal.hpp"
#include "scenarios/study/sweep_run.hpp"
#include "tests/support/locations.hpp"
#include "tests/support/process.hpp"
#include "tests/support/small_sweep.hpp"

namespace tessera::testing_support {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SweepFile : public testing::Test {
 protected:
  SweepFile() { folder_.file("small.toml", kSmallLink); }

  Sweep read(const std::string& text) const { return read_sweep(folder_.file("study.toml", text), library_, models_); }
  Sweep with_axes(const std::string& axes) const {
    return read("[study]\nname = \"s\"\nkind = \"sweep\"\nlink = \"small.toml\"\n" + axes);
  }
  // The place counts from the first line of `axes`.
  void refused(const std::string& axes, const std::string& place, const std::string& message) const {
    try {
      with_axes(axes);
      ADD_FAILURE() << "accepted: " << axes;
    } catch (const ConfigError& error) {
      EXPECT_THAT(error.what(), HasSubstr("study.toml:" + place + ": "));
      EXPECT_THAT(error.what(), HasSubstr(message));
    }
  }
  std::map<std::size_t, SweepPoint> run(const Sweep& sweep, int threads,
                                        const std::map<std::size_t, SweepPoint>& done = {}) const {
    std::map<std::size_t, SweepPoint> points = done;
    std::mutex mutex;
    SweepHooks hooks;
    hooks.finished = [&](std::size_t number, const SweepPoint& point) {
      const std::lock_guard lock(mutex);
      EXPECT_TRUE(points.emplace(number, point).second) << number << " twice";
    };
    run_sweep(sweep, library_, models_, done, threads, hooks);
    return points;
  }

  TemporaryFolder folder_;
  Library library_{test::library_dir()};
  std::vector<ModelInfo> models_ = all_models();
};

TEST_F(SweepFile, AxesFormAGridWithTheLastOneFastest) {
  const Sweep sweep = read(kSmallStudy);
  EXPECT_EQ(sweep.points(), 36u);
  EXPECT_THAT(sweep.shape, ElementsAre(4u, 3u, 3u));
  EXPECT_THAT(sweep.coordinates(0), ElementsAre(0u, 0u, 0u));
  EXPECT_THAT(sweep.coordinates(1), ElementsAre(0u, 0u, 1u));
  EXPECT_THAT(sweep.coordinates(35), ElementsAre(3u, 2u, 2u));
  EXPECT_THAT(sweep.coordinates(9 + 3), ElementsAre(1u, 1u, 0u));
}

TEST_F(SweepFile, RangesStepInEqualDifferencesOrRatiosAndEndExactly) {
  const Sweep sweep = read(kSmallStudy);
  EXPECT_THAT(sweep.axes[0].numbers,
              ElementsAre(0.1, testing::DoubleNear(0.2, 1e-12), testing::DoubleNear(0.3, 1e-12), 0.4));
  EXPECT_EQ(sweep.axes[0].unit, "m");
  EXPECT_EQ(sweep.axes[0].labels.front(), "0.1 m");
  EXPECT_THAT(sweep.axes[2].numbers, ElementsAre(1e-9, testing::DoubleNear(1e-8, 1e-20), 1e-7));
  EXPECT_TRUE(sweep.axes[2].logarithmic);
}

TEST_F(SweepFile, WholeEndsGiveWholeNumbers) {
  const Sweep sweep = with_axes("[[axis]]\npath = \"lane.rx.ffe_taps\"\nrange = { from = 1, to = 9, points = 3 }\n");
  EXPECT_EQ(std::get<std::int64_t>(sweep.axes[0].values[1].value), 5);
}

TEST_F(SweepFile, ZippedAxesAdvanceTogether) {
  const Sweep sweep = with_axes(
      "[[axis]]\npath = \"lane.trace.length\"\nzip = \"a\"\nvalues = [\"0.1 m\", \"20 cm\"]\n"
      "[[axis]]\npath = \"lane.rx.ffe_taps\"\nvalues = [1, 5, 9]\n"
      "[[axis]]\npath = \"lane.tx.swing\"\nzip = \"a\"\nvalues = [\"0.3 V\", \"0.4 V\"]\n");
  EXPECT_EQ(sweep.points(), 6u);
  EXPECT_EQ(sweep.axes[2].dimension, 0u);
  EXPECT_THAT(sweep.axes[0].numbers, ElementsAre(0.1, 0.2));  // metre: the units differ
  ReadCache cache;
  const LinkScenario last = link_at(sweep, 5, library_, models_, cache);
  const auto& stages = last.link.segments[0].stages;
  EXPECT_EQ(std::get<std::string>(stages[0].model.parameters().at("swing").value), "0.4 V");
  EXPECT_EQ(std::get<std::string>(stages[1].model.parameters().at("length").value), "0.2 m");
}

TEST_F(SweepFile, WordsAreLabels) {
  const Sweep sweep = with_axes("[[axis]]\npath = \"link.fec.code\"\nvalues = [\"kr4\", \"none\"]\n");
  EXPECT_TRUE(sweep.axes[0].numbers.empty());
  EXPECT_THAT(sweep.axes[0].labels, ElementsAre("kr4", "none"));
}

TEST_F(SweepFile, MistakesAreFoundBeforeTheFirstPoint) {
  refused("[[axis]]\npath = \"lane.trace.lenght\"\nvalues = [\"1 m\"]\n", "7:11",
          "unknown parameter \"lenght\" of pcb_trace; did you mean \"length\"?");
  refused("[[axis]]\npath = \"lane.trase.length\"\nvalues = [\"1 m\"]\n", "6:8",
          "segment lane has no stage, coupling or table \"trase\"; did you mean \"trace\"?");
  refused("[[axis]]\npath = \"lame.trace.length\"\nvalues = [\"1 m\"]\n", "6:8",
          "no segment \"lame\"; did you mean \"lane\"?");
  refused("[[axis]]\npath = \"length\"\nvalues = [\"1 m\"]\n", "6:8",
          "a path must read segment.stage.parameter, segment.key or link.key, got \"length\"");
  refused("[[axis]]\npath = \"lane.trace.length\"\nvalues = [\"0.1 m\", \"-1 m\"]\n", "7:20", "length must be in");
  refused("[[axis]]\npath = \"lane.trace.length\"\nvalues = [0.1]\n", "7:11", "length must be a length");
  refused("[[axis]]\npath = \"link.payload_rat\"\nvalues = [\"1 Gbit/s\"]\n", "7:11",
          "unknown key \"payload_rat\" in [link]; did you mean \"payload_rate\"?");
}

TEST_F(SweepFile, WrongAxesAreRefusedWithTheirPlace) {
  const std::string path = "[[axis]]\npath = \"lane.trace.length\"\n";
  refused(path, "6:8", "an axis must have either values or a range");
  refused(path + "values = [\"1 m\"]\nstep = 3\n", "8:1", "unknown key \"step\" in [[axis]]");
  refused(path + "value = [\"1 m\"]\n", "7:1", "unknown key \"value\" in [[axis]]; did you mean \"values\"?");
  refused(path + "values = []\n", "7:10", "values must be a list with at least one value");
  refused(path + "range = { from = \"1 m\", to = \"2 m\" }\n", "7:9", "range must have a key \"points\"");
  refused(path + "range = { from = \"1 m\", to = \"2 m\", points = 1 }\n", "7:46",
          "points must be a whole number from 2");
  refused(path + "range = { from = \"1 m\", to = \"200 cm\", points = 2 }\n", "7:30",
          "a range must begin and end in the same unit, got m and cm");
  refused(path + "range = { from = \"1 m\", to = \"1 m\", points = 2 }\n", "7:30", "must not end where it begins");
  refused(path + "range = { from = \"0 m\", to = \"1 m\", points = 2, scale = \"log\" }\n", "7:57",
          "a range of scale log must begin and end above zero");
  refused(path + "range = { from = \"1 m\", to = \"2 m\", points = 2, scale = \"lin\" }\n", "7:57",
          "unknown scale \"lin\"");
  refused(path + "range = { from = \"far\", to = \"2 m\", points = 2 }\n", "7:18",
          "from must be a number with its unit");
  refused(path + "values = [\"1 m\"]\n" + path + "values = [\"1 m\"]\n", "9:8", "stands twice in the sweep");
  refused(
      path + "zip = \"z\"\nvalues = [\"1 m\"]\n[[axis]]\npath = \"lane.rx.ffe_taps\"\nzip = \"z\"\nvalues = [1, 3]\n",
      "10:8", "axes zipped as \"z\" must have equally many points, got 1 for lane.trace.length and 2 for");
  refused("", "1:1", "a sweep must have at least one [[axis]]");
}

TEST_F(SweepFile, WrongStudiesAreRefused) {
  const std::string axis = "[[axis]]\npath = \"lane.trace.length\"\nvalues = [\"0.1 m\"]\n";
  const auto refused_study = [&](const std::string& study, const std::string& message) {
    EXPECT_THAT([&] { read("[study]\nname = \"s\"\n" + study + axis); },
                testing::ThrowsMessage<ConfigError>(HasSubstr(message)));
  };
  refused_study("kind = \"sweep\"\nlinks = []\n", "study.toml:4:9: links must be a list with at least one link");
  refused_study("kind = \"sweep\"\n", "study.toml:1:1: a sweep must have either link = \"NAME\" or links");
  refused_study("kind = \"sweep\"\nlink = \"smal.toml\"\n", "study.toml:4:8: unknown link \"smal.toml\"");
  refused_study("kind = \"sweep\"\nlink = \"small.toml\"\nengine = \"budgt\"\n",
                "study.toml:5:10: unknown engine \"budgt\"; did you mean \"budget\"?");
  refused_study("kind = \"compare\"\nlink = \"small.toml\"\n", "study.toml:3:8: study kind must be sweep");
}

TEST_F(SweepFile, ALinkReadAgainEqualsALinkReadAfresh) {
  const Sweep sweep = read(kSmallStudy);
  ReadCache cache;
  for (const std::size_t point : {0u, 17u, 35u, 4u}) {
    ReadCache fresh;
    const LinkScenario a = link_at(sweep, point, library_, models_, cache);
    const LinkScenario b = link_at(sweep, point, library_, models_, fresh);
    EXPECT_EQ(to_toml(resolved_scenario(a)), to_toml(resolved_scenario(b)));
    EXPECT_EQ(a.provenance, b.provenance);
  }
}

TEST_F(SweepFile, ProbesReadWhatTheLinkReportsAndTheJournalKeepsIt) {
  const std::string axis = "[[axis]]\npath = \"lane.trace.length\"\nvalues = [\"0.1 m\", \"0.4 m\"]\n";
  const std::string head = "[study]\nname = \"s\"\nkind = \"sweep\"\nlink = \"small.toml\"\n";
  const Sweep sweep = read(head + "probes = [\"lane.tx\", \"lane.trace\"]\n" + axis);
  ASSERT_EQ(sweep.probes.size(), 2u);
  EXPECT_EQ(sweep.probes[1].unit, "V");
  const SweepPoint point = run(sweep, 1).at(1);
  ScenarioOptions options;
  options.sets = {"lane.trace.length=0.4 m"};
  EvaluationOptions evaluation;
  evaluation.reach = evaluation.eye = false;
  evaluation.port_noise = true;
  const LinkReport report =
      evaluate_own_length(read_link(folder_.path() / "small.toml", library_, models_, options).link, evaluation);
  std::vector<double> expected;
  for (const char* stage : {"tx", "trace"})
    for (const Probe& probe : report.probes)
      if (probe.stage == stage)
        expected.insert(expected.end(), {probe.mean, probe.swing, probe.noise_rms.value_or(0.0)});
  ASSERT_EQ(expected.size(), 6u);
  EXPECT_GT(expected[4], 0.0);
  EXPECT_EQ(point.probes, expected);
  SweepPoint again;
  std::size_t number = 0;
  ASSERT_TRUE(read_journal_line(journal_line(1, point), number, again));
  EXPECT_EQ(again, point);

  const auto refused_probes = [&](const std::string& probes, const std::string& message) {
    EXPECT_THAT([&] { read(head + "probes = " + probes + "\n" + axis); },
                testing::ThrowsMessage<ConfigError>(HasSubstr(message)));
  };
  refused_probes("[\"lane.trase\"]", "has no stage \"lane.trase\"; did you mean \"lane.trace\"?");
  refused_probes("[\"trace\"]", "study.toml:5:11: a probe must read SEGMENT.STAGE");
  refused_probes("[\"lane.tx\", \"lane.tx\"]", "probe \"lane.tx\" stands twice");
  refused_probes("3", "probes must be a list of SEGMENT.STAGE");
}

TEST_F(SweepFile, PointsThatShareAChannelAreNeighbours) {
  const Sweep sweep = with_axes(
      "[[axis]]\npath = \"lane.rx.ffe_taps\"\nvalues = [1, 5]\n"
      "[[axis]]\npath = \"lane.trace.length\"\nvalues = [\"0.1 m\", \"0.2 m\", \"0.3 m\"]\n");
  EXPECT_THAT(computing_order(sweep), ElementsAre(0u, 3u, 1u, 4u, 2u, 5u));
}

TEST_F(SweepFile, ThreadsOrderAndDivisionDoNotChangeABit) {
  const Sweep sweep = read(kSmallStudy);
  const auto one = run(sweep, 1);
  ASSERT_EQ(one.size(), 36u);
  EXPECT_EQ(run(sweep, 2), one);
  std::map<std::size_t, SweepPoint> half;
  for (const auto& [number, point] : one)
    if (number % 2 == 1) half.emplace(number, point);
  EXPECT_EQ(run(sweep, 2, half), one);
}

// Against the program's other way to the same number: the link read, changed by hand and evaluated.
TEST_F(SweepFile, APointIsTheLinkWithItsValues) {
  const Sweep sweep = read(kSmallStudy);
  const auto points = run(sweep, 2);
  ScenarioOptions options;
  options.sets = {"lane.trace.length=0.4 m", "lane.rx.ffe_taps=5", "lane.rx.input_noise=1e-7 V^2/GHz"};
  const LinkScenario scenario = read_link(folder_.path() / "small.toml", library_, models_, options);
  EvaluationOptions evaluation;
  evaluation.reach = false;
  evaluation.eye = false;
  const LinkReport report = evaluate_own_length(scenario.link, evaluation);
  const SweepPoint& point = points.at(3 * 9 + 1 * 3 + 2);
  EXPECT_EQ(point.log10_pre_fec_ber, report.verdict.pre_fec_ber.log10());
  EXPECT_EQ(point.margin_q, report.verdict.margin_q);
  EXPECT_EQ(point.power, report.energy.module_and_host.watts);
  EXPECT_EQ(point.limited_by, report.limited_by);
}

TEST_F(SweepFile, APointThatBreaksARuleIsARowWithItsMessage) {
  const Sweep sweep = with_axes(
      "[[axis]]\npath = \"lane.rx.ffe_taps\"\nvalues = [1, 5]\n"
      "[[axis]]\npath = \"lane.rx.ffe_pre_taps\"\nvalues = [0, 3]\n");
  const auto points = run(sweep, 1);
  EXPECT_THAT(points.at(1).error, HasSubstr("ffe_pre_taps"));
  for (const std::size_t good : {0u, 2u, 3u}) EXPECT_FALSE(points.at(good).failed()) << points.at(good).error;
}

class Journal : public SweepFile {
 protected:
  SweepPoint point(double margin) const {
    SweepPoint p;
    p.log10_pre_fec_ber = -433.0 / 3.0;
    p.margin_q = margin;
    p.latency = 1e-7 / 3.0;
    p.closes = true;
    p.validity_notes = 3;
    p.limited_by = "rx.input";
    return p;
  }
  std::string file() const { return folder_.path() / "s.journal"; }
  JournalIdentity identity_{"0123", "statistical", "1.0", "abc", 100};
};

TEST_F(Journal, NumbersComeBackBitForBit) {
  for (const SweepPoint& p : {point(0.1), point(5e-324), point(1.7976931348623157e308), failed_point("a\tb\\n \nc")}) {
    std::size_t number = 0;
    SweepPoint back;
    ASSERT_TRUE(read_journal_line(journal_line(77, p), number, back));
    EXPECT_EQ(number, 77u);
    EXPECT_EQ(back, p);
  }
}

TEST_F(Journal, ADamagedLineIsNoticed) {
  const std::string line = journal_line(7, point(1.5));
  for (std::size_t i = 0; i < line.size(); ++i) {
    std::string damaged = line;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    std::size_t number = 0;
    SweepPoint back;
    EXPECT_FALSE(read_journal_line(damaged, number, back)) << i;
    EXPECT_FALSE(read_journal_line(line.substr(0, i), number, back)) << i;
  }
}

TEST_F(Journal, TornEndIsDroppedAndTheRestIsKept) {
  {
    SweepJournal journal(file(), identity_, JournalMode::fresh);
    for (const std::size_t n : {3u, 1u, 2u}) journal.append(n, point(1.0 + static_cast<double>(n)));
  }
  const std::string whole = read_text(file());
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    std::ofstream(file(), std::ios::binary) << whole.substr(0, size);
    {
      SweepJournal journal(file(), identity_, JournalMode::resume);
      for (const auto& [number, p] : journal.found()) EXPECT_EQ(p, point(1.0 + static_cast<double>(number)));
      const auto lines = std::count(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size), '\n');
      EXPECT_EQ(static_cast<std::ptrdiff_t>(journal.found().size()), std::max<std::ptrdiff_t>(0, lines - 1));
      journal.append(9, point(9.0));
    }
    const SweepJournal again(file(), identity_, JournalMode::resume);
    EXPECT_EQ(again.found().at(9), point(9.0)) << size;
  }
}

TEST_F(Journal, OthersAreRefused) {
  {
    const SweepJournal journal(file(), identity_, JournalMode::fresh);
  }
  const auto refused = [&](JournalIdentity identity, JournalMode mode, const std::string& message) {
    EXPECT_THAT([&] { const SweepJournal journal(file(), identity, mode); },
                testing::ThrowsMessage<ConfigError>(HasSubstr(message)));
  };
  refused(identity_, JournalMode::fresh,
          "s.journal: journal of a sweep that was interrupted: --resume goes on with it, --restart begins anew");
  refused({"0123", "statistical", "1.1", "abc", 100}, JournalMode::resume,
          "journal of version 1.0 (abc), this is 1.1 (abc)");
  refused({"4567", "statistical", "1.0", "abc", 100}, JournalMode::resume,
          "journal of another sweep: the study, its links or the engine changed");
  refused({"0123", "budget", "1.0", "abc", 100}, JournalMode::resume, "journal of another sweep");
  folder_.file("s.journal", "a letter\n");
  refused(identity_, JournalMode::resume, "s.journal: no journal of a sweep");
  refused(identity_, JournalMode::restart, "s.journal: no journal of a sweep");
}

TEST_F(Journal, IsOfOneProcessAtATime) {
  const SweepJournal journal(file(), identity_, JournalMode::fresh);
  EXPECT_THAT([&] { const SweepJournal other(file(), identity_, JournalMode::resume); },
              testing::ThrowsMessage<IoError>(HasSubstr("is in use by another sweep")));
}

TEST_F(Journal, FingerprintFollowsTheValuesAndNotTheComments) {
  const auto of = [&](const std::string& text) { return identity_of(read(text), library_.folder).study; };
  const std::string same = of(kSmallStudy);
  EXPECT_EQ(of(std::string("# a comment\n") + kSmallStudy), same);
  std::string other = kSmallStudy;
  other.replace(other.find("0.4 m"), 5, "0.5 m");
  EXPECT_NE(of(other), same);
  std::string link = kSmallLink;
  link.replace(link.find("lanes = 4"), 9, "lanes = 5");
  folder_.file("small.toml", link);
  EXPECT_NE(of(kSmallStudy), same);
}

}  // namespace
}  // namespace tessera::testing_support

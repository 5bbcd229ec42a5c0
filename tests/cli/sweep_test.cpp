#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <set>
#include <sstream>

#include "phy/io/hdf5_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/support/locations.hpp"
#include "tests/support/small_sweep.hpp"

namespace tessera::testing_support {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

class SweepCommand : public testing::Test {
 protected:
  SweepCommand() {
    folder_.file("small.toml", kSmallLink);
    study_ = folder_.file("study.toml", kSmallStudy);
  }
  std::string path(const std::string& name) const { return folder_.path() / name; }
  ProcessResult sweep(std::vector<std::string> more, const ProcessOptions& options = {}) const {
    more.insert(more.begin(), {"sweep", study_});
    return tessera(more, options);
  }
  TemporaryFolder folder_;
  std::string study_;
};

TEST_F(SweepCommand, WritesCsvHdf5AndPictures) {
  const ProcessResult result =
      sweep({"--csv", path("s.csv"), "--out", path("s.h5"), "--plots", path("pictures"), "--threads", "2"});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  EXPECT_THAT(result.error, HasSubstr("small_sweep: 36 points, 36 computed"));
  const auto lines = lines_of(read_text(path("s.csv")));
  ASSERT_EQ(lines.size(), 37u);
  EXPECT_EQ(lines[0],
            "point,link,lane.trace.length (m),lane.rx.ffe_taps,lane.rx.input_noise (V^2/GHz),log10_pre_fec_ber,"
            "log10_frame_loss_ratio,margin_q,power_per_end (W),energy_lane_electronics (pJ/bit),energy_module (pJ/bit),"
            "energy_module_and_host (pJ/bit),fit (FIT),latency (s),closes,validity_notes,limited_by,message\r");
  EXPECT_THAT(lines[1], StartsWith("0,small,0.1,1,1e-09,"));
  EXPECT_THAT(lines[36], StartsWith("35,small,0.4,9,1e-07,"));

  const Hdf5Reader file(path("s.h5"));
  EXPECT_EQ(file.format_version(), 1);
  const auto margin = file.dataset("/links/small/margin_q");
  EXPECT_EQ(margin.shape, (std::vector<std::size_t>{4, 3, 3}));
  EXPECT_EQ(file.axis_of("/links/small/margin_q", 0), "/axes/lane.trace.length");
  EXPECT_EQ(file.axis_of("/links/small/margin_q", 2), "/axes/lane.rx.input_noise");
  EXPECT_EQ(file.dataset("/axes/lane.rx.input_noise").unit, "V^2/GHz");
  EXPECT_EQ(file.dataset("/links/small/latency").unit, "s");
  // A hundred times the noise at the same length and taps; the equaliser settles on least squares, not on errors, so
  // neighbours far from the noise may change places by a little.
  for (std::size_t i = 0; i + 2 < margin.values.size(); i += 3)
    EXPECT_GT(1.02 * margin.values[i], margin.values[i + 2]) << i;
  for (const char* name : {"small_ber.svg", "small_margin.svg", "small_margin_map.svg"})
    EXPECT_THAT(read_text(path("pictures") + "/" + name), HasSubstr("</svg>")) << name;
  EXPECT_FALSE(std::filesystem::exists(path("s.h5.journal")));
}

TEST_F(SweepCommand, CsvGoesToStandardOutputAndNothingElse) {
  const ProcessResult result = sweep({"--csv", "-", "--engine", "budget", "--quiet"});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  EXPECT_EQ(lines_of(result.out).size(), 37u);
  EXPECT_EQ(result.error, "");
}

TEST_F(SweepCommand, TextWithCommasIsQuoted) {
  std::string study = kSmallStudy;
  study = study.substr(0, study.find("[[axis]]")) +
          "[[axis]]\npath = \"lane.tx.ffe_taps\"\nvalues = [[1.0], [-0.1, 0.9]]\n"
          "[[axis]]\npath = \"lane.tx.ffe_main\"\nvalues = [0, 1]\n";
  study_ = folder_.file("study.toml", study);
  const ProcessResult result = sweep({"--csv", "-", "--engine", "budget"});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const auto lines = lines_of(result.out);
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_THAT(lines[4], StartsWith("3,small,\"[-0.1, 0.9]\",1,-"));
  // One tap has no tap of index 1: the point fails and the others do not.
  EXPECT_THAT(lines[2], StartsWith("1,small,[1.0],1,,,,,,,,,,,,,"));
  EXPECT_THAT(lines[2], HasSubstr("ffe_main"));
}

// Killed ten times at random moments, resumed each time with one or two threads: the same file, no point lost or twice.
TEST_F(SweepCommand, KilledTenTimesItResumesToTheSameFile) {
  std::string study = kSmallStudy;
  study.replace(study.find("points = 4"), 10, "points = 40");
  study.replace(study.find("[1, 5, 9]"), 9, "[1, 3, 5, 7, 9, 11, 13, 15]");
  study_ = folder_.file("study.toml", study);  // 960 points
  ASSERT_EQ(sweep({"--csv", path("one.csv"), "--threads", "1"}).exit_code, 0);
  ASSERT_EQ(sweep({"--csv", path("two.csv"), "--threads", "2"}).exit_code, 0);
  const std::string expected = read_text(path("one.csv"));
  EXPECT_EQ(read_text(path("two.csv")), expected);
  ASSERT_EQ(lines_of(expected).size(), 961u);

  std::mt19937 random(20260301);  // NOLINT: the moments need no secrecy, only to differ
  std::uniform_real_distribution<double> moment(0.05 * kSlowness, 0.35 * kSlowness);
  const std::string journal = path("s.csv.journal");
  std::size_t before = 0;
  for (int kill = 0; kill < 10; ++kill) {
    ProcessOptions options;
    options.timeout_s = moment(random);  // SIGKILL
    // Every other kill waits for points of this run, however slow the machine is today.
    if (kill % 2 == 1) {
      options.timeout_s *= 0.1;
      options.armed = [&] { return lines_of(read_text(journal)).size() > std::max<std::size_t>(before, 1); };
    }
    const ProcessResult result =
        sweep({"--csv", path("s.csv"), "--resume", "--threads", kill % 2 == 0 ? "1" : "2"}, options);
    ASSERT_EQ(result.exit_code, 128 + 9) << "the sweep was done before kill " << kill;
    EXPECT_FALSE(std::filesystem::exists(path("s.csv")));
    const auto points = lines_of(read_text(journal));
    if (points.size() > 1) {
      EXPECT_GE(points.size(), before) << "kill " << kill << " lost points";
      before = points.size();
    }
    // What was written is whole: no number stands twice.
    std::set<std::string> numbers;
    for (std::size_t i = 1; i < points.size(); ++i)
      EXPECT_TRUE(numbers.insert(points[i].substr(0, points[i].find('\t'))).second) << points[i];
  }
  EXPECT_GT(before, 5u) << "the kills came before any point";
  const ProcessResult result = sweep({"--csv", path("s.csv"), "--resume", "--threads", "2"});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  EXPECT_THAT(result.error, HasSubstr(" from the journal"));
  EXPECT_EQ(read_text(path("s.csv")), expected);
  EXPECT_FALSE(std::filesystem::exists(journal));
}

TEST_F(SweepCommand, InterruptSaysHowToGoOn) {
  std::string study = kSmallStudy;
  study.replace(study.find("points = 4"), 10, "points = 400");
  study_ = folder_.file("study.toml", study);
  ProcessOptions options;
  options.interrupt_after_s = 0.6 * kSlowness;
  const ProcessResult result = sweep({"--csv", path("s.csv")}, options);
  ASSERT_EQ(result.exit_code, 130) << result.error;
  EXPECT_THAT(result.error, HasSubstr(" of 3600 points are kept in " + path("s.csv.journal") +
                                      "; the same command with --resume goes on"));
  EXPECT_FALSE(std::filesystem::exists(path("s.csv")));

  const ProcessResult again = sweep({"--csv", path("s.csv")});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.error,
              HasSubstr("s.csv.journal: journal of a sweep that was interrupted: --resume goes on with it, "
                        "--restart begins anew"));
  folder_.file("study.toml", kSmallStudy);
  const ProcessResult other = sweep({"--csv", path("s.csv"), "--resume"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_EQ(other.error,
            "tessera: " + path("s.csv.journal") +
                ": journal of another sweep: the study, its links or the engine changed; give --restart to "
                "begin anew\n");
  EXPECT_EQ(sweep({"--csv", path("s.csv"), "--restart"}).exit_code, 0);
  EXPECT_EQ(lines_of(read_text(path("s.csv"))).size(), 37u);
}

TEST_F(SweepCommand, AFullDiskIsOneLineAndLeavesTheJournal) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  const ProcessResult journal = sweep({"--csv", path("s.csv"), "--journal", "/dev/full"});
  EXPECT_EQ(journal.exit_code, 4);
  EXPECT_EQ(journal.error, "tessera: cannot write /dev/full: No space left on device\n");
  const ProcessResult csv = sweep({"--csv", "/dev/full", "--journal", path("j")});
  EXPECT_EQ(csv.exit_code, 4);
  EXPECT_EQ(csv.error, "tessera: cannot write /dev/full: No space left on device\n");
  // Every point is in the journal: what is left to do is to write.
  const ProcessResult rest = sweep({"--csv", path("s.csv"), "--journal", path("j"), "--resume"});
  EXPECT_EQ(rest.exit_code, 0) << rest.error;
  EXPECT_THAT(rest.error, HasSubstr("36 points, 0 computed"));
}

TEST_F(SweepCommand, WrongUseIsOneLine) {
  const auto refused = [&](const std::vector<std::string>& more, int code, const std::string& message) {
    const ProcessResult result = sweep(more);
    EXPECT_EQ(result.exit_code, code) << result.error;
    EXPECT_THAT(result.error, HasSubstr(message));
    EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
  };
  refused({}, 2, "a sweep needs a place for its results: --out FILE, --csv FILE or --plots DIR");
  refused({"--csv", "-", "--resume"}, 2, "--resume needs a journal");
  refused({"--csv", path("s.csv"), "--resume", "--restart"}, 2, "--resume and --restart exclude each other");
  refused({"--csv", path("a"), "--out", path("a")}, 2, "--csv and --out must be two files");
  refused({"--csv", path("no/s.csv")}, 4, "no folder " + path("no"));
  refused({"--csv", path("s.csv"), "--engine", "budgt"}, 2, "unknown engine \"budgt\"; did you mean \"budget\"?");
  refused({"--csv", path("s.csv"), "--set", "smal.lane.lanes=4"}, 2, "a path begins with the name of a link");
  const ProcessResult run = tessera({"run", study_});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.error, HasSubstr("study.toml:3:8: a study of kind sweep is computed by tessera sweep"));
}

TEST_F(SweepCommand, WhereEveryPointFailsTheExitCodeSaysSo) {
  study_ = folder_.file("study.toml",
                        "[study]\nname = \"s\"\nkind = \"sweep\"\nlink = \"small.toml\"\n"
                        "[[axis]]\npath = \"lane.rx.ffe_pre_taps\"\nvalues = [3, 4]\n");
  const ProcessResult result = sweep({"--csv", path("s.csv")});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.error, HasSubstr("every point failed, the first with: "));
  EXPECT_EQ(lines_of(read_text(path("s.csv"))).size(), 3u);
}

TEST_F(SweepCommand, CheckCountsThePoints) {
  const ProcessResult result = tessera({"check", study_});
  EXPECT_EQ(result.exit_code, 0) << result.error;
  EXPECT_THAT(result.out, HasSubstr("small_sweep: ok, 36 points, engine statistical"));
  EXPECT_THAT(result.out, HasSubstr("lane.trace.length: 4 values from 0.1 m to 0.4 m"));
}

TEST_F(SweepCommand, HelpTeaches) {
  const ProcessResult result = tessera({"sweep", "--help"});
  EXPECT_EQ(result.exit_code, 0);
  for (const char* words : {"[[axis]]", "--resume", "range = { from", "Examples:"})
    EXPECT_THAT(result.out, HasSubstr(words));
}

TEST(ShippedSweep, IsReadable) {
  for (const auto& entry : std::filesystem::directory_iterator(test::library_dir() / "studies")) {
    if (!entry.path().filename().string().starts_with("sweep_")) continue;
    const ProcessResult result = tessera({"check", "studies/" + entry.path().stem().string()});
    EXPECT_EQ(result.exit_code, 0) << result.error;
    EXPECT_THAT(result.out, HasSubstr(": ok, "));
  }
}

TEST(ShippedSweep, CopperHasTenThousandPoints) {
  EXPECT_THAT(tessera({"check", "sweep_copper_dac"}).out, HasSubstr("ok, 10000 points"));
}

}  // namespace
}  // namespace tessera::testing_support

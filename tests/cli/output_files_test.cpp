#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/cli/program.hpp"
#include "tests/support/locations.hpp"

namespace tessera::testing_support {
namespace {

using testing::HasSubstr;

// Results never take the place of what a user wrote or measured.
class OutputFiles : public testing::Test {
 protected:
  std::string copy(const std::string& folder, const std::string& name) const {
    return folder_.file(name, read_text((test::library_dir() / folder / name).string()));
  }

  static void expect_kept(const std::vector<std::string>& arguments, const std::string& file) {
    const std::string before = read_text(file);
    const ProcessResult result = tessera(arguments);
    EXPECT_EQ(result.exit_code, 2) << result.error;
    EXPECT_THAT(result.error, HasSubstr(file));
    EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
    EXPECT_EQ(read_text(file), before);
  }

  TemporaryFolder folder_;
};

TEST_F(OutputFiles, DoNotReplaceTheScenario) {
  const std::string link = copy("links", "copper_dac_800g.toml");
  expect_kept({"run", link, "--no-reach", "--json", link}, link);
  expect_kept({"run", link, "--no-reach", "--out", link}, link);
  const std::string sweep = folder_.file("sweep.toml", "[study]\n");
  expect_kept({"sweep", sweep, "--csv", sweep}, sweep);
  const std::string fabric = copy("fabrics", "nvl72.toml");
  expect_kept({"fabric", fabric, "--json", fabric}, fabric);
}

TEST_F(OutputFiles, DoNotReplaceOtherScenariosOrChannels) {
  const std::string other = folder_.file("other.toml", "[link]\n"),
                    channel = folder_.file("channel.S4P", "# GHz S RI\n"),
                    points = folder_.file("points.csv", "length,ber\nm,1\n1,1e-5\n");
  expect_kept({"run", "copper_dac_800g", "--json", other}, other);
  expect_kept({"run", "copper_dac_800g", "--json", channel}, channel);
  expect_kept({"run", "copper_dac_800g", "--measured-ber", points, "--json", points}, points);
}

TEST_F(OutputFiles, DoNotReplaceAResultThatIsRead) {
  const std::string result = folder_.file("fabric.h5", "\x89HDF\r\n\x1a\nnot really");
  expect_kept({"fabric", result, "--json", result}, result);
}

TEST_F(OutputFiles, AnEmptyFileIsNoJournalUnlessSaid) {
  const std::string note = folder_.file("note.txt", "");
  expect_kept({"sweep", "sweep_copper_dac", "--csv", "-", "--journal", note}, note);
}

TEST_F(OutputFiles, AnEarlierResultIsReplaced) {
  const std::string result = folder_.file("result.json", "{}");
  EXPECT_EQ(
      tessera({"run", "copper_dac_800g", "--engine", "budget", "--no-reach", "--json", result, "--quiet"}).exit_code,
      0);
  EXPECT_GT(read_text(result).size(), 1000u);
}

// Counting takes as long as it takes: where many links are computed it is refused, not begun.
TEST(CountingEngine, IsForSingleLinks) {
  const TemporaryFolder folder;
  const std::vector<std::vector<std::string>> commands{
      {"fabric", "nvl72"},
      {"export", "nvl72", "--to", "csv", "--out", (folder.path() / "out").string()},
      {"sweep", "sweep_copper_dac", "--csv", (folder.path() / "s.csv").string()}};
  for (std::vector<std::string> command : commands) {
    command.insert(command.end(), {"--engine", "bit_by_bit"});
    const ProcessResult result = tessera(command);
    EXPECT_EQ(result.exit_code, 2) << command.front();
    EXPECT_THAT(result.error, HasSubstr("budget or statistical"));
  }
}

}  // namespace
}  // namespace tessera::testing_support

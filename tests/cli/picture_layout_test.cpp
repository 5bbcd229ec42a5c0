#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <regex>
#include <string>
#include <vector>

#include "tests/cli/program.hpp"

namespace tessera::testing_support {
namespace {

namespace fs = std::filesystem;

struct Word {
  double left, top, right, bottom;
  std::string text;
};

// Upright words of a picture with the room they take: half their height for each letter is less than any of them has.
std::vector<Word> words(const fs::path& picture) {
  const std::string svg = read_text(picture);
  static const std::regex element(
      "<text x=\"([0-9.-]+)\" y=\"([0-9.-]+)\" font-size=\"([0-9.]+)\" fill=\"[^\"]*\" text-anchor=\"([a-z]+)\"([^>]*)>"
      "([^<]+)</text>");
  std::vector<Word> result;
  for (std::sregex_iterator at(svg.begin(), svg.end(), element), end; at != end; ++at) {
    if ((*at)[5].str().find("rotate") != std::string::npos) continue;
    const double x = std::stod((*at)[1].str()), y = std::stod((*at)[2].str()), size = std::stod((*at)[3].str());
    const std::string anchor = (*at)[4].str(), text = (*at)[6].str();
    const double width = 0.5 * size * static_cast<double>(text.size());
    const double left = x - (anchor == "end" ? width : anchor == "middle" ? 0.5 * width : 0.0);
    result.push_back({left, y - 0.7 * size, left + width, y, text});
  }
  return result;
}

class PictureLayout : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    const ProcessResult result = tessera({"run", "all_800g", "--engine", "budget", "--waterfall", "--quiet", "--plots",
                                          folder_->path().string(), "--threads", "2"});
    ASSERT_EQ(result.exit_code, 0) << result.error;
  }
  static void TearDownTestSuite() { folder_.reset(); }

  static inline std::unique_ptr<TemporaryFolder> folder_;
};

// Thirteen links, some of them alike in reach and energy.
TEST_F(PictureLayout, NoWordsStandOnOthers) {
  for (const char* picture : {"ber_against_length.svg", "ber_against_snr.svg", "ber_against_received_oma.svg",
                              "reach_against_energy.svg", "power_breakdown.svg"}) {
    SCOPED_TRACE(picture);
    const std::vector<Word> all = words(folder_->path() / picture);
    ASSERT_GT(all.size(), 15u);
    for (std::size_t i = 0; i < all.size(); ++i)
      for (std::size_t j = i + 1; j < all.size(); ++j)
        EXPECT_FALSE(all[i].left < all[j].right && all[j].left < all[i].right && all[i].top < all[j].bottom &&
                     all[j].top < all[i].bottom)
            << all[i].text << " and " << all[j].text;
  }
}

TEST_F(PictureLayout, WordsAreNotCutAtTheEdges) {
  for (const auto& entry : fs::directory_iterator(folder_->path())) {
    SCOPED_TRACE(entry.path());
    for (const Word& word : words(entry.path())) {
      EXPECT_GE(word.left, 0.0) << word.text;
      EXPECT_LE(word.right, 900.0) << word.text;
    }
  }
}

}  // namespace
}  // namespace tessera::testing_support

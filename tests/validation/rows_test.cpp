#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "phy/io/text_file.hpp"
#include "tests/support/locations.hpp"
#include "tools/tessera/validation/rows.hpp"

// The rows that `tessera validate` prints are checks of this level: each is asserted here too.
namespace tessera {
namespace {

using validation::validation_rows;

TEST(ValidationRows, EveryRowIsWithinItsTolerance) {
  for (const auto& row : validation_rows())
    EXPECT_TRUE(row.within()) << row.id << ": expected " << row.expected << " +- " << row.tolerance << ", got "
                              << row.got << " (" << row.source << ")";
}

TEST(ValidationRows, EveryRowSaysWhereItsExpectedValueComesFrom) {
  constexpr std::array<std::string_view, 8> kKinds{"measured",   "standard",   "independent-code", "closed-form",
                                                   "arithmetic", "calibrated", "modelled",         "own-model"};
  std::set<std::string> ids;
  for (const auto& row : validation_rows()) {
    EXPECT_NE(std::find(kKinds.begin(), kKinds.end(), row.kind), kKinds.end()) << row.id << " has kind " << row.kind;
    EXPECT_FALSE(row.source.empty()) << row.id;
    EXPECT_GT(row.tolerance, 0.0) << row.id;
    EXPECT_TRUE(ids.insert(row.id).second) << row.id << " stands twice";
  }
  EXPECT_GT(ids.size(), 20U);
}

TEST(ValidationRows, ThePageOfTheDocsListsEveryRow) {
  const std::string page = read_text_file(test::source_dir() / "docs/validation/index.md");
  for (const auto& row : validation_rows())
    EXPECT_NE(page.find("| " + row.id + " |"), std::string::npos)
        << row.id << " is missing: tessera validate --docs docs/validation";
}

}  // namespace
}  // namespace tessera

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

#include "tests/support/model_laws.hpp"
#include "tests/support/model_probe.hpp"

namespace tessera {

void PrintTo(const ModelInfo& info, std::ostream* out) { *out << info.type; }

namespace {

using contract::Law;

/// A law that a model cannot be held to, and why. At most five in the whole suite; the reason is printed with the
/// result.
struct Skip {
  std::string_view model, law, reason;
};

constexpr std::size_t kMostSkips = 5;
constexpr std::array<Skip, 0> kSkips{};

static_assert(kSkips.size() <= kMostSkips);

struct Case {
  ModelInfo info;
  Law law;
};

// What GoogleTest prints of a case that failed.
void PrintTo(const Case& test, std::ostream* out) { *out << test.info.type << ", " << test.law.name; }

std::string name_of(const testing::TestParamInfo<Case>& test) {
  return std::string(test.param.info.type) + "_" + std::string(test.param.law.name);
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const ModelInfo& info : all_models()) {
    try {
      const AnyModel model = info.make(contract::required_parameters(info));
      for (const Law& law : contract::all_laws()) {
        if (law.applies(info, model)) all.push_back({info, law});
      }
    } catch (const Error&) {
      // Reported by DefaultsAreValid, which every model is put through.
    }
  }
  return all;
}

class Laws : public testing::TestWithParam<Case> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Laws);

TEST_P(Laws, Hold) {
  const auto& [info, law] = GetParam();
  for (const Skip& skip : kSkips) {
    if (skip.model == info.type && skip.law == law.name) GTEST_SKIP() << skip.reason;
  }
  const AnyModel model = info.make(contract::required_parameters(info));
  for (const std::string& violation : law.check(info, model)) ADD_FAILURE() << info.type << ": " << violation;
}

INSTANTIATE_TEST_SUITE_P(Models, Laws, testing::ValuesIn(cases()), name_of);

class Defaults : public testing::TestWithParam<ModelInfo> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Defaults);

TEST_P(Defaults, AreValid) {
  const ModelInfo& info = GetParam();
  const AnyModel model = info.make(contract::required_parameters(info));
  EXPECT_EQ(model.type(), info.type);
  EXPECT_EQ(model.kind(), info.kind);
  EXPECT_EQ(model.parameters().size(), info.parameters.size());
}

INSTANTIATE_TEST_SUITE_P(Models, Defaults, testing::ValuesIn(all_models()),
                         [](const testing::TestParamInfo<ModelInfo>& test) { return std::string(test.param.type); });

TEST(ModelList, NamesAreUniqueAndFamiliesAreFolders) {
  std::set<std::string_view> names;
  for (const ModelInfo& info : all_models()) {
    EXPECT_TRUE(names.insert(info.type).second) << info.type;
    EXPECT_TRUE(info.family.starts_with("channels/") || info.family.starts_with("devices/")) << info.family;
  }
}

TEST(Skips, NameAModelALawAndAReason) {
  const auto models = all_models();
  const auto laws = contract::all_laws();
  for (const Skip& skip : kSkips) {
    EXPECT_TRUE(std::any_of(models.begin(), models.end(), [&](const ModelInfo& m) { return m.type == skip.model; }))
        << skip.model;
    EXPECT_TRUE(std::any_of(laws.begin(), laws.end(), [&](const Law& l) { return l.name == skip.law; })) << skip.law;
    EXPECT_GT(skip.reason.size(), 20u);
  }
}

}  // namespace
}  // namespace tessera

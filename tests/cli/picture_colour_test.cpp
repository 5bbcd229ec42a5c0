#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "tests/cli/program.hpp"

namespace tessera::testing_support {
namespace {

namespace fs = std::filesystem;

// Colour of the sample before each word of a legend, or of the word itself (scatter plots).
std::map<std::string, std::string> legend(const fs::path& picture) {
  const std::string svg = read_text(picture);
  static const std::regex area("fill=\"(#[0-9a-f]{6})\"(?: fill-opacity=\"[0-9.]+\")?/>\n<text [^>]*>([^<]+)</text>"),
      line("stroke=\"(#[0-9a-f]{6})\" stroke-width=\"2.2\"[^>]*/>\n<text [^>]*>([^<]+)</text>"),
      word("fill=\"(#[0-9a-f]{6})\" text-anchor=\"[a-z]+\" font-weight=\"600\">([^<]+)</text>");
  std::map<std::string, std::string> colours;
  for (const std::regex* pattern : {&area, &line, &word})
    for (std::sregex_iterator at(svg.begin(), svg.end(), *pattern), end; at != end; ++at)
      colours.emplace((*at)[2].str(), (*at)[1].str());
  return colours;
}

using Colours = std::map<std::string, std::set<std::string>>;  // of each technology

void add(const fs::path& picture, const std::map<std::string, std::string>& technology_of, Colours& colours) {
  const auto found = legend(picture);
  for (const auto& [name, technology] : technology_of) {
    const auto entry = found.find(name);
    if (entry != found.end()) colours[technology].insert(entry->second);
  }
}

TEST(PictureColours, ATechnologyHasOneInEveryPicture) {
  const TemporaryFolder folder;
  Colours colours;
  std::size_t entries = 0;
  // Fabrics: "tier: technology" in bars, "tier: link" in curves.
  for (const char* fabric : {"superpod_h100", "nvl72", "cluster_100k"}) {
    const fs::path pictures = folder.path() / fabric;
    const ProcessResult result =
        tessera({"fabric", fabric, "--engine", "budget", "--json", "-", "--plots", pictures.string()});
    ASSERT_EQ(result.exit_code, 0) << result.error;
    const nlohmann::json report = nlohmann::json::parse(result.out).at("fabric");
    std::map<std::string, std::string> parts, curves;
    for (const auto& tier : report.at("tiers")) {
      const std::string name = tier.at("name").get<std::string>() + ": ";
      for (const auto& part : tier.at("classes"))
        parts[name + part.at("technology").get<std::string>()] = part.at("technology");
      curves[name + tier.at("link").get<std::string>()] = tier.at("technology");
    }
    for (const auto& other : report.at("operation").at("alternatives"))
      parts[other.at("tier").get<std::string>() + ": " + other.at("technology").get<std::string>()] =
          other.at("technology");
    for (const char* bars : {"energy_by_tier.svg", "failures_per_day.svg"}) {
      const auto found = legend(pictures / bars);
      for (const auto& [name, technology] : parts) EXPECT_TRUE(found.contains(name)) << bars << " " << name;
      add(pictures / bars, parts, colours);
    }
    add(pictures / "loss_against_margin.svg", curves, colours);
    entries += parts.size();
  }
  // Links: by their names.
  const fs::path pictures = folder.path() / "run";
  const ProcessResult result =
      tessera({"run", "all_800g", "--engine", "budget", "--json", "-", "--plots", pictures.string(), "--threads", "2"});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  std::map<std::string, std::string> links;
  const nlohmann::json run = nlohmann::json::parse(result.out);
  for (const auto& link : run.at("links")) links[link.at("name")] = link.at("technology");
  for (const char* picture : {"ber_against_length.svg", "reach_against_energy.svg"})
    add(pictures / picture, links, colours);
  EXPECT_GT(entries, 8U);
  EXPECT_GE(colours.size(), 8U);
  std::set<std::string> all;
  for (const auto& [technology, own] : colours) {
    EXPECT_EQ(own.size(), 1U) << technology;
    EXPECT_TRUE(all.insert(*own.begin()).second) << technology << " shares its colour";
  }
}

}  // namespace
}  // namespace tessera::testing_support

#include "tools/report/technology_ink.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace tessera::report {

std::size_t technology_colour(std::string_view technology) {
  // Places in the palette; a new technology goes to the end, so that the others keep theirs.
  static constexpr std::array<std::string_view, 12> kOrder{
      "copper_dac", "dsp_pluggable",        "microled", "lpo", "cpo",       "aoc",
      "lro",        "" /* grey: unknown */, "aec",      "acc", "backplane", "c2m"};
  const auto* found = std::find(kOrder.begin(), kOrder.end(), technology);
  return found == kOrder.end() || technology.empty() ? kOtherColour : static_cast<std::size_t>(found - kOrder.begin());
}

std::vector<Ink> inks_of(const std::vector<LinkReport>& links) {
  std::map<std::string, std::size_t> before;
  std::vector<Ink> inks;
  for (const LinkReport& link : links) inks.push_back({technology_colour(link.technology), before[link.technology]++});
  return inks;
}

}  // namespace tessera::report

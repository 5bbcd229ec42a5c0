#include "scenarios/fabric/cable_lengths.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "phy/core/error.hpp"

namespace tessera {

double length_quantile(const CableLengths& l, double u) {
  const double width = l.high - l.low;
  if (l.shape != CableLengths::Shape::triangular || width <= 0.0) return l.low + u * width;
  if (u * width < l.mode - l.low) return l.low + std::sqrt(u * width * (l.mode - l.low));
  return l.high - std::sqrt((1.0 - u) * width * (l.high - l.mode));
}

std::vector<LengthBin> bins(const CableLengths& lengths) {
  using Shape = CableLengths::Shape;
  if (lengths.shape == Shape::own) return {{}};
  std::vector<LengthBin> out;
  if (lengths.shape == Shape::list) {
    if (lengths.values.empty()) throw ConfigError("a list of cable lengths needs at least one");
    std::map<double, double> shares;
    for (const double value : lengths.values) shares[value] += 1.0 / static_cast<double>(lengths.values.size());
    if (!(shares.begin()->first >= 0.0)) throw ConfigError("cable lengths must be at least 0 m");
    for (const auto& [length, share] : shares) out.push_back({length, share});
    return out;
  }
  if (!(lengths.low >= 0.0) || !(lengths.low <= lengths.high) ||
      (lengths.shape == Shape::triangular && !(lengths.low <= lengths.mode && lengths.mode <= lengths.high)))
    throw ConfigError("cable lengths must satisfy 0 m <= shortest <= most frequent <= longest");
  for (int i = 0; i < kLengthBins; ++i)
    out.push_back({length_quantile(lengths, (i + 0.5) / kLengthBins), 1.0 / kLengthBins});
  return out;
}

std::vector<std::int64_t> apportion(std::int64_t total, const std::vector<double>& shares) {
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  std::vector<std::int64_t> parts;
  std::vector<std::pair<double, std::size_t>> remainders;
  std::int64_t given = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double exact = static_cast<double>(total) * shares[i] / sum;
    parts.push_back(static_cast<std::int64_t>(std::floor(exact)));
    remainders.emplace_back(static_cast<double>(parts.back()) - exact, i);
    given += parts.back();
  }
  std::stable_sort(remainders.begin(), remainders.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; given < total; i = (i + 1) % remainders.size(), ++given) ++parts[remainders[i].second];
  return parts;
}

}  // namespace tessera

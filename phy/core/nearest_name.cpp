#include "phy/core/nearest_name.hpp"

#include <algorithm>
#include <numeric>

namespace tessera {
namespace {

// The one name that a mistyped beginning stands for; empty where several do.
std::string begun_name(std::string_view name, const std::vector<std::string>& known) {
  constexpr std::size_t kFewest = 4;
  if (name.size() < kFewest) return {};
  std::string best;
  int least = static_cast<int>(name.size()) / 4 + 1;
  for (const std::string& candidate : known) {
    if (candidate.size() <= name.size() || candidate.size() > 256) continue;
    int distance = least + 1;
    for (const std::size_t length : {name.size() - 1, name.size(), name.size() + 1})
      distance = std::min(distance, edit_distance(name, std::string_view(candidate).substr(0, length)));
    if (distance > least) continue;
    best = distance < least ? candidate : std::string();
    least = distance;
  }
  return best;
}

}  // namespace

int edit_distance(std::string_view a, std::string_view b) {
  std::vector<int> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replace});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::string nearest_name(std::string_view name, const std::vector<std::string>& known) {
  if (name.size() > 256) return {};  // the cost is quadratic and nothing is near
  const int limit = std::max(2, static_cast<int>(name.size()) / 3);
  int best_distance = limit + 1;
  std::string best;
  for (const std::string& candidate : known) {
    if (candidate.size() > 256) continue;
    const int distance = edit_distance(name, candidate);
    if (distance < best_distance && distance < static_cast<int>(std::max(name.size(), candidate.size()))) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best.empty() ? begun_name(name, known) : best;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& known) {
  if (const std::string near = nearest_name(name, known); !near.empty()) return "; did you mean \"" + near + "\"?";
  if (known.empty()) return {};
  std::string list = "; known: ";
  for (std::size_t i = 0; i < known.size(); ++i) list += (i == 0 ? "" : ", ") + known[i];
  return list;
}

}  // namespace tessera

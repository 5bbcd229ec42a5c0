#include "phy/link/coupling.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>

namespace tessera {

std::vector<LaneClass> lane_classes(int lanes, const std::vector<LaneGain>& gains) {
  std::vector<std::vector<double>> rows(static_cast<std::size_t>(lanes));
  for (const LaneGain& g : gains) rows.at(static_cast<std::size_t>(g.victim)).push_back(g.gain);
  std::map<std::vector<double>, int, std::greater<>> classes;
  for (auto& row : rows) {
    std::sort(row.begin(), row.end(), std::greater<>{});
    ++classes[row];
  }
  std::vector<LaneClass> result;
  for (const auto& [row, count] : classes) result.push_back({count, row});
  return result;
}

std::vector<LaneGain> hexagonal_neighbours(int lanes, double gain) {
  // Axial coordinates, filled ring by ring; two cells are neighbours when they differ by one of the six unit steps.
  constexpr std::array<std::array<int, 2>, 6> kSteps{{{1, 0}, {0, 1}, {-1, 1}, {-1, 0}, {0, -1}, {1, -1}}};
  std::map<std::array<int, 2>, int> index{{{0, 0}, 0}};
  std::vector<std::array<int, 2>> cells{{0, 0}};
  for (int ring = 1; static_cast<int>(cells.size()) < lanes; ++ring) {
    std::array<int, 2> cell{0, -ring};
    for (int side = 0; side < 6; ++side) {
      for (int step = 0; step < ring && static_cast<int>(cells.size()) < lanes; ++step) {
        index[cell] = static_cast<int>(cells.size());
        cells.push_back(cell);
        const auto& direction = kSteps[static_cast<std::size_t>(side)];
        cell = {cell[0] + direction[0], cell[1] + direction[1]};
      }
    }
  }
  std::vector<LaneGain> gains;
  for (int victim = 0; victim < lanes; ++victim) {
    for (const auto& step : kSteps) {
      const auto& cell = cells[static_cast<std::size_t>(victim)];
      if (auto it = index.find({cell[0] + step[0], cell[1] + step[1]}); it != index.end())
        gains.push_back({victim, it->second, gain});
    }
  }
  return gains;
}

}  // namespace tessera

#include "phy/modulation/pam.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "phy/core/error.hpp"
#include "phy/modulation/gray.hpp"

namespace tessera {
namespace {

constexpr int kCrossOrder = 6;  // two PAM6 symbols: a 6 x 6 grid without its corners, 32 points, 5 bits

// Quasi-Gray label of the pair (x, y), -1 at the four corners that carry nothing. An 8 x 4 Gray rectangle fills the
// cross when its outer columns turn into the two rows above and below (Smith 1975).
int cross_label(int x, int y) {
  const bool row_outside = y == 0 || y == 5;
  if (!row_outside) return to_gray(x + 1) * 4 + to_gray(y - 1);
  if (x == 0 || x == 5) return -1;
  // Column 0 of the rectangle lies left of x = 0, column 7 right of x = 5; each gives half its points to the top and
  // bottom row.
  const int column = x < 3 ? 0 : 7;
  const int inner = x < 3 ? x - 1 : 4 - x;  // 0 next to the corner
  const int row = y == 5 ? 3 - inner : inner;
  return to_gray(column) * 4 + to_gray(row);
}

// Mean number of wrong bits when one of the two symbols is taken for its neighbour. A decision on a corner goes to the
// point beside it, as a decoder without that word would do.
double cross_bit_errors() {
  double bits = 0.0, pairs = 0.0;
  constexpr std::array<std::array<int, 2>, 4> kSteps = {{{1, 0}, {-1, 0}, {0, 1}, {0, -1}}};
  for (int x = 0; x < kCrossOrder; ++x) {
    for (int y = 0; y < kCrossOrder; ++y) {
      const int sent = cross_label(x, y);
      if (sent < 0) continue;
      for (const auto& step : kSteps) {
        int u = x + step[0], v = y + step[1];
        if (u < 0 || u >= kCrossOrder || v < 0 || v >= kCrossOrder) continue;
        if (cross_label(u, v) < 0) {
          // From the row beside a corner the nearest other word lies one step along the other axis.
          (step[0] != 0 ? v : u) += (step[0] != 0 ? (y == 0 ? 1 : -1) : (x == 0 ? 1 : -1));
        }
        bits += std::popcount(static_cast<unsigned>(sent ^ cross_label(u, v)));
        pairs += 1.0;
      }
    }
  }
  return bits / pairs;
}

}  // namespace

Modulation Modulation::pam(int order) {
  if (order < 2) throw ConfigError("modulation order must be at least 2, got " + std::to_string(order));
  Modulation m;
  m.order = order;
  m.levels.resize(static_cast<std::size_t>(order));
  m.labels.resize(static_cast<std::size_t>(order));
  for (int i = 0; i < order; ++i) {
    m.levels[static_cast<std::size_t>(i)] = 2.0 * i / (order - 1) - 1.0;
    m.labels[static_cast<std::size_t>(i)] = to_gray(i);
  }
  m.bits_per_symbol = order == kCrossOrder ? 2.5 : std::log2(order);
  return m;
}

Modulation Modulation::with_level_mismatch(double r_lm) const {
  if (order != 4) throw ConfigError("level mismatch is defined for PAM4, got PAM" + std::to_string(order));
  if (!(r_lm > 2.0 / 3.0) || r_lm > 1.0)
    throw ConfigError("level separation mismatch ratio must be in (2/3, 1], got " + std::to_string(r_lm));
  Modulation m = *this;
  const double inner = 1.0 - 2.0 * r_lm / 3.0;
  m.levels = {-1.0, -inner, inner, 1.0};
  return m;
}

double Modulation::variance() const {
  const double n = static_cast<double>(levels.size());
  const double mean = std::accumulate(levels.begin(), levels.end(), 0.0) / n;
  double sum = 0.0;
  for (double level : levels) sum += (level - mean) * (level - mean);
  return sum / n;
}

double Modulation::bit_errors_per_symbol_error() const {
  if (order == kCrossOrder) return cross_bit_errors() / bits_per_symbol;
  double bits = 0.0;
  for (std::size_t i = 0; i + 1 < labels.size(); ++i)
    bits += std::popcount(static_cast<unsigned>(labels[i] ^ labels[i + 1]));
  return bits / (static_cast<double>(order - 1) * bits_per_symbol);
}

}  // namespace tessera

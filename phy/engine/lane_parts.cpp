#include "phy/engine/lane_parts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "phy/core/constants.hpp"
#include "phy/engine/noise_density.hpp"

namespace tessera {
namespace {

constexpr double kTaylorError = 1e-4;
constexpr int kMostOrders = 9;

}  // namespace

int taylor_orders(double reach_ui) {
  double term = 1.0;
  for (int m = 1; m <= kMostOrders; ++m) {
    term *= 2.0 * constants::kPi * reach_ui / m;
    if (term < kTaylorError) return std::max(1, m - 1);
  }
  return kMostOrders;
}

Response without_ffe(const PreparedSegment& segment) {
  Response r = segment.channel;
  const auto& taps = segment.transmitter.ffe_taps;
  const double sum = std::accumulate(taps.begin(), taps.end(), 0.0);
  const auto period = static_cast<std::size_t>(r.grid.ui_count);
  std::vector<Complex> ffe(period);
  for (std::size_t k = 0; k < period; ++k)
    for (std::size_t i = 0; i < taps.size(); ++i)
      ffe[k] +=
          taps[i] / sum *
          std::polar(1.0, -2.0 * constants::kPi * static_cast<double>(k) *
                              (static_cast<double>(i) - segment.transmitter.ffe_main) / static_cast<double>(period));
  for (std::size_t k = 0; k < r.values.size(); ++k) r.values[k] /= ffe[k % period];
  return r;
}

std::vector<double> step_response(std::vector<double> c, std::size_t rate) {
  const std::size_t n = c.size(), first = n / 2 + rate;
  for (std::size_t offset = 0; offset < rate; ++offset) {
    double sum = 0.0;
    for (std::size_t i = offset; i < n; i += rate) {
      double& value = c[(first + i) % n];
      value = sum += value;
    }
  }
  return c;
}

std::vector<double> edge_heights(std::span<const double> taps, int ffe_main, std::span<const double> levels) {
  const std::size_t n = levels.size(), main = static_cast<std::size_t>(ffe_main);
  const double sum = std::accumulate(taps.begin(), taps.end(), 0.0);
  std::vector<double> x(n, 0.0), heights(n);
  for (std::size_t t = 0; t < taps.size(); ++t)
    for (std::size_t i = 0; i < n; ++i) x[i] += taps[t] / sum * levels[(i + n + main - t) % n];
  for (std::size_t i = 0; i < n; ++i) heights[i] = x[i] - x[(i + n - 1) % n];
  return heights;
}

std::vector<double> centred(std::vector<double> levels) {
  const double mean = std::accumulate(levels.begin(), levels.end(), 0.0) / static_cast<double>(levels.size());
  for (double& level : levels) level -= mean;
  return levels;
}

double AggressorStream::phase(std::uint64_t block) const {
  if (synchronous) return 0.0;
  const double turns = start + step * static_cast<double>(block);
  return turns - std::floor(turns);
}

std::vector<AggressorStream> aggressor_streams(const PreparedSegment& segment, const CrosstalkPath& path,
                                               std::uint64_t seed, const std::string& instance) {
  const auto& gains = aggressor_gains(path, segment.lane_classes.front());
  const std::string name = instance + "/" + path.name;
  std::vector<AggressorStream> list;
  for (std::size_t i = 0; i < gains.size(); ++i) {
    if (gains[i] == 0.0) continue;
    const auto number = static_cast<std::uint64_t>(i);
    std::array<double, 2> u{};
    random_uniform(stream_key(seed, name + "/phase", number), 0, u);
    list.push_back({gains[i], path.synchronous, 0.25 + 0.5 * u[1], u[0],
                    SymbolPattern("random", segment.modulation.order, 0, stream_key(seed, name, number))});
  }
  return list;
}

void symbols_of(SymbolPattern pattern, std::uint64_t first, std::span<std::uint8_t> symbols) {
  pattern.fill(first, symbols);
}

}  // namespace tessera

#include "scenarios/fabric/export/rate_maps.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace tessera {

std::string rate_maps(const std::vector<double>& rates) {
  std::vector<std::int64_t> whole;
  for (double rate : rates) whole.push_back(std::llround(rate));
  std::sort(whole.begin(), whole.end());
  whole.erase(std::unique(whole.begin(), whole.end()), whole.end());
  std::string kmax = "KMAX_MAP " + std::to_string(whole.size()), kmin = "KMIN_MAP " + std::to_string(whole.size()),
              pmax = "PMAX_MAP " + std::to_string(whole.size());
  const auto kilobytes = [](std::int64_t rate, double per_gigabit) {
    return std::to_string(std::max<long long>(1, std::llround(static_cast<double>(rate) * 1e-9 * per_gigabit)));
  };
  for (std::int64_t rate : whole) {
    const std::string key = " " + std::to_string(rate) + " ";
    kmax.append(key).append(kilobytes(rate, 16.0));
    kmin.append(key).append(kilobytes(rate, 4.0));
    pmax.append(key).append("0.2");
  }
  return kmax + "\n" + kmin + "\n" + pmax + "\n";
}

bool shipped_with_simai(double rate) {
  constexpr std::array<double, 6> kShipped{25e9, 50e9, 100e9, 200e9, 400e9, 1600e9};
  return std::any_of(kShipped.begin(), kShipped.end(), [&](double known) { return std::abs(known - rate) < 0.5; });
}

}  // namespace tessera

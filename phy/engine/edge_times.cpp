#include "phy/engine/edge_times.hpp"

#include <cmath>
#include <vector>

#include "phy/core/constants.hpp"
#include "phy/noise/gaussian_noise.hpp"

namespace tessera {

EdgeTimes EdgeTimes::make(const JitterSpec& spec, std::uint64_t seed, const std::string& path, double unit_interval) {
  return {spec, {}, unit_interval, stream_key(seed, path + "/dual_dirac"), stream_key(seed, path + "/random")};
}

void EdgeTimes::fill(std::uint64_t first, std::span<double> tau) const {
  gaussian_noise(random, first, tau, spec.random_rms_ui);
  if (spec.dual_dirac_ui != 0.0) {
    std::vector<std::uint32_t> words(tau.size());
    random_words(sign, first, words);
    for (std::size_t i = 0; i < tau.size(); ++i)
      tau[i] += (words[i] >> 31) != 0U ? spec.dual_dirac_ui : -spec.dual_dirac_ui;
  }
  if (sinusoidal.amplitude_ui == 0.0) return;
  const double turns = sinusoidal.frequency * unit_interval;
  for (std::size_t i = 0; i < tau.size(); ++i) {
    const double at = turns * static_cast<double>(first + i);
    tau[i] += sinusoidal.amplitude_ui * std::sin(2.0 * constants::kPi * (at - std::floor(at)));
  }
}

}  // namespace tessera

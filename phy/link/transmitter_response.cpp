#include "phy/link/transmitter_response.hpp"

#include <cmath>
#include <numeric>

#include "phy/core/constants.hpp"
#include "phy/core/error.hpp"

namespace tessera {

StageResponse transmitter_response(const TransmitterSpec& spec, const FrequencyGrid& grid) {
  StageResponse response = StageResponse::zeros(grid, 1, 1);
  const double sum = std::accumulate(spec.ffe_taps.begin(), spec.ffe_taps.end(), 0.0);
  if (!(std::abs(sum) > 0.0)) throw ConfigError("transmit FFE taps add up to zero: nothing is left at low frequency");
  // Both factors of the symbol repeat: the FFE every symbol rate, the hold's sine every two.
  const auto period = static_cast<std::size_t>(grid.ui_count);
  const double turn = constants::kPi / static_cast<double>(period);
  std::vector<Complex> ffe(period);
  for (std::size_t k = 0; k < period; ++k)
    for (std::size_t i = 0; i < spec.ffe_taps.size(); ++i)
      ffe[k] += spec.ffe_taps[i] / sum *
                std::polar(1.0, -2.0 * turn * static_cast<double>(k) * (static_cast<double>(i) - spec.ffe_main));
  std::vector<double> sine(2 * period);
  for (std::size_t k = 0; k < sine.size(); ++k) sine[k] = std::sin(turn * static_cast<double>(k));
  for (std::size_t k = 0; k < grid.frequency_count(); ++k) {
    const double hold = k == 0 ? 1.0 : sine[k % (2 * period)] / (turn * static_cast<double>(k));
    response.values[k] = hold * ffe[k % period] * spec.edge.values[k];
  }
  response.bulk_delay = spec.edge.bulk_delay;
  return response;
}

}  // namespace tessera

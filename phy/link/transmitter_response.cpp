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
  const double ui = grid.unit_interval();
  for (std::size_t k = 0; k < grid.frequency_count(); ++k) {
    const double f = grid.frequency(k);
    const double x = constants::kPi * f * ui;
    Complex ffe = 0.0;
    for (std::size_t i = 0; i < spec.ffe_taps.size(); ++i)
      ffe += spec.ffe_taps[i] * std::polar(1.0, -2.0 * x * (static_cast<double>(i) - spec.ffe_main));
    response.values[k] = (k == 0 ? 1.0 : std::sin(x) / x) * ffe / sum * spec.edge.values[k];
  }
  response.bulk_delay = spec.edge.bulk_delay;
  return response;
}

}  // namespace tessera

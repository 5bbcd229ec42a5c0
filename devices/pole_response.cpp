#include "devices/pole_response.hpp"

namespace tessera {

StageResponse pole_response(const FrequencyGrid& grid, const Poles& poles, int states) {
  StageResponse response = StageResponse::zeros(grid, 1, states);
  for (std::size_t k = 0; k < grid.frequency_count(); ++k)
    response.at(k, 0, 0) = all_pole_response(poles, grid.frequency(k));
  return response;
}

}  // namespace tessera

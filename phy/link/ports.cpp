#include "phy/link/ports.hpp"

#include <numeric>

namespace tessera {

std::string_view to_string(Port port) {
  switch (port) {
    case Port::voltage:
      return "voltage";
    case Port::current:
      return "current";
    case Port::optical_power:
      return "optical_power";
    case Port::optical_field:
      return "optical_field";
  }
  return "unknown";
}

double LaneState::mean() const {
  if (levels.empty()) return 0.0;
  return std::accumulate(levels.begin(), levels.end(), 0.0) / static_cast<double>(levels.size());
}

double LaneState::swing() const { return levels.empty() ? 0.0 : levels.back() - levels.front(); }

}  // namespace tessera

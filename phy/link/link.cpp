#include "phy/link/link.hpp"

#include <algorithm>
#include <limits>

namespace tessera {

double Link::line_rate() const {
  double slowest = std::numeric_limits<double>::infinity();
  for (const Segment& s : segments) slowest = std::min(slowest, s.symbol_rate * s.modulation.bits_per_symbol * s.lanes);
  return segments.empty() ? 0.0 : slowest;
}

}  // namespace tessera

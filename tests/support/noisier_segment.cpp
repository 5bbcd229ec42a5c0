#include "tests/support/noisier_segment.hpp"

#include <cmath>

#include "phy/core/error.hpp"
#include "phy/engine/statistical_engine.hpp"
#include "scenarios/link/scenario_reader.hpp"
#include "tests/support/locations.hpp"

namespace tessera::test {
namespace {

PreparedSegment scaled(PreparedSegment segment, double factor) {
  for (NoiseInjection& noise : segment.noise) {
    for (double& s : noise.s0) s *= factor;
    noise.s1 *= factor;
    noise.s2 *= factor;
  }
  return segment;
}

}  // namespace

PreparedLink shipped_link(const std::string& name, const std::vector<std::string>& sets) {
  const Library library{library_dir()};
  ScenarioOptions options;
  options.sets = sets;
  return prepare(read_link(library.folder / "links" / (name + ".toml"), library, all_models(), options).link);
}

PreparedSegment with_error_ratio(PreparedSegment segment, double target) {
  StatisticalOptions coarse;
  coarse.bins = 2049;
  const auto miss = [&](double log_factor) {
    return run_statistical(scaled(segment, std::exp(log_factor)), coarse).symbol_error_ratio.log10() -
           std::log10(target);
  };
  double low = -6.0, high = 6.0;
  if (miss(low) > 0.0) throw NumericError("segment " + segment.name + " is worse than that without noise");
  for (int i = 0; i < 16; ++i) {
    const double middle = 0.5 * (low + high), m = miss(middle);
    (m < 0.0 ? low : high) = middle;
    if (std::abs(m) < 0.01) return scaled(std::move(segment), std::exp(middle));
  }
  return scaled(std::move(segment), std::exp(0.5 * (low + high)));
}

}  // namespace tessera::test

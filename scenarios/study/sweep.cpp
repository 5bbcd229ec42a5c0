#include "scenarios/study/sweep.hpp"

#include <algorithm>
#include <numeric>

namespace tessera {
namespace {

// A path below the last stage of its segment, or below an overhead.
bool behind_channel(const Link& link, const std::string& path) {
  if (path.starts_with("overhead.")) return true;
  return std::any_of(link.segments.begin(), link.segments.end(), [&](const Segment& segment) {
    return path.starts_with(segment.name + "." + segment.stages.back().name + ".");
  });
}

}  // namespace

std::size_t Sweep::grid_points() const {
  return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

std::vector<std::size_t> Sweep::coordinates(std::size_t point) const {
  std::vector<std::size_t> result(shape.size());
  std::size_t rest = point % grid_points();
  for (std::size_t d = shape.size(); d-- > 0;) {
    result[d] = rest % shape[d];
    rest /= shape[d];
  }
  return result;
}

LinkScenario link_at(const Sweep& sweep, std::size_t point, const Library& library,
                     const std::vector<ModelInfo>& models, ReadCache& cache) {
  const SweptLink& link = sweep.links[sweep.link_of(point)];
  const std::vector<std::size_t> at = sweep.coordinates(point);
  ConfigTable tree = link.tree;
  for (const SweepAxis& axis : sweep.axes) apply_override(tree, axis.path, axis.values[at[axis.dimension]], axis.where);
  ScenarioOptions options;
  options.cache = &cache;
  return read_link(std::move(tree), link.folder, library, models, options);
}

std::vector<std::size_t> computing_order(const Sweep& sweep) {
  std::vector<std::size_t> order(sweep.points());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::vector<bool> late(sweep.shape.size(), true);
  for (const SweepAxis& axis : sweep.axes)
    for (const SweptLink& link : sweep.links)
      if (!behind_channel(link.base.link, axis.path)) late[axis.dimension] = false;
  // The number of the channel that a point shares: its grid index with the late dimensions left out.
  std::vector<std::size_t> channel(order.size());
  for (const std::size_t point : order) {
    const auto at = sweep.coordinates(point);
    std::size_t number = sweep.link_of(point);
    for (std::size_t d = 0; d < at.size(); ++d)
      if (!late[d]) number = number * sweep.shape[d] + at[d];
    channel[point] = number;
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return channel[a] < channel[b]; });
  return order;
}

}  // namespace tessera

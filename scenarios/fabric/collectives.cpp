#include "scenarios/fabric/collectives.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <vector>

#include "phy/core/error.hpp"
#include "phy/core/rng.hpp"
#include "scenarios/fabric/transport.hpp"

namespace tessera {
namespace {

int depth_of(std::int64_t ranks) { return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(ranks))) - 1; }

std::int64_t lossy(const Collective& c, const CollectiveSteps& s) {
  return c.lossy_links == 0 ? s.paths : std::min(c.lossy_links, s.paths);
}

// Delays of one run: which step of which path loses.
class Losses {
 public:
  Losses(const Collective& c, const CollectiveSteps& s, std::uint64_t seed, int run)
      : key_(stream_key(seed, to_string(c.kind), static_cast<std::uint64_t>(run))),
        words_(static_cast<std::size_t>(s.paths)),
        threshold_(s.step_loss.value() * 4294967296.0),
        lossy_(lossy(c, s)),
        penalty_(c.penalty) {}

  void step(std::int64_t index) { random_words(key_, static_cast<std::uint64_t>(index) * words_.size(), words_); }
  double delay(std::int64_t path) const {
    return path < lossy_ && words_[static_cast<std::size_t>(path)] < threshold_ ? penalty_ : 0.0;
  }

 private:
  StreamKey key_;
  std::vector<std::uint32_t> words_;
  double threshold_;
  std::int64_t lossy_;
  double penalty_;
};

// Ring: path i -> i+1 of step k passes on what path i-1 brought in step k-1. All-to-all: rank i is done with step k
// when it has sent to i+k and received from i-k.
double run_rounds(const Collective& c, const CollectiveSteps& s, Losses losses) {
  const auto n = static_cast<std::size_t>(c.ranks);
  std::vector<double> done(n, 0.0), sent(n);
  for (std::int64_t k = 1; k <= s.steps; ++k) {
    losses.step(k);
    for (std::size_t i = 0; i < n; ++i) sent[i] = done[i] + s.seconds + losses.delay(static_cast<std::int64_t>(i));
    const std::size_t from = c.kind == CollectiveKind::ring ? 1 : static_cast<std::size_t>(k) % n;
    for (std::size_t i = 0; i < n; ++i) done[i] = std::max(sent[i], sent[(i + n - from) % n]);
  }
  return *std::max_element(done.begin(), done.end());
}

// Binary heap of ranks: paths 0 … N-2 carry rank i+1 to its parent, paths N-1 … 2N-3 back down.
double run_tree(const Collective& c, const CollectiveSteps& s, Losses losses) {
  const auto n = static_cast<std::size_t>(c.ranks);
  std::vector<double> up(n, 0.0), down(n, 0.0), up_before(n), down_before(n);
  for (int chunk = 0; chunk < c.chunks; ++chunk) {
    losses.step(chunk);
    up_before = up;
    down_before = down;
    for (std::size_t i = n; i-- > 0;) {  // children before parents; up[0] is what has arrived at the root
      double ready = 0.0;
      for (const std::size_t child : {2 * i + 1, 2 * i + 2})
        if (child < n) ready = std::max(ready, up[child]);
      up[i] =
          i == 0 ? ready : std::max(ready, up_before[i]) + s.seconds + losses.delay(static_cast<std::int64_t>(i) - 1);
    }
    down[0] = up[0];
    for (std::size_t i = 1; i < n; ++i)
      down[i] = std::max(down[(i - 1) / 2], down_before[i]) + s.seconds +
                losses.delay(static_cast<std::int64_t>(n - 1 + i) - 1);
  }
  return *std::max_element(down.begin(), down.end());
}

}  // namespace

std::string_view to_string(CollectiveKind kind) {
  switch (kind) {
    case CollectiveKind::ring:
      return "ring";
    case CollectiveKind::tree:
      return "tree";
    case CollectiveKind::all_to_all:
      break;
  }
  return "all_to_all";
}

CollectiveSteps steps_of(const Collective& c) {
  if (c.ranks < 2 || !(c.bytes > 0.0) || !(c.rate > 0.0) || !(c.latency >= 0.0) || !(c.penalty >= 0.0) || c.hops < 1 ||
      c.mtu < 1 || c.chunks < 1 || c.lossy_links < 0)
    throw ConfigError("a collective needs two ranks, and bytes, rate, hops and packets above 0");
  CollectiveSteps s;
  double bytes = c.bytes / static_cast<double>(c.ranks);
  switch (c.kind) {
    case CollectiveKind::ring:
      s = {2 * (c.ranks - 1), 2 * (c.ranks - 1), c.ranks, 0.0, 0.0, {}};
      break;
    case CollectiveKind::tree:
      bytes = c.bytes / c.chunks;
      s = {c.chunks + 2 * depth_of(c.ranks) - 1, c.chunks, 2 * (c.ranks - 1), 0.0, 0.0, {}};
      break;
    case CollectiveKind::all_to_all:
      s = {c.ranks - 1, c.ranks - 1, c.ranks, 0.0, 0.0, {}};
      break;
  }
  s.seconds = 8.0 * bytes / c.rate + c.latency;
  s.packets = c.hops * bytes / c.mtu;
  s.step_loss = any_of(c.packet_loss, s.packets);
  return s;
}

CollectiveTime collective_bounds(const Collective& c) {
  const CollectiveSteps s = steps_of(c);
  const double t0 = s.loss_free();
  const Log10Probability any = any_of(s.step_loss, static_cast<double>(lossy(c, s)));
  return {t0, t0 + static_cast<double>(s.own_steps) * s.step_loss.value() * c.penalty,
          t0 + static_cast<double>(s.steps) * any.value() * c.penalty};
}

CollectiveSample collective_monte_carlo(const Collective& c, int runs, std::uint64_t seed) {
  if (runs < 2) throw ConfigError("a mean needs at least two runs");
  const CollectiveSteps s = steps_of(c);
  double mean = 0.0, squares = 0.0;
  for (int run = 0; run < runs; ++run) {
    const Losses losses(c, s, seed, run);
    const double t = c.kind == CollectiveKind::tree ? run_tree(c, s, losses) : run_rounds(c, s, losses);
    const double delta = t - mean;
    mean += delta / (run + 1);
    squares += delta * (t - mean);
  }
  return {mean, std::sqrt(squares / (runs - 1) / runs), runs};
}

double harmonic_number(std::int64_t n) {
  if (n < 1000) {
    double sum = 0.0;
    for (std::int64_t i = n; i > 0; --i) sum += 1.0 / static_cast<double>(i);
    return sum;
  }
  const auto x = static_cast<double>(n);
  return std::log(x) + std::numbers::egamma + 0.5 / x - 1.0 / (12.0 * x * x);
}

}  // namespace tessera

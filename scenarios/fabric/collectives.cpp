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

// Ring: path i -> i+1 of step k passes on what path i-1 brought in step k-1. All-to-all: rank i begins step k+1 when it
// has received step k from i-k.
double run_rounds(const Collective& c, const CollectiveSteps& s, Losses losses) {
  const auto n = static_cast<std::size_t>(c.ranks);
  std::vector<double> free(n, 0.0), arrived(n, 0.0), next(n);  // path may send; its data has arrived
  for (std::int64_t k = 0; k < s.steps; ++k) {
    losses.step(k);
    const std::size_t from = c.kind == CollectiveKind::ring ? 1 : static_cast<std::size_t>(k) % n;
    for (std::size_t i = 0; i < n; ++i) next[i] = std::max(free[i], arrived[(i + n - from) % n]);
    for (std::size_t i = 0; i < n; ++i) {
      const double delay = losses.delay(static_cast<std::int64_t>(i));
      free[i] = next[i] + s.sending + (c.blocking ? delay : 0.0);
      arrived[i] = next[i] + s.sending + delay + c.latency;
    }
  }
  return *std::max_element(arrived.begin(), arrived.end());
}

// One chunk over one path of a tree: when it arrives, given when it was ready.
struct TreePath {
  double free = 0.0;

  double send(double ready, double sending, double latency, double delay, bool blocking) {
    const double sent = std::max(ready, free) + sending;
    free = sent + (blocking ? delay : 0.0);
    return sent + delay + latency;
  }
};

// Binary heap of ranks: paths 0 … N-2 carry rank i+1 to its parent, paths N-1 … 2N-3 back down.
double run_tree(const Collective& c, const CollectiveSteps& s, Losses losses) {
  const auto n = static_cast<std::size_t>(c.ranks);
  std::vector<TreePath> up(n), down(n);
  std::vector<double> at(n);
  double last = 0.0;
  for (int chunk = 0; chunk < c.chunks; ++chunk) {
    losses.step(chunk);
    for (std::size_t i = n; i-- > 0;) {  // children before parents
      double ready = 0.0;
      for (const std::size_t child : {2 * i + 1, 2 * i + 2})
        if (child < n) ready = std::max(ready, at[child]);
      at[i] = i == 0
                  ? ready
                  : up[i].send(ready, s.sending, c.latency, losses.delay(static_cast<std::int64_t>(i) - 1), c.blocking);
    }
    for (std::size_t i = 1; i < n; ++i) {
      at[i] = down[i].send(at[(i - 1) / 2], s.sending, c.latency,
                           losses.delay(static_cast<std::int64_t>(n - 1 + i) - 1), c.blocking);
      last = std::max(last, at[i]);
    }
  }
  return last;
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
  const int depth = depth_of(c.ranks);
  switch (c.kind) {
    case CollectiveKind::ring:
    case CollectiveKind::all_to_all:
      s.steps = s.own_steps = s.handovers = (c.kind == CollectiveKind::ring ? 2 : 1) * (c.ranks - 1);
      s.paths = c.ranks;
      break;
    case CollectiveKind::tree:
      bytes = c.bytes / c.chunks;
      s.steps = c.chunks + 2LL * depth - 1;
      s.own_steps = c.chunks;
      s.handovers = 2LL * depth;
      s.paths = 2 * (c.ranks - 1);
      break;
  }
  s.sending = 8.0 * bytes / c.rate;
  s.loss_free = static_cast<double>(s.steps) * s.sending + static_cast<double>(s.handovers) * c.latency;
  s.packets = c.hops * bytes / c.mtu;
  s.step_loss = any_of(c.packet_loss, s.packets);
  return s;
}

CollectiveTime collective_bounds(const Collective& c) {
  const CollectiveSteps s = steps_of(c);
  const double share = static_cast<double>(lossy(c, s)) / static_cast<double>(s.paths);
  const double each = s.step_loss.value() * c.penalty;
  double lower = s.loss_free + static_cast<double>(s.handovers) * share * each;
  if (c.blocking) {
    const double waiting = c.kind == CollectiveKind::tree ? 0.0 : static_cast<double>(s.steps - 1) * c.latency;
    lower = std::max(lower, s.loss_free - waiting + static_cast<double>(s.own_steps) * each);
  }
  const Log10Probability any = any_of(s.step_loss, static_cast<double>(lossy(c, s)));
  return {s.loss_free, lower, s.loss_free + static_cast<double>(s.steps) * any.value() * c.penalty};
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

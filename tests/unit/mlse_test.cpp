#include "phy/equalization/mlse.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "phy/core/error.hpp"
#include "phy/core/rng.hpp"
#include "phy/modulation/pam.hpp"
#include "phy/modulation/prbs.hpp"
#include "phy/noise/gaussian_noise.hpp"

namespace tessera {
namespace {

std::vector<float> levels_of(int order) {
  const auto levels = Modulation::pam(order).levels;
  return {levels.begin(), levels.end()};
}

double q(double x) { return 0.5 * std::erfc(x / std::sqrt(2.0)); }

struct Decided {
  std::vector<std::uint8_t> sent, decided;  // decided[n] about sent[n]
};

std::vector<float> transmit(const std::vector<std::uint8_t>& sent, const std::vector<float>& levels,
                            const std::vector<float>& pulse, float rms, std::size_t memory) {
  std::vector<float> y(sent.size() - memory), w(y.size());
  gaussian_noise(stream_key(8, "mlse"), 0, w, rms);
  for (std::size_t n = 0; n < y.size(); ++n) {
    y[n] = w[n];
    for (std::size_t k = 0; k < pulse.size(); ++k) y[n] += pulse[k] * levels[sent[n + memory - k]];
  }
  return y;
}

Decided run(int order, const std::vector<float>& pulse, float rms, std::size_t count) {
  const auto levels = levels_of(order);
  SymbolPattern pattern("random", order, 0, stream_key(8, "tx"));
  const std::size_t memory = pulse.size() - 1;
  std::vector<std::uint8_t> sent(count + memory);
  pattern.fill(0, sent);
  const auto y = transmit(sent, levels, pulse, rms, memory);
  Mlse mlse(levels, pulse);
  std::vector<std::uint8_t> d(count);
  detect(mlse, y, d);
  Decided r{{sent.begin() + static_cast<std::ptrdiff_t>(memory), sent.end()}, {}};
  r.decided.assign(d.begin() + static_cast<std::ptrdiff_t>(std::min(count, mlse.delay())), d.end());
  const auto last = finish(mlse);
  r.decided.insert(r.decided.end(), last.begin(), last.end());
  return r;
}

// Every sequence, the symbols before the first included.
double least_distance(const std::vector<float>& y, const std::vector<float>& levels, const std::vector<float>& pulse) {
  const std::size_t memory = pulse.size() - 1, length = y.size() + memory, m = levels.size();
  std::size_t total = 1;
  for (std::size_t i = 0; i < length; ++i) total *= m;
  double best = std::numeric_limits<double>::max();
  std::vector<std::size_t> s(length);
  for (std::size_t code = 0; code < total; ++code) {
    for (std::size_t i = 0, rest = code; i < length; ++i, rest /= m) s[i] = rest % m;
    double distance = 0.0;
    for (std::size_t n = 0; n < y.size(); ++n) {
      double mean = 0.0;
      for (std::size_t k = 0; k < pulse.size(); ++k) mean += static_cast<double>(pulse[k] * levels[s[n + memory - k]]);
      distance += (static_cast<double>(y[n]) - mean) * (static_cast<double>(y[n]) - mean);
    }
    best = std::min(best, distance);
  }
  return best;
}

TEST(Mlse, ShortSequencesAreThoseOfTheExhaustiveSearch) {
  struct Case {
    int order;
    std::vector<float> pulse;
    std::size_t length;
  };
  for (const Case& c : {Case{4, {1.0F, 0.8F}, 7}, Case{2, {1.0F, 0.9F, 0.5F}, 12}, Case{8, {1.0F, -0.6F}, 4},
                        Case{4, {0.7F, 1.0F, 0.4F}, 5}}) {
    const auto levels = levels_of(c.order);
    const std::size_t memory = c.pulse.size() - 1;
    for (std::uint64_t trial = 0; trial < 20; ++trial) {
      SymbolPattern pattern("random", c.order, 0, stream_key(trial, "t"));
      std::vector<std::uint8_t> sent(c.length + memory);
      pattern.fill(0, sent);
      auto y = transmit(sent, levels, c.pulse, 0.0F, memory);
      std::vector<float> w(y.size());
      gaussian_noise(stream_key(trial, "w"), 0, w, 0.5F);  // strong: many errors
      for (std::size_t n = 0; n < y.size(); ++n) y[n] += w[n];
      Mlse mlse(levels, c.pulse);
      std::vector<std::uint8_t> d(y.size());
      detect(mlse, y, d);
      const auto path = finish(mlse);
      ASSERT_EQ(path.size(), y.size());
      const double best = least_distance(y, levels, c.pulse);
      // The path's own distance over the free symbols ahead of it, the best of them.
      double own = std::numeric_limits<double>::max();
      const std::size_t heads = memory == 1 ? levels.size() : levels.size() * levels.size();
      for (std::size_t head = 0; head < heads; ++head) {
        std::vector<std::size_t> s{head % levels.size()};
        if (memory == 2) s.push_back(head / levels.size());
        s.insert(s.end(), path.begin(), path.end());
        double distance = 0.0;
        for (std::size_t n = 0; n < y.size(); ++n) {
          double mean = 0.0;
          for (std::size_t k = 0; k < c.pulse.size(); ++k)
            mean += static_cast<double>(c.pulse[k] * levels[s[n + memory - k]]);
          distance += (static_cast<double>(y[n]) - mean) * (static_cast<double>(y[n]) - mean);
        }
        own = std::min(own, distance);
      }
      EXPECT_NEAR(own, best, 1e-5 * (1.0 + best)) << c.order << " " << trial;
    }
  }
}

TEST(Mlse, WithoutNoiseEverySymbolIsRight) {
  for (const auto& pulse : std::vector<std::vector<float>>{{1.0F, 0.7F}, {1.0F, 0.5F, 0.2F}}) {
    for (const int order : {2, 4, 6, 8}) {
      const Decided r = run(order, pulse, 0.0F, 5000);
      ASSERT_EQ(r.sent.size(), r.decided.size());
      EXPECT_EQ(r.sent, r.decided);
    }
  }
}

// Union bound over error events of 1 + a D: an event e_0 … e_l starts at a symbol with probability prod (M - |e_i|)/M
// and wins with Q(d/(2 sigma)), d^2 = spacing^2 sum (e_i + a e_{i-1})^2. The least distance alone, sent both ways,
// bounds from below: a genie leaves only the neighbour that a single wrong symbol makes.
struct Bounds {
  double symbol_union = 0.0, least = 0.0;
};

Bounds bounds(int order, double a, double spacing, double sigma) {
  Bounds b;
  const std::function<void(int, double, double, int, int)> extend = [&](int last, double distance, double weight,
                                                                        int wrong, int length) {
    const double whole = distance + a * a * last * last;
    b.symbol_union += wrong * weight * q(spacing * std::sqrt(whole) / (2.0 * sigma));
    if (length == 8) return;
    for (int e = -2; e <= 2; ++e) {
      if (e == 0 || std::abs(e) >= order) continue;
      const double more = (e + a * last) * (e + a * last);
      extend(e, distance + more, weight * (order - std::abs(e)) / order, wrong + 1, length + 1);
    }
  };
  for (int e = -2; e <= 2; ++e)
    if (e != 0 && std::abs(e) < order) extend(e, e * e, static_cast<double>(order - std::abs(e)) / order, 1, 1);
  b.least = q(spacing * std::sqrt(1.0 + a * a) / (2.0 * sigma));
  return b;
}

TEST(Mlse, ErrorRateLiesBetweenTheDistanceBounds) {
  for (const int order : {2, 4}) {
    const double a = 0.5, spacing = 2.0 / (order - 1), sigma = spacing / 2.0 * std::sqrt(1.25) / 2.9;
    const Decided r = run(order, {1.0F, 0.5F}, static_cast<float>(sigma), 2000000);
    double errors = 0.0;
    for (std::size_t n = 0; n < r.sent.size(); ++n) errors += r.sent[n] != r.decided[n] ? 1.0 : 0.0;
    const double n = static_cast<double>(r.sent.size()), slack = 4.5 * std::sqrt(2.0 * errors);  // events of a few
    const Bounds b = bounds(order, a, spacing, sigma);
    EXPECT_LT(errors - slack, n * b.symbol_union) << order;
    EXPECT_GT(errors + slack, n * b.least) << order;
    EXPECT_GT(errors, 0.75 * n * b.symbol_union) << order;  // the bound is tight at this distance
  }
}

// A symbol-by-symbol slicer with ideal feedback loses the energy of the second tap: Q(1/sigma) against
// Q(sqrt(1+a^2)/sigma).
TEST(Mlse, GainsTheEnergyOfTheSecondTapOverIdealFeedback) {
  const double sigma = 0.42;
  const Decided r = run(2, {1.0F, 0.5F}, static_cast<float>(sigma), 1000000);
  double errors = 0.0;
  for (std::size_t n = 0; n < r.sent.size(); ++n) errors += r.sent[n] != r.decided[n] ? 1.0 : 0.0;
  EXPECT_LT(errors, 0.7 * q(1.0 / sigma) * 1e6);
}

TEST(Mlse, BlockSizeDoesNotMatter) {
  const auto levels = levels_of(4);
  std::vector<float> y(3000);
  gaussian_noise(stream_key(3, "y"), 0, y, 0.8F);
  const std::vector<float> pulse{1.0F, 0.6F, 0.2F};
  Mlse whole(levels, pulse), pieces(levels, pulse);
  std::vector<std::uint8_t> a(y.size()), b(y.size());
  detect(whole, y, a);
  for (std::size_t done = 0, step = 1; done < y.size(); step = step * 7 % 211 + 1) {
    const std::size_t count = std::min(step, y.size() - done);
    detect(pieces, std::span(y).subspan(done, count), std::span(b).subspan(done, count));
    done += count;
  }
  EXPECT_EQ(a, b);
  EXPECT_EQ(finish(whole), finish(pieces));
}

TEST(Mlse, BadInputNamesTheRule) {
  const auto message = [](int order, std::vector<float> pulse, std::size_t depth) {
    try {
      Mlse mlse(std::vector<float>(static_cast<std::size_t>(order)), pulse, depth);
    } catch (const ConfigError& e) {
      return std::string(e.what());
    }
    return std::string("no error");
  };
  EXPECT_EQ(message(9, {1, 1}, 64), "MLSE takes 2 to 8 levels, got 9");
  EXPECT_EQ(message(4, {1}, 64), "MLSE takes a channel of 2 or 3 taps, got 1");
  EXPECT_EQ(message(4, {1, 1}, 20), "MLSE traces back a multiple of 32 symbols, got 20");
}

}  // namespace
}  // namespace tessera

#include "phy/fec/burst_lane_map.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <random>
#include <vector>

#include "phy/core/error.hpp"
#include "phy/fec/burst_model.hpp"
#include "phy/fec/fec_counter.hpp"

namespace tessera {
namespace {

Log10Probability ratio(double p) { return Log10Probability::from_value(p); }

double codeword_error(const LaneBursts& line) { return codeword_error_ratio(std::span(&line, 1)).value(); }

WordCount count_lanes(const LaneBursts& line, std::uint64_t blocks, std::uint64_t seed) {
  const LaneMap& map = line.map;
  const double a = line.lengths.continuation.front(), ser = line.symbol_error_ratio.value();
  const double start = ser * (1.0 - a) / (1.0 - ser);
  const auto bits = line.bit_odds.size();
  const std::uint64_t symbols_a_block =
      static_cast<std::uint64_t>(map.codewords * map.code.codeword_bits() / map.physical_lanes()) / bits;
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  std::geometric_distribution<std::uint64_t> gap(start), burst(1.0 - a);
  std::discrete_distribution<std::size_t> which(line.bit_odds.begin(), line.bit_odds.end());
  const auto lanes = static_cast<std::size_t>(map.physical_lanes());
  std::vector<std::uint64_t> next(lanes), left(lanes, 0);
  for (auto& n : next) n = gap(random);
  FecCounter counter(map, 4);
  std::vector<std::uint64_t> wrong;
  for (std::uint64_t block = 0; block < blocks; ++block)
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      wrong.clear();
      while (next[lane] < symbols_a_block) {
        if (left[lane] == 0) left[lane] = 1 + burst(random);
        wrong.push_back(next[lane] * bits + which(random));
        next[lane] += --left[lane] == 0 ? 1 + gap(random) : 1;
        if (left[lane] == 0) next[lane] += 1;  // the right decision that ended it
      }
      next[lane] -= symbols_a_block;
      counter.feed_sparse(static_cast<int>(lane), symbols_a_block * bits, wrong);
    }
  return counter.count();
}

TEST(BurstLaneMapScratch, Numbers) {
  const char* n = std::getenv("BLOCKS");
  const std::uint64_t blocks = n ? std::strtoull(n, nullptr, 10) : 20000;
  for (double ber : {1.5e-3, 2.4e-4})
    for (double a : {0.0, 0.5, 0.75}) {
      LaneBursts line{lane_map_800g(8), ratio(2 * ber), {{a}}};
      const auto t0 = std::chrono::steady_clock::now();
      const double cer = codeword_error(line);
      const double ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - t0).count();
      std::printf("800g ber %g a %g: cer %.4g  (%.2f ms)", ber, a, cer, ms);
      line.bit_odds = {1.0 / 3, 2.0 / 3};
      std::printf(" gray %.4g", codeword_error(line));
      line.bit_odds = {.5, .5};
      if (ber > 1e-3) {
        const WordCount c = count_lanes(line, blocks, 3);
        std::printf("  counted %.4g (%lu) ber %.4g", double(c.lost()) / double(c.words), (unsigned long)c.lost(),
                    double(c.wrong_bits_in) / double(c.bits));
        line.bit_odds = {1.0 / 3, 2.0 / 3};
        const WordCount g = count_lanes(line, blocks, 3);
        std::printf(" gray %.4g", double(g.lost()) / double(g.words));
        line.bit_odds = {.5, .5};
      }
      line.map = lane_map_400g(4);
      std::printf(" | 400g %.4g", codeword_error(line));
      if (ber > 1e-3) {
        const WordCount c = count_lanes(line, blocks, 3);
        std::printf("  counted %.4g", double(c.lost()) / double(c.words));
      }
      for (int w : {1, 2, 4}) {
        line.map = {};
        line.map.codewords = w;
        std::printf(" | W%d %.4g / %.4g", w, codeword_error(line),
                    decode_bursts(kKp4, {ratio(ber), a, 2, false, w}).codeword_error_ratio.value());
      }
      std::printf("\n");
    }
}

}  // namespace
}  // namespace tessera

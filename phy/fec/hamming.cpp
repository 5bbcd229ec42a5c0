#include "phy/fec/hamming.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <numeric>
#include <string>
#include <vector>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

bool is_parity_place(unsigned i) { return (i & (i - 1U)) == 0; }  // 0 and the powers of two

bool bit(const HammingWord& word, unsigned i) { return (word[i / 64] >> i % 64 & 1U) != 0; }
void flip(HammingWord& word, unsigned i) { word[i / 64] ^= std::uint64_t{1} << i % 64; }

// Bits whose number has a 1 at place j; the seventh place chooses the half.
constexpr std::array<std::uint64_t, 6> kMasks{0xAAAAAAAAAAAAAAAA, 0xCCCCCCCCCCCCCCCC, 0xF0F0F0F0F0F0F0F0,
                                              0xFF00FF00FF00FF00, 0xFFFF0000FFFF0000, 0xFFFFFFFF00000000};

struct Syndrome {
  unsigned place = 0;
  bool odd = false;
};

Syndrome syndrome_of(const HammingWord& word) {
  Syndrome s;
  const std::uint64_t both = word[0] ^ word[1];
  for (unsigned j = 0; j < 6; ++j) s.place |= (static_cast<unsigned>(std::popcount(both & kMasks[j])) & 1U) << j;
  s.place |= (static_cast<unsigned>(std::popcount(word[1])) & 1U) << 6U;
  s.odd = (std::popcount(both) & 1) != 0;
  return s;
}

}  // namespace

HammingWord hamming_encode(const HammingWord& data) {
  HammingWord word{};
  unsigned next = 0;
  for (unsigned i = 0; i < kHammingBits; ++i)
    if (!is_parity_place(i) && bit(data, next++)) flip(word, i);
  const Syndrome s = syndrome_of(word);
  for (unsigned j = 0; j < 7; ++j)
    if ((s.place >> j & 1U) != 0) flip(word, 1U << j);
  if (syndrome_of(word).odd) flip(word, 0);
  return word;
}

HammingWord hamming_data(const HammingWord& word) {
  HammingWord data{};
  unsigned next = 0;
  for (unsigned i = 0; i < kHammingBits; ++i)
    if (!is_parity_place(i)) {
      if (bit(word, i)) flip(data, next);
      ++next;
    }
  return data;
}

DecodeResult hamming_decode(HammingWord& word) {
  const Syndrome s = syndrome_of(word);
  if (!s.odd) return {s.place == 0, 0};
  flip(word, s.place);
  return {true, 1};
}

HammingWord hamming_decode_soft(std::span<const float, kHammingBits> reliabilities, int tests) {
  if (tests < 1 || tests > 8)
    throw ConfigError("a soft Hamming decoder tries 1 to 8 bits both ways, got " + std::to_string(tests));
  HammingWord hard{};
  std::array<float, kHammingBits> weight{};
  for (unsigned i = 0; i < kHammingBits; ++i) {
    weight[i] = std::abs(reliabilities[i]);
    if (reliabilities[i] < 0.0F) flip(hard, i);
  }
  const Syndrome received = syndrome_of(hard);
  if (!received.odd && received.place == 0) return hard;
  std::array<unsigned, kHammingBits> order{};
  std::iota(order.begin(), order.end(), 0U);
  std::partial_sort(order.begin(), order.begin() + tests, order.end(),
                    [&](unsigned a, unsigned b) { return weight[a] < weight[b]; });
  // In Gray order each pattern differs from the last one in one bit, which is flipped in and out of the sum.
  Syndrome s = received;
  unsigned pattern = 0, best_pattern = 0, best_place = kHammingBits;
  float cost = 0.0F, best = HUGE_VALF;
  for (unsigned step = 0;;) {
    const bool codeword = !s.odd && s.place == 0;
    if (s.odd || codeword) {
      // Flipping a tested bit back takes its weight out again.
      float total = cost;
      if (s.odd) {
        bool tested = false;
        for (int t = 0; t < tests; ++t)
          tested =
              tested || (order[static_cast<unsigned>(t)] == s.place && (pattern >> static_cast<unsigned>(t) & 1U) != 0);
        total += tested ? -weight[s.place] : weight[s.place];
      }
      if (total < best) {
        best = total;
        best_pattern = pattern;
        best_place = s.odd ? s.place : kHammingBits;
      }
    }
    if (++step == 1U << static_cast<unsigned>(tests)) break;
    const auto changed = static_cast<unsigned>(std::countr_zero(step));
    pattern ^= 1U << changed;
    s.place ^= order[changed];
    s.odd = !s.odd;
    cost += (pattern >> changed & 1U) != 0 ? weight[order[changed]] : -weight[order[changed]];
  }
  for (unsigned t = 0; t < static_cast<unsigned>(tests); ++t)
    if ((best_pattern >> t & 1U) != 0) flip(hard, order[t]);
  if (best_place < kHammingBits) flip(hard, best_place);
  return hard;
}

Log10Probability hamming_bit_error_ratio(Log10Probability bit_error_ratio) {
  constexpr int n = kHammingBits;
  const auto log_choose = [](int k) {
    return std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(static_cast<double>(n - k) + 1.0);
  };
  // Each pattern of odd weight lies beside one codeword: C(n, w) = (w+1) A_{w+1} + (n-w+1) A_{w-1}. As shares
  // a_w = A_w/C(n, w) that is w a_{w-1} + (n-w) a_{w+1} = 1; from the middle on, where it would lose digits, a_w =
  // a_{n-w}.
  std::vector<double> share(n + 1, 0.0);
  share[0] = share[n] = 1.0;
  for (std::size_t w = 2; w <= n / 2; w += 2)
    share[w] = share[n - w] = (1.0 - static_cast<double>(w - 1) * share[w - 2]) / static_cast<double>(n + 1 - w);
  const double log_p = bit_error_ratio.log10() * std::numbers::ln10;
  const double log_q = std::log1p(-std::exp(log_p));
  double peak = -HUGE_VAL;
  std::vector<double> terms;
  for (int w = 2; w <= n; ++w) {
    double wrong = w;  // mean number of wrong bits left
    if (w % 2 != 0) {
      const double inside = w * share[static_cast<std::size_t>(w - 1)];  // chance that the flip repairs one
      wrong = inside * (w - 1) + (1.0 - inside) * (w + 1);
    }
    if (wrong <= 0.0) continue;
    terms.push_back(log_choose(w) + w * log_p + (w < n ? (n - w) * log_q : 0.0) + std::log(wrong / n));
    peak = std::max(peak, terms.back());
  }
  double sum = 0.0;
  for (const double term : terms) sum += std::exp(term - peak);
  return Log10Probability::from_log10((peak + std::log(sum)) / std::numbers::ln10);
}

}  // namespace tessera

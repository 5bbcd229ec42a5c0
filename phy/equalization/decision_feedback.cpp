#include "phy/equalization/decision_feedback.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "phy/core/error.hpp"
#include "phy/core/multiversion.hpp"

namespace tessera {
namespace {

constexpr std::size_t kRun = 256;

// Thresholds after each previous decision; unused ones are out of reach.
template <std::size_t M>
struct Raised {
  std::array<std::array<float, M - 1>, M> at;
};

// Byte k of a map is 8 times the decision that follows decision k, which is how far the next map is to be shifted: the
// machine takes a shift count modulo the word, so that no mask stands in the recurrence.
template <std::size_t M, class Word>
__attribute__((always_inline)) inline void make_maps(const float* y, const Raised<M>& t, Word* maps) {
  for (std::size_t i = 0; i < kRun; ++i) {
    Word map = 0;
#pragma GCC unroll 8
    for (std::size_t below = 0; below < M; ++below) {
      const std::size_t k = M - 1 - below;
      Word count = 0;
#pragma GCC unroll 8
      for (std::size_t j = 0; j + 1 < M; ++j) count += y[i] > t.at[k][j] ? Word{8} : Word{0};
      map = map << 8 | count;
    }
    maps[i] = map;
  }
}

TESSERA_MULTIVERSION void maps_of_four(const float* y, const Raised<4>& t, std::uint32_t* maps) {
  make_maps<4, std::uint32_t>(y, t, maps);
}

TESSERA_MULTIVERSION void maps_of_eight(const float* y, const Raised<8>& t, std::uint64_t* maps) {
  make_maps<8, std::uint64_t>(y, t, maps);
}

template <class Word>
std::uint8_t follow(Word* maps, std::size_t count, std::uint8_t decided) {
  constexpr Word kCount = 8 * sizeof(Word) - 1;
  Word state = Word{8} * decided;
  for (std::size_t i = 0; i < count; ++i) maps[i] = state = maps[i] >> (state & kCount);
  return static_cast<std::uint8_t>(state >> 3 & (kCount >> 3));
}

template <class Word>
__attribute__((always_inline)) inline void unpack(const Word* states, std::size_t count, std::uint8_t* decisions) {
  constexpr Word kMask = (8 * sizeof(Word) - 1) >> 3;
  for (std::size_t i = 0; i < count; ++i) decisions[i] = static_cast<std::uint8_t>(states[i] >> 3 & kMask);
}

TESSERA_MULTIVERSION void unpack_four(const std::uint32_t* states, std::size_t count, std::uint8_t* decisions) {
  unpack(states, count, decisions);
}

TESSERA_MULTIVERSION void unpack_eight(const std::uint64_t* states, std::size_t count, std::uint8_t* decisions) {
  unpack(states, count, decisions);
}

TESSERA_MULTIVERSION void slice(const float* y, const float* thresholds, std::size_t eyes, std::size_t count,
                                std::uint8_t* decisions) {
  std::uint32_t level[kRun] = {};
  for (std::size_t e = 0; e < eyes; ++e) {
    const float t = thresholds[e];
    for (std::size_t i = 0; i < count; ++i) level[i] += y[i] > t ? 1U : 0U;
  }
  for (std::size_t i = 0; i < count; ++i) decisions[i] = static_cast<std::uint8_t>(level[i]);
}

template <std::size_t M>
Raised<M> raised(const DecisionFeedback& s) {
  Raised<M> r;
  for (std::size_t k = 0; k < M; ++k) {
    for (std::size_t j = 0; j + 1 < M; ++j) {
      const bool used = k < s.levels.size() && j < s.thresholds.size();
      r.at[k][j] = used ? s.thresholds[j] + s.taps[0] * s.levels[k] : 3e38F;
    }
  }
  return r;
}

template <std::size_t M, class Word, class Make, class Unpack>
void decide_by_maps(DecisionFeedback& s, std::span<const float> y, std::span<std::uint8_t> out, Make make,
                    Unpack unpack_states) {
  const Raised<M> t = raised<M>(s);
  alignas(64) std::array<Word, kRun> maps;
  alignas(64) std::array<float, kRun> padded{};
  for (std::size_t done = 0; done < y.size();) {
    const std::size_t run = std::min(kRun, y.size() - done);
    const float* at = y.data() + done;
    if (run < kRun) {
      std::copy_n(at, run, padded.begin());
      at = padded.data();
    }
    make(at, t, maps.data());
    s.decided[0] = follow(maps.data(), run, s.decided[0]);
    unpack_states(maps.data(), run, out.data() + done);
    done += run;
  }
}

void decide_in_order(DecisionFeedback& s, std::span<const float> y, std::span<std::uint8_t> out) {
  for (std::size_t n = 0; n < y.size(); ++n) {
    float shift = 0.0F;
    for (std::size_t i = 0; i < s.taps.size(); ++i) shift += s.taps[i] * s.levels[s.decided[i]];
    std::uint8_t d = 0;
    for (const float t : s.thresholds) d = static_cast<std::uint8_t>(d + (y[n] > t + shift ? 1 : 0));
    out[n] = d;
    for (std::size_t i = s.taps.size() - 1; i > 0; --i) s.decided[i] = s.decided[i - 1];
    s.decided[0] = d;
  }
}

}  // namespace

DecisionFeedback::DecisionFeedback(std::span<const float> level_values, std::span<const float> threshold_values,
                                   std::span<const float> feedback_taps, std::uint8_t before)
    : thresholds(threshold_values.begin(), threshold_values.end()),
      levels(level_values.begin(), level_values.end()),
      taps(feedback_taps.begin(), feedback_taps.end()),
      decided(feedback_taps.size(), before) {
  if (levels.size() < 2 || levels.size() > 256 || thresholds.size() + 1 != levels.size())
    throw ConfigError("a slicer needs 2 to 256 levels and one threshold fewer, got " + std::to_string(levels.size()) +
                      " and " + std::to_string(thresholds.size()));
  if (!std::is_sorted(thresholds.begin(), thresholds.end())) throw ConfigError("thresholds must ascend");
  if (before >= levels.size()) throw ConfigError("the decision before the first is no level");
}

void decide(DecisionFeedback& s, std::span<const float> y, std::span<std::uint8_t> out) {
  if (y.size() != out.size()) throw Error("decide: samples and decisions differ in number");
  if (s.taps.empty()) {
    for (std::size_t done = 0; done < y.size(); done += kRun) {
      const std::size_t run = std::min(kRun, y.size() - done);
      slice(y.data() + done, s.thresholds.data(), s.thresholds.size(), run, out.data() + done);
    }
  } else if (s.taps.size() == 1 && s.levels.size() <= 4) {
    decide_by_maps<4, std::uint32_t>(s, y, out, maps_of_four, unpack_four);
  } else if (s.taps.size() == 1 && s.levels.size() <= 8) {
    decide_by_maps<8, std::uint64_t>(s, y, out, maps_of_eight, unpack_eight);
  } else {
    decide_in_order(s, y, out);
  }
}

std::vector<float> middle_thresholds(std::span<const float> levels) {
  std::vector<float> t;
  for (std::size_t i = 0; i + 1 < levels.size(); ++i) t.push_back(0.5F * (levels[i] + levels[i + 1]));
  return t;
}

}  // namespace tessera

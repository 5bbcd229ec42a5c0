#include "phy/engine/symbol_tally.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>

#include "phy/core/error.hpp"
#include "phy/core/multiversion.hpp"

namespace tessera {
namespace {

constexpr std::size_t kRun = 128;  // a byte holds the counts of a run

TESSERA_MULTIVERSION void count_levels(const std::uint8_t* s, std::size_t runs, std::size_t order,
                                       std::uint64_t* counts) {
  for (std::size_t level = 0; level < order; ++level) {
    const auto wanted = static_cast<std::uint8_t>(level);
    std::uint64_t total = 0;
    for (std::size_t r = 0; r < runs; ++r) {
      const std::uint8_t* at = s + r * kRun;
      std::uint8_t lanes[32] = {};
      for (std::size_t i = 0; i < kRun; i += 32)
        for (std::size_t k = 0; k < 32; ++k) lanes[k] = static_cast<std::uint8_t>(lanes[k] + (at[i + k] == wanted));
      std::uint32_t sum = 0;
      for (const std::uint8_t lane : lanes) sum += lane;
      total += sum;
    }
    counts[level] += total;
  }
}

void wrong(SymbolTally& t, std::uint8_t sent, std::uint8_t decided, std::uint64_t at) {
  ++t.errors;
  ++t.taken_for[sent][decided];
  t.bit_errors += static_cast<std::uint64_t>(std::popcount(static_cast<unsigned>(t.labels[sent] ^ t.labels[decided])));
  if (t.burst_errors > 0 && at - t.burst_last > t.reach) close_burst(t);
  if (t.burst_errors == 0) t.burst_first = at;
  ++t.burst_errors;
  t.burst_last = at;
}

std::uint64_t word(const std::uint8_t* p) {
  std::uint64_t w = 0;
  std::memcpy(&w, p, sizeof(w));
  return w;
}

}  // namespace

SymbolTally::SymbolTally(const Modulation& modulation, std::uint64_t feedback_reach)
    : reach(std::max<std::uint64_t>(feedback_reach, 1)), order(modulation.order) {
  if (modulation.levels.size() > kLevels)
    throw ConfigError("errors are counted for up to 16 levels, got " + std::to_string(modulation.levels.size()));
  std::copy(modulation.labels.begin(), modulation.labels.end(), labels.begin());
}

void close_burst(SymbolTally& t) {
  if (t.burst_errors == 0) return;
  ++t.bursts[std::min<std::uint64_t>(t.burst_last - t.burst_first, SymbolTally::kBurstBins - 1)];
  t.squares += t.burst_errors * t.burst_errors;
  t.burst_errors = 0;
}

void merge(SymbolTally& t, SymbolTally other) {
  close_burst(t);
  close_burst(other);
  t.symbols += other.symbols;
  t.errors += other.errors;
  t.bit_errors += other.bit_errors;
  t.squares += other.squares;
  for (std::size_t m = 0; m < SymbolTally::kLevels; ++m) {
    t.sent[m] += other.sent[m];
    for (std::size_t k = 0; k < SymbolTally::kLevels; ++k) t.taken_for[m][k] += other.taken_for[m][k];
  }
  for (std::size_t i = 0; i < SymbolTally::kBurstBins; ++i) t.bursts[i] += other.bursts[i];
}

void tally(SymbolTally& t, std::span<const std::uint8_t> sent, std::span<const std::uint8_t> decided) {
  if (sent.size() != decided.size()) throw Error("tally: symbols and decisions differ in number");
  const std::size_t runs = sent.size() / kRun;
  count_levels(sent.data(), runs, static_cast<std::size_t>(t.order), t.sent.data());
  for (std::size_t i = runs * kRun; i < sent.size(); ++i) ++t.sent[sent[i]];
  std::size_t i = 0;
  for (; i + 32 <= sent.size(); i += 32) {
    const std::uint8_t *a = sent.data() + i, *b = decided.data() + i;
    if (((word(a) ^ word(b)) | (word(a + 8) ^ word(b + 8)) | (word(a + 16) ^ word(b + 16)) |
         (word(a + 24) ^ word(b + 24))) == 0)
      continue;
    for (std::size_t k = 0; k < 32; ++k)
      if (a[k] != b[k]) wrong(t, a[k], b[k], t.symbols + i + k);
  }
  for (; i < sent.size(); ++i)
    if (sent[i] != decided[i]) wrong(t, sent[i], decided[i], t.symbols + i);
  t.symbols += sent.size();
}

}  // namespace tessera

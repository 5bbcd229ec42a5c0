#include "phy/engine/symbol_source.hpp"

#include <algorithm>
#include <array>

#include "phy/core/error.hpp"
#include "phy/modulation/prbs.hpp"

namespace tessera {

SymbolSource random_symbols(const StreamKey& key, int order) {
  if (order < 2 || order > 255) throw ConfigError("symbols need 2 to 255 levels, got " + std::to_string(order));
  return [key, m = static_cast<std::uint64_t>(order)](std::uint64_t first, std::span<std::uint8_t> symbols) {
    std::array<std::uint32_t, 1024> words;
    for (std::size_t done = 0; done < symbols.size();) {
      const std::size_t run = std::min(words.size() - (first + done) % kRandomTile, symbols.size() - done);
      random_words(key, first + done, std::span(words).first(run));
      for (std::size_t i = 0; i < run; ++i) symbols[done + i] = static_cast<std::uint8_t>(words[i] * m >> 32);
      done += run;
    }
  };
}

SymbolSource pattern_symbols(const std::string& name, int order) {
  // A pattern keeps its place; a copy for each call leaves the source without state.
  return [pattern = SymbolPattern(name, order)](std::uint64_t first, std::span<std::uint8_t> symbols) {
    SymbolPattern own = pattern;
    own.fill(first, symbols);
  };
}

}  // namespace tessera

#include "phy/engine/symbol_source.hpp"

#include <algorithm>
#include <array>

#include "phy/core/error.hpp"

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

}  // namespace tessera

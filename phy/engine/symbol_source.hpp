#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "phy/core/rng.hpp"

namespace tessera {

/// Levels of a stream of symbols, lowest 0, by absolute index: the same whatever was asked for before.
using SymbolSource = std::function<void(std::uint64_t first, std::span<std::uint8_t> symbols)>;

/// Independent symbols of `order` equally likely levels.
///
/// Equation: s = floor(u M / 2^32), u the random word at the symbol's index.
/// Conventions: levels differ in probability by less than M/2^32.
/// Valid for: order 2 to 255.
/// Source: salmon2011
/// Theory: docs/theory/bit_by_bit_engine.md
SymbolSource random_symbols(const StreamKey& key, int order);

/// Symbols of a test pattern that SymbolPattern knows by name. @throws ConfigError as SymbolPattern does.
SymbolSource pattern_symbols(const std::string& name, int order);

}  // namespace tessera

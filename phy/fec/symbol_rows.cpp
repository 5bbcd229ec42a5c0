#include "phy/fec/symbol_rows.hpp"

#include <bit>
#include <cstring>

#include "phy/core/multiversion.hpp"

namespace tessera {
namespace {

constexpr std::size_t kPartBits = 5, kPartSize = 32;

using Words = std::uint64_t __attribute__((vector_size(32)));  // 16 symbols

static_assert(std::endian::native == std::endian::little, "symbol 0 is expected in the lowest bits of a word");

inline void add_symbol(Words& low, Words& high, const SymbolRow* rows, std::size_t parts, unsigned symbol) {
  for (std::size_t part = 0; part < parts; ++part) {
    const auto* row = reinterpret_cast<const Words*>(rows + part * kPartSize + (symbol & (kPartSize - 1)));
    low ^= row[0];
    high ^= row[1];
    symbol >>= kPartBits;
  }
}

template <std::size_t Parts>
inline void divide_steps(const SymbolRow* rows, const std::uint16_t* data, std::size_t steps, Words& low, Words& high) {
  for (std::size_t step = 0; step < steps; ++step) {
    std::uint64_t next = 0;
    std::memcpy(&next, data + 4 * step, sizeof next);
    const std::uint64_t feedback = low[0] ^ next;
    // Four symbols leave at the front.
    low = __builtin_shufflevector(low, high, 1, 2, 3, 4);
    high = __builtin_shufflevector(high, Words{}, 1, 2, 3, 4);
    for (std::size_t p = 0; p < 4; ++p)
      add_symbol(low, high, rows + p * Parts * kPartSize, Parts, static_cast<unsigned>(feedback >> 16U * p) & 0xFFFFU);
  }
}

TESSERA_MULTIVERSION void divide(const SymbolRow* rows, std::size_t parts, const std::uint16_t* data, std::size_t steps,
                                 SymbolRow& state) {
  auto* words = reinterpret_cast<Words*>(&state);
  Words low = words[0], high = words[1];
  if (parts == 1) divide_steps<1>(rows, data, steps, low, high);
  if (parts == 2) divide_steps<2>(rows, data, steps, low, high);
  if (parts == 3) divide_steps<3>(rows, data, steps, low, high);
  words[0] = low;
  words[1] = high;
}

TESSERA_MULTIVERSION void map_all(const SymbolRow* rows, std::size_t parts, const std::uint16_t* input,
                                  std::size_t count, SymbolRow& sum) {
  Words low{}, high{};
  for (std::size_t p = 0; p < count; ++p) add_symbol(low, high, rows + p * parts * kPartSize, parts, input[p]);
  auto* words = reinterpret_cast<Words*>(&sum);
  words[0] = low;
  words[1] = high;
}

}  // namespace

SymbolMap::SymbolMap(std::size_t positions, int bits, const std::function<SymbolRow(std::size_t p, int b)>& basis)
    : positions_(positions),
      parts_((static_cast<std::size_t>(bits) + kPartBits - 1) / kPartBits),
      rows_(positions * parts_ * kPartSize) {
  for (std::size_t p = 0; p < positions; ++p)
    for (int b = 0; b < bits; ++b) {
      const SymbolRow row = basis(p, b);
      const std::size_t part = static_cast<std::size_t>(b) / kPartBits, bit = static_cast<std::size_t>(b) % kPartBits;
      SymbolRow* table = rows_.data() + (p * parts_ + part) * kPartSize;
      for (std::size_t value = 0; value < kPartSize; ++value)
        if ((value >> bit & 1U) != 0)
          for (std::size_t i = 0; i < kRowSymbols; ++i) table[value].symbols[i] ^= row.symbols[i];
    }
}

SymbolRow SymbolMap::apply(std::span<const std::uint16_t> input) const {
  SymbolRow sum;
  map_all(rows_.data(), parts_, input.data(), positions_, sum);
  return sum;
}

SymbolRow remainder_of(const SymbolMap& by_four, std::span<const std::uint16_t> data) {
  SymbolRow state;
  // Zeros in front do not change a remainder: they fill the first step.
  const std::size_t ragged = data.size() % 4;
  if (ragged != 0) {
    std::array<std::uint16_t, 4> first{};
    for (std::size_t i = 0; i < ragged; ++i) first[4 - ragged + i] = data[i];
    divide(by_four.rows(), by_four.parts(), first.data(), 1, state);
  }
  divide(by_four.rows(), by_four.parts(), data.data() + ragged, data.size() / 4, state);
  return state;
}

}  // namespace tessera

#include "phy/modulation/prbs.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <bit>

#include "phy/core/error.hpp"
#include "phy/modulation/gray.hpp"

namespace tessera {
namespace {

constexpr std::size_t kGroup = 64;    // symbols made at a time: a whole number of words for any bits a symbol
constexpr std::size_t kHistory = 16;  // words; the longest delay is 64 x 13 bits

int stretch(const PrbsPolynomial& p) {
  int k = 0;
  while ((p.delays[0] << k) < 64) ++k;
  return k;
}

std::uint32_t step(const PrbsPolynomial& p, std::uint32_t state) {
  std::uint32_t bit = 0;
  for (const int d : p.delays)
    if (d > 0) bit ^= state >> (d - 1) & 1U;
  return (state << 1 | bit) & p.period();
}

// Columns of a linear map of register states.
using Map = std::array<std::uint32_t, 31>;

std::uint32_t map_state(const Map& map, std::uint32_t state) {
  std::uint32_t result = 0;
  for (; state != 0; state &= state - 1) result ^= map[static_cast<std::size_t>(std::countr_zero(state))];
  return result;
}

// Bits [64 w - delay, 64 w - delay + 63] from the words before w.
std::uint64_t delayed(const std::array<std::uint64_t, kHistory>& history, std::uint64_t w, unsigned delay) {
  const std::uint64_t q = delay / 64;
  const unsigned r = delay % 64;
  const std::uint64_t low = history[(w - q) % kHistory];
  return r == 0 ? low : low << r | history[(w - q - 1) % kHistory] >> (64 - r);
}

std::uint64_t bit_at(std::span<const std::uint64_t> words, std::size_t i) { return words[i / 64] >> (i % 64) & 1U; }

// Symbols of PAM2 and PAM4 of a byte of bits, first bit in the lowest place.
struct ByteTables {
  std::array<std::array<std::uint8_t, 8>, 256> nrz{};
  std::array<std::array<std::uint8_t, 4>, 256> pam4{};
};

constexpr ByteTables make_tables() {
  ByteTables t;
  for (std::size_t byte = 0; byte < 256; ++byte) {
    for (std::size_t i = 0; i < 8; ++i) t.nrz[byte][i] = byte >> i & 1U;
    for (std::size_t i = 0; i < 4; ++i) {
      const std::size_t first = byte >> (2 * i) & 1U, second = byte >> (2 * i + 1) & 1U;
      t.pam4[byte][i] = static_cast<std::uint8_t>(2 * first + (first ^ second));
    }
  }
  return t;
}
constexpr ByteTables kTables = make_tables();

void map_group(std::span<const std::uint64_t> words, int bits, std::uint8_t* symbols) {
  for (std::size_t b = 0; bits <= 2 && b < 8 * words.size(); ++b) {
    const std::size_t byte = words[b / 8] >> (8 * (b % 8)) & 0xffU;
    if (bits == 1) std::copy_n(kTables.nrz[byte].begin(), 8, symbols + 8 * b);
    if (bits == 2) std::copy_n(kTables.pam4[byte].begin(), 4, symbols + 4 * b);
  }
  if (bits <= 2) return;
  for (std::size_t i = 0; i < kGroup; ++i) {
    int label = 0;
    for (std::size_t k = 0; k < static_cast<std::size_t>(bits); ++k)
      label = 2 * label + static_cast<int>(bit_at(words, i * static_cast<std::size_t>(bits) + k));
    symbols[i] = static_cast<std::uint8_t>(from_gray(label));
  }
}

// Bits of PRBS31 with the output inverter of figure 49-9.
void append_section(std::vector<std::uint8_t>& bits, std::uint32_t seed, std::size_t count) {
  const PrbsPolynomial p = prbs_polynomial(31);
  std::uint32_t state = seed;
  for (std::size_t i = 0; i < count; ++i) {
    state = step(p, state);
    bits.push_back(static_cast<std::uint8_t>(~state & 1U));
  }
}

}  // namespace

PrbsPolynomial prbs_polynomial(int order) {
  switch (order) {
    case 7:
      return {7, {6, 7, 0, 0}, false};
    case 9:
      return {9, {5, 9, 0, 0}, false};
    case 11:
      return {11, {9, 11, 0, 0}, false};
    case 13:
      return {13, {1, 2, 12, 13}, false};
    case 15:
      return {15, {14, 15, 0, 0}, true};
    case 20:
      return {20, {3, 20, 0, 0}, false};
    case 23:
      return {23, {18, 23, 0, 0}, true};
    case 31:
      return {31, {28, 31, 0, 0}, true};
    default:
      throw ConfigError(fmt::format("PRBS order must be 7, 9, 11, 13, 15, 20, 23 or 31, got {}", order));
  }
}

std::uint32_t prbs_jump(const PrbsPolynomial& p, std::uint32_t seed, std::uint64_t steps) {
  Map power{};
  for (std::size_t i = 0; i < static_cast<std::size_t>(p.order); ++i) power[i] = step(p, std::uint32_t{1} << i);
  for (std::uint64_t left = steps % p.period(); left != 0; left >>= 1) {
    if ((left & 1U) != 0) seed = map_state(power, seed);
    Map squared{};
    for (std::size_t i = 0; i < static_cast<std::size_t>(p.order); ++i) squared[i] = map_state(power, power[i]);
    power = squared;
  }
  return seed;
}

PrbsWords prbs_words(int order, std::uint32_t seed, std::uint64_t word) {
  PrbsWords state{prbs_polynomial(order), seed, word, {}};
  const PrbsPolynomial& p = state.polynomial;
  if (seed == 0 || seed > p.period())
    throw ConfigError(fmt::format("seed of PRBS{} must be in 1 … {}, got {}", order, p.period(), seed));
  // The sequence is periodic, so that its past is known too.
  const std::uint64_t period = p.period();
  const std::uint64_t start = (word % period * 64 % period + period * 64 * kHistory - 64 * kHistory) % period;
  std::uint32_t reg = prbs_jump(p, seed, start);
  for (std::uint64_t w = word + kHistory; w < word + 2 * kHistory; ++w) {  // word - 16 + i and word + i share a place
    std::uint64_t bits = 0;
    for (int j = 0; j < 64; ++j) {
      reg = step(p, reg);
      bits |= std::uint64_t{reg & 1U} << j;
    }
    state.history[w % kHistory] = bits;
  }
  return state;
}

void next_words(PrbsWords& state, std::span<std::uint64_t> words) {
  const int k = stretch(state.polynomial);
  const std::uint64_t flip = state.polynomial.inverted ? ~std::uint64_t{0} : 0;
  for (std::uint64_t& word : words) {
    std::uint64_t bits = 0;
    for (const int d : state.polynomial.delays)
      if (d > 0) bits ^= delayed(state.history, state.next_word, static_cast<unsigned>(d << k));
    state.history[state.next_word % kHistory] = bits;
    ++state.next_word;
    word = bits ^ flip;
  }
}

int prbs_order(std::string_view name) {
  for (const int order : {7, 9, 11, 13, 15, 20, 23, 31})
    if (name == fmt::format("prbs{}", order) || name == fmt::format("prbs{}q", order)) return order;
  return 0;
}

SymbolPattern::SymbolPattern(std::string_view name, int order, std::uint32_t seed, const StreamKey& key)
    : order_(order), key_(key) {
  if (order < 2 || order > 256)
    throw ConfigError(fmt::format("a pattern needs between 2 and 256 levels, got {}", order));
  const bool power = std::has_single_bit(static_cast<unsigned>(order));
  bits_ = std::countr_zero(static_cast<unsigned>(order));
  if (name == "random") {
    random_ = true;
  } else if (name == "ssprq") {
    if (order != 4) throw ConfigError(fmt::format("ssprq is a pattern of 4 levels, got {}", order));
    table_ = ssprq_symbols();
    period_ = table_.size();
  } else if (const int n = prbs_order(name); n > 0) {
    if (!power || order > 16)
      throw ConfigError(fmt::format("{} needs 2, 4, 8 or 16 levels, got {}; use random", name, order));
    words_ = prbs_words(n, seed == 0 ? prbs_polynomial(n).period() : seed);
    const std::uint32_t p = words_.polynomial.period();
    period_ = p % static_cast<std::uint32_t>(bits_) == 0 ? p / static_cast<std::uint32_t>(bits_) : p;
  } else {
    throw ConfigError(fmt::format("unknown pattern `{}`; known: {}", name, fmt::join(pattern_names(), ", ")));
  }
}

void SymbolPattern::make_group(std::uint64_t group, std::uint8_t* symbols) {
  std::array<std::uint64_t, 4> words{};
  if (random_) {
    std::array<std::uint32_t, kGroup> raw{};
    if (!std::has_single_bit(static_cast<unsigned>(order_)) || bits_ > 4) {
      random_words(key_, group * kGroup, raw);
      for (std::size_t i = 0; i < kGroup; ++i)
        symbols[i] = static_cast<std::uint8_t>(std::uint64_t{raw[i]} * static_cast<std::uint64_t>(order_) >> 32);
      return;
    }
    const std::size_t count = 2 * static_cast<std::size_t>(bits_);
    random_words(key_, group * count, std::span(raw).first(count));
    for (std::size_t i = 0; i < count; ++i) words[i / 2] |= std::uint64_t{raw[i]} << (i % 2 * 32);
  } else {
    const auto count = static_cast<std::uint64_t>(bits_);
    if (words_.next_word != group * count) words_ = prbs_words(words_.polynomial.order, words_.seed, group * count);
    next_words(words_, std::span(words).first(count));
  }
  map_group(std::span(words).first(static_cast<std::size_t>(bits_)), bits_, symbols);
}

void SymbolPattern::fill(std::uint64_t first, std::span<std::uint8_t> symbols) {
  if (!table_.empty()) {
    std::size_t at = first % table_.size();
    for (std::uint8_t& s : symbols) {
      s = table_[at];
      if (++at == table_.size()) at = 0;
    }
    return;
  }
  for (std::size_t done = 0; done < symbols.size();) {
    const std::uint64_t group = (first + done) / kGroup;
    const std::size_t offset = (first + done) % kGroup, run = std::min(kGroup - offset, symbols.size() - done);
    if (run == kGroup) {
      make_group(group, symbols.data() + done);
    } else {
      if (cached_group_ != group) {
        make_group(group, cache_.data());
        cached_group_ = group;
      }
      std::copy_n(cache_.begin() + static_cast<std::ptrdiff_t>(offset), run,
                  symbols.begin() + static_cast<std::ptrdiff_t>(done));
    }
    done += run;
  }
}

std::vector<std::string> pattern_names() {
  std::vector<std::string> names;
  for (const int order : {7, 9, 11, 13, 15, 20, 23, 31}) names.push_back(fmt::format("prbs{}", order));
  for (const int order : {7, 9, 11, 13, 15, 20, 23, 31}) names.push_back(fmt::format("prbs{}q", order));
  names.insert(names.end(), {"ssprq", "random"});
  return names;
}

std::vector<std::uint8_t> ssprq_symbols() {
  std::vector<std::uint8_t> a;
  append_section(a, 0x00000002U, 10924);
  append_section(a, 0x34013FF7U, 10922);
  append_section(a, 0x0CCCCCCCU, 10922);
  std::vector<std::uint8_t> bits = a;
  bits.insert(bits.end(), a.begin(), a.end());
  bits.insert(bits.end(), a.begin() + 1, a.end());
  bits.insert(bits.end(), a.begin(), a.end() - 1);
  std::vector<std::uint8_t> symbols(bits.size() / 2);
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const auto s = static_cast<std::uint8_t>(2 * bits[2 * i] + (bits[2 * i] ^ bits[2 * i + 1]));
    const bool inverted = (i >= 16384 && i < 32768) || i >= 49151;
    symbols[i] = inverted ? static_cast<std::uint8_t>(3 - s) : s;
  }
  return symbols;
}

std::vector<std::uint8_t> de_bruijn(int order, int length) {
  if (order < 2 || order > 256 || length < 1)
    throw ConfigError(
        fmt::format("de Bruijn sequence needs 2 … 256 levels and length >= 1, got {} and {}", order, length));
  std::uint64_t total = 1;
  for (int i = 0; i < length; ++i) {
    total *= static_cast<std::uint64_t>(order);
    if (total > std::uint64_t{1} << 26)
      throw ConfigError(
          fmt::format("de Bruijn sequence of {} levels and length {} exceeds 2^26 symbols", order, length));
  }
  // All Lyndon words whose length divides `length`, in lexicographic order (Duval's successor).
  std::vector<std::uint8_t> sequence, word{0};
  sequence.reserve(total);
  const auto n = static_cast<std::size_t>(length);
  const auto highest = static_cast<std::uint8_t>(order - 1);
  while (true) {
    if (n % word.size() == 0) sequence.insert(sequence.end(), word.begin(), word.end());
    const std::size_t size = word.size();
    for (std::size_t i = size; i < n; ++i) word.push_back(word[i - size]);
    while (!word.empty() && word.back() == highest) word.pop_back();
    if (word.empty()) break;
    ++word.back();
  }
  return sequence;
}

void symbols_to_bits(int order, std::span<const std::uint8_t> symbols, std::span<std::uint8_t> bits) {
  const auto count = static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(order)));
  if (!std::has_single_bit(static_cast<unsigned>(order)) || bits.size() != count * symbols.size())
    throw Error(
        fmt::format("symbols_to_bits: {} symbols of PAM{} do not make {} bits", symbols.size(), order, bits.size()));
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const int label = to_gray(symbols[i]);
    for (std::size_t k = 0; k < count; ++k)
      bits[i * count + k] = static_cast<std::uint8_t>(label >> (count - 1 - k) & 1);
  }
}

double PrbsChecker::errors() const {
  if (mode == Mode::free_running) return static_cast<double>(mismatches);
  const auto delays = std::count_if(polynomial.delays.begin(), polynomial.delays.end(), [](int d) { return d > 0; });
  return static_cast<double>(mismatches) / static_cast<double>(delays + 1);
}

PrbsChecker prbs_checker(int order, PrbsChecker::Mode mode) {
  PrbsChecker checker;
  checker.polynomial = prbs_polynomial(order);
  checker.mode = mode;
  return checker;
}

void check(PrbsChecker& c, std::span<const std::uint8_t> bits) {
  const std::uint32_t flip = c.polynomial.inverted ? 1U : 0U;
  for (const std::uint8_t bit : bits) {
    const std::uint32_t received = bit ^ flip;
    const std::uint32_t next = step(c.polynomial, c.state);
    const bool match = (next & 1U) == received;
    const bool free_running = c.mode == PrbsChecker::Mode::free_running;
    const bool full = c.filled >= c.polynomial.order;
    if (full && (c.locked || !free_running)) {
      ++c.checked;
      c.mismatches += match ? 0 : 1;
    }
    if (c.locked && free_running) {
      c.state = next;
      continue;
    }
    c.state = (c.state << 1 | received) & c.polynomial.period();
    if (!full) {
      ++c.filled;
      continue;
    }
    c.agreed = match ? c.agreed + 1 : 0;
    c.locked = c.agreed >= c.lock_bits && c.state != 0;
  }
}

}  // namespace tessera

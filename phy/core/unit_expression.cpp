#include "phy/core/unit_expression.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <string>

#include "phy/core/error.hpp"

namespace tessera::detail {
namespace {

constexpr std::size_t kLongest = 96;
constexpr int kDeepest = 8;
constexpr int kHighestHalves = 24;  // exponents up to ±12

struct Symbol {
  std::string_view text;
  Dimension dimension;
  double factor = 1.0;
  int decade = 0;
  bool prefixable = false;
  bool celsius = false;
};

constexpr Dimension kMass{.kilogram = 2};

constexpr auto kSymbols = std::to_array<Symbol>({
    {"m", dim::kLength, 1.0, 0, true},
    {"g", kMass, 1.0, -3, true},
    {"s", dim::kTime, 1.0, 0, true},
    {"Hz", dim::kFrequency, 1.0, 0, true},
    {"Bd", dim::kSymbolRate, 1.0, 0, true},
    {"baud", dim::kSymbolRate, 1.0, 0, true},
    {"bit", dim::kBit, 1.0, 0, true},
    {"bits", dim::kBit},
    {"b", dim::kBit, 1.0, 0, true},
    {"B", dim::kBit, 8.0, 0, true},
    {"byte", dim::kBit, 8.0, 0, true},
    {"bps", dim::kBitRate, 1.0, 0, true},
    {"symbol", dim::kSymbol},
    {"symbols", dim::kSymbol},
    {"V", dim::kVoltage, 1.0, 0, true},
    {"A", dim::kCurrent, 1.0, 0, true},
    {"W", dim::kPower, 1.0, 0, true},
    {"J", dim::kEnergy, 1.0, 0, true},
    {"eV", dim::kEnergy, 1.602176634, -19, true},
    {"K", dim::kTemperature, 1.0, 0, true},
    {"degC", dim::kTemperature, 1.0, 0, false, true},
    {"°C", dim::kTemperature, 1.0, 0, false, true},
    {"℃", dim::kTemperature, 1.0, 0, false, true},
    {"ohm", dim::kResistance, 1.0, 0, true},
    {"Ohm", dim::kResistance, 1.0, 0, true},
    {"Ω", dim::kResistance, 1.0, 0, true},
    {"\u2126", dim::kResistance, 1.0, 0, true},
    {"S", dim::kOne / dim::kResistance, 1.0, 0, true},
    {"F", dim::kCapacitance, 1.0, 0, true},
    {"H", dim::kInductance, 1.0, 0, true},
    {"C", dim::kCurrent* dim::kTime, 1.0, 0, true},
    {"in", dim::kLength, 2.54, -2},
    {"inch", dim::kLength, 2.54, -2},
    {"mil", dim::kLength, 2.54, -5},
    {"min", dim::kTime, 60.0, 0},
    {"h", dim::kTime, 3600.0, 0, true},
    {"d", dim::kTime, 86400.0, 0},
    {"day", dim::kTime, 86400.0, 0},
    {"month", dim::kTime, 730.5 * 3600.0, 0},
    {"y", dim::kTime, 8766.0 * 3600.0, 0},
    {"year", dim::kTime, 8766.0 * 3600.0, 0},
    {"rad", dim::kOne, 1.0, 0, true},
    {"deg", dim::kOne, std::numbers::pi / 180.0, 0},
    {"°", dim::kOne, std::numbers::pi / 180.0, 0},
    {"Np", dim::kOne},
    {"UI", dim::kOne, 1.0, 0, true},
    {"FIT", dim::kOne},
    {"ppm", dim::kOne, 1.0, -6},
    {"%", dim::kOne, 1.0, -2},
});

struct Prefix {
  std::string_view text;
  int decade;
};

constexpr auto kPrefixes = std::to_array<Prefix>({{"f", -15},
                                                  {"p", -12},
                                                  {"n", -9},
                                                  {"u", -6},
                                                  {"µ", -6},
                                                  {"μ", -6},
                                                  {"m", -3},
                                                  {"c", -2},
                                                  {"k", 3},
                                                  {"M", 6},
                                                  {"G", 9},
                                                  {"T", 12}});

constexpr auto kSuperscripts = std::to_array<std::pair<std::string_view, char>>({{"⁰", '0'},
                                                                                 {"¹", '1'},
                                                                                 {"²", '2'},
                                                                                 {"³", '3'},
                                                                                 {"⁴", '4'},
                                                                                 {"⁵", '5'},
                                                                                 {"⁶", '6'},
                                                                                 {"⁷", '7'},
                                                                                 {"⁸", '8'},
                                                                                 {"⁹", '9'},
                                                                                 {"⁻", '-'}});

// Centi belongs to the metre and hours are never cut small: "Gb/s/ch" means channels, not centihours.
bool takes(const Symbol& symbol, const Prefix& prefix) {
  return symbol.prefixable && (prefix.text != "c" || symbol.text == "m") && (symbol.text != "h" || prefix.decade > 0);
}

class Parser {
 public:
  explicit Parser(std::string_view unit) : whole_(unit), rest_(unit) {}

  ParsedUnit parse() {
    if (whole_.size() > kLongest) fail("is longer than " + std::to_string(kLongest) + " characters");
    const ParsedUnit unit = expression(0);
    skip_space();
    if (!rest_.empty()) fail("has unexpected text at \"" + std::string(rest_) + "\"");
    ParsedUnit result = from_half_decades(unit);
    result.offset = celsius_ && atoms_ == 1 && unit.dimension == dim::kTemperature ? 273.15 : 0.0;
    return result;
  }

 private:
  // While parsing, `decade` counts halves so that sqrt(GHz) stays exact.
  ParsedUnit expression(int depth) {
    if (depth > kDeepest) fail("is nested too deeply");
    ParsedUnit unit = term(depth);
    bool divided = false;
    while (true) {
      const bool spaced = skip_space();
      if (rest_.empty() || rest_.front() == ')') return unit;
      if (accept("/")) {
        unit = product(unit, power(term(depth), -2));
        divided = true;
        continue;
      }
      const bool times = accept("*") || accept("·") || accept("⋅") || accept("×");
      if (!times && !spaced) fail("has unexpected text at \"" + std::string(rest_) + "\"");
      if (divided) fail("is ambiguous: put the denominator in parentheses, as in ps/(nm*km)");
      unit = product(unit, term(depth));
    }
  }

  ParsedUnit term(int depth) {
    skip_space();
    if (accept("√")) return power(factor(depth), 1);
    if (rest_.starts_with("sqrt(")) {
      rest_.remove_prefix(4);
      return power(factor(depth), 1);
    }
    return factor(depth);
  }

  ParsedUnit factor(int depth) {
    const ParsedUnit unit = base(depth);
    const int halves = exponent();
    if (halves != 2) ++atoms_;  // degC^2 is no absolute temperature
    return halves == 2 ? unit : power(unit, halves);
  }

  ParsedUnit base(int depth) {
    ++atoms_;
    if (accept("(")) {
      const ParsedUnit unit = expression(depth + 1);
      if (!accept(")")) fail("lacks a closing parenthesis");
      return unit;
    }
    if (rest_.starts_with("1") && (rest_.size() == 1 || (!is_digit(rest_[1]) && rest_[1] != '.'))) {
      rest_.remove_prefix(1);
      return {};
    }
    const std::string_view symbol = take_symbol();
    if (symbol.empty())
      fail(rest_.empty() ? "ends too early" : "has unexpected text at \"" + std::string(rest_) + "\"");
    return lookup(symbol);
  }

  ParsedUnit lookup(std::string_view text) {
    for (const Symbol& symbol : kSymbols) {
      if (symbol.text == text) return as_unit(symbol, 0);
    }
    if (text.starts_with("dB")) fail("is logarithmic (decibels) and does not fit here");
    for (const Prefix& prefix : kPrefixes) {
      if (!text.starts_with(prefix.text)) continue;
      for (const Symbol& symbol : kSymbols) {
        if (symbol.text == text.substr(prefix.text.size()) && takes(symbol, prefix))
          return as_unit(symbol, prefix.decade);
      }
    }
    fail("is unknown" + (text == whole_ ? std::string() : " because of \"" + std::string(text) + "\""));
  }

  ParsedUnit as_unit(const Symbol& symbol, int decade) {
    celsius_ = celsius_ || symbol.celsius;
    return {symbol.dimension, symbol.factor, 2 * (symbol.decade + decade), 0.0};
  }

  int exponent() {
    std::string superscript;
    for (bool found = true; found;) {
      found = false;
      for (const auto& [text, digit] : kSuperscripts) {
        if (!rest_.starts_with(text)) continue;
        superscript += digit;
        rest_.remove_prefix(text.size());
        found = true;
        break;
      }
    }
    if (!superscript.empty()) return checked_halves(2 * whole_number(superscript));
    if (!accept("^")) return 2;
    const bool bracket = accept("(");
    const int halves = bracket ? bracketed_exponent() : plain_exponent();
    return checked_halves(halves);
  }

  int plain_exponent() {
    const int halves = 2 * whole_number(take_integer());
    if (rest_.starts_with(".5")) {
      rest_.remove_prefix(2);
      return halves + (halves < 0 ? -1 : 1);
    }
    if (rest_.starts_with(".0")) rest_.remove_prefix(2);
    return halves;
  }

  int bracketed_exponent() {
    int halves = plain_exponent();
    if (accept("/")) {
      if (!accept("2")) fail("has an exponent that is neither whole nor half");
      halves /= 2;
    }
    if (!accept(")")) fail("lacks a closing parenthesis");
    return halves;
  }

  int checked_halves(int halves) {
    if (halves == 0 || std::abs(halves) > kHighestHalves) fail("has an exponent of 0 or beyond 12");
    return halves;
  }

  ParsedUnit power(const ParsedUnit& unit, int halves) {
    const Dimension& d = unit.dimension;
    for (const int e : {d.metre, d.kilogram, d.second, d.ampere, d.kelvin, d.bit, d.symbol, unit.decade}) {
      if ((e * halves) % 2 != 0) fail("has a root that leaves neither whole nor half exponents");
    }
    return {pow_halves(d, halves), std::pow(unit.factor, 0.5 * halves), unit.decade * halves / 2, 0.0};
  }

  ParsedUnit product(const ParsedUnit& a, const ParsedUnit& b) {
    return {a.dimension * b.dimension, a.factor * b.factor, a.decade + b.decade, 0.0};
  }

  ParsedUnit from_half_decades(ParsedUnit unit) {
    if (unit.decade % 2 != 0) {
      unit.factor *= std::sqrt(10.0);
      --unit.decade;
    }
    unit.decade /= 2;
    if (!std::isfinite(unit.factor) || unit.factor <= 0.0 || std::abs(unit.decade) > 280) fail("is out of range");
    return unit;
  }

  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

  std::string_view take_symbol() {
    std::size_t n = 0;
    while (n < rest_.size()) {
      if (is_letter(rest_[n]) || rest_[n] == '%') {
        ++n;
        continue;
      }
      bool matched = false;
      for (const std::string_view wide : {"µ", "μ", "Ω", "\u2126", "°", "℃"}) {
        if (!rest_.substr(n).starts_with(wide)) continue;
        n += wide.size();
        matched = true;
        break;
      }
      if (!matched) break;
    }
    const std::string_view symbol = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return symbol;
  }

  std::string take_integer() {
    std::size_t n = !rest_.empty() && (rest_.front() == '-' || rest_.front() == '+') ? 1 : 0;
    while (n < rest_.size() && is_digit(rest_[n])) ++n;
    std::string text(rest_.substr(0, n));
    rest_.remove_prefix(n);
    if (text.starts_with("+")) text.erase(0, 1);
    return text;
  }

  int whole_number(const std::string& text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || std::abs(value) > 100) fail("has a bad exponent");
    return value;
  }

  bool accept(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  bool skip_space() {
    bool any = false;
    while (rest_.starts_with(" ")) {
      rest_.remove_prefix(1);
      any = true;
    }
    return any;
  }

  [[noreturn]] void fail(const std::string& why) const {
    throw ConfigError("unit \"" + std::string(whole_.substr(0, kLongest)) + "\" " + why);
  }

  std::string_view whole_, rest_;
  bool celsius_ = false;
  int atoms_ = 0;
};

}  // namespace

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

ParsedUnit parse_unit_expression(std::string_view unit) {
  const std::string_view trimmed = trim(unit);
  if (trimmed.empty()) return {};
  return Parser(trimmed).parse();
}

}  // namespace tessera::detail

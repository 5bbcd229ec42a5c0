#include "phy/engine/error_count.hpp"

#include <algorithm>
#include <cmath>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

constexpr int kCrossOrder = 6;

Interval scaled(Interval i, double factor) { return {i.low * factor, std::min(1.0, i.high * factor)}; }

}  // namespace

double ErrorCount::symbol_error_ratio() const {
  return is_bound() ? symbol_error_95.high : static_cast<double>(symbol_errors) / static_cast<double>(symbols);
}

ErrorCount error_count(SymbolTally tally, const Modulation& modulation, double expected_burst) {
  close_burst(tally);
  ErrorCount count;
  count.symbols = tally.symbols;
  count.symbol_errors = tally.errors;
  for (std::size_t m = 0; m < modulation.levels.size(); ++m) {
    std::uint64_t wrong = 0;
    for (const std::uint64_t n : tally.taken_for[m]) wrong += n;
    count.levels.push_back({tally.sent[m], wrong});
  }
  const auto last = std::find_if(tally.bursts.rbegin(), tally.bursts.rend(), [](auto n) { return n > 0; });
  count.bursts.assign(tally.bursts.begin(), last.base());
  const double errors = static_cast<double>(tally.errors), bits_each = modulation.bit_errors_per_symbol_error();
  count.clustering = tally.errors > 0
                         ? std::max(static_cast<double>(tally.squares) / errors, 2.0 * expected_burst - 1.0)
                         : expected_burst;
  // The 32 words of PAM6 pairs are not tracked: their bits follow from the symbols by the mean of the label map.
  count.bit_errors = modulation.order == kCrossOrder ? errors * bits_each * modulation.bits_per_symbol
                                                     : static_cast<double>(tally.bit_errors);
  if (tally.symbols == 0) throw NumericError("no symbol was counted: there is no error ratio");
  const double events = errors / count.clustering, trials = static_cast<double>(tally.symbols) / count.clustering;
  count.symbol_error_95 = effective_clopper_pearson(events, trials, 0.95);
  count.symbol_error_999 = effective_clopper_pearson(events, trials, 0.999);
  const double per_symbol = tally.errors > 0 ? count.bit_errors / errors / modulation.bits_per_symbol : bits_each;
  count.bit_error_95 = scaled(count.symbol_error_95, per_symbol);
  count.bit_error_999 = scaled(count.symbol_error_999, per_symbol);
  return count;
}

}  // namespace tessera

#include "phy/engine/error_count.hpp"

#include <algorithm>
#include <bit>
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

ErrorCounter::ErrorCounter(const Modulation& modulation, std::size_t reach)
    : modulation_(modulation), reach_(std::max<std::size_t>(reach, 1)), levels_(modulation.levels.size()) {}

void ErrorCounter::add(std::span<const std::uint8_t> sent, std::span<const std::uint8_t> decided) {
  std::array<std::uint64_t, 256> counts{};
  for (const std::uint8_t s : sent) ++counts[s];
  for (std::size_t m = 0; m < levels_.size(); ++m) levels_[m].sent += counts[m];
  for (std::size_t i = 0; i < sent.size(); ++i)
    if (sent[i] != decided[i]) wrong(sent[i], decided[i], position_ + i);
  position_ += sent.size();
}

void ErrorCounter::wrong(std::uint8_t sent, std::uint8_t decided, std::uint64_t at) {
  ++errors_;
  ++levels_[sent].errors;
  bits_ += static_cast<std::uint64_t>(
      std::popcount(static_cast<unsigned>(modulation_.labels[sent] ^ modulation_.labels[decided])));
  if (burst_errors_ > 0 && at - burst_last_ > reach_) close();
  if (burst_errors_ == 0) burst_first_ = at;
  burst_last_ = at;
  ++burst_errors_;
}

void ErrorCounter::close() {
  if (burst_errors_ == 0) return;
  ++bursts_[std::min<std::uint64_t>(burst_last_ - burst_first_, kBurstBins - 1)];
  squares_ += static_cast<double>(burst_errors_) * static_cast<double>(burst_errors_);
  burst_errors_ = 0;
}

void ErrorCounter::merge(ErrorCounter other) {
  close();
  other.close();
  position_ += other.position_;
  errors_ += other.errors_;
  bits_ += other.bits_;
  squares_ += other.squares_;
  for (std::size_t m = 0; m < levels_.size(); ++m) {
    levels_[m].sent += other.levels_[m].sent;
    levels_[m].errors += other.levels_[m].errors;
  }
  for (std::size_t i = 0; i < kBurstBins; ++i) bursts_[i] += other.bursts_[i];
}

ErrorCount ErrorCounter::result() const {
  ErrorCounter closed = *this;
  closed.close();
  ErrorCount count;
  count.symbols = position_;
  count.symbol_errors = errors_;
  count.levels = levels_;
  const auto last = std::find_if(closed.bursts_.rbegin(), closed.bursts_.rend(), [](auto n) { return n > 0; });
  count.bursts.assign(closed.bursts_.begin(), last.base());
  const double errors = static_cast<double>(errors_), bits_each = modulation_.bit_errors_per_symbol_error();
  count.clustering = errors_ > 0 ? closed.squares_ / errors : 1.0;
  // The 32 words of PAM6 pairs are not tracked: their bits follow from the symbols by the mean of the label map.
  count.bit_errors =
      modulation_.order == kCrossOrder ? errors * bits_each * modulation_.bits_per_symbol : static_cast<double>(bits_);
  const auto events = static_cast<std::uint64_t>(std::llround(errors / count.clustering));
  const auto trials =
      std::max(events, static_cast<std::uint64_t>(std::llround(static_cast<double>(position_) / count.clustering)));
  if (trials == 0) throw NumericError("no symbol was counted: there is no error ratio");
  count.symbol_error_95 = clopper_pearson(events, trials, 0.95);
  count.symbol_error_999 = clopper_pearson(events, trials, 0.999);
  const double per_symbol = errors_ > 0 ? count.bit_errors / errors / modulation_.bits_per_symbol : bits_each;
  count.bit_error_95 = scaled(count.symbol_error_95, per_symbol);
  count.bit_error_999 = scaled(count.symbol_error_999, per_symbol);
  return count;
}

}  // namespace tessera

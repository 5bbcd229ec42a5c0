#include "phy/fec/burst_lane_map.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <utility>

#include "phy/core/error.hpp"
#include "phy/fec/binomial.hpp"
#include "phy/fec/burst_model.hpp"
#include "phy/fec/wide_number.hpp"

namespace tessera {
namespace {

constexpr std::uint64_t kEnough = 100;  // bursts for a continuation of their own
constexpr std::size_t kMostOpen = 8;    // symbols of one codeword in turn on a lane
constexpr int kNone = -1;

// What one lane carries of one codeword, line symbol by line symbol from the first to the last that has a bit of it.
// A code symbol is open, in a slot of its own, from its first bit to its last.
struct Passage {
  std::vector<int> slots;         // [line symbol][bit], kNone: no bit of the codeword
  std::vector<unsigned> closing;  // [line symbol] slots that are free behind it
  std::size_t symbols = 0, most_open = 0;

  auto operator<=>(const Passage&) const = default;
};

struct Touch {
  std::int64_t line_symbol;
  int bit, code_symbol;
};

Passage passage_of(const std::vector<Touch>& touches, int bits) {
  std::map<int, std::int64_t> last;  // line symbol of each code symbol
  for (const Touch& t : touches) last[t.code_symbol] = t.line_symbol;
  const std::int64_t first = touches.front().line_symbol;
  const auto steps = static_cast<std::size_t>(touches.back().line_symbol - first + 1);
  Passage p{std::vector<int>(steps * static_cast<std::size_t>(bits), kNone), std::vector<unsigned>(steps, 0U),
            last.size()};
  std::vector<int> open;  // code symbol in each slot
  std::vector<std::size_t> expired;
  for (std::size_t i = 0; i < touches.size(); ++i) {
    const Touch& t = touches[i];
    const auto step = static_cast<std::size_t>(t.line_symbol - first);
    auto slot = std::find(open.begin(), open.end(), t.code_symbol);
    if (slot == open.end()) slot = std::find(open.begin(), open.end(), kNone);
    if (slot == open.end()) slot = open.insert(open.end(), kNone);
    *slot = t.code_symbol;
    const auto number = static_cast<std::size_t>(slot - open.begin());
    p.slots[step * static_cast<std::size_t>(bits) + static_cast<std::size_t>(t.bit)] = static_cast<int>(number);
    if (last.at(t.code_symbol) == t.line_symbol) expired.push_back(number);
    if (i + 1 < touches.size() && touches[i + 1].line_symbol == t.line_symbol) continue;
    for (const std::size_t s : expired) {
      p.closing[step] |= 1U << s;
      open[s] = kNone;
    }
    expired.clear();
  }
  p.most_open = open.size();
  if (p.most_open > kMostOpen)
    throw ConfigError("a lane carries " + std::to_string(p.most_open) + " symbols of one codeword at a time, " +
                      std::to_string(kMostOpen) + " can be followed");
  return p;
}

std::int64_t share_of(const LaneMap& map, int lane) {
  return map.mux.empty() ? 1 : static_cast<std::int64_t>(map.mux[static_cast<std::size_t>(lane)].size());
}

// Bits of a physical lane in that many blocks.
std::int64_t bits_of(const LaneMap& map, int lane, std::int64_t blocks) {
  return blocks * map.codewords * map.code.codeword_bits() / map.lanes * share_of(map, lane);
}

// Until blocks begin at the same place of a row, and of a line symbol.
std::int64_t blocks_until_repeat(const LaneMap& map, int bits) {
  const std::int64_t units = static_cast<std::int64_t>(map.codewords) / map.flows * map.code.symbols *
                             (map.by_bits ? map.code.bits_per_symbol : 1);
  const std::int64_t lanes = map.lanes / map.flows, blocks = lanes / std::gcd(units, lanes);
  for (int lane = 0; lane < map.physical_lanes(); ++lane)
    if (bits_of(map, lane, blocks) % bits != 0) return blocks * bits;
  return blocks;
}

// How often each passage occurs, for each codeword of each block.
using Passages = std::map<Passage, int>;

std::vector<Passages> passages_of(const LaneMap& map, int bits) {
  const std::int64_t blocks = blocks_until_repeat(map, bits);
  const auto words = static_cast<std::size_t>(map.codewords);
  std::vector<Passages> all(static_cast<std::size_t>(blocks) * words);
  for (int lane = 0; lane < map.physical_lanes(); ++lane) {
    const std::int64_t period = bits_of(map, lane, blocks);
    // The period behind the first one; blocks may reach into its last and next row.
    const std::int64_t beyond = share_of(map, lane) * map.code.bits_per_symbol * 2;
    std::vector<std::vector<Touch>> touches(all.size());
    for (std::int64_t bit = std::max<std::int64_t>(period - beyond, 0); bit < 2 * period + beyond; ++bit) {
      const BitPlace place = map.place_of(lane, bit);
      if (place.block < blocks || place.block >= 2 * blocks) continue;
      const auto word =
          static_cast<std::size_t>(place.block - blocks) * words + static_cast<std::size_t>(place.codeword);
      touches[word].push_back({bit / bits, static_cast<int>(bit % bits), place.symbol});
    }
    for (std::size_t word = 0; word < all.size(); ++word)
      if (!touches[word].empty()) ++all[word][passage_of(touches[word], bits)];
  }
  return all;
}

// Rates times lift^k of bursts that hit k symbols, k = 0 … t and more, for one burst begun on every line symbol.
// The lift keeps long bursts within the range of double.
class BurstPassage {
 public:
  BurstPassage(const Passage& passage, const LaneBursts& line, std::size_t limit, double lift)
      : passage_(passage),
        odds_(line.bit_odds),
        continuation_(line.lengths.continuation),
        density_(line.lengths.density),
        counts_(limit + 2),
        masks_(std::size_t{1} << passage.most_open),
        lift_(lift) {
    // The first symbol of a burst is wrong for certain: it needs an age of its own where the others are not.
    if (continuation_.size() == 1 && density_ < 1.0) continuation_.push_back(continuation_.front());
    state_.resize(continuation_.size() * masks_ * counts_);
  }

  std::vector<double> rates() {
    arrive();
    std::vector<double> rates(counts_);
    for (std::size_t step = 0; step < passage_.closing.size(); ++step) {
      at(0, 0)[0] += 1.0;
      hit(step);
      close(passage_.closing[step]);
      grow_older(rates);
    }
    for (std::size_t i = 0; i < state_.size(); ++i) rates[i % counts_] += state_[i];
    return rates;
  }

 private:
  double* at(std::size_t age, std::size_t mask) { return state_.data() + (age * masks_ + mask) * counts_; }

  // Bursts that began before the first symbol of the codeword.
  void arrive() {
    double reached = 1.0;
    const std::size_t oldest = continuation_.size() - 1;
    for (std::size_t age = 0; age < oldest; ++age) {
      if (age > 0) at(age, 0)[0] = reached;
      reached *= continuation_[age];
    }
    at(oldest, 0)[0] = (oldest == 0 ? continuation_[0] : reached) / (1.0 - continuation_[oldest]);
  }

  void hit(std::size_t step) {
    const int* slots = passage_.slots.data() + step * odds_.size();
    if (std::all_of(slots, slots + odds_.size(), [](int s) { return s == kNone; })) return;
    for (std::size_t age = 0; age < continuation_.size(); ++age) {
      const double wrong = age == 0 && continuation_.size() > 1 ? 1.0 : density_;
      // Upwards only, from the fullest mask on: what moves is not moved again.
      for (std::size_t mask = masks_; mask-- > 0;) {
        double leaving = 0.0;
        for (std::size_t bit = 0; bit < odds_.size(); ++bit) {
          if (slots[bit] == kNone || (mask >> static_cast<unsigned>(slots[bit]) & 1U) != 0) continue;
          move(at(age, mask), at(age, mask | std::size_t{1} << static_cast<unsigned>(slots[bit])), wrong * odds_[bit]);
          leaving += wrong * odds_[bit];
        }
        if (leaving == 0.0) continue;
        const double staying = std::max(0.0, 1.0 - leaving);
        for (std::size_t k = 0; k < counts_; ++k) at(age, mask)[k] *= staying;
      }
    }
  }

  void move(const double* from, double* to, double chance) const {
    const std::size_t more = counts_ - 1;
    for (std::size_t k = 0; k < more; ++k) to[k + 1] += from[k] * chance * lift_;
    to[more] += from[more] * chance;
  }

  void close(unsigned closing) {
    for (std::size_t mask = masks_; closing != 0 && mask-- > 0;) {
      if ((mask & closing) == 0) continue;
      for (std::size_t age = 0; age < continuation_.size(); ++age) {
        double* from = at(age, mask);
        double* to = at(age, mask & ~std::size_t{closing});
        for (std::size_t k = 0; k < counts_; ++k) to[k] += std::exchange(from[k], 0.0);
      }
    }
  }

  void grow_older(std::vector<double>& ended) {
    const std::size_t oldest = continuation_.size() - 1, size = masks_ * counts_;
    for (std::size_t age = oldest + 1; age-- > 0;) {
      double* own = at(age, 0);
      double* next = at(std::min(age + 1, oldest), 0);
      for (std::size_t i = 0; i < size; ++i) {
        const double mass = std::exchange(own[i], 0.0);
        ended[i % counts_] += mass * (1.0 - continuation_[age]);
        next[i] += mass * continuation_[age];
      }
    }
  }

  const Passage& passage_;
  std::vector<double> odds_, continuation_;
  double density_;
  std::size_t counts_, masks_;
  double lift_;
  std::vector<double> state_;  // [age][mask][count]
};

// The chance of a burst that lasts from one symbol of the codeword to its next, as far as doubles go.
double lift_of(const Passage& p, const BurstLengths& lengths) {
  constexpr double kMost = 1e100;
  const double last = lengths.continuation.back();
  const double apart = static_cast<double>(p.closing.size()) / static_cast<double>(p.symbols);
  return last > 0.0 ? std::min(kMost, std::pow(last, -apart)) : 1.0;
}

// Rates of bursts that hit exactly k symbols of each codeword, k = 0 … t, and more.
using Rates = std::vector<WideNumber>;

std::vector<Rates> rates_of(const LaneBursts& line) {
  const auto limit = static_cast<std::size_t>(line.map.code.correctable);
  const double starts_per_symbol = line.symbol_error_ratio.scaled(1.0 / line.lengths.mean_errors()).value();
  // -ln(1 - p): the rate at which a line symbol of chance p is struck. Below the range of double the ratio is its own.
  const double ln_start = starts_per_symbol > 1e-12 ? std::log(-std::log1p(-starts_per_symbol))
                                                    : line.symbol_error_ratio.log10() * std::numbers::ln10 -
                                                          std::log(line.lengths.mean_errors());
  std::map<Passage, std::vector<double>> ln_rates;  // lanes that carry the codeword alike are followed once
  std::vector<Rates> result;
  for (const Passages& passages : passages_of(line.map, static_cast<int>(line.bit_odds.size()))) {
    Rates rates(limit + 2);
    for (const auto& [passage, times] : passages) {
      std::vector<double>& known = ln_rates[passage];
      if (known.empty()) {
        const double lift = lift_of(passage, line.lengths);
        known = BurstPassage(passage, line, limit, lift).rates();
        for (std::size_t k = 0; k < known.size(); ++k)
          known[k] = std::log(known[k]) - static_cast<double>(k) * std::log(lift);
      }
      for (std::size_t k = 1; k < known.size(); ++k)
        rates[k] = rates[k] + WideNumber::from_ln(known[k] + ln_start + std::log(times));
    }
    result.push_back(std::move(rates));
  }
  return result;
}

void check(const LaneBursts& line) {
  line.map.check();
  const double sum = std::accumulate(line.bit_odds.begin(), line.bit_odds.end(), 0.0);
  const bool negative = std::any_of(line.bit_odds.begin(), line.bit_odds.end(), [](double o) { return !(o >= 0.0); });
  if (line.bit_odds.empty() || negative || std::abs(sum - 1.0) > 1e-9)
    throw ConfigError("the odds of a wrong line symbol's bits must sum to 1, got " + std::to_string(sum));
  if (line.lengths.continuation.empty() || !(line.lengths.density >= 0.0 && line.lengths.density <= 1.0))
    throw ConfigError("bursts need a chance to go on and a density between 0 and 1");
  for (const double a : line.lengths.continuation)
    if (!(a >= 0.0 && a < 1.0))
      throw ConfigError("the chance that an error burst goes on must be in [0, 1), got " + std::to_string(a));
  if (!(line.symbol_error_ratio.log10() < 0.0)) throw NumericError("bursts need a symbol error ratio below 1");
}

// [wrong][struck][new]: k places at random among n of which j are wrong already make j + i wrong.
using Merges = std::vector<std::vector<std::vector<WideNumber>>>;

Merges merges_of(const RsCode& code) {
  const auto limit = static_cast<std::size_t>(code.correctable);
  Merges merges(limit + 1, std::vector<std::vector<WideNumber>>(limit + 1));
  for (std::size_t j = 0; j <= limit; ++j)
    for (std::size_t k = 0; k <= limit; ++k)
      for (std::size_t i = 0; i <= k; ++i)
        merges[j][k].push_back(WideNumber::from_ln(
            ln_hypergeometric(code.symbols, static_cast<int>(j), static_cast<int>(k), static_cast<int>(k - i))));
  return merges;
}

// More than t wrong: a Poisson number m of bursts, e^-L/m! (sum_k lambda_k H_k)^m on (0 … t wrong, more).
WideNumber lost(const Rates& rates, const Merges& merges) {
  const std::size_t limit = rates.size() - 2, more = limit + 1;
  WideNumber total;
  for (const WideNumber& r : rates) total = total + r;
  if (total.is_zero()) return {};
  std::vector<std::vector<WideNumber>> step(more + 1, std::vector<WideNumber>(more + 1));
  for (std::size_t j = 0; j <= limit; ++j) {
    step[j][more] = rates[more];
    for (std::size_t k = 1; k <= limit; ++k)
      for (std::size_t i = 0; i <= k; ++i) {
        WideNumber& slot = step[j][std::min(j + i, more)];
        slot = slot + rates[k] * merges[j][k][i];
      }
  }
  step[more][more] = total;
  std::vector<WideNumber> now(more + 1);
  now[0] = WideNumber::from_value(1.0);
  WideNumber sum;
  const double events = std::exp(total.ln());
  for (int m = 1;; ++m) {
    std::vector<WideNumber> next(more + 1);
    const WideNumber share = WideNumber::from_value(1.0 / m);
    for (std::size_t j = 0; j <= more; ++j)
      for (std::size_t to = j; to <= more; ++to)
        if (!now[j].is_zero() && !step[j][to].is_zero()) next[to] = next[to] + now[j] * step[j][to] * share;
    now = std::move(next);
    sum = sum + now[more];
    // Behind the mean, and behind the t + 1 bursts that single symbols need, terms fall at least by L/m each.
    constexpr double kLnRelative = -40.0;
    if (m > static_cast<int>(more) && m > 2.0 * events && now[more].ln() - sum.ln() < kLnRelative) break;
  }
  return sum * WideNumber::from_ln(-events);
}

}  // namespace

double BurstLengths::mean_errors() const {
  double reached = 1.0, length = 0.0;
  for (const double a : continuation) {
    length += reached;
    reached *= a;
  }
  length += reached / (1.0 - continuation.back());
  return 1.0 + density * (length - 1.0);
}

BurstLengths geometric_bursts(double burst_mean) { return {{continuation_of_mean(burst_mean)}}; }

BurstLengths counted_bursts(std::span<const std::uint64_t> counts, double errors) {
  std::vector<std::uint64_t> reached(counts.size() + 1, 0);  // bursts of at least i + 1
  for (std::size_t i = counts.size(); i-- > 0;) reached[i] = reached[i + 1] + counts[i];
  if (reached.front() == 0) throw ConfigError("a burst histogram needs at least one burst");
  BurstLengths lengths{{}, 1.0};
  std::size_t i = 0;
  for (; i + 1 < reached.size() && reached[i] >= kEnough; ++i)
    lengths.continuation.push_back(static_cast<double>(reached[i + 1]) / static_cast<double>(reached[i]));
  // Together: 1 - a = bursts over symbols.
  const auto longer = static_cast<double>(
      std::accumulate(reached.begin() + static_cast<std::ptrdiff_t>(i), reached.end(), std::uint64_t{0}));
  if (longer > 0.0) lengths.continuation.push_back(1.0 - static_cast<double>(reached[i]) / longer);
  const auto bursts = static_cast<double>(reached.front());
  const auto symbols = static_cast<double>(std::accumulate(reached.begin(), reached.end(), std::uint64_t{0}));
  if (symbols > bursts) lengths.density = std::clamp((errors - bursts) / (symbols - bursts), 0.0, 1.0);
  return lengths;
}

std::vector<Log10Probability> codeword_error_ratios(std::span<const LaneBursts> segments) {
  if (segments.empty()) throw NumericError("a path needs at least one segment");
  std::vector<Rates> sum;
  for (const LaneBursts& line : segments) {
    check(line);
    std::vector<Rates> rates = rates_of(line);
    if (sum.empty()) {
      sum = std::move(rates);
      continue;
    }
    if (!(line.map.code == segments.front().map.code) || rates.size() != sum.size())
      throw NumericError("the segments of a path carry the same codewords");
    for (std::size_t word = 0; word < sum.size(); ++word)
      for (std::size_t k = 0; k < sum[word].size(); ++k) sum[word][k] = sum[word][k] + rates[word][k];
  }
  const Merges merges = merges_of(segments.front().map.code);
  std::vector<Log10Probability> result;
  for (const Rates& rates : sum) {
    const WideNumber p = lost(rates, merges);
    if (p.is_zero()) throw NumericError("a burst result is the impossible event");
    result.push_back(Log10Probability::from_log10(p.ln() / std::numbers::ln10));
  }
  return result;
}

Log10Probability codeword_error_ratio(std::span<const LaneBursts> segments) {
  const std::vector<Log10Probability> all = codeword_error_ratios(segments);
  WideNumber sum;
  for (const Log10Probability p : all) sum = sum + WideNumber::from_probability(p);
  return Log10Probability::from_log10((sum.ln() - std::log(static_cast<double>(all.size()))) / std::numbers::ln10);
}

}  // namespace tessera

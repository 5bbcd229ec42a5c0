#include "phy/engine/burst_criterion.hpp"

#include <algorithm>
#include <cmath>

#include "phy/fec/burst_lane_map.hpp"
#include "phy/fec/burst_model.hpp"

namespace tessera {
namespace {

constexpr double kNoBurst = 1.0 + 1e-9;
constexpr double kWorstSymbolError = 0.25;    // beyond, every codeword is lost whatever the bursts
constexpr std::uint64_t kEnoughErrors = 100;  // fewer say little of how they come together

// Bits of a line symbol that divide a code symbol.
std::optional<int> whole_bits(const RsCode& code, const Modulation& modulation) {
  const int whole = static_cast<int>(std::lround(modulation.bits_per_symbol));
  if (whole < 1 || std::abs(modulation.bits_per_symbol - whole) > 1e-9 || code.bits_per_symbol % whole != 0)
    return std::nullopt;
  return whole;
}

// Lanes of 106.25 Gbit/s that multiplex bits: eight of 800GBASE-R with four codewords, or four of 400GBASE-R with two,
// side by side in a wider link. What others do is not known here.
std::optional<LaneMap> known_map(const Link& link, const Segment& segment) {
  constexpr double kLaneRate = 106.25e9, kNear = 0.01;
  const double lane_rate = segment.symbol_rate * segment.modulation.bits_per_symbol;
  if (link.fec.code != kKp4.name || segment.modulation.order != 4 || std::abs(lane_rate / kLaneRate - 1.0) > kNear)
    return std::nullopt;
  if (link.fec.interleave == 4 && segment.lanes == 8) return lane_map_800g(8);
  if (link.fec.interleave == 2 && segment.lanes % 4 == 0) return lane_map_400g(4);
  return std::nullopt;
}

LaneMap in_sequence(const RsCode& code, int interleave) {
  LaneMap map;
  map.code = code;
  map.codewords = interleave;
  return map;
}

bool has_histogram(const SegmentResult& s) { return s.count && !s.count->bursts.empty(); }

}  // namespace

std::optional<Log10Probability> burst_codeword_error_ratio(const Link& link,
                                                           const std::vector<SegmentResult>& segments) {
  const std::optional<RsCode> code = rs_code(link.fec.code);
  const auto bursts = [](const SegmentResult& s) { return s.burst_mean > kNoBurst; };
  if (!code || segments.size() > link.segments.size() || std::none_of(segments.begin(), segments.end(), bursts))
    return std::nullopt;
  const auto too_few = [](const SegmentResult& s) { return s.count && s.count->symbol_errors < kEnoughErrors; };
  if (std::any_of(segments.begin(), segments.end(), too_few)) return std::nullopt;
  std::vector<BurstChannel> in_order;
  std::vector<LaneBursts> mapped;
  bool all_in_order = true;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const SegmentResult& s = segments[i];
    const std::optional<int> bits = whole_bits(*code, link.segments[i].modulation);
    if (!bits) return std::nullopt;
    if (s.symbol_error_ratio.log10() > std::log10(kWorstSymbolError)) return Log10Probability();
    const std::optional<LaneMap> map = known_map(link, link.segments[i]);
    all_in_order = all_in_order && !map && !has_histogram(s);
    in_order.push_back({s.symbol_error_ratio.scaled(1.0 / *bits), continuation_of_mean(s.burst_mean), *bits, false,
                        link.fec.interleave});
    mapped.push_back({map ? *map : in_sequence(*code, link.fec.interleave), s.symbol_error_ratio,
                      has_histogram(s) ? counted_bursts(s.count->bursts, static_cast<double>(s.count->symbol_errors))
                                       : geometric_bursts(s.burst_mean),
                      std::vector<double>(static_cast<std::size_t>(*bits), 1.0 / *bits)});
  }
  return all_in_order ? codeword_error_ratio(*code, in_order) : codeword_error_ratio(mapped);
}

}  // namespace tessera

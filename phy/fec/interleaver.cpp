#include "phy/fec/interleaver.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

LaneMap muxed(LaneMap map, int physical, int stride) {
  if (physical < 1 || map.lanes % physical != 0)
    throw ConfigError(std::to_string(map.lanes) + " logical lanes do not share " + std::to_string(physical) +
                      " physical lanes evenly");
  const int each = map.lanes / physical;
  for (int p = 0; p < physical; ++p) {
    std::vector<int> lanes;
    for (int i = 0; i < each; ++i)
      lanes.push_back(stride == 1 ? p * each + i : p * (each / 2) + i / 2 + i % 2 * stride);
    map.mux.push_back(lanes);
  }
  map.check();
  return map;
}

}  // namespace

void LaneMap::check() const {
  if (codewords < 1 || lanes < 1 || flows < 1 || codewords % flows != 0 || lanes % flows != 0)
    throw ConfigError("codewords and lanes must be positive multiples of the flows, got " + std::to_string(codewords) +
                      " codewords, " + std::to_string(lanes) + " lanes, " + std::to_string(flows) + " flows");
  if (alternate && (by_bits || lanes % codewords != 0 || codewords * code.symbols % lanes != 0))
    throw ConfigError("alternating rows need symbols on lanes that the codewords divide and fill, got " +
                      std::to_string(codewords) + " codewords on " + std::to_string(lanes) + " lanes");
  if (by_bits && flows != 1) throw ConfigError("bits are spread over the lanes of one flow only");
  if (mux.empty()) return;
  std::vector<int> all;
  for (const std::vector<int>& p : mux) all.insert(all.end(), p.begin(), p.end());
  std::sort(all.begin(), all.end());
  std::vector<int> expected(static_cast<std::size_t>(lanes));
  std::iota(expected.begin(), expected.end(), 0);
  if (all != expected) throw ConfigError("the physical lanes must carry every logical lane once");
}

BitPlace LaneMap::place_of(int physical_lane, std::int64_t bit) const {
  int lane = physical_lane;
  if (!mux.empty()) {
    const std::vector<int>& carried = mux[static_cast<std::size_t>(physical_lane)];
    const auto share = static_cast<std::int64_t>(carried.size());
    lane = carried[static_cast<std::size_t>(bit % share)];
    bit /= share;
  }
  const int m = code.bits_per_symbol, each = codewords / flows, flow_lanes = lanes / flows;
  const std::int64_t row = by_bits ? 0 : bit / m;
  const std::int64_t stream_bit = bit * lanes + lane;  // by bits
  const std::int64_t s = by_bits ? stream_bit / m : row * flow_lanes + lane % flow_lanes;
  const std::int64_t in_block = s % (static_cast<std::int64_t>(each) * code.symbols);
  BitPlace place;
  place.block = s / (static_cast<std::int64_t>(each) * code.symbols);
  place.codeword =
      lane / flow_lanes * each * (by_bits ? 0 : 1) + static_cast<int>((in_block + (alternate ? row : 0)) % each);
  place.symbol = static_cast<int>(in_block / each);
  place.bit = static_cast<int>(by_bits ? stream_bit % m : bit % m);
  return place;
}

int LaneMap::physical_lane_of(const BitPlace& place) const {
  const int each = codewords / flows, flow_lanes = lanes / flows, flow = place.codeword / each;
  std::int64_t s = (place.block * code.symbols + place.symbol) * each;
  for (int i = 0; i < each; ++i, ++s) {
    const std::int64_t in_block = s % (static_cast<std::int64_t>(each) * code.symbols);
    if ((in_block + (alternate ? s / flow_lanes : 0)) % each == place.codeword % each) break;
  }
  const int lane =
      static_cast<int>(by_bits ? (s * code.bits_per_symbol + place.bit) % lanes : flow * flow_lanes + s % flow_lanes);
  if (mux.empty()) return lane;
  for (std::size_t p = 0; p < mux.size(); ++p)
    if (std::find(mux[p].begin(), mux[p].end(), lane) != mux[p].end()) return static_cast<int>(p);
  return 0;
}

LaneMap lane_map_400g(int physical) {
  LaneMap map;
  map.codewords = 2;
  map.lanes = 16;
  map.alternate = true;
  return muxed(map, physical, 1);
}

LaneMap lane_map_800g(int physical) {
  LaneMap map;
  map.codewords = 4;
  map.lanes = 32;
  map.flows = 2;
  map.alternate = true;
  return muxed(map, physical, 16);
}

std::vector<Log10Probability> position_error_ratios(const LaneMap& map, std::span<const Log10Probability> lanes,
                                                    int codeword, std::int64_t block) {
  if (static_cast<int>(lanes.size()) != map.physical_lanes())
    throw NumericError("one bit error ratio a lane is needed, got " + std::to_string(lanes.size()) + " for " +
                       std::to_string(map.physical_lanes()) + " lanes");
  const int m = map.code.bits_per_symbol;
  std::vector<Log10Probability> positions;
  for (int symbol = 0; symbol < map.code.symbols; ++symbol) {
    const auto lane = [&](int bit) {
      return lanes[static_cast<std::size_t>(map.physical_lane_of({codeword, symbol, bit, block}))];
    };
    if (!map.by_bits) {
      positions.push_back(rs_symbol_error_ratio(lane(0), m));
      continue;
    }
    // 1 - prod (1 - p) as a sum over "this bit is the first wrong one": all terms positive.
    Log10Probability sum = lane(0);
    double log10_right = 0.0;
    for (int bit = 1; bit < m; ++bit) {
      const double before = lane(bit - 1).log10();
      log10_right += std::log1p(-std::min(std::pow(10.0, before), 1.0 - 1e-16)) / std::log(10.0);
      sum = sum + Log10Probability::from_log10(lane(bit).log10() + log10_right);
    }
    positions.push_back(sum);
  }
  return positions;
}

Log10Probability codeword_error_ratio(const LaneMap& map, std::span<const Log10Probability> lanes) {
  map.check();
  const std::int64_t block_units = static_cast<std::int64_t>(map.codewords) / map.flows * map.code.symbols *
                                   (map.by_bits ? map.code.bits_per_symbol : 1);
  const std::int64_t flow_lanes = map.lanes / map.flows;
  const std::int64_t blocks = flow_lanes / std::gcd(block_units, flow_lanes);
  double peak = -HUGE_VAL;
  std::vector<double> all;
  for (std::int64_t block = 0; block < blocks; ++block)
    for (int codeword = 0; codeword < map.codewords; ++codeword) {
      const std::vector<Log10Probability> positions = position_error_ratios(map, lanes, codeword, block);
      all.push_back(codeword_error_ratio_of_positions(map.code, positions).log10());
      peak = std::max(peak, all.back());
    }
  double sum = 0.0;
  for (const double log10_cer : all) sum += std::pow(10.0, log10_cer - peak);
  return Log10Probability::from_log10(peak + std::log10(sum / static_cast<double>(all.size())));
}

}  // namespace tessera

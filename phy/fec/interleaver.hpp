#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "phy/fec/code_gain.hpp"

namespace tessera {

/// Where a bit of a lane belongs: codeword of the block, symbol of the codeword, bit of the symbol (0 is sent first).
struct BitPlace {
  int codeword = 0, symbol = 0, bit = 0;
  std::int64_t block = 0;

  bool operator==(const BitPlace&) const = default;
};

/// How the bits of interleaved codewords lie on the lanes of a link.
///
/// Equation: by symbols: symbol s of the stream goes to logical lane s mod L in row s / L; it is symbol s/W of codeword
/// (s + row if `alternate`) mod W. By bits: bit g of the stream goes to lane g mod L.
/// Conventions: with several flows, lanes and codewords are split among them in order. `mux[p]` lists the logical lanes
/// of physical lane p, a bit of each in turn; empty: every logical lane is a physical one.
/// Valid for: any number of lanes; blocks need not end at the end of a row, except with `alternate`.
/// Source: ieee802.3-2022 clauses 119.2.4.6 to 119.2.4.8 (two codewords on 16 lanes, alternating) and 120.5.2 (bit
/// multiplexing)
/// Theory: docs/theory/fec_codecs.md
struct LaneMap {
  RsCode code = kKp4;
  int codewords = 1;  // W, interleaved in a block
  int lanes = 1;      // logical
  int flows = 1;
  bool alternate = false;  // each row begins with the next codeword
  bool by_bits = false;    // consecutive bits, not symbols, on consecutive lanes
  std::vector<std::vector<int>> mux;

  /// @throws ConfigError for counts that do not fit each other.
  void check() const;
  int physical_lanes() const { return mux.empty() ? lanes : static_cast<int>(mux.size()); }
  BitPlace place_of(int physical_lane, std::int64_t bit) const;
  int physical_lane_of(const BitPlace& place) const;
};

/// 400GBASE-R: two codewords on 16 logical lanes, alternating, muxed onto `physical` lanes (16, 8, 4, 2 or 1): lane p
/// takes the logical lanes p L/P … in order.
LaneMap lane_map_400g(int physical);
/// 800GBASE-R: two such flows on 32 logical lanes; each physical lane (8, 4 or 2) takes lanes of both in turn.
LaneMap lane_map_800g(int physical);

/// Symbol error ratios of the positions of one codeword, from the bit error ratios of the physical lanes.
/// @throws NumericError unless there is one ratio a lane.
std::vector<Log10Probability> position_error_ratios(const LaneMap& map, std::span<const Log10Probability> lanes,
                                                    int codeword, std::int64_t block);

/// Mean codeword error ratio over all codewords and blocks: positions as the map puts them, Poisson-binomial for each.
/// @throws NumericError unless there is one ratio a lane.
Log10Probability codeword_error_ratio(const LaneMap& map, std::span<const Log10Probability> lanes);

}  // namespace tessera

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "phy/link/prepare.hpp"
#include "phy/modulation/prbs.hpp"

namespace tessera {

/// Terms that a Taylor series needs for displacements of `reach_ui` at the highest frequency that a receiver passes,
/// one symbol rate: the next is below 1e-4.
int taylor_orders(double reach_ui);

/// The channel without its TX FFE: edges are displaced behind it.
Response without_ffe(const PreparedSegment& segment);

/// Response to the derivative of a step between symbols k - 1 and k, of a pulse's samples at `rate` a UI on their
/// circular window: the pulse is the difference of two of them.
std::vector<double> step_response(std::vector<double> pulse, std::size_t rate = 1);

/// Differences between neighbours of the symbols behind the TX FFE; the block is taken as circular.
std::vector<double> edge_heights(std::span<const double> ffe_taps, int ffe_main, std::span<const double> levels);

/// Levels less their mean.
std::vector<double> centred(std::vector<double> levels);

/// Symbols of one aggressor and how its clock stands to the receiver's.
///
/// Conventions: phase in UI, 0 … 1, constant in a block. Aggressors without a common clock move on by between 1/4 and
///   3/4 UI a block, no two alike: each phase comes as often as any other.
struct AggressorStream {
  double gain = 1.0;
  bool synchronous = false;
  double step = 0.0, start = 0.0;  // UI a block, UI
  SymbolPattern symbols;

  double phase(std::uint64_t block) const;  // 0 with a common clock
};

/// Aggressors of one path with a gain other than 0, for the segment's first lane class.
std::vector<AggressorStream> aggressor_streams(const PreparedSegment& segment, const CrosstalkPath& path,
                                               std::uint64_t seed, const std::string& instance);

/// symbols first, first + 1, …: a copy of the pattern, so that the lane keeps no state.
void symbols_of(SymbolPattern pattern, std::uint64_t first, std::span<std::uint8_t> symbols);

}  // namespace tessera

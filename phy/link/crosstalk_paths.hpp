#pragma once

#include <vector>

#include "phy/link/network_run.hpp"
#include "phy/link/transfer_chain.hpp"

namespace tessera {

/// The path of every aggressor of a segment to the equaliser's input.
///
/// Equation: X(f) = a C(f) [through network before the injection point, if asked] g(f) [victim's stages behind it],
/// with a, C(f) the aggressor's amplitude and hold x edge (x FFE at the far end), and g(f) the coupling. Optical arrays
/// share the victim's path. A coupling whose stage lies inside a network run enters between the two parts of the run,
/// each terminated by 100 ohm there.
/// @throws ConfigError if a coupling names a stage that the segment does not have.
std::vector<CrosstalkPath> gather_crosstalk(const Segment& segment, const std::vector<NetworkRun>& runs,
                                            const std::vector<LaneState>& states, const TransferChain& chain,
                                            const TransmitterSpec& transmitter, PrepareCache* cache);

}  // namespace tessera

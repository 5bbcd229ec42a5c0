#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "phy/link/prepare.hpp"

namespace tessera {

/// A maximal run of network stages [first, last) with the resistances of its neighbours.
struct NetworkRun {
  std::size_t first = 0, last = 0;
  double source_resistance = 100.0, load_resistance = 100.0;  // ohm, differential
};

/// A run on the segment's grid, terminated once: its voltage transfer with the bulk delay taken out.
struct RunTransfer {
  std::vector<Complex> values;  // [grid.frequency_count()]
  double bulk_delay = 0.0;      // s
  double dc_gain = 1.0;
  double insertion_loss_db = 0.0;  // at Nyquist, terminated
};

std::vector<NetworkRun> find_network_runs(const Segment& segment);

/// Cascades the run with reflections (mixed mode kept where a stage has it) and terminates it: Eq. 93A-17, 93A-18.
///
/// `replace` puts another two- or four-port in place of stage `replaced` (measured crosstalk files).
/// Multiplying the stages' own transfer functions instead is wrong: it leaves out the reflections between them.
/// Cost O(stages * frequencies).
/// @throws NumericError if the transfer is not finite or vanishes at DC.
RunTransfer transfer_of_run(const Segment& segment, const NetworkRun& run, const FrequencyGrid& grid,
                            PrepareCache* cache, const AnyModel* replacement = nullptr, std::size_t replaced = 0);

}  // namespace tessera

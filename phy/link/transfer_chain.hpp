#pragma once

#include <vector>

#include "phy/link/ports.hpp"

namespace tessera {

/// Normalised dynamics of every element of a segment in signal order, as matrices between port states.
///
/// Element i of a network run carries the run's whole transfer at its first stage and an identity for the others.
class TransferChain {
 public:
  explicit TransferChain(std::vector<StageResponse> elements);

  /// Product of elements [0, end) applied to the unit state: the intensity component [grid.frequency_count()].
  Response from_start(std::size_t end) const;
  /// Intensity-to-intensity response of elements [begin, size).
  Response to_end(std::size_t begin) const;
  double high_pass() const;
  std::size_t size() const { return elements_.size(); }
  const FrequencyGrid& grid() const { return elements_.front().grid; }

 private:
  std::vector<StageResponse> elements_;
};

}  // namespace tessera

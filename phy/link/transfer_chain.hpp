#pragma once

#include <cstddef>
#include <vector>

#include "phy/link/ports.hpp"

namespace tessera {

/// Normalised dynamics of every element of a segment in signal order, as matrices between port states.
///
/// Element i of a network run carries the run's whole transfer at its first stage and an identity for the others. All
/// partial products are formed once, O(elements x frequencies); identities share those of their neighbours.
class TransferChain {
 public:
  /// @throws Error if there is no element or neighbouring ports do not match.
  explicit TransferChain(const std::vector<StageResponse>& elements);

  /// Product of elements [0, end) applied to the unit state: the intensity component [grid.frequency_count()].
  Response from_start(std::size_t end) const;
  /// Intensity-to-intensity response of elements [begin, size).
  Response to_end(std::size_t begin) const;
  double high_pass() const { return high_pass_; }
  std::size_t size() const { return delays_.size(); }
  const FrequencyGrid& grid() const { return grid_; }

 private:
  struct Partial {
    std::vector<std::vector<Complex>> products;
    std::vector<std::size_t> of;  // index into products, one for each place between elements
  };
  double delay(std::size_t begin, std::size_t end) const;

  FrequencyGrid grid_;
  std::vector<double> delays_;  // s, one for each element
  double high_pass_ = 0.0;
  Partial start_, end_;
};

}  // namespace tessera

#pragma once

#include <cstdint>
#include <span>

namespace tessera {

/// 1/(1+D) modulo M precoder: turns an error burst of alternating sign into two symbol errors, its start and what
/// follows its end.
///
/// Equation: sent_k = (in_k - sent_{k-1}) mod M; out_k = (decided_k + decided_{k-1}) mod M.
/// Conventions: symbols are level numbers 0 … M-1, lowest level 0.
/// Valid for: M = 2 and 4, where IEEE 802.3 defines it.
/// Source: ieee802.3-2022 clauses 94.2.2.6, 120.5.7.2, 135.5.7.2
/// Theory: docs/theory/fec_bursts.md
class Precoder {
 public:
  /// @throws ConfigError for any order but 2 and 4.
  explicit Precoder(int order);

  int order() const { return order_; }
  /// Replaces symbols by what is sent; goes on where the last block ended.
  void encode(std::span<std::uint8_t> symbols);
  /// Replaces decided symbols by what was meant. One object is one end: the state is its last symbol on the line.
  void decode(std::span<std::uint8_t> symbols);

 private:
  int order_;
  unsigned mask_;
  unsigned previous_ = 0;
};

}  // namespace tessera

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tessera {

/// Maximum-likelihood sequence detector of a short channel in white noise (Viterbi).
///
/// Equation: the sequence s that minimises sum_n (y_n - sum_{k=0}^{memory} h_k L[s_{n-k}])^2, symbols before the first
///   sample free
/// Conventions: [y, h L] alike; decision n is about symbol n - delay(), 0 before; paths are traced back from the best
///   state over `depth` symbols, 32 at a time at fixed places of the stream.
/// Valid for: memory 1 and 2, up to 8 levels; depth 32 per tap of memory leaves no trace of the truncation for
///   |h_k| <= |h_0|.
/// Source: forney1972
/// Theory: docs/theory/bit_by_bit_kernels.md
///
/// Cost: M^(memory + 1) comparisons a symbol.
struct Mlse {
  static constexpr std::size_t kTrace = 32;

  int order = 2;
  std::size_t memory = 1, depth = 32, states = 2;
  std::vector<float> means;            // [new symbol][state before]: the noise-free sample
  std::vector<float> metrics, next;    // [state] = last symbol * M + the one before
  std::vector<std::uint8_t> dropped;   // ring over depth + kTrace steps: [step][state] = symbol that left the state
  std::vector<std::uint8_t> released;  // ring of the last kTrace decisions
  std::uint64_t position = 0;

  /// @param pulse h_0 … h_memory. @throws ConfigError for a memory, an order or a depth that is not supported.
  Mlse(std::span<const float> levels, std::span<const float> pulse, std::size_t trace_depth = 64);

  std::size_t delay() const { return depth + kTrace; }
};

/// Takes a block of samples and gives as many decisions.
void detect(Mlse& state, std::span<const float> y, std::span<std::uint8_t> decisions);

/// Decisions about the last delay() symbols, by the best path as it stands; fewer where fewer were sent.
std::vector<std::uint8_t> finish(const Mlse& state);

}  // namespace tessera

#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <utility>

#include "phy/signal/frequency_grid.hpp"

namespace tessera {

/// A block of samples at a port: `real` for voltage, current and optical power; `field` for a complex envelope in
/// sqrt(W).
struct SampleView {
  std::span<const double> real;
  std::span<const Complex> field;
};

struct SampleSpan {
  std::span<double> real;
  std::span<Complex> field;
};

/// The only place where a model keeps state: samples in, as many samples out, block by block.
///
/// Cutting the same stream into other blocks changes no output sample. Stages are plain values; `make_processor` gives
/// each run its own state. A `Processor` is a value that wraps any callable with state.
class Processor {
 public:
  using Function = std::function<void(SampleView in, SampleSpan out)>;

  Processor() = default;
  explicit Processor(Function function, std::size_t latency = 0) : function_(std::move(function)), latency_(latency) {}

  /// Whole samples by which the output lags the stage's `respond` (its bulk delay left out): 0 for causal rational
  /// dynamics, the length of the precursor for responses that are not causal on the sample grid (dispersion, band
  /// limits).
  std::size_t latency() const { return latency_; }

  /// Processes one block; the span that belongs to the stage's port is used, the other stays empty.
  void process(SampleView in, SampleSpan out) { function_(in, out); }
  void process(std::span<const double> in, std::span<double> out) { function_({in, {}}, {out, {}}); }

 private:
  Function function_;
  std::size_t latency_ = 0;
};

}  // namespace tessera

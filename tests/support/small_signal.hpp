#pragma once

#include <cmath>
#include <numbers>
#include <vector>

#include "phy/link/models.hpp"

namespace tessera::testing {

/// Transfer of a chain of stages at grid bin k from its small-signal matrices, first intensity state to first state.
inline Complex chain_transfer(const std::vector<StageResponse>& elements, std::size_t k) {
  std::vector<Complex> state{1.0};
  for (const StageResponse& e : elements) {
    std::vector<Complex> next(static_cast<std::size_t>(e.rows));
    for (int r = 0; r < e.rows; ++r)
      for (int c = 0; c < e.cols; ++c)
        next[static_cast<std::size_t>(r)] += e.at(k, r, c) * state[static_cast<std::size_t>(c)];
    state = next;
  }
  return state[0];
}

/// Complex amplitude of `cycles` periods per `period` samples in the last `period` samples, `lag` samples of latency
/// taken off.
inline Complex tone(const std::vector<double>& x, double cycles, std::size_t period, std::size_t lag) {
  Complex sum = 0.0;
  for (std::size_t i = x.size() - period; i < x.size(); ++i) {
    const double turns = cycles * (static_cast<double>(i) - static_cast<double>(lag)) / static_cast<double>(period);
    sum += x[i] * std::polar(2.0 / static_cast<double>(period), -2.0 * std::numbers::pi * turns);
  }
  return sum;
}

/// A processor's output for real input samples, block by block; field outputs as their squared magnitude.
inline std::vector<double> stream(std::vector<Processor> stages, std::vector<Port> outputs,
                                  const std::vector<double>& in, std::size_t block) {
  std::vector<double> result;
  for (std::size_t at = 0; at < in.size(); at += block) {
    const std::size_t n = std::min(block, in.size() - at);
    std::vector<double> real(in.begin() + static_cast<std::ptrdiff_t>(at),
                             in.begin() + static_cast<std::ptrdiff_t>(at + n));
    std::vector<Complex> field;
    for (std::size_t s = 0; s < stages.size(); ++s) {
      const bool light = outputs[s] == Port::optical_field;
      std::vector<double> next_real(light ? 0 : n);
      std::vector<Complex> next_field(light ? n : 0);
      stages[s].process({real, field}, {next_real, next_field});
      real = std::move(next_real);
      field = std::move(next_field);
    }
    if (real.empty())
      for (const Complex& e : field) real.push_back(std::norm(e));
    result.insert(result.end(), real.begin(), real.end());
  }
  return result;
}

}  // namespace tessera::testing

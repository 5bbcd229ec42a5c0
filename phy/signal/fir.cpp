#include "phy/signal/fir.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "phy/core/error.hpp"
#include "phy/core/multiversion.hpp"

#pragma GCC diagnostic ignored "-Wpsabi"  // vectors never cross a call: every helper below is inlined

namespace tessera {
namespace {

using Lanes __attribute__((vector_size(32))) = float;
constexpr std::size_t kLanes = 8, kSums = 8, kGroup = kLanes * kSums;
constexpr std::size_t kRun = 4096;     // samples at a time, so that the window stays in the cache
constexpr std::size_t kSegment = 512;  // outputs of a lane in the transposed form
constexpr std::size_t kTransposedTaps = 32;

// Groups of 64 outputs, each the sum over taps in order; x points at the input of the first output.
TESSERA_MULTIVERSION void groups(const float* taps, std::size_t count, const float* x, float* y, std::size_t n) {
  for (std::size_t g = 0; g < n; ++g, x += kGroup, y += kGroup) {
    Lanes sum[kSums] = {};
    for (std::size_t i = 0; i < count; ++i) {
      const float t = taps[i];
      const float* at = x - i;
#pragma GCC unroll 8
      for (std::size_t k = 0; k < kSums; ++k) {
        Lanes v;
        std::memcpy(&v, at + k * kLanes, sizeof(v));
        sum[k] += t * v;
      }
    }
    std::memcpy(y, sum, sizeof(sum));
  }
}

// Eight vectors of eight turned about their diagonal.
__attribute__((always_inline)) inline void transpose(Lanes* v) {
  Lanes a[8], b[8];
  for (std::size_t i = 0; i < 8; i += 2) {
    a[i] = __builtin_shufflevector(v[i], v[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    a[i + 1] = __builtin_shufflevector(v[i], v[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  for (std::size_t i = 0; i < 8; i += 4) {
    for (std::size_t k = 0; k < 2; ++k) {
      b[i + 2 * k] = __builtin_shufflevector(a[i + k], a[i + k + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      b[i + 2 * k + 1] = __builtin_shufflevector(a[i + k], a[i + k + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
  for (std::size_t i = 0; i < 4; ++i) {
    v[i] = __builtin_shufflevector(b[i], b[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    v[i + 4] = __builtin_shufflevector(b[i], b[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

// The same sums over 8 x kSegment outputs, each lane a segment of its own: a shift by a tap is then a whole vector, so
// that no load crosses a cache line. `turned` holds kSegment + count + 7 aligned vectors.
TESSERA_MULTIVERSION void transposed(const float* taps, std::size_t count, const float* x, float* y, float* turned) {
  const std::size_t past = count - 1, columns = kSegment + past;
  for (std::size_t j = 0; j < columns; j += 8) {
    const std::size_t from = std::min(j, columns - 8);
    Lanes v[8];
    for (std::size_t k = 0; k < 8; ++k) std::memcpy(&v[k], x + k * kSegment + from, sizeof(Lanes));
    transpose(v);
    std::memcpy(turned + 8 * from, v, sizeof(v));
  }
  for (std::size_t j = 0; j < kSegment; j += 8) {
    Lanes sum[8] = {};
    const float* at = turned + 8 * (j + past);
    for (std::size_t i = 0; i < count; ++i, at -= 8) {
      const float t = taps[i];
#pragma GCC unroll 8
      for (std::size_t k = 0; k < 8; ++k) {
        Lanes v;
        std::memcpy(&v, __builtin_assume_aligned(at + 8 * k, 32), sizeof(v));
        sum[k] += t * v;
      }
    }
    transpose(sum);
    for (std::size_t k = 0; k < 8; ++k) std::memcpy(y + k * kSegment + j, &sum[k], sizeof(Lanes));
  }
}

}  // namespace

void fir_direct(std::span<const float> taps, std::span<const float> in, std::span<float> out) {
  if (taps.empty() || in.size() != out.size() + taps.size() - 1)
    throw Error("fir_direct: the input must have one sample less than taps and outputs together");
  const std::size_t past = taps.size() - 1, whole = out.size() / kGroup, rest = out.size() % kGroup;
  groups(taps.data(), taps.size(), in.data() + past, out.data(), whole);
  if (rest == 0) return;
  std::vector<float> padded(past + kGroup, 0.0F);
  std::array<float, kGroup> last{};
  std::copy_n(in.data() + whole * kGroup, past + rest, padded.begin());
  groups(taps.data(), taps.size(), padded.data() + past, last.data(), 1);
  std::copy_n(last.begin(), rest, out.begin() + static_cast<std::ptrdiff_t>(whole * kGroup));
}

StreamingFir::StreamingFir(std::span<const float> coefficients) : taps(coefficients.begin(), coefficients.end()) {
  if (taps.empty()) throw ConfigError("a convolution needs at least one tap, got 0");
  if (taps.size() > kDirectTaps) {
    longer.emplace(std::vector<double>(taps.begin(), taps.end()));
  } else {
    window.assign(taps.size() - 1 + kRun, 0.0F);
    if (taps.size() >= kTransposedTaps) turned.resize(8 * (kSegment + taps.size() + 8));
  }
}

PolyphaseFir::PolyphaseFir(std::span<const float> taps, std::size_t rate) {
  if (taps.empty() || rate == 0) throw ConfigError("interpolation needs at least one tap and one sample an input");
  for (std::size_t p = 0; p < rate; ++p) {
    std::vector<float> own;
    for (std::size_t i = p; i < taps.size(); i += rate) own.push_back(taps[i]);
    if (own.empty()) own.push_back(0.0F);
    phases.emplace_back(own);
  }
}

void fir_interpolate(PolyphaseFir& state, std::span<const float> in, std::span<float> out) {
  const std::size_t rate = state.phases.size();
  if (out.size() != rate * in.size()) throw Error("fir_interpolate: output is not the input times the rate");
  state.phase_output.resize(rate * kRun);
  for (std::size_t done = 0; done < in.size();) {
    const std::size_t run = std::min(kRun, in.size() - done);
    for (std::size_t p = 0; p < rate; ++p)
      fir_filter(state.phases[p], in.subspan(done, run), std::span(state.phase_output).subspan(p * kRun, run));
    float* y = out.data() + done * rate;
    for (std::size_t n = 0; n < run; ++n)
      for (std::size_t p = 0; p < rate; ++p) y[n * rate + p] = state.phase_output[p * kRun + n];
    done += run;
  }
}

void fir_filter(StreamingFir& state, std::span<const float> in, std::span<float> out) {
  if (in.size() != out.size()) throw Error("fir_filter: input and output differ in length");
  if (state.longer) {
    state.wide.assign(in.begin(), in.end());
    state.longer->process(state.wide, state.wide);
    std::transform(state.wide.begin(), state.wide.end(), out.begin(), [](double v) { return static_cast<float>(v); });
    return;
  }
  const std::size_t past = state.taps.size() - 1;
  for (std::size_t done = 0; done < in.size();) {
    const std::size_t run = std::min(kRun, in.size() - done);
    std::copy_n(in.data() + done, run, state.window.data() + past);
    if (run == kRun && !state.turned.empty()) {
      void* start = state.turned.data();
      std::size_t space = state.turned.size() * sizeof(float);
      std::align(32, space - 32, start, space);
      transposed(state.taps.data(), state.taps.size(), state.window.data(), out.data() + done,
                 static_cast<float*>(start));
    } else {
      fir_direct(state.taps, std::span(state.window).first(past + run), out.subspan(done, run));
    }
    std::copy_n(state.window.data() + run, past, state.window.data());
    done += run;
  }
}

}  // namespace tessera

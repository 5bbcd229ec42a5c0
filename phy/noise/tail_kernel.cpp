#include "phy/noise/tail_kernel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numbers>
#include <vector>

#include "phy/core/multiversion.hpp"

#pragma GCC diagnostic ignored "-Wpsabi"  // vectors never cross a call: every helper below is inlined

namespace tessera {
namespace {

// 32 bytes: a wider vector is taken apart element by element where the machine has none.
using Lanes __attribute__((vector_size(32))) = double;
using Integers __attribute__((vector_size(32))) = std::int64_t;
constexpr std::size_t kLanes = 4;
constexpr std::size_t kBlock = 64;
// Terms this many nepers below the largest one add less than 1e-17 of the sum over 10^4 bins.
constexpr double kNegligible = 48.0;

// (1 + 2 z) erfcx(z)/2 as a polynomial in t = (z - k)/(z + k), k = 3.75: 20 terms of the Chebyshev series, own fit in
// 50 digits.
constexpr double kMap = 3.75;
constexpr std::array<double, 20> kTail = {
    0.61875631541889642,    -0.070120299292753055,   0.0017927077462386711,   0.041138369243561818,
    -0.054401965187753948,  0.046152160613152034,    -0.029346697779768879,   0.014181138378894918,
    -0.0048732997889053232, 0.00087781475491762069,  0.00014689503065944519,  -0.00014508314927461842,
    2.5735017484294465e-05, 1.1205009614728236e-05,  -5.590161935436238e-06,  -5.0417260891603122e-07,
    7.5475196740557334e-07, -1.3874805364390379e-08, -6.3273020624525498e-08, 4.263179867369606e-09};

#define TESSERA_INLINE inline __attribute__((always_inline))

// e^x for x in [-700, 700]: 2^n e^r, |r| <= ln2/2, Taylor to r^12 (2e-16 relative).
template <class V, class I>
TESSERA_INLINE V exponential(const V& x) {
  constexpr double kShift = 0x1.8p52;
  const V shifted = x * std::numbers::log2e + kShift;
  const V n = shifted - kShift;
  const V r = (x - n * 0x1.62e42fefa0000p-1) - n * 0x1.cf79abc9e3b3ap-40;
  V p = r * (1.0 / 479001600.0) + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  p = p * r + 1.0;
  p = p * r + 1.0;
  I bits, exponent;
  std::memcpy(&bits, &p, sizeof(V));
  std::memcpy(&exponent, &shifted, sizeof(V));
  bits += exponent << 52;  // the low bits of `shifted` hold n; what stands above them leaves the word
  std::memcpy(&p, &bits, sizeof(V));
  return p;
}

template <class V>
TESSERA_INLINE V scaled_tail(const V& u) {
  const V z = u * (1.0 / std::numbers::sqrt2);
  const V t = (z - kMap) / (z + kMap);
  V p = t * kTail[19] + kTail[18];
  for (std::size_t i = 18; i-- > 0;) p = p * t + kTail[i];
  return p / (1.0 + 2.0 * z);
}

TESSERA_INLINE Lanes load(const double* p) {
  Lanes v;
  std::memcpy(&v, p, sizeof(v));
  return v;
}

TESSERA_INLINE double sum(const Lanes& v) { return (v[0] + v[2]) + (v[1] + v[3]); }

struct Geometry {
  double u0, du;        // u_i = u0 - i du
  double tilt0, dtilt;  // tilt x_i = tilt0 + i dtilt
  double reference;     // exponent taken out of the sum
};

// Sum over [begin, end), a multiple of kLanes long, of w_i Q(u_i) e^{-tilt x_i - reference}.
TESSERA_MULTIVERSION double partial_sum(const double* w, std::size_t begin, std::size_t end, const Geometry& g) {
  const Lanes ramp = {0, 1, 2, 3};
  Lanes total = {};
  for (std::size_t i = begin; i < end; i += kLanes) {
    const Lanes index = ramp + static_cast<double>(i);
    const Lanes u = g.u0 - index * g.du;
    const Lanes a = u < 0.0 ? -u : u;
    const Lanes linear = -(g.tilt0 + index * g.dtilt) - g.reference;
    const Lanes half_square = 0.5 * a * a;
    Lanes x = linear - half_square;
    x = x < -700.0 ? Lanes{} - 700.0 : x;
    x = x > 700.0 ? Lanes{} + 700.0 : x;
    Lanes tail = exponential<Lanes, Integers>(x) * scaled_tail<Lanes>(a);
    bool below = false;
    for (std::size_t k = 0; k < kLanes; ++k) below = below || u[k] < 0.0;
    if (below) {
      Lanes y = linear < -700.0 ? Lanes{} - 700.0 : linear;
      y = y > 700.0 ? Lanes{} + 700.0 : y;
      tail = u < 0.0 ? exponential<Lanes, Integers>(y) - tail : tail;
    }
    total += load(w + i) * tail;
  }
  return sum(total);
}

TESSERA_MULTIVERSION double block_maximum(const double* w) {
  Lanes m = load(w);
  for (std::size_t i = kLanes; i < kBlock; i += kLanes) {
    const Lanes v = load(w + i);
    m = m < v ? v : m;
  }
  double result = m[0];
  for (std::size_t k = 1; k < kLanes; ++k) result = std::max(result, m[k]);
  return result;
}

// Largest exponent of Q(u) e^{-tilt x} over a block: the exponent is concave in i, so its peak inside the block is
// known.
double block_exponent(const Geometry& g, double first, double last) {
  const auto exponent = [&](double i) {
    const double u = std::max(0.0, g.u0 - i * g.du);
    return -0.5 * u * u - g.tilt0 - i * g.dtilt;
  };
  const double peak = g.du > 0.0 ? (g.u0 - g.dtilt / g.du) / g.du : first;
  return exponent(std::clamp(peak, first, last));
}

}  // namespace

double scaled_gaussian_tail(double x) { return scaled_tail<double>(x); }

double gaussian_quantile(double log_probability) {
  if (log_probability > -std::numbers::ln2) {
    const double rest = -std::expm1(std::min(log_probability, -1e-300));
    return -gaussian_quantile(std::min(std::log(rest), -std::numbers::ln2));
  }
  double q = std::sqrt(std::max(0.0, -2.0 * (log_probability + std::numbers::ln2)));
  for (int i = 0; i < 50; ++i) {
    const double scaled = scaled_gaussian_tail(q);
    // d ln Q/dq = -1/(sqrt(2 pi) e^{q^2/2} Q); ln Q is concave, so Newton comes from one side.
    const double change =
        (std::log(scaled) - 0.5 * q * q - log_probability) * std::sqrt(2.0 * std::numbers::pi) * scaled;
    q = std::max(0.0, q + change);
    if (std::abs(change) < 1e-12 * (1.0 + q)) break;
  }
  return q;
}

double log_tail(const Pdf& density, double distance, double variance) {
  const auto weights = density.weights();
  const double v = density.split_variance(), theta = density.tilt(), step = density.step();
  const double held = std::max(variance - v, 0.0625 * step * step);
  const double sigma = std::sqrt(held);
  Geometry g{(distance - theta * v - density.origin()) / sigma, step / sigma, theta * density.origin(), theta * step,
             0.0};

  const std::size_t blocks = (weights.size() + kBlock - 1) / kBlock;
  const double lowest = -std::numeric_limits<double>::infinity();
  std::vector<double> exponents(blocks, lowest);
  std::array<double, kBlock> padded{};
  const auto block = [&](std::size_t b) -> const double* {
    const std::size_t begin = b * kBlock;
    if (begin + kBlock <= weights.size()) return weights.data() + begin;
    padded.fill(0.0);
    std::copy(weights.begin() + static_cast<std::ptrdiff_t>(begin), weights.end(), padded.begin());
    return padded.data();
  };
  double best = lowest;
  for (std::size_t b = 0; b < blocks; ++b) {
    const double highest = block_maximum(block(b));
    if (!(highest > 0.0)) continue;
    const double first = static_cast<double>(b * kBlock);
    exponents[b] = std::log(highest) + block_exponent(g, first, first + kBlock - 1);
    best = std::max(best, exponents[b]);
  }
  if (best == lowest) return -std::numeric_limits<double>::max();
  g.reference = best;
  double total = 0.0;
  for (std::size_t b = 0; b < blocks; ++b) {
    if (exponents[b] < best - kNegligible) continue;
    Geometry local = g;
    const double first = static_cast<double>(b * kBlock);
    local.u0 -= first * g.du;
    local.tilt0 += first * g.dtilt;
    total += partial_sum(block(b), 0, kBlock, local);
  }
  if (!(total > 0.0)) return best;
  const double result = std::log(total) + best + density.log_mgf() - 0.5 * theta * theta * v;
  return std::min(result, 0.0);
}

}  // namespace tessera

#include "phy/equalization/mmse_ranking.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include "phy/core/error.hpp"
#include "phy/core/multiversion.hpp"

#pragma GCC diagnostic ignored "-Wpsabi"  // vectors never cross a call

namespace tessera {
namespace {

// 32 bytes: a wider vector is taken apart element by element where the machine has none.
using Lanes __attribute__((vector_size(32))) = double;
constexpr std::size_t kLanes = kRankedTogether;
constexpr std::size_t kMostRows = 5;  // h_0 and four DFE taps

#define TESSERA_INLINE inline __attribute__((always_inline))

TESSERA_INLINE Lanes load(const double* p) {
  Lanes v;
  std::memcpy(&v, p, sizeof(v));
  return v;
}

TESSERA_INLINE void store(double* p, const Lanes& v) { std::memcpy(p, &v, sizeof(v)); }

// Element i of the problem in lane k stands at i kLanes + k.
struct Batch {
  std::size_t taps, rows;
  std::vector<double> lags;                                   // [taps]
  std::array<std::vector<double>, kMostRows> b;               // [taps] right-hand sides
  std::array<std::vector<double>, kMostRows> x;               // [taps] solutions
  std::vector<double> backward;                               // [taps] Levinson's y
  std::array<double, kLanes> least_error{};                   // smallest prediction error met, over the first
  std::array<double, kMostRows * kMostRows * kLanes> gram{};  // B_r^T T^-1 B_s
};

template <std::size_t Rows>
TESSERA_INLINE void levinson(Batch& batch) {
  const double* r = batch.lags.data();
  double* y = batch.backward.data();
  double* x[Rows];
  const double* b[Rows];
  for (std::size_t row = 0; row < Rows; ++row) {
    x[row] = batch.x[row].data();
    b[row] = batch.b[row].data();
    store(x[row], load(b[row]) / load(r));
  }
  const Lanes first = load(r);
  Lanes error = first, least = first;
  for (std::size_t k = 1; k < batch.taps; ++k) {
    Lanes forward = -load(r + k * kLanes), rest[Rows];
    for (std::size_t row = 0; row < Rows; ++row) rest[row] = load(b[row] + k * kLanes);
    for (std::size_t i = 0; i + 1 < k; ++i) forward -= load(r + (k - 1 - i) * kLanes) * load(y + i * kLanes);
    for (std::size_t i = 0; i < k; ++i) {
      const Lanes lag = load(r + (k - i) * kLanes);
      for (std::size_t row = 0; row < Rows; ++row) rest[row] -= lag * load(x[row] + i * kLanes);
    }
    const Lanes reflection = forward / error;
    for (std::size_t i = 0, j = k - 1; i < j; ++i) {
      --j;
      const Lanes low = load(y + i * kLanes), high = load(y + j * kLanes);
      store(y + i * kLanes, low + reflection * high);
      store(y + j * kLanes, high + reflection * low);
    }
    store(y + (k - 1) * kLanes, reflection);
    error *= 1.0 - reflection * reflection;
    least = error < least ? error : least;
    for (std::size_t row = 0; row < Rows; ++row) {
      const Lanes step = rest[row] / error;
      for (std::size_t i = 0; i < k; ++i)
        store(x[row] + i * kLanes, load(x[row] + i * kLanes) + step * load(y + (k - 1 - i) * kLanes));
      store(x[row] + k * kLanes, step);
    }
  }
  store(batch.least_error.data(), least / first);
  for (std::size_t r1 = 0; r1 < Rows; ++r1)
    for (std::size_t r2 = r1; r2 < Rows; ++r2) {
      Lanes sum = load(b[r1]) * load(x[r2]);
      for (std::size_t i = 1; i < batch.taps; ++i) sum += load(b[r1] + i * kLanes) * load(x[r2] + i * kLanes);
      store(batch.gram.data() + (r1 * kMostRows + r2) * kLanes, sum);
      store(batch.gram.data() + (r2 * kMostRows + r1) * kLanes, sum);
    }
}

TESSERA_MULTIVERSION void levinson_1(Batch& batch) { levinson<1>(batch); }
TESSERA_MULTIVERSION void levinson_2(Batch& batch) { levinson<2>(batch); }
TESSERA_MULTIVERSION void levinson_5(Batch& batch) { levinson<kMostRows>(batch); }

Batch gather(std::span<const SampledPulse> pulses, const TapLimits& limits) {
  const auto taps = static_cast<std::size_t>(limits.ffe_taps);
  const std::size_t used = limits.dfe_maximum.size() + 1, rows = used <= 2 ? used : kMostRows;
  Batch batch{taps, rows, std::vector<double>(taps * kLanes), {}, {}, std::vector<double>(taps * kLanes)};
  for (std::size_t row = 0; row < rows; ++row) {
    batch.b[row].assign(taps * kLanes, 0.0);
    batch.x[row].assign(taps * kLanes, 0.0);
  }
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const SampledPulse& pulse = pulses[std::min(lane, pulses.size() - 1)];
    for (std::size_t i = 0; i < taps; ++i) batch.lags[i * kLanes + lane] = pulse.correlation[i];
    batch.lags[lane] += (limits.quantisation + 1e-12) * pulse.correlation[0];
    for (std::size_t row = 0; row < used; ++row)
      for (std::size_t i = 0; i < taps; ++i)
        batch.b[row][i * kLanes + lane] =
            pulse.cursor(static_cast<int>(row + static_cast<std::size_t>(limits.pre_taps)) - static_cast<int>(i));
  }
  return batch;
}

// All of one lane's problem in the few dimensions of its right-hand sides: every solution is w = sum_r c_r T^-1 B_r.
struct Small {
  std::size_t rows;                                             // h_0, then one a DFE tap
  std::array<std::array<double, kMostRows>, kMostRows> gram{};  // B_r^T T^-1 B_s
};
using Coefficients = std::array<double, kMostRows>;

enum class Side { free, low, high };
using Sides = std::array<Side, kMostRows>;

Small small_problem(const Batch& batch, std::size_t rows, std::size_t lane) {
  Small p{rows};
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t s = 0; s < rows; ++s) p.gram[r][s] = batch.gram[(r * kMostRows + s) * kLanes + lane];
  return p;
}

double product(const Small& p, std::size_t row, const Coefficients& c) {
  double sum = 0.0;
  for (std::size_t s = 0; s < p.rows; ++s) sum += p.gram[row][s] * c[s];
  return sum;
}

// A^-1 of sum_r c_r B_r with A = T less the rows of the free DFE taps, by elimination in those taps; false where it is
// singular.
bool apply_inverse(const Small& p, const Sides& sides, Coefficients& c) {
  std::array<std::size_t, kMostRows> free{};
  std::size_t count = 0;
  for (std::size_t n = 1; n < p.rows; ++n)
    if (sides[n] == Side::free) free[count++] = n;
  double m[kMostRows][kMostRows + 1];
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < count; ++j) m[i][j] = (i == j ? 1.0 : 0.0) - p.gram[free[i]][free[j]];
    m[i][count] = product(p, free[i], c);
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (!(m[i][i] > 1e-9)) return false;
    for (std::size_t k = i + 1; k < count; ++k)
      for (std::size_t j = count + 1; j-- > i;) m[k][j] -= m[k][i] / m[i][i] * m[i][j];
  }
  for (std::size_t i = count; i-- > 0;) {
    for (std::size_t j = i + 1; j < count; ++j) m[i][count] -= m[i][j] * m[j][count];
    m[i][count] /= m[i][i];
    c[free[i]] += m[i][count];
  }
  return true;
}

// Taps for DFE coefficients free or held at a limit; w^T h_0 = 1.
bool solve_with(const Small& p, const Sides& sides, const TapLimits& limits, Coefficients& w) {
  Coefficients v{1.0}, u{};
  bool held = false;
  for (std::size_t n = 1; n < p.rows; ++n) {
    if (sides[n] == Side::free) continue;
    u[n] = sides[n] == Side::low ? limits.dfe_minimum[n - 1] : limits.dfe_maximum[n - 1];
    held = true;
  }
  if (!apply_inverse(p, sides, v) || (held && !apply_inverse(p, sides, u))) return false;
  const double gain = product(p, 0, v);
  if (!(gain > 0.0) || !std::isfinite(gain)) return false;
  const double scale = (1.0 - (held ? product(p, 0, u) : 0.0)) / gain;
  for (std::size_t r = 0; r < p.rows; ++r) w[r] = u[r] + scale * v[r];
  return true;
}

// The pieces are guessed as in the constrained solver.
bool solve_bounded(const Small& p, const TapLimits& limits, Coefficients& w) {
  Sides sides{};
  if (!solve_with(p, sides, limits, w)) return false;
  for (std::size_t pass = 0; pass < 4 * p.rows; ++pass) {
    bool changed = false;
    for (std::size_t n = 1; n < p.rows; ++n) {
      const double b = product(p, n, w);
      const Side side = b > limits.dfe_maximum[n - 1]   ? Side::high
                        : b < limits.dfe_minimum[n - 1] ? Side::low
                                                        : Side::free;
      changed = changed || side != sides[n];
      sides[n] = side;
    }
    if (!changed) return true;
    if (!solve_with(p, sides, limits, w)) return false;
  }
  return true;
}

// w^T T w of taps that stand in a row.
TESSERA_MULTIVERSION double quadratic_form(const double* w, const double* lags, std::size_t n) {
  double total = 0.0;
  for (std::size_t lag = 0; lag < n; ++lag) {
    double parts[kLanes] = {}, sum = 0.0;
    std::size_t i = 0;
    for (; i + kLanes <= n - lag; i += kLanes)
      for (std::size_t k = 0; k < kLanes; ++k) parts[k] += w[i + k] * w[i + lag + k];
    for (; i < n - lag; ++i) sum += w[i] * w[i + lag];
    for (double part : parts) sum += part;
    total += (lag == 0 ? 1.0 : 2.0) * lags[lag] * sum;
  }
  return total;
}

// False where only the general solver will do.
bool read(const Batch& batch, const SampledPulse& pulse, const TapLimits& limits, std::size_t lane,
          RankedPulse& ranked) {
  if (!(batch.least_error[lane] > 1e-9)) return false;
  const std::size_t rows = limits.dfe_maximum.size() + 1, main = static_cast<std::size_t>(limits.pre_taps);
  const Small p = small_problem(batch, rows, lane);
  Coefficients c{};
  if (!solve_bounded(p, limits, c)) return false;
  std::vector<double> w(batch.taps, 0.0);
  double largest = 0.0;
  for (std::size_t i = 0; i < w.size(); ++i) {
    for (std::size_t r = 0; r < rows; ++r) w[i] += c[r] * batch.x[r][i * kLanes + lane];
    largest = std::max(largest, std::abs(w[i]));
  }
  const double unit = std::abs(w[main]), most = limits.ffe_limit * unit;
  if (!(unit > 1e-6 * largest)) return false;
  std::array<double, kMostRows> out{};  // B_r^T w
  double power = 0.0;
  if (largest > most) {
    for (std::size_t i = 0; i < w.size(); ++i)
      if (i != main) w[i] = std::clamp(w[i], -most, most);
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t i = 0; i < w.size(); ++i) out[r] += batch.b[r][i * kLanes + lane] * w[i];
    power = quadratic_form(w.data(), pulse.correlation.data(), w.size());
    for (double tap : w) power += limits.quantisation * pulse.correlation[0] * tap * tap;
  } else {
    for (std::size_t r = 0; r < rows; ++r) {
      out[r] = product(p, r, c);
      power += c[r] * out[r];
    }
  }
  if (out[0] == 0.0 || !std::isfinite(out[0])) return false;
  double error = power / (out[0] * out[0]) - 1.0;
  for (std::size_t n = 1; n < rows; ++n) {
    const double wanted = out[n] / out[0],
                 tap = std::clamp(wanted, limits.dfe_minimum[n - 1], limits.dfe_maximum[n - 1]);
    error += tap * tap - 2.0 * wanted * tap;
  }
  ranked = {out[0] / unit, std::max(0.0, error)};
  return true;
}

}  // namespace

void rank_mmse(std::span<const SampledPulse> pulses, const TapLimits& limits, std::span<RankedPulse> ranked) {
  if (pulses.empty() || pulses.size() > kLanes || ranked.size() != pulses.size())
    throw NumericError("one to four pulses are ranked together, each into a place of its own");
  const auto solve = [&](std::size_t lane) {
    const EqualizerTaps taps = solve_mmse(pulses[lane], limits);
    ranked[lane] = {taps.cursor, taps.mean_square_error};
  };
  if (limits.ffe_taps < 2 || limits.dfe_maximum.size() + 1 > kMostRows) {
    for (std::size_t lane = 0; lane < pulses.size(); ++lane) solve(lane);
    return;
  }
  Batch batch = gather(pulses, limits);
  if (batch.rows == 1)
    levinson_1(batch);
  else if (batch.rows == 2)
    levinson_2(batch);
  else
    levinson_5(batch);
  for (std::size_t lane = 0; lane < pulses.size(); ++lane)
    if (!read(batch, pulses[lane], limits, lane, ranked[lane])) solve(lane);
}

}  // namespace tessera

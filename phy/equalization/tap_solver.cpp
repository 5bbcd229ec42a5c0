#include "phy/equalization/tap_solver.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>

#include "phy/core/error.hpp"
#include "phy/core/multiversion.hpp"

namespace tessera {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

enum class Side { free, low, high };

TESSERA_MULTIVERSION double dot(const double* a, const double* b, std::size_t n) {
  double lanes[16] = {};
  std::size_t i = 0;
  for (; i + 16 <= n; i += 16)
    for (std::size_t k = 0; k < 16; ++k) lanes[k] += a[i + k] * b[i + k];
  double sum = 0.0;
  for (; i < n; ++i) sum += a[i] * b[i];
  for (double lane : lanes) sum += lane;
  return sum;
}

TESSERA_MULTIVERSION void add_scaled(const double* from, double factor, double* to, std::size_t n) {
  for (std::size_t k = 0; k < n; ++k) to[k] += factor * from[k];
}

// Circular autocorrelation at lags 0 … count - 1.
std::vector<double> autocorrelation(std::span<const double> h, std::size_t count) {
  std::vector<double> twice(h.begin(), h.end());
  const std::size_t wrapped = std::min(count, h.size());
  twice.insert(twice.end(), h.begin(), h.begin() + static_cast<std::ptrdiff_t>(wrapped));
  std::vector<double> r(count);
  for (std::size_t lag = 0; lag < count; ++lag) r[lag] = dot(twice.data(), twice.data() + lag, h.size());
  return r;
}

struct Problem {
  MatrixXd correlation;  // R, the converter's noise included
  MatrixXd rows;         // column 0 = h_0, column n = H_b of tap n
  const TapLimits& limits;

  Eigen::Index taps() const { return correlation.rows(); }
  double low(std::size_t n) const { return limits.dfe_minimum[n]; }
  double high(std::size_t n) const { return limits.dfe_maximum[n]; }
};

Problem make_problem(const SampledPulse& sampled, const TapLimits& limits) {
  const auto n = static_cast<Eigen::Index>(limits.ffe_taps);
  const auto b = static_cast<Eigen::Index>(limits.dfe_maximum.size());
  Problem p{MatrixXd(n, n), MatrixXd(n, b + 1), limits};
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j < n; ++j)
      p.correlation(i, j) = sampled.correlation[static_cast<std::size_t>(std::abs(i - j))];
  p.correlation.diagonal().array() += limits.quantisation * sampled.correlation[0];
  for (Eigen::Index k = 0; k <= b; ++k)
    for (Eigen::Index i = 0; i < n; ++i) p.rows(i, k) = sampled.cursor(static_cast<int>(k + limits.pre_taps - i));
  return p;
}

// Lower triangle L of A = L L^T in place, by rows of what is left: at the few taps of a receiver a library's general
// factorisation spends ten times as long on dispatch. False where a pivot is not positive.
bool factorise(MatrixXd& a) {
  const Eigen::Index n = a.rows();
  for (Eigen::Index j = 0; j < n; ++j) {
    double* column = a.data() + j * n;
    if (!(column[j] > 0.0)) return false;
    const double scale = 1.0 / std::sqrt(column[j]);
    for (Eigen::Index i = j; i < n; ++i) column[i] *= scale;
    for (Eigen::Index k = j + 1; k < n; ++k) {
      double* rest = a.data() + k * n;
      const double factor = column[k];
      for (Eigen::Index i = k; i < n; ++i) rest[i] -= factor * column[i];
    }
  }
  return true;
}

// L L^T x = b in place.
void solve_factorised(const MatrixXd& l, VectorXd& x) {
  const Eigen::Index n = l.rows();
  for (Eigen::Index j = 0; j < n; ++j) {
    const double* column = l.data() + j * n;
    x(j) /= column[j];
    const double value = x(j);
    for (Eigen::Index i = j + 1; i < n; ++i) x(i) -= value * column[i];
  }
  for (Eigen::Index j = n; j-- > 0;) {
    const double* column = l.data() + j * n;
    double sum = x(j);
    for (Eigen::Index i = j + 1; i < n; ++i) sum -= column[i] * x(i);
    x(j) = sum / column[j];
  }
}

// Taps for DFE coefficients either eliminated (free: b = H_b w) or held at a limit.
VectorXd solve_with(const Problem& p, const std::vector<Side>& sides) {
  MatrixXd a = p.correlation;
  VectorXd v = p.rows.col(0), u = VectorXd::Zero(p.taps());
  bool held = false;
  for (std::size_t n = 0; n < sides.size(); ++n) {
    const auto row = p.rows.col(static_cast<Eigen::Index>(n) + 1);
    if (sides[n] == Side::free) {
      a.noalias() -= row * row.transpose();
    } else {
      u += (sides[n] == Side::low ? p.low(n) : p.high(n)) * row;
      held = true;
    }
  }
  // A pulse without noise and with fewer cursors than taps leaves directions that cost nothing.
  a.diagonal().array() += 1e-12 * p.correlation(0, 0);
  MatrixXd factor = a;
  if (factorise(factor)) {
    solve_factorised(factor, v);
    if (held) solve_factorised(factor, u);
  } else {
    const Eigen::LDLT<MatrixXd> pivoted(a);
    v = pivoted.solve(v).eval();
    if (held) u = pivoted.solve(u).eval();
  }
  const auto h0 = p.rows.col(0);
  const double gain = h0.dot(v);
  if (!(std::abs(gain) > 0.0) || !std::isfinite(gain)) return VectorXd::Zero(p.taps());
  return u + (1.0 - h0.dot(u)) / gain * v;
}

// For given w the best b is H_b w clipped, so the problem is convex and piecewise quadratic in w: guess the pieces,
// solve, repeat.
VectorXd solve_bounded(const Problem& p) {
  std::vector<Side> sides(p.limits.dfe_maximum.size(), Side::free);
  VectorXd w = solve_with(p, sides);
  for (std::size_t pass = 0; pass < 4 * sides.size() + 1; ++pass) {
    bool changed = false;
    for (std::size_t n = 0; n < sides.size(); ++n) {
      const double b = p.rows.col(static_cast<Eigen::Index>(n) + 1).dot(w);
      const Side side = b > p.high(n) ? Side::high : b < p.low(n) ? Side::low : Side::free;
      changed = changed || side != sides[n];
      sides[n] = side;
    }
    if (!changed) break;
    w = solve_with(p, sides);
  }
  return w;
}

void check_limits(const TapLimits& limits) {
  if (limits.ffe_taps < 1 || limits.pre_taps < 0 || limits.pre_taps >= limits.ffe_taps)
    throw ConfigError("FFE needs taps >= 1 and 0 <= pre_taps < taps");
  if (limits.dfe_minimum.size() != limits.dfe_maximum.size()) throw ConfigError("DFE needs as many minima as maxima");
}

}  // namespace

int first_cursor(const TapLimits& limits) { return limits.pre_taps - limits.ffe_taps; }

int last_cursor(const TapLimits& limits) {
  return limits.pre_taps + std::max(1, static_cast<int>(limits.dfe_maximum.size()));
}

SampledPulse sample_pulse(std::span<const double> cursors, std::span<const double> noise, const TapLimits& limits) {
  check_limits(limits);
  SampledPulse sampled{autocorrelation(cursors, static_cast<std::size_t>(limits.ffe_taps)), {}, first_cursor(limits)};
  for (std::size_t lag = 0; lag < std::min(noise.size(), sampled.correlation.size()); ++lag)
    sampled.correlation[lag] += noise[lag];
  const int size = static_cast<int>(cursors.size());
  for (int k = sampled.first; k <= last_cursor(limits); ++k)
    sampled.cursors.push_back(cursors[static_cast<std::size_t>(((k % size) + size) % size)]);
  return sampled;
}

EqualizerTaps solve_mmse(std::span<const double> cursors, std::span<const double> noise, const TapLimits& limits) {
  return solve_mmse(sample_pulse(cursors, noise, limits), limits);
}

EqualizerTaps solve_mmse(const SampledPulse& sampled, const TapLimits& limits) {
  check_limits(limits);
  const Problem p = make_problem(sampled, limits);
  const Eigen::Index main = limits.pre_taps;
  VectorXd w = limits.ffe_taps == 1 ? VectorXd::Ones(1) : solve_bounded(p);
  const double most = limits.ffe_limit * std::abs(w(main));
  for (Eigen::Index i = 0; i < w.size(); ++i)
    if (i != main) w(i) = std::clamp(w(i), -most, most);
  // A main tap near zero would make the report's unit meaningless; the largest tap is the unit then.
  EqualizerTaps none{std::vector<double>(static_cast<std::size_t>(w.size()), 0.0),
                     limits.pre_taps,
                     std::vector<double>(limits.dfe_maximum.size(), 0.0),
                     0.0,
                     std::numeric_limits<double>::max(),
                     sampled.correlation[0]};
  if (!(w.cwiseAbs().maxCoeff() > 0.0)) return none;
  const double unit = std::abs(w(main)) > 1e-6 * w.cwiseAbs().maxCoeff() ? std::abs(w(main)) : w.cwiseAbs().maxCoeff();
  w /= unit;
  const double cursor = p.rows.col(0).dot(w);
  if (cursor == 0.0 || !std::isfinite(cursor)) return none;

  EqualizerTaps taps{{w.data(), w.data() + w.size()}, limits.pre_taps, {}, cursor, 0.0, sampled.correlation[0]};
  double error = w.dot(p.correlation * w) / (cursor * cursor) - 1.0;
  for (std::size_t n = 0; n < limits.dfe_maximum.size(); ++n) {
    const double wanted = p.rows.col(static_cast<Eigen::Index>(n) + 1).dot(w) / cursor;
    taps.dfe.push_back(std::clamp(wanted, p.low(n), p.high(n)));
    error += taps.dfe[n] * taps.dfe[n] - 2.0 * wanted * taps.dfe[n];
  }
  taps.mean_square_error = std::max(error, 0.0);
  return taps;
}

std::vector<double> apply_ffe(std::span<const double> h, const EqualizerTaps& taps) {
  // The cursors once more than a turn, so that every tap reads a whole row.
  const std::size_t n = h.size(), count = taps.ffe.size();
  std::vector<double> turned(n + count), result(n, 0.0);
  const auto size = static_cast<std::ptrdiff_t>(n);
  std::ptrdiff_t at = (((taps.pre_taps - static_cast<std::ptrdiff_t>(count) + 1) % size) + size) % size;
  for (double& value : turned) {
    value = h[static_cast<std::size_t>(at)];
    if (++at == size) at = 0;
  }
  for (std::size_t i = 0; i < count; ++i) add_scaled(turned.data() + (count - 1 - i), taps.ffe[i], result.data(), n);
  return result;
}

}  // namespace tessera

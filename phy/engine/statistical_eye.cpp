#include "phy/engine/statistical_eye.hpp"

#include <algorithm>
#include <boost/math/tools/roots.hpp>
#include <cmath>
#include <numbers>

#include "phy/engine/jitter_mixing.hpp"

namespace tessera {
namespace {

constexpr std::size_t kAmplitudeBins = 512;
constexpr double kDrawnSigmas = 8.0;
// One density per phase serves the drawing as well as a bathtub far from its tilt.
constexpr double kDrawnWeight = 1e-150;
constexpr double kDrawnNepers = 300.0;

struct Slice {
  Interference interference;
  Decision decision;
  double log_error = 0.0, log_worst_eye = 0.0;
};

// Distance from a level at which it is passed with probability e^{log_contour}.
double contour_distance(const std::function<double(double)>& log_tail, double log_contour, double sigma, double reach) {
  const double high = reach + (2.0 + std::sqrt(-2.0 * log_contour)) * sigma;
  if (log_tail(-high) <= log_contour) return -high;
  const auto f = [&](double d) { return log_tail(d) - log_contour; };
  if (f(high) >= 0.0) return high;
  std::uintmax_t iterations = 60;
  const auto root =
      boost::math::tools::toms748_solve(f, -high, high, boost::math::tools::eps_tolerance<double>(24), iterations);
  return 0.5 * (root.first + root.second);
}

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

// Gaussian of one level, averaged over a bin of the drawing: [2 half + 1] values around a fractional position.
std::vector<double> gaussian_kernel(double sigma, double step, double fraction, int half) {
  std::vector<double> kernel;
  double below = normal_cdf((-half - 0.5 - fraction) * step / sigma);
  for (int i = -half; i <= half; ++i) {
    const double above = normal_cdf((i + 0.5 - fraction) * step / sigma);
    kernel.push_back((above - below) / step);
    below = above;
  }
  // Differences of values near one lose the far upper side; the Gaussian is even.
  const auto centre = kernel.begin() + half;
  if (fraction == 0.0)
    for (int i = 1; i <= half; ++i) centre[i] = centre[-i];
  return kernel;
}

// Interference on the drawing's step: symmetric about 0, `half` bins each side.
std::vector<double> interference_histogram(const InterferenceTails& tails, double step, std::size_t half) {
  std::vector<double> h(2 * half + 1, 0.0);
  double mass = 0.0;
  const Pdf& pdf = tails.above();
  const auto p = pdf.probabilities();
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (!(p[i] > 0.0)) continue;
    const double x =
        std::clamp(pdf.position(i) / step + static_cast<double>(half), 0.0, static_cast<double>(2 * half) - 1e-9);
    const auto j = static_cast<std::size_t>(x);
    const double fraction = x - static_cast<double>(j);
    h[j] += p[i] * (1.0 - fraction);
    h[j + 1] += p[i] * fraction;
    mass += p[i];
  }
  // The splitting's smear, harmless in the tilted tail, weighs e^{tilt^2 v} in the body.
  for (double& value : h) value /= mass;
  return h;
}

void add_density(const Slice& slice, const InterferenceTails& tails, const std::vector<double>& amplitude,
                 double* row) {
  const double step = amplitude[1] - amplitude[0];
  const std::size_t half_width = static_cast<std::size_t>(interference_span(slice.interference) / (2.0 * step)) + 3;
  const auto histogram = interference_histogram(tails, step, half_width);
  const auto& d = slice.decision;
  for (std::size_t m = 0; m < d.amplitudes.size(); ++m) {
    const double sigma = std::sqrt(std::max(d.variances[m] + tails.small_cursor_variance(), 1e-4 * step * step));
    const double place = (d.amplitudes[m] - amplitude[0]) / step;
    const double whole = std::round(place);
    const int half = static_cast<int>(std::ceil(kDrawnSigmas * sigma / step)) + 1;
    const auto kernel = gaussian_kernel(sigma, step, place - whole, half);
    const auto centre = static_cast<std::ptrdiff_t>(whole) - static_cast<std::ptrdiff_t>(half_width) - half;
    for (std::size_t i = 0; i < histogram.size(); ++i) {
      if (histogram[i] == 0.0) continue;
      const std::ptrdiff_t first = centre + static_cast<std::ptrdiff_t>(i);
      const std::ptrdiff_t begin = std::max<std::ptrdiff_t>(0, -first);
      const std::ptrdiff_t end = std::min<std::ptrdiff_t>(std::ssize(kernel), std::ssize(amplitude) - first);
      const double weight = histogram[i] / static_cast<double>(d.amplitudes.size());
      for (std::ptrdiff_t j = begin; j < end; ++j) row[first + j] += weight * kernel[static_cast<std::size_t>(j)];
    }
  }
}

double interpolate(const std::vector<double>& phase, const std::vector<double>& value, double t) {
  const double step = phase[1] - phase[0];
  const double x = std::clamp((t - phase[0]) / step, 0.0, static_cast<double>(phase.size() - 1));
  const std::size_t i = std::min(static_cast<std::size_t>(x), phase.size() - 2);
  const double f = x - static_cast<double>(i);
  return value[i] + f * (value[i + 1] - value[i]);
}

std::vector<double> mixed(const std::vector<double>& phase, const std::vector<double>& value,
                          const JitterSpec& jitter) {
  std::vector<double> result;
  for (double t : phase)
    result.push_back(
        mix_over_jitter([&](double offset) { return interpolate(phase, value, t + offset); }, jitter).log_ratio);
  return result;
}

// Width around phase 0 where the curve stays below the contour.
double opening_width(const std::vector<double>& phase, const std::vector<double>& value, double log_contour) {
  const auto origin = static_cast<std::size_t>(
      std::min_element(phase.begin(), phase.end(), [](double a, double b) { return std::abs(a) < std::abs(b); }) -
      phase.begin());
  if (value[origin] > log_contour) return 0.0;
  const auto edge = [&](std::ptrdiff_t direction) {
    std::size_t i = origin;
    for (;;) {
      const std::ptrdiff_t next = static_cast<std::ptrdiff_t>(i) + direction;
      if (next < 0 || next >= std::ssize(phase)) return phase[i];
      const auto n = static_cast<std::size_t>(next);
      if (value[n] > log_contour)
        return phase[i] + (phase[n] - phase[i]) * (log_contour - value[i]) / (value[n] - value[i]);
      i = n;
    }
  };
  return edge(1) - edge(-1);
}

std::vector<double> amplitude_axis(const std::vector<Slice>& slices) {
  double reach = 0.0;
  for (const Slice& s : slices) {
    const double sigma = std::sqrt(*std::max_element(s.decision.variances.begin(), s.decision.variances.end()));
    const double level = std::max(std::abs(s.decision.amplitudes.front()), std::abs(s.decision.amplitudes.back()));
    reach = std::max(reach, level + 0.5 * interference_span(s.interference) + 6.0 * sigma);
  }
  std::vector<double> axis(kAmplitudeBins);
  for (std::size_t i = 0; i < axis.size(); ++i)
    axis[i] = reach * (2.0 * static_cast<double>(i) / (kAmplitudeBins - 1) - 1.0);
  return axis;
}

}  // namespace

double eye_opening(const Decision& d, const InterferenceTails& tails, double contour) {
  const double log_contour = std::log(contour);
  const double reach = d.amplitudes.back() - d.amplitudes.front() +
                       static_cast<double>(tails.above().weights().size()) * tails.above().step();
  double least = std::numeric_limits<double>::infinity(), up = 0.0, down = 0.0;
  for (std::size_t eye = 0; eye + 1 < d.amplitudes.size(); ++eye) {
    const double vl = d.variances[eye], vh = d.variances[eye + 1];
    if (eye == 0 || vl != d.variances[eye - 1])
      up = contour_distance([&](double x) { return tails.log_above(x, vl); }, log_contour, std::sqrt(vl), reach);
    if (tails.symmetric() && vh == vl)
      down = up;
    else
      down = contour_distance([&](double x) { return tails.log_below(x, vh); }, log_contour, std::sqrt(vh), reach);
    least = std::min(least, d.amplitudes[eye + 1] - down - d.amplitudes[eye] - up);
  }
  return least;
}

StatisticalEye statistical_eye(const PreparedSegment& segment, const DecisionPoint& point, const Decision& decision,
                               double span, double tilt, const StatisticalOptions& options) {
  StatisticalEye eye;
  eye.contour = options.contour;
  const double step = span / std::max(256, (options.bins - 1) / 4);
  std::vector<Slice> slices;
  double widest = span;
  for (int i = 0; i < options.eye_phases; ++i) {
    eye.phase_ui.push_back(static_cast<double>(i) / options.eye_phases - 0.5);
    slices.push_back({point.at(segment, eye.phase_ui.back()), decision});
    slices.back().decision.amplitudes = level_amplitudes(segment.levels, slices.back().interference.cursor);
    widest = std::max(widest, interference_span(slices.back().interference));
  }
  // The body of the density weighs e^{-tilt span} of its tilted tail and must stay above what is dropped.
  const double kept_tilt = std::min({tilt, 1.0 / step, kDrawnNepers / widest});
  const AggressorDensity aggressors = aggressor_density(point.asynchronous, step, kept_tilt, kDrawnWeight);
  for (Slice& slice : slices) slice.interference.prepared = &aggressors;
  eye.amplitude = amplitude_axis(slices);
  eye.density.assign(slices.size() * kAmplitudeBins, 0.0);
  std::vector<double> errors, worst;
  for (std::size_t i = 0; i < slices.size(); ++i) {
    const InterferenceTails tails(slices[i].interference, step, kept_tilt, kDrawnWeight);
    add_density(slices[i], tails, eye.amplitude, eye.density.data() + i * kAmplitudeBins);
    errors.push_back(log_symbol_error_ratio(slices[i].decision, tails));
    worst.push_back(-std::numeric_limits<double>::infinity());
    for (std::size_t e = 0; e < decision.thresholds.size(); ++e)
      worst.back() = std::max(worst.back(), log_eye_error(slices[i].decision, tails, e));
  }
  for (double value : mixed(eye.phase_ui, errors, segment.jitter))
    eye.bathtub.push_back(Log10Probability::from_log10(value / std::numbers::ln10));
  eye.eye_width_ui = opening_width(eye.phase_ui, mixed(eye.phase_ui, worst, segment.jitter), std::log(options.contour));
  eye.eye_height =
      std::max(0.0, eye_opening(decision, InterferenceTails(point.at(segment, 0.0), step, kept_tilt), options.contour));
  return eye;
}

}  // namespace tessera

#include "phy/link/measured.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string>

#include "phy/core/constants.hpp"
#include "phy/core/error.hpp"
#include "phy/core/quantity_text.hpp"
#include "phy/signal/minimum_phase.hpp"
#include "phy/signal/s_parameters.hpp"

namespace tessera {
namespace {

using constants::kPi;

constexpr double kTaper = 0.1;  // of the last frequency, as for Touchstone channels
constexpr std::size_t kFewestPoints = 4;

// Straight line through the points, constant outside.
double interpolate(std::span<const double> x, std::span<const double> y, double at) {
  if (at <= x.front()) return y.front();
  if (at >= x.back()) return y.back();
  const auto above = static_cast<std::size_t>(std::upper_bound(x.begin(), x.end(), at) - x.begin());
  const double fraction = (at - x[above - 1]) / (x[above] - x[above - 1]);
  return y[above - 1] + fraction * (y[above] - y[above - 1]);
}

void check_points(std::span<const double> x, std::size_t others, const std::string& what) {
  if (x.size() < kFewestPoints || others != x.size())
    throw ConfigError("a measured " + what + " needs at least 4 points, got " + std::to_string(x.size()));
  for (std::size_t i = 1; i < x.size(); ++i)
    if (!(x[i] > x[i - 1])) throw ConfigError("the axis of a measured " + what + " must rise");
}

// ln|H| is even in f for any real system, so a parabola through the points near DC gives what it ends in. All points of
// the lowest octave count, against the noise of reading.
double log_magnitude_at_dc(std::span<const double> f, std::span<const double> y) {
  if (f[0] == 0.0) return y[0];
  double n = 0.0, sx = 0.0, sy = 0.0, sxx = 0.0, sxy = 0.0;
  for (std::size_t i = 0; i < f.size() && (i < 2 || f[i] <= 2.0 * f[0]); ++i) {
    const double x = std::pow(f[i] / f[0], 2);
    n += 1.0;
    sx += x;
    sy += y[i];
    sxx += x * x;
    sxy += x * y[i];
  }
  const double slope = (n * sxy - sx * sy) / (n * sxx - sx * sx);
  constexpr double kFarthest = 0.12;  // Np from the lowest point, 1 dB: more is no small step to DC but a wrong file
  return std::clamp((sy - slope * sx) / n, y[0] - kFarthest, y[0] + kFarthest);
}

double log_magnitude_at(const MeasuredResponse& h, double f) {
  const double first = h.frequency.front();
  if (f <= first) return h.log_magnitude.front() * (f / first) * (f / first);
  if (f >= h.frequency.back()) return h.log_magnitude.back();
  const auto above =
      static_cast<std::size_t>(std::upper_bound(h.frequency.begin(), h.frequency.end(), f) - h.frequency.begin());
  const double low = h.frequency[above - 1];
  const double fraction = std::log(f / low) / std::log(h.frequency[above] / low);
  return h.log_magnitude[above - 1] + fraction * (h.log_magnitude[above] - h.log_magnitude[above - 1]);
}

// Frequencies for the phase integral: every point of the file but none closer than 0.2 %, and 100 in each decade from a
// thousandth of the first point to the end of the taper. The phase between them bends by less than 1e-4 rad.
std::vector<double> phase_axis(const MeasuredResponse& h) {
  const double low = 1e-3 * h.frequency.front(), high = (1.0 + kTaper) * h.frequency.back();
  const int count = static_cast<int>(std::ceil(100.0 * std::log10(high / low)));
  std::vector<double> all(h.frequency.begin(), h.frequency.end());
  for (int i = 0; i <= count; ++i) all.push_back(low * std::pow(high / low, static_cast<double>(i) / count));
  std::sort(all.begin(), all.end());
  std::vector<double> axis;
  for (const double f : all)
    if (axis.empty() || f > 1.002 * axis.back()) axis.push_back(f);
  return axis;
}

void add_minimum_phase(MeasuredResponse& h) {
  h.phase_frequency = phase_axis(h);
  std::vector<double> f, y;  // the integral goes on above the edge by itself
  for (const double x : h.phase_frequency) {
    if (x >= h.frequency.back()) break;
    f.push_back(x);
    y.push_back(log_magnitude_at(h, x));
  }
  f.push_back(h.frequency.back());
  y.push_back(h.log_magnitude.back());
  h.phase = minimum_phase(f, y, h.phase_frequency);
}

void add_file_phase(MeasuredResponse& h, std::span<const double> frequency, std::span<const double> magnitude,
                    std::span<const double> phase) {
  SParameters data = SParameters::zeros(frequency, 1, 50.0);
  for (std::size_t k = 0; k < frequency.size(); ++k) data.data[k] = std::polar(magnitude[k], phase[k]);
  h.delay = bulk_delay(data, 0, 0);
  double turned = 0.0;
  Complex last;
  for (std::size_t k = 0; k < frequency.size(); ++k) {
    const Complex value = data.data[k] * std::polar(1.0, 2.0 * kPi * frequency[k] * h.delay);
    turned = k == 0 ? std::arg(value) : turned + std::arg(value * std::conj(last));
    last = value;
    if (frequency[k] == 0.0) continue;
    h.phase_frequency.push_back(frequency[k]);
    h.phase.push_back(turned);
  }
  const double slope = (h.phase[1] - h.phase[0]) / (h.phase_frequency[1] - h.phase_frequency[0]);
  const double at_dc = h.phase[0] - slope * h.phase_frequency[0];
  for (double& p : h.phase) p -= kPi * std::round(at_dc / kPi);
}

double phase_at(const MeasuredResponse& h, double f) {
  if (h.phase.empty()) return 0.0;
  const double first = h.phase_frequency.front();
  return f < first ? h.phase.front() * f / first : interpolate(h.phase_frequency, h.phase, f);
}

// Light between two wavelengths whose density is a straight line between the points.
class CumulativeLight {
 public:
  CumulativeLight(std::span<const double> x, std::span<const double> y) : x_(x), y_(y), sum_(x.size(), 0.0) {
    for (std::size_t i = 1; i < x.size(); ++i) sum_[i] = sum_[i - 1] + 0.5 * (y[i] + y[i - 1]) * (x[i] - x[i - 1]);
  }

  double total() const { return sum_.back(); }
  double below(double at) const {
    if (at <= x_.front()) return 0.0;
    if (at >= x_.back()) return total();
    const auto above = static_cast<std::size_t>(std::upper_bound(x_.begin(), x_.end(), at) - x_.begin());
    return sum_[above - 1] + 0.5 * (y_[above - 1] + interpolate(x_, y_, at)) * (at - x_[above - 1]);
  }

 private:
  std::span<const double> x_, y_;
  std::vector<double> sum_;
};

class Hash {
 public:
  void add(double number) {
    for (std::uint64_t bits = std::bit_cast<std::uint64_t>(number), i = 0; i < 8; ++i, bits >>= 8)
      value_ = (value_ ^ (bits & 0xff)) * 0x100000001b3u;
  }
  void add(const std::vector<double>& numbers) {
    add(static_cast<double>(numbers.size()));
    for (const double number : numbers) add(number);
  }
  void add(const std::string& text) {
    for (const char c : text) add(static_cast<double>(c));
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325u;
};

struct AddTable {
  Hash& hash;
  void operator()(const std::shared_ptr<const LivCurve>& t) const {
    for (const auto* list : {&t->current, &t->voltage, &t->optical_power}) hash.add(*list);
    hash.add(t->temperature.value_or(0.0));
  }
  void operator()(const std::shared_ptr<const OpticalSpectrum>& t) const {
    hash.add(t->centroid);
    for (const auto* list : {&t->offset, &t->weight}) hash.add(*list);
  }
  void operator()(const std::shared_ptr<const MeasuredResponse>& t) const {
    for (const auto* list : {&t->frequency, &t->log_magnitude, &t->phase_frequency, &t->phase}) hash.add(*list);
    hash.add(t->delay);
  }
  void operator()(const std::shared_ptr<const MeasuredNoise>& t) const {
    for (const auto* list : {&t->frequency, &t->density}) hash.add(*list);
    hash.add(t->mechanism);
  }
};

}  // namespace

Complex MeasuredResponse::at(double f) const {
  if (f == 0.0) return 1.0;
  const double edge = frequency.back();
  double gain = 1.0;
  if (f > edge) {
    const double x = (f - edge) / (kTaper * edge);
    if (x >= 1.0) return 0.0;
    gain = std::pow(std::cos(0.5 * kPi * x), 2);
  }
  return std::polar(gain * std::exp(log_magnitude_at(*this, f)), phase_at(*this, f));
}

MeasuredResponse measured_response(std::span<const double> frequency, std::span<const double> magnitude,
                                   std::span<const double> phase, PhaseRule rule) {
  check_points(frequency, magnitude.size(), "response");
  MeasuredResponse h;
  std::vector<double> y;
  for (const double m : magnitude) {
    if (!(m > 0.0)) throw ConfigError("the magnitude of a measured response must be positive");
    y.push_back(std::log(m));
  }
  const double dc = log_magnitude_at_dc(frequency, y);
  h.reaches_dc = frequency[0] == 0.0;
  for (std::size_t k = h.reaches_dc ? 1 : 0; k < y.size(); ++k) {
    h.frequency.push_back(frequency[k]);
    h.log_magnitude.push_back(y[k] - dc);
  }
  if (rule == PhaseRule::minimum) add_minimum_phase(h);
  if (rule == PhaseRule::file) add_file_phase(h, frequency, magnitude, phase);
  return h;
}

double MeasuredNoise::at(double f) const { return interpolate(frequency, density, f); }

double LivCurve::light_at(double i) const {
  if (i <= 0.0) return 0.0;
  if (i < current.front()) return optical_power.front() * i / current.front();
  if (i <= current.back()) return interpolate(current, optical_power, i);
  const std::size_t n = current.size();
  const double slope = (optical_power[n - 1] - optical_power[n - 2]) / (current[n - 1] - current[n - 2]);
  return optical_power.back() + std::max(slope, 0.0) * (i - current.back());
}

double LivCurve::voltage_at(double i) const { return i > 0.0 ? interpolate(current, voltage, i) : 0.0; }

double LivCurve::current_for(double light) const {
  if (light <= 0.0) return 0.0;
  if (light <= optical_power.front()) return current.front() * light / optical_power.front();
  for (std::size_t i = 1; i < current.size(); ++i) {
    if (optical_power[i] < light) continue;
    const double fraction = (light - optical_power[i - 1]) / (optical_power[i] - optical_power[i - 1]);
    return current[i - 1] + fraction * (current[i] - current[i - 1]);
  }
  throw ConfigError("the measured light-current curve reaches " +
                    format_engineering(*std::max_element(optical_power.begin(), optical_power.end()), "W") + ", " +
                    format_engineering(light, "W") + " are asked for");
}

OpticalSpectrum optical_spectrum(std::span<const double> wavelength, std::span<const double> density) {
  check_points(wavelength, density.size(), "spectrum");
  std::size_t first = 0, last = wavelength.size() - 1;
  for (const double d : density)
    if (!(d >= 0.0)) throw ConfigError("the density of a measured spectrum must not be negative");
  while (first < last && density[first] == 0.0 && density[first + 1] == 0.0) ++first;
  while (last > first && density[last] == 0.0 && density[last - 1] == 0.0) --last;
  const CumulativeLight light(wavelength, density);
  if (!(light.total() > 0.0)) throw ConfigError("a measured spectrum must hold some light, its area is 0");
  constexpr int kCells = 512;
  OpticalSpectrum s;
  s.cell = (wavelength[last] - wavelength[first]) / kCells;
  double square = 0.0;
  for (int i = 0; i < kCells; ++i) {
    const double low = wavelength[first] + i * s.cell;
    s.offset.push_back(low + 0.5 * s.cell);
    s.weight.push_back((light.below(low + s.cell) - light.below(low)) / light.total());
    s.centroid += s.weight.back() * s.offset.back();
  }
  for (std::size_t i = 0; i < s.offset.size(); ++i) {
    s.offset[i] -= s.centroid;
    square += s.weight[i] * s.offset[i] * s.offset[i];
  }
  s.rms_width = std::sqrt(square + s.cell * s.cell / 12.0);
  return s;
}

std::string measured_key(const std::vector<MeasuredTable>& tables) {
  if (tables.empty()) return {};
  Hash hash;
  for (const MeasuredTable& table : tables) {
    hash.add(static_cast<double>(table.index()));
    std::visit(AddTable{hash}, table);
  }
  return "measured:" + std::to_string(hash.value());
}

}  // namespace tessera

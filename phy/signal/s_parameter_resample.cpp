#include <algorithm>
#include <cmath>

#include "phy/core/constants.hpp"
#include "phy/core/error.hpp"
#include "phy/core/quantity_text.hpp"
#include "phy/signal/s_parameters.hpp"

namespace tessera {
namespace {

constexpr double kTwoPi = 2.0 * constants::kPi;
constexpr double kTaper = 0.1;  // of f_max

// One element with its delay taken out: magnitude and continuous phase, with a real point at 0 Hz in front.
struct Element {
  double delay = 0.0;
  std::vector<double> magnitude, phase;
};

Complex without_delay(const SParameters& s, std::size_t k, int to, int from, double delay) {
  return s.at(k, to, from) * std::polar(1.0, kTwoPi * s.frequency[k] * delay);
}

// Magnitudes near DC follow the skin effect, a straight line in sqrt(f); the phase of a real system goes to 0 or pi.
double extrapolated_dc(const SParameters& s, int to, int from, double delay) {
  const Complex first = without_delay(s, 0, to, from, delay);
  if (s.frequency.size() < 2) return first.real();
  const Complex second = without_delay(s, 1, to, from, delay);
  const double x1 = std::sqrt(s.frequency[0]), x2 = std::sqrt(s.frequency[1]);
  const double raw = std::abs(first) + (std::abs(first) - std::abs(second)) * x1 / (x2 - x1);
  const double magnitude = std::clamp(raw, 0.0, std::max(1.0, std::abs(first)));
  const double slope = std::arg(second * std::conj(first)) / (s.frequency[1] - s.frequency[0]);
  return std::cos(std::arg(first) - slope * s.frequency[0]) < 0.0 ? -magnitude : magnitude;
}

// `axis` starts at 0 Hz; where the file starts above, a point is put in front.
Element prepare_element(const SParameters& s, int to, int from, ResampleReport& report) {
  Element element;
  element.delay = bulk_delay(s, to, from);
  const std::size_t count = s.frequency.size();
  std::size_t k = 0;
  Complex last;
  if (s.frequency.front() > 0.0) {
    last = extrapolated_dc(s, to, from, element.delay);
  } else {
    report.dc_imaginary = std::max(report.dc_imaginary, std::abs(s.at(0, to, from).imag()));
    last = s.at(0, to, from).real();
    k = 1;
  }
  element.magnitude.reserve(count + 1);
  element.phase.reserve(count + 1);
  element.magnitude.push_back(std::abs(last));
  element.phase.push_back(last.real() < 0.0 ? constants::kPi : 0.0);
  for (; k < count; ++k) {
    const Complex value = without_delay(s, k, to, from, element.delay);
    const double step =
        value == 0.0 || last == 0.0 ? std::arg(value) - element.phase.back() : std::arg(value * std::conj(last));
    element.magnitude.push_back(std::abs(value));
    element.phase.push_back(element.phase.back() + step);
    last = value;
  }
  return element;
}

// Where a frequency falls on the file's axis: between points `index` and `index + 1`, or past the edge.
struct Place {
  std::size_t index = 0;
  double fraction = 0.0;
  double gain = 1.0;
};

Place place_of(const std::vector<double>& axis, double f) {
  const double edge = axis.back();
  if (axis.size() == 1 || f >= edge) {
    const double x = edge > 0.0 ? (f - edge) / (kTaper * edge) : (f > 0.0 ? 1.0 : 0.0);
    const double c = x < 1.0 ? std::cos(0.5 * constants::kPi * x) : 0.0;
    return {axis.size() - 1, 0.0, c * c};
  }
  const auto above = std::upper_bound(axis.begin(), axis.end(), f);
  const auto index = static_cast<std::size_t>(above - axis.begin()) - 1;
  return {index, (f - axis[index]) / (axis[index + 1] - axis[index]), 1.0};
}

Complex value_at(const Element& element, const Place& place, double f) {
  double magnitude = element.magnitude[place.index], phase = element.phase[place.index];
  if (place.fraction > 0.0) {
    magnitude += place.fraction * (element.magnitude[place.index + 1] - magnitude);
    phase += place.fraction * (element.phase[place.index + 1] - phase);
  }
  if (f == 0.0) return phase > 0.5 * constants::kPi ? -magnitude : magnitude;
  return std::polar(place.gain * magnitude, phase - kTwoPi * f * element.delay);
}

double edge_transmission(const SParameters& s) {
  double largest = 0.0;
  const int half = s.ports / 2;
  for (int to = half; to < s.ports; ++to) {
    for (int from = 0; from < half; ++from)
      largest = std::max(largest, std::abs(s.at(s.frequency.size() - 1, to, from)));
  }
  return largest;
}

// Delay from neighbouring points no further apart than `widest`; unambiguous within one turn per step.
double coarse_delay(const SParameters& s, int to, int from, double widest) {
  Complex sum;
  double step = 0.0, weight = 0.0;
  for (std::size_t k = 0; k + 1 < s.frequency.size(); ++k) {
    const double df = s.frequency[k + 1] - s.frequency[k];
    if (df > widest) continue;
    const Complex pair = s.at(k + 1, to, from) * std::conj(s.at(k, to, from));
    sum += pair;
    step += std::abs(pair) * df;
    weight += std::abs(pair);
  }
  if (weight == 0.0) return 0.0;
  double turns = -std::arg(sum) / kTwoPi;
  if (turns < -0.1) turns += 1.0;
  return turns * weight / step;
}

}  // namespace

double bulk_delay(const SParameters& network, int to, int from) {
  if (network.frequency.size() < 2) return 0.0;
  double narrowest = HUGE_VAL;
  for (std::size_t k = 0; k + 1 < network.frequency.size(); ++k)
    narrowest = std::min(narrowest, network.frequency[k + 1] - network.frequency[k]);
  const double coarse = coarse_delay(network, to, from, 1.01 * narrowest);
  double numerator = 0.0, denominator = 0.0;
  for (std::size_t k = 0; k + 1 < network.frequency.size(); ++k) {
    const double df = network.frequency[k + 1] - network.frequency[k];
    const Complex pair = network.at(k + 1, to, from) * std::conj(network.at(k, to, from));
    const double weight = std::abs(pair);
    numerator -= weight * df * std::arg(pair * std::polar(1.0, kTwoPi * df * coarse));
    denominator += weight * df * df;
  }
  return denominator > 0.0 ? coarse + numerator / (kTwoPi * denominator) : 0.0;
}

SParameters resample(const SParameters& network, std::span<const double> frequency, ResampleReport* report) {
  if (network.frequency.empty()) throw ConfigError("a network without frequencies cannot be resampled");
  ResampleReport own;
  std::vector<double> axis = network.frequency;
  own.dc_extrapolated = axis.front() > 0.0;
  if (own.dc_extrapolated) axis.insert(axis.begin(), 0.0);
  own.lowest_frequency = axis[std::min<std::size_t>(1, axis.size() - 1)];
  own.edge_frequency = axis.back();
  own.edge_magnitude = edge_transmission(network);
  std::vector<Place> places;
  places.reserve(frequency.size());
  for (const double f : frequency) {
    if (!(f >= 0.0) || !std::isfinite(f))
      throw ConfigError("a frequency must be >= 0 Hz, got " + std::to_string(f) + " Hz");
    own.beyond_edge = own.beyond_edge || f > axis.back();
    places.push_back(place_of(axis, f));
  }
  SParameters out = SParameters::zeros(frequency, network.ports, network.reference_impedance);
  for (int to = 0; to < network.ports; ++to) {
    for (int from = 0; from < network.ports; ++from) {
      const Element element = prepare_element(network, to, from, own);
      for (std::size_t k = 0; k < places.size(); ++k) out.at(k, to, from) = value_at(element, places[k], frequency[k]);
    }
  }
  if (report != nullptr) *report = own;
  return out;
}

}  // namespace tessera

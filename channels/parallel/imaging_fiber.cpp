#include "channels/parallel/imaging_fiber.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "phy/core/constants.hpp"
#include "phy/signal/linear_processor.hpp"

namespace tessera {
namespace {

using constants::kPi;
using constants::kSpeedOfLight;

constexpr double kMicrometre = 1e-6;
constexpr std::array<double, 3> kStrength{0.6961663, 0.4079426, 0.8974794};
constexpr std::array<double, 3> kResonance{0.0684043, 0.1162414, 9.896161};  // um

// n^2 and its first two derivatives by wavelength, in 1/um and 1/um^2.
struct SquaredIndex {
  double value = 1.0, first = 0.0, second = 0.0;
};

SquaredIndex squared_index(double wavelength) {
  const double um = wavelength / kMicrometre;
  if (!(um >= 0.21 && um <= 3.71))
    throw ConfigError(
        fmt::format("wavelength must be in [0.21, 3.71] um for the silica Sellmeier equation, got {:g} um", um));
  SquaredIndex n2;
  for (std::size_t i = 0; i < 3; ++i) {
    const double r2 = kResonance[i] * kResonance[i];
    const double gap = um * um - r2;
    n2.value += kStrength[i] * um * um / gap;
    n2.first += -2.0 * kStrength[i] * r2 * um / (gap * gap);
    n2.second += 2.0 * kStrength[i] * r2 * (3.0 * um * um + r2) / (gap * gap * gap);
  }
  return n2;
}

struct Light {
  double wavelength, width;
  std::shared_ptr<const OpticalSpectrum> shape;  // null for a Gaussian
};

Light light_of(const ImagingFiber::Params& p, const LaneState& input) {
  if (input.carrier.wavelength > 0.0)
    return {input.carrier.wavelength, input.carrier.spectral_width, input.carrier.spectrum};
  return {p.wavelength.si(), p.spectral_width.si(), nullptr};
}

// Light by arrival time. A Gaussian is sampled evenly: the trapezoidal rule on it converges beyond any power of the
// spacing. A measured shape comes in cells, each spread over its own time.
struct Spectrum {
  std::vector<double> weight, delay;  // delay after the earliest arrival, s
  double cell = 0.0;                  // s, mean spread of the cells of a measured shape
  double earliest = 0.0;              // s
  double deviation = 0.0;             // s, standard deviation of the delay
};

constexpr int kHalfPoints = 48;
constexpr double kReach = 7.2;  // standard deviations; what lies beyond is 6e-13 of the light

void settle(Spectrum& s) {
  s.earliest = *std::min_element(s.delay.begin(), s.delay.end());
  double mean = 0.0, square = 0.0;
  for (std::size_t i = 0; i < s.weight.size(); ++i) {
    s.delay[i] -= s.earliest;
    mean += s.weight[i] * s.delay[i];
    square += s.weight[i] * s.delay[i] * s.delay[i];
  }
  s.deviation = std::sqrt(std::max(0.0, square - mean * mean));
}

Spectrum measured_spectrum(const Light& light, double length) {
  const OpticalSpectrum& shape = *light.shape;
  Spectrum s;
  for (std::size_t i = 0; i < shape.offset.size(); ++i) {
    if (shape.weight[i] == 0.0) continue;
    s.weight.push_back(shape.weight[i]);
    s.delay.push_back(length * silica_group_index(light.wavelength + shape.offset[i]) / kSpeedOfLight);
  }
  s.cell = std::abs(length * silica_dispersion(light.wavelength) * shape.cell);
  settle(s);
  return s;
}

Spectrum sample_spectrum(const Light& light, double length) {
  if (light.shape && length > 0.0) return measured_spectrum(light, length);
  const double deviation = light.width / (2.0 * std::sqrt(2.0 * std::log(2.0)));
  const int half = deviation > 0.0 && length > 0.0 ? kHalfPoints : 0;
  Spectrum s;
  double total = 0.0;
  for (int i = -half; i <= half; ++i) {
    const double x = half > 0 ? kReach * i / half : 0.0;
    s.weight.push_back(std::exp(-0.5 * x * x));
    s.delay.push_back(length * silica_group_index(light.wavelength + deviation * x) / kSpeedOfLight);
    total += s.weight.back();
  }
  for (double& weight : s.weight) weight /= total;
  settle(s);
  return s;
}

// Adds w e^{-j 2 pi f tau} to the bins that still carry light. A rotating phasor replaces the sine and cosine of every
// bin; it is set anew often enough that rounding stays below 1e-13.
void add_path(const FrequencyGrid& grid, double weight, double delay, std::size_t count, std::vector<Complex>& sum) {
  constexpr std::size_t kRun = 128;
  const double step_angle = -2.0 * kPi * grid.frequency_step() * delay;
  const Complex step = std::polar(1.0, step_angle);
  for (std::size_t begin = 0; begin < count; begin += kRun) {
    Complex phasor = std::polar(weight, step_angle * static_cast<double>(begin));
    const std::size_t end = std::min(count, begin + kRun);
    for (std::size_t k = begin; k < end; ++k) {
      sum[k] += phasor;
      phasor = {phasor.real() * step.real() - phasor.imag() * step.imag(),
                phasor.real() * step.imag() + phasor.imag() * step.real()};
    }
  }
}

Complex walk_off(double frequency, double spread) {
  const double x = kPi * frequency * spread;
  return (x == 0.0 ? 1.0 : std::sin(x) / x) * std::polar(1.0, -x);
}

// Beyond ten radians per standard deviation a Gaussian has left less than 1e-15; the sum over samples would return
// there.
bool is_dark(const Spectrum& spectrum, double frequency) {
  if (spectrum.cell > 0.0) return false;  // any shape may return
  return 2.0 * kPi * std::abs(frequency) * spectrum.deviation > 10.0;
}

// Of the cells of a measured shape.
double cell_response(const Spectrum& spectrum, double frequency) {
  const double x = kPi * frequency * spectrum.cell;
  return x == 0.0 ? 1.0 : std::sin(x) / x;
}

// The fibre's normalised response at one frequency, after the earliest arrival.
Complex kernel(const Spectrum& spectrum, double spread, double frequency) {
  if (is_dark(spectrum, frequency)) return 0.0;
  Complex sum = 0.0;
  for (std::size_t i = 0; i < spectrum.weight.size(); ++i)
    sum += std::polar(spectrum.weight[i], -2.0 * kPi * frequency * spectrum.delay[i]);
  return sum * walk_off(frequency, spread) * cell_response(spectrum, frequency);
}

}  // namespace

double silica_index(double wavelength) { return std::sqrt(squared_index(wavelength).value); }

double silica_group_index(double wavelength) {
  const SquaredIndex n2 = squared_index(wavelength);
  const double n = std::sqrt(n2.value);
  return n - wavelength / kMicrometre * n2.first / (2.0 * n);
}

double silica_dispersion(double wavelength) {
  const SquaredIndex n2 = squared_index(wavelength);
  const double n = std::sqrt(n2.value);
  const double first = n2.first / (2.0 * n);
  const double second = (0.5 * n2.second - first * first) / n;
  return -wavelength / kSpeedOfLight * second / (kMicrometre * kMicrometre);
}

double modal_walk_off(double numerical_aperture, double index) {
  return numerical_aperture * numerical_aperture / (2.0 * index * kSpeedOfLight);
}

ImagingFiber::ImagingFiber(Params params) : params_(std::move(params)) { check_parameters<ImagingFiber>(params_); }

LaneState ImagingFiber::operate(const LaneState& input) const {
  LaneState output = input;
  output.port = kOutput;
  for (double& level : output.levels) level *= transmission();
  return output;
}

double ImagingFiber::transmission() const {
  return std::pow(10.0, -params_.attenuation.db_per_m * params_.length.si() / 10.0);
}

StageResponse ImagingFiber::respond(const FrequencyGrid& grid, const LaneState& input) const {
  const double length = params_.length.si();
  const Spectrum spectrum = sample_spectrum(light_of(params_, input), length);
  const double spread = length * modal_walk_off(params_.numerical_aperture, params_.modal_index);
  StageResponse response = StageResponse::zeros(grid, 1, 1);
  response.bulk_delay = spectrum.earliest;

  std::size_t count = 0;
  while (count < grid.frequency_count() && !is_dark(spectrum, grid.frequency(count))) ++count;
  for (std::size_t i = 0; i < spectrum.weight.size(); ++i)
    add_path(grid, spectrum.weight[i], spectrum.delay[i], count, response.values);
  for (std::size_t k = 0; k < count; ++k)
    response.values[k] *= walk_off(grid.frequency(k), spread) * cell_response(spectrum, grid.frequency(k));
  return response;
}

std::vector<NoiseSource> ImagingFiber::noise(const FrequencyGrid&, const LaneState&) const { return {}; }

Processor ImagingFiber::make_processor(double sample_step, const LaneState& input) const {
  const Spectrum spectrum = sample_spectrum(light_of(params_, input), params_.length.si());
  const double spread = params_.length.si() * modal_walk_off(params_.numerical_aperture, params_.modal_index);
  return make_linear_processor(
      [spectrum, spread, gain = transmission()](double f) { return gain * kernel(spectrum, spread, f); }, sample_step);
}

std::vector<ValidityNote> ImagingFiber::validity(const FrequencyGrid&, const LaneState& input) const {
  const double filled = input.carrier.numerical_aperture, expected = params_.numerical_aperture;
  constexpr double kTolerance = 0.01;
  if (filled == 0.0 || expected == 0.0 || std::abs(filled / expected - 1.0) <= kTolerance) return {};
  return {{"", "aperture that the light fills", filled, "1", fmt::format("{:g} +- 1 %, the launch NA", expected)}};
}

std::vector<PowerItem> ImagingFiber::power(const CostContext&) const { return {}; }

std::vector<FitItem> ImagingFiber::fit(const CostContext&) const {
  return {{"fiber", params_.failure_rate, Scope::per_lane}};
}

double ImagingFiber::latency(const CostContext&) const { return 0.0; }

}  // namespace tessera

#include "phy/engine/noise_density.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "phy/core/constants.hpp"
#include "phy/signal/fft.hpp"

namespace tessera {
namespace {

double mean_of(const std::vector<double>& v) {
  return std::accumulate(v.begin(), v.end(), 0.0) / static_cast<double>(v.size());
}

constexpr std::ptrdiff_t kNeighbours = 16;  // symbols on either side that move the noise noticeably
constexpr double kNegligible = 1e-5;        // of the squared response, where noise enters

// Levels at the injection point less their mean, in the order of the decision's ascending levels: a stage behind that
// inverts turns it around.
std::vector<double> deviations(const NoiseInjection& injection) {
  std::vector<double> d = injection.levels;
  const double mean = mean_of(d);
  for (double& level : d) level -= mean;
  std::sort(d.begin(), d.end());
  if (injection.to_decision.values.front().real() < 0.0) std::reverse(d.begin(), d.end());
  return d;
}

// Unit of the density is that of s0; the ends of the axis count half.
double end_weight(std::size_t k, std::size_t count) { return k == 0 || k + 1 == count ? 0.5 : 1.0; }

// Mean square of the signal at an injection point, over symbols and phase.
double mean_square(const NoiseInjection& injection) {
  const double mean = mean_of(injection.levels);
  const auto& q = injection.from_symbol.values;
  double energy = 0.0;  // mean over phase of sum_k q^2(t - kT) = T integral |Q|^2 df, both sides
  for (std::size_t k = 0; k < q.size(); ++k) energy += 2.0 * end_weight(k, q.size()) * std::norm(q[k]);
  energy /= injection.from_symbol.grid.ui_count;
  return mean * mean + level_variance(injection.levels) * energy;
}

void add_folded(const std::vector<double>& injected, const std::vector<Complex>& to, const std::vector<Complex>& ctle,
                const FrequencyGrid& grid, std::vector<double>& folded) {
  std::vector<double> density(to.size());
  for (std::size_t k = 0; k < to.size(); ++k) density[k] = injected[k] * std::norm(to[k]) * std::norm(ctle[k]);
  const auto f = fold_to_baud(density, grid);
  for (std::size_t k = 0; k < f.size(); ++k) folded[k] += f[k];
}

struct SquaredResponses {
  std::vector<double> g2;  // [1/s^2] at sample n
  std::vector<double> q;   // unit pulse at the injection point
};

SquaredResponses squared_responses(const NoiseInjection& injection, const AdaptedReceiver& receiver,
                                   const std::vector<Complex>& ffe, double channel_delay) {
  const FrequencyGrid& grid = injection.to_decision.grid;
  const std::size_t count = grid.frequency_count(), n = grid.sample_count();
  // Bulk delays are kept off the responses; only what the two parts hold more or less than the whole counts here.
  const double residual = injection.to_decision.bulk_delay + injection.from_symbol.bulk_delay - channel_delay;
  std::vector<Complex> g(count);
  for (std::size_t k = 0; k < count; ++k) {
    g[k] = injection.to_decision.values[k] * receiver.ctle[k] * ffe[k % ffe.size()];
    if (residual != 0.0) g[k] *= std::polar(1.0, -2.0 * constants::kPi * grid.frequency(k) * residual);
  }
  SquaredResponses result{inverse_real_fft(g, n), inverse_real_fft(injection.from_symbol.values, n)};
  for (double& v : result.g2) v = v * v / (grid.time_step() * grid.time_step());
  for (double& v : result.q) v *= grid.samples_per_ui;
  return result;
}

// Sample of the grid at which the symbol is decided.
std::size_t decided_at(const AdaptedReceiver& receiver, std::size_t n) {
  // NOLINTNEXTLINE(clang-analyzer-core.DivideZero): the grid has samples, so n is not 0
  return static_cast<std::size_t>(std::llround(receiver.position) + static_cast<long long>(n)) % n;
}

// 1/2 integral (s1 E[x|m] + s2 E[x^2|m]) g^2(t_s - t) dt for each level m.
std::vector<double> signal_dependent_variance(const NoiseInjection& injection, const AdaptedReceiver& receiver,
                                              const std::vector<Complex>& ffe, double channel_delay) {
  const FrequencyGrid& grid = injection.to_decision.grid;
  const auto r = squared_responses(injection, receiver, ffe, channel_delay);
  const std::size_t n = r.q.size(), spu = static_cast<std::size_t>(grid.samples_per_ui);
  std::vector<double> all_squares(spu, 0.0);  // sum over all symbols of q^2, periodic in a UI
  for (std::size_t i = 0; i < n; ++i) all_squares[i % spu] += r.q[i] * r.q[i];
  const double mean = mean_of(injection.levels), variance = level_variance(injection.levels);
  const std::size_t at = decided_at(receiver, n);
  double constant = 0.0, linear = 0.0, square = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const double g2 = r.g2[(at + n - i) % n], q = r.q[i];
    const double others = std::max(0.0, all_squares[i % spu] - q * q);
    constant += g2 * (injection.s1 * mean + injection.s2 * (mean * mean + variance * others));
    linear += g2 * q * (injection.s1 + 2.0 * injection.s2 * mean);
    square += g2 * q * q * injection.s2;
  }
  std::vector<double> result;
  for (const double d : deviations(injection))
    result.push_back(std::max(0.0, 0.5 * grid.time_step() * (constant + d * linear + d * d * square)));
  return result;
}

// Adds what the neighbours do to the variances of one injection.
void add_neighbours(const NoiseInjection& injection, const PreparedSegment& segment, const AdaptedReceiver& receiver,
                    const std::vector<Complex>& ffe, NeighbourNoise& noise) {
  const FrequencyGrid& grid = injection.to_decision.grid;
  const auto r = squared_responses(injection, receiver, ffe, segment.channel.bulk_delay);
  const auto n = static_cast<std::ptrdiff_t>(r.q.size()), spu = static_cast<std::ptrdiff_t>(grid.samples_per_ui);
  const auto wrapped = [&](std::ptrdiff_t i) { return static_cast<std::size_t>((i % n + n) % n); };
  const auto at = static_cast<std::ptrdiff_t>(decided_at(receiver, r.q.size()));
  const std::vector<double> d = deviations(injection);
  const double mean = mean_of(injection.levels), dt = grid.time_step();
  const double unit = (d.back() - d.front()) / (segment.levels.back() - segment.levels.front());
  const auto reach = std::min<std::ptrdiff_t>(kNeighbours, grid.ui_count / 4);
  std::vector<std::ptrdiff_t> samples;  // at which noise enters that matters
  const double largest = *std::max_element(r.g2.begin(), r.g2.end());
  for (std::ptrdiff_t i = at - 2 * reach * spu; i < at + 2 * reach * spu; ++i)
    if (r.g2[wrapped(at - i)] > kNegligible * largest) samples.push_back(i);

  NeighbourNoise::Squares squares;
  for (const std::ptrdiff_t i : samples)
    squares.weights.push_back(0.5 * dt * unit * unit * injection.s2 * r.g2[wrapped(at - i)]);
  for (const int k : noise.neighbours) {
    double constant = 0.0, linear = 0.0;
    auto& pulse = squares.pulses.emplace_back();
    for (const std::ptrdiff_t i : samples) {
      pulse.push_back(r.q[wrapped(i + k * spu)]);
      const double weight = r.g2[wrapped(at - i)] * pulse.back();
      constant += weight * (injection.s1 + 2.0 * injection.s2 * mean);
      linear += weight * 2.0 * injection.s2 * r.q[wrapped(i)];
    }
    for (std::size_t m = 0; m < d.size(); ++m)
      noise.slopes[m][static_cast<std::size_t>((k + grid.ui_count) % grid.ui_count)] +=
          0.5 * dt * unit * (constant + d[m] * linear);
  }
  if (injection.s2 != 0.0) noise.squares.push_back(std::move(squares));
}

}  // namespace

double signal_density(const NoiseInjection& injection) {
  if (injection.s1 == 0.0 && injection.s2 == 0.0) return 0.0;
  return injection.s1 * mean_of(injection.levels) + injection.s2 * mean_square(injection);
}

const std::vector<double>& aggressor_gains(const CrosstalkPath& path, const LaneClass& lane_class) {
  return path.name == "array" ? lane_class.gains : path.gains;
}

std::vector<double> averaged_noise_density(const PreparedSegment& segment) {
  const FrequencyGrid& grid = segment.grid;
  const double ui = grid.unit_interval();
  std::vector<double> density(grid.frequency_count(), 0.0);
  for (const NoiseInjection& injection : segment.noise) {
    const double extra = signal_density(injection);
    for (std::size_t k = 0; k < density.size(); ++k)
      density[k] +=
          ((injection.s0.empty() ? 0.0 : injection.s0[k]) + extra) * std::norm(injection.to_decision.values[k]);
  }
  for (const CrosstalkPath& path : segment.crosstalk) {
    double gain = 0.0;
    for (double g : aggressor_gains(path, segment.lane_classes.front())) gain += g * g;
    const double scale = 2.0 * ui * segment.modulation.variance() * gain;
    for (std::size_t k = 0; k < density.size(); ++k) density[k] += scale * std::norm(path.response.values[k]);
  }
  const double jitter = segment.jitter.dual_dirac_ui * segment.jitter.dual_dirac_ui +
                        segment.jitter.random_rms_ui * segment.jitter.random_rms_ui;
  if (jitter > 0.0) {
    const double scale = 2.0 * ui * level_variance(segment.levels) * jitter;
    for (std::size_t k = 0; k < density.size(); ++k) {
      const double slope = 2.0 * constants::kPi * grid.frequency(k) * ui;
      density[k] += scale * slope * slope * std::norm(segment.channel.values[k]);
    }
  }
  return density;
}

std::vector<double> fold_to_baud(std::span<const double> density, const FrequencyGrid& grid) {
  return fold_density(density, grid, 1);
}

std::vector<double> fold_density(std::span<const double> density, const FrequencyGrid& grid, std::size_t rate) {
  const std::size_t period = static_cast<std::size_t>(grid.ui_count) * rate, half = period / 2;
  std::vector<double> folded(half + 1, 0.0);
  const std::size_t count = density.size();
  for (std::size_t begin = 0; begin < count; begin += period) {
    const std::size_t up = std::min(half + 1, count - begin), whole = std::min(period, count - begin);
    for (std::size_t r = 0; r < up; ++r) folded[r] += density[begin + r];
    for (std::size_t r = half + 1; r < whole; ++r) folded[period - r] += density[begin + r];
  }
  folded[0] -= 0.5 * density[0];
  const std::size_t last = (count - 1) % period;
  folded[std::min(last, period - last)] -= 0.5 * density[count - 1];
  return folded;
}

std::vector<double> baud_autocorrelation(std::span<const double> density, const FrequencyGrid& grid, std::size_t count,
                                         double scale) {
  const auto folded = fold_to_baud(density, grid);
  const auto n = static_cast<std::size_t>(grid.ui_count);
  std::vector<Complex> spectrum(n / 2 + 1);
  const double unit = scale * grid.frequency_step() * static_cast<double>(n);
  for (std::size_t q = 0; q < spectrum.size(); ++q) spectrum[q] = folded[q] * unit * (q == 0 || 2 * q == n ? 1.0 : 0.5);
  auto r = inverse_real_fft(spectrum, n);
  r.resize(std::min(count, n));
  return r;
}

std::vector<Complex> ffe_transfer(const EqualizerTaps& taps, int ui_count) {
  const auto n = static_cast<std::size_t>(ui_count);
  std::vector<double> response(n, 0.0);
  for (std::size_t i = 0; i < taps.ffe.size(); ++i)
    response[(i + n - static_cast<std::size_t>(taps.pre_taps) % n) % n] += taps.ffe[i];
  std::vector<Complex> w = real_fft(response);
  w.resize(n);
  for (std::size_t k = n / 2 + 1; k < n; ++k) w[k] = std::conj(w[n - k]);
  return w;
}

NeighbourNoise neighbour_noise(const PreparedSegment& segment, const AdaptedReceiver& receiver) {
  NeighbourNoise noise;
  const auto ffe = ffe_transfer(receiver.taps, segment.grid.ui_count);
  const int reach = static_cast<int>(std::min<std::ptrdiff_t>(kNeighbours, segment.grid.ui_count / 4));
  for (int k = -reach; k <= reach; ++k)
    if (k != 0) noise.neighbours.push_back(k);
  for (const NoiseInjection& injection : segment.noise) {
    if (injection.s1 == 0.0 && injection.s2 == 0.0) continue;
    noise.slopes.resize(segment.levels.size(),
                        std::vector<double>(static_cast<std::size_t>(segment.grid.ui_count), 0.0));
    add_neighbours(injection, segment, receiver, ffe, noise);
  }
  return noise;
}

double NeighbourNoise::excess(std::span<const double> means, std::span<const double> variances, double usual) const {
  double sum = 0.0;
  for (const Squares& s : squares) {
    for (std::size_t i = 0; i < s.weights.size(); ++i) {
      double signal = 0.0, spread = 0.0;
      for (std::size_t k = 0; k < neighbours.size(); ++k) {
        const double q = s.pulses[k][i];
        signal += means[k] * q;
        spread += (variances[k] - usual) * q * q;
      }
      sum += s.weights[i] * (signal * signal + spread);
    }
  }
  return sum;
}

DecisionNoise noise_at_decision(const PreparedSegment& segment, const AdaptedReceiver& receiver) {
  const FrequencyGrid& grid = segment.grid;
  const std::size_t levels = segment.levels.size();
  const auto ffe = ffe_transfer(receiver.taps, grid.ui_count);
  DecisionNoise noise{std::vector<double>(levels, 0.0), {}};
  const auto add = [&](const std::string& name, const std::vector<double>& variance) {
    double& rms = noise.mechanism_rms[name];
    const double mean = mean_of(variance);
    rms = std::sqrt(rms * rms + mean);
    for (std::size_t m = 0; m < levels; ++m) noise.level_variance[m] += variance[m];
  };
  const auto add_all = [&](const std::string& name, double variance) {
    if (variance > 0.0) add(name, std::vector<double>(levels, variance));
  };

  for (const NoiseInjection& injection : segment.noise) {
    const std::string name = injection.stage + "." + injection.mechanism;
    if (!injection.s0.empty()) {
      std::vector<double> folded(static_cast<std::size_t>(grid.ui_count) / 2 + 1, 0.0);
      add_folded(injection.s0, injection.to_decision.values, receiver.ctle, grid, folded);
      double variance = 0.0;
      for (std::size_t k = 0; k < folded.size(); ++k) variance += folded[k] * std::norm(ffe[k]);
      add_all(name, variance * grid.frequency_step());
    }
    if (injection.s1 != 0.0 || injection.s2 != 0.0)
      add(name, signal_dependent_variance(injection, receiver, ffe, segment.channel.bulk_delay));
  }
  const double half_span = 0.5 * (segment.levels.back() - segment.levels.front());
  const double transmitter = receiver.taps.cursor * half_span * std::pow(10.0, -segment.transmitter.snr_db / 20.0);
  if (segment.transmitter.snr_db < 1e3) add_all("transmitter.snr", transmitter * transmitter);
  const double sum_squares =
      std::inner_product(receiver.taps.ffe.begin(), receiver.taps.ffe.end(), receiver.taps.ffe.begin(), 0.0);
  add_all("rx.quantisation", tap_limits(segment.receiver).quantisation * level_variance(segment.levels) *
                                 receiver.taps.input_power * sum_squares);
  add_all("receiver.slicer", segment.receiver.slicer_noise_rms * segment.receiver.slicer_noise_rms);
  const double dc =
      std::abs(receiver.ctle.front()) * std::accumulate(receiver.taps.ffe.begin(), receiver.taps.ffe.end(), 0.0);
  add_all("segment.baseline_wander",
          level_variance(segment.levels) * dc * dc * constants::kPi * segment.high_pass * grid.unit_interval());
  return noise;
}

}  // namespace tessera

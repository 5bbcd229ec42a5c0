#include "phy/signal/s_parameter_quality.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Dense>

#include "phy/core/constants.hpp"
#include "phy/core/error.hpp"
#include "phy/signal/fft.hpp"

namespace tessera {

QualityFigure largest_singular_value(const SParameters& network) {
  using Matrix = Eigen::Matrix<Complex, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  QualityFigure worst;
  const auto stride = static_cast<std::size_t>(network.ports) * static_cast<std::size_t>(network.ports);
  for (std::size_t k = 0; k < network.frequency.size(); ++k) {
    const Eigen::Map<const Matrix> s(network.data.data() + k * stride, network.ports, network.ports);
    const double value = Eigen::JacobiSVD<Matrix>(s).singularValues()(0);
    if (value > worst.value) worst = {value, network.frequency[k]};
  }
  return worst;
}

QualityFigure reciprocity_error(const SParameters& network) {
  QualityFigure worst;
  for (std::size_t k = 0; k < network.frequency.size(); ++k) {
    for (int i = 0; i < network.ports; ++i) {
      for (int j = 0; j < i; ++j) {
        const double value = std::abs(network.at(k, i, j) - network.at(k, j, i));
        if (value > worst.value) worst = {value, network.frequency[k]};
      }
    }
  }
  return worst;
}

double energy_before_zero(const SParameters& network, int to, int from) {
  if (network.frequency.size() < 8) throw ConfigError("causality needs at least 8 frequencies");
  const double highest = network.frequency.back();
  double step = HUGE_VAL;
  for (std::size_t k = 0; k + 1 < network.frequency.size(); ++k)
    step = std::min(step, network.frequency[k + 1] - network.frequency[k]);
  const auto bins = std::min<std::size_t>(static_cast<std::size_t>(std::lround(highest / step)), 1u << 18);
  SParameters element = SParameters::zeros(network.frequency, 1, network.reference_impedance);
  for (std::size_t k = 0; k < network.frequency.size(); ++k) element.at(k, 0, 0) = network.at(k, to, from);
  std::vector<double> axis(bins + 1);
  for (std::size_t k = 0; k <= bins; ++k) axis[k] = highest * static_cast<double>(k) / static_cast<double>(bins);
  std::vector<Complex> spectrum = resample(element, axis).data;
  for (std::size_t k = 0; k <= bins; ++k) {
    const double c = std::cos(0.5 * constants::kPi * static_cast<double>(k) / static_cast<double>(bins));
    spectrum[k] *= c * c;
  }
  const std::vector<double> response = inverse_real_fft(spectrum, 2 * bins);
  double total = 0.0, early = 0.0;
  for (std::size_t n = 0; n < response.size(); ++n) {
    total += response[n] * response[n];
    // Sample spacing is 1/(2 f_max), so -2/f_max is 4 samples before the end of the window.
    if (n >= bins && n + 4 < response.size()) early += response[n] * response[n];
  }
  return total > 0.0 ? early / total : 0.0;
}

}  // namespace tessera

#include "devices/transmitter/serdes_driver.hpp"

#include <cmath>

#include <fmt/format.h>

#include "phy/core/constants.hpp"
#include "phy/core/error.hpp"

namespace tessera {
namespace {

constexpr double kEdgeConstant = 1.6832;          // 93A-46: 20-80 % time of the Gaussian edge
constexpr double kReferenceTemperature = 313.15;  // K
constexpr double kRounding = 1e-9;

void check_taps(const SerdesDriver::Params& p) {
  const auto count = static_cast<int>(p.ffe_taps.size());
  if (p.ffe_main >= count)
    throw ConfigError(fmt::format("ffe_main must be below the number of ffe_taps ({}), got {}", count, p.ffe_main));
  double sum = 0.0;
  for (const double c : p.ffe_taps) sum += std::abs(c);
  if (sum > 1.0 + kRounding)
    throw ConfigError(fmt::format("magnitudes of ffe_taps must add to at most 1, got {}", sum));
}

// The outermost spacings carry the mismatch, the inner ones share the rest; two and three symmetric levels have none to
// carry.
std::vector<double> mismatched(std::vector<double> levels, double level_mismatch) {
  const auto order = static_cast<int>(levels.size());
  if (order < 4 || level_mismatch == 1.0) return levels;
  const double outer = 2.0 * level_mismatch / (order - 1);
  const double inner = (2.0 - 2.0 * outer) / (order - 3);
  for (int m = 1; m < order - 1; ++m) levels[static_cast<std::size_t>(m)] = -1.0 + outer + (m - 1) * inner;
  return levels;
}

}  // namespace

SerdesDriver::SerdesDriver(Params params) : params_(std::move(params)) {
  check_parameters<SerdesDriver>(params_);
  check_taps(params_);
}

TransmitterSpec SerdesDriver::describe(const Modulation& modulation, const FrequencyGrid& grid) const {
  TransmitterSpec spec;
  spec.levels = mismatched(modulation.levels, params_.level_mismatch);
  for (double& level : spec.levels) level *= params_.swing.si();
  spec.ffe_taps = params_.ffe_taps;
  spec.ffe_main = params_.ffe_main;
  spec.edge = Response::flat(grid);
  for (std::size_t k = 0; k < spec.edge.values.size(); ++k) {
    const double x = constants::kPi * grid.frequency(k) * params_.rise_time.si() / kEdgeConstant;
    spec.edge.values[k] = std::exp(-2.0 * x * x);
  }
  spec.snr_db = params_.transmitter_snr.db;
  spec.source_resistance = output_resistance();
  spec.jitter = {params_.dual_dirac_jitter, params_.random_jitter};
  return spec;
}

std::vector<PowerItem> SerdesDriver::power(const CostContext& context) const {
  const double scale = params_.technology_scale;
  const auto taps = static_cast<double>(params_.ffe_taps.size());
  const double heat = std::exp2((context.case_temperature - kReferenceTemperature) / params_.leakage_doubling.si());
  const double supply = params_.supply.si();
  // A voltage-mode stage draws the current of its load whatever the symbol; charging its gates costs energy per symbol.
  const double output_stage = supply * params_.swing.si() / output_resistance() +
                              scale * params_.predriver_capacitance.si() * supply * supply * context.symbol_rate;
  return {{"output_stage", output_stage},
          {"serializer", scale * params_.serializer_energy.si() * context.lane_bit_rate()},
          {"transmit_clock", scale * params_.clock_energy.si() * context.symbol_rate},
          {"transmit_equalizer", scale * params_.tap_energy.si() * taps * context.symbol_rate},
          {"transmit_leakage", scale * params_.leakage.si() * heat}};
}

}  // namespace tessera

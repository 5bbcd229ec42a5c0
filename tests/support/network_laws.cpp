#include <fmt/format.h>

#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/support/model_laws.hpp"
#include "tests/support/model_probe.hpp"

namespace tessera::contract {

namespace {

bool is_network(const ModelInfo& info, const AnyModel&) { return info.kind == ModelKind::network_stage; }
bool is_causal_network(const ModelInfo& info, const AnyModel&) {
  return info.kind == ModelKind::network_stage && info.causal;
}
bool is_transmitter(const ModelInfo& info, const AnyModel&) { return info.kind == ModelKind::transmitter; }
bool is_receiver(const ModelInfo& info, const AnyModel&) { return info.kind == ModelKind::receiver; }

// 0 … 100 GHz in 4096 steps: a window of 41 ns, longer than any electrical run.
std::vector<double> network_axis() {
  std::vector<double> f(4097);
  for (std::size_t k = 0; k < f.size(); ++k) f[k] = 100e9 * static_cast<double>(k) / 4096.0;
  return f;
}

Violations networks_are_passive_and_reciprocal(const ModelInfo&, const AnyModel& model) {
  const auto axis = network_axis();
  const SParameters s = model.s_parameters(axis);
  if (s.frequency != axis || s.ports < 2) return {"the answer is not on the axis that was asked for"};
  double largest = 0.0, skew = 0.0, at_largest = 0.0;
  for (std::size_t k = 0; k < axis.size(); ++k) {
    Eigen::MatrixXcd matrix(s.ports, s.ports);
    for (int i = 0; i < s.ports; ++i) {
      for (int j = 0; j < s.ports; ++j) matrix(i, j) = s.at(k, i, j);
    }
    if (!matrix.allFinite()) return {fmt::format("not finite at {} Hz", axis[k])};
    const double singular = Eigen::JacobiSVD<Eigen::MatrixXcd>(matrix).singularValues()(0);
    if (singular > largest) {
      largest = singular;
      at_largest = axis[k];
    }
    skew = std::max(skew, (matrix - matrix.transpose()).cwiseAbs().maxCoeff());
  }
  Violations found;
  if (largest > 1.0 + 1e-9)
    found.push_back(fmt::format("largest singular value 1 + {:.2e} at {} Hz", largest - 1.0, at_largest));
  if (skew > 1e-9) found.push_back(fmt::format("|Sij - Sji| reaches {:.2e}", skew));
  return found;
}

Violations through_is_causal(const ModelInfo&, const AnyModel& model) {
  const auto axis = network_axis();
  const SParameters s = model.s_parameters(axis);
  std::vector<Complex> through(axis.size());
  for (std::size_t k = 0; k < axis.size(); ++k) through[k] = s.at(k, 1, 0);
  const double share = energy_before_zero(through, 4);
  if (share > kCausalEnergy) return {fmt::format("{:.2e} of the energy of S21 comes before t = 0", share)};
  return {};
}

void check_filter(const Response& r, const FrequencyGrid& grid, std::string_view name, Violations& found) {
  if (!(r.grid == grid) || r.values.size() != grid.frequency_count()) {
    found.push_back(fmt::format("{} is not on the grid that was asked for", name));
  } else if (std::abs(r.values.front() - 1.0) > 1e-9) {
    found.push_back(fmt::format("{} is {} at DC, not 1", name, std::abs(r.values.front())));
  }
}

Violations transmitters_describe_themselves(const ModelInfo&, const AnyModel& model) {
  Violations found;
  const FrequencyGrid grid = typical_grids().front();
  for (int order : {2, 4}) {
    const TransmitterSpec t = model.describe_transmitter(Modulation::pam(order), grid);
    if (static_cast<int>(t.levels.size()) != order || !std::is_sorted(t.levels.begin(), t.levels.end()) ||
        t.levels.front() >= t.levels.back())
      found.push_back(fmt::format("PAM{}: {} levels, or not ascending", order, t.levels.size()));
    const double sum =
        std::accumulate(t.ffe_taps.begin(), t.ffe_taps.end(), 0.0, [](double s, double w) { return s + std::abs(w); });
    if (t.ffe_taps.empty() || t.ffe_main < 0 || t.ffe_main >= static_cast<int>(t.ffe_taps.size()) || sum > 1.0 + 1e-9)
      found.push_back(fmt::format("FFE: {} taps, main {}, magnitudes sum to {}", t.ffe_taps.size(), t.ffe_main, sum));
    check_filter(t.edge, grid, "edge", found);
    if (t.source_resistance <= 0.0 || t.jitter.dual_dirac_ui < 0.0 || t.jitter.random_rms_ui < 0.0)
      found.push_back("resistance or jitter below zero");
  }
  return found;
}

Violations receivers_describe_themselves(const ModelInfo&, const AnyModel& model) {
  Violations found;
  for (const FrequencyGrid& grid : typical_grids()) {
    const ReceiverSpec r = model.describe_receiver(grid);
    check_filter(r.front_end, grid, "front end", found);
    const auto bad = [](double v) { return !std::isfinite(v) || v < 0.0; };
    if (!r.input_noise_psd.empty() && r.input_noise_psd.size() != grid.frequency_count())
      found.push_back("noise is not on the grid");
    if (std::any_of(r.input_noise_psd.begin(), r.input_noise_psd.end(), bad) || bad(r.slicer_noise_rms) ||
        bad(r.jitter.dual_dirac_ui) || bad(r.jitter.random_rms_ui))
      found.push_back("noise or jitter below zero or not finite");
    if (r.ffe.taps < 1 || r.ffe.pre_taps < 0 || r.ffe.pre_taps >= r.ffe.taps || r.load_resistance <= 0.0)
      found.push_back(fmt::format("FFE of {} taps with {} before the main one", r.ffe.taps, r.ffe.pre_taps));
    if (r.dfe.minimum.size() != r.dfe.maximum.size() ||
        !std::equal(r.dfe.minimum.begin(), r.dfe.minimum.end(), r.dfe.maximum.begin(), std::less_equal<>{}))
      found.push_back("DFE bounds do not pair up");
    if (r.ctle.zero > 0.0 && (r.ctle.pole_1 <= 0.0 || r.ctle.dc_gains_db.empty()))
      found.push_back("CTLE without pole or gains");
  }
  return found;
}

}  // namespace

std::vector<Law> network_and_terminal_laws() {
  return {{"NetworksArePassiveAndReciprocal", is_network, networks_are_passive_and_reciprocal},
          {"ThroughIsCausal", is_causal_network, through_is_causal},
          {"TransmittersDescribeThemselves", is_transmitter, transmitters_describe_themselves},
          {"ReceiversDescribeThemselves", is_receiver, receivers_describe_themselves}};
}

std::vector<Law> all_laws() {
  std::vector<Law> laws;
  for (const auto& some : {parameter_laws(), cost_laws(), signal_laws(), network_and_terminal_laws()})
    laws.insert(laws.end(), some.begin(), some.end());
  return laws;
}

Violations check_law(std::string_view name, const ModelInfo& info, const AnyModel& model) {
  for (const Law& law : all_laws()) {
    if (law.name == name) return law.check(info, model);
  }
  throw Error("no law is called " + std::string(name));
}

}  // namespace tessera::contract

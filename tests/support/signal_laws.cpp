#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "phy/core/constants.hpp"
#include "phy/signal/fft.hpp"
#include "tests/support/model_laws.hpp"
#include "tests/support/model_probe.hpp"

namespace tessera::contract {

namespace {

using constants::kPi;

bool is_signal_stage(const ModelInfo& info, const AnyModel&) { return info.kind == ModelKind::signal_stage; }

bool is_causal_stage(const ModelInfo& info, const AnyModel&) {
  return info.kind == ModelKind::signal_stage && info.causal;
}

bool is_incoherent(const ModelInfo& info, const AnyModel& model) {
  return info.kind == ModelKind::signal_stage && model.input() == Port::optical_power &&
         model.output() == Port::optical_power;
}

std::vector<Complex> intensity_path(const StageResponse& response) {
  std::vector<Complex> values(response.grid.frequency_count());
  for (std::size_t k = 0; k < values.size(); ++k) values[k] = response.at(k, 0, 0);
  return values;
}

Violations operate_is_monotone_and_finite(const ModelInfo& info, const AnyModel& model) {
  const LaneState in = typical_input(info, model);
  const LaneState out = model.operate(in);
  if (out.port != model.output()) return {"operate gives another port than the model states"};
  if (out.levels.size() != in.levels.size()) return {"operate changes the number of levels"};
  for (std::size_t m = 1; m < out.levels.size(); ++m) {
    const double step = out.levels[m] - out.levels[m - 1];
    if (!std::isfinite(step) || step * out.swing() <= 0.0)
      return {fmt::format("levels {} and {}: {} then {}", m - 1, m, out.levels[m - 1], out.levels[m])};
  }
  const bool light = model.output() == Port::optical_power || model.output() == Port::optical_field;
  if (light && *std::min_element(out.levels.begin(), out.levels.end()) < 0.0) return {"optical power below zero"};
  return {};
}

Violations response_is_one_at_dc(const ModelInfo& info, const AnyModel& model) {
  Violations found;
  for (const FrequencyGrid& grid : typical_grids()) {
    const StageResponse r = model.respond(grid, typical_input(info, model));
    const auto count = grid.frequency_count() * static_cast<std::size_t>(r.rows * r.cols);
    if (r.rows != state_count(model.output()) || r.cols != state_count(model.input()) || r.values.size() != count ||
        !(r.grid == grid)) {
      found.push_back(fmt::format("{} x {} matrices, {} values", r.rows, r.cols, r.values.size()));
      continue;
    }
    if (std::abs(r.at(0, 0, 0) - 1.0) > 1e-9)
      found.push_back(fmt::format("|H(0) - 1| = {}", std::abs(r.at(0, 0, 0) - 1.0)));
    if (!std::all_of(r.values.begin(), r.values.end(),
                     [](Complex v) { return std::isfinite(v.real()) && std::isfinite(v.imag()); }))
      found.push_back("a value is not finite");
    if (!std::isfinite(r.bulk_delay) || r.bulk_delay < 0.0 || r.high_pass < 0.0)
      found.push_back("delay or low corner below zero");
  }
  return found;
}

Violations incoherent_light_is_never_amplified(const ModelInfo& info, const AnyModel& model) {
  Violations found;
  const LaneState in = typical_input(info, model);
  for (const FrequencyGrid& grid : typical_grids()) {
    const StageResponse r = model.respond(grid, in);
    for (std::size_t k = 0; k < grid.frequency_count(); ++k) {
      if (std::abs(r.at(k, 0, 0)) > 1.0 + 1e-9)
        return {fmt::format("|H| = {} > H(0) at {} Hz", std::abs(r.at(k, 0, 0)), grid.frequency(k))};
    }
  }
  const LaneState out = model.operate(in);
  for (std::size_t m = 0; m < in.levels.size(); ++m) {
    if (out.levels[m] > in.levels[m] * (1.0 + 1e-12))
      found.push_back(fmt::format("{} W became {} W", in.levels[m], out.levels[m]));
  }
  return found;
}

Violations response_is_causal(const ModelInfo& info, const AnyModel& model) {
  Violations found;
  for (const FrequencyGrid& grid : typical_grids()) {
    const double share = energy_before_zero(intensity_path(model.respond(grid, typical_input(info, model))), 8);
    if (share > kCausalEnergy)
      found.push_back(fmt::format("{:.2e} of the energy comes before t = 0 at {} Bd", share, grid.symbol_rate));
  }
  return found;
}

Violations noise_is_not_negative(const ModelInfo& info, const AnyModel& model) {
  Violations found;
  for (const FrequencyGrid& grid : typical_grids()) {
    for (const NoiseSource& n : model.noise(grid, typical_input(info, model))) {
      const auto bad = [](double v) { return !std::isfinite(v) || v < 0.0; };
      if (n.name.empty()) found.push_back("a noise source has no name");
      if (!n.s0.empty() && n.s0.size() != grid.frequency_count())
        found.push_back(fmt::format("{}: s0 has {} values", n.name, n.s0.size()));
      if (bad(n.s1) || bad(n.s2) || std::any_of(n.s0.begin(), n.s0.end(), bad))
        found.push_back(fmt::format("{} is negative or not finite", n.name));
      if (n.s0.empty() && n.s1 == 0.0 && n.s2 == 0.0) found.push_back(fmt::format("{} is no noise at all", n.name));
    }
  }
  return found;
}

// Static gain around the mean. The outer levels stay, so that a stage that scales with its drive keeps its scale.
double static_slope(const AnyModel& model, LaneState state) {
  const double mean = state.mean();
  const double d = 1e-3 * state.swing();
  state.levels = {state.levels.front(), mean - d, mean + d, state.levels.back()};
  const LaneState out = model.operate(state);
  return (out.levels[2] - out.levels[1]) / (2.0 * d);
}

Complex bin(const std::vector<double>& x, std::size_t begin, std::size_t count, std::size_t k) {
  Complex sum = 0.0;
  for (std::size_t n = 0; n < count; ++n) {
    const double turn = static_cast<double>((k * n) % count) / static_cast<double>(count);
    sum += x[begin + n] * std::polar(1.0, -2.0 * kPi * turn);
  }
  return 2.0 * sum / static_cast<double>(count);
}

Violations processor_follows_response(const ModelInfo& info, const AnyModel& model) {
  Violations found;
  const LaneState state = typical_input(info, model);
  const double amplitude = 0.01 * state.swing();
  for (const FrequencyGrid& grid : typical_grids()) {
    const std::size_t n = grid.sample_count();
    const std::size_t k = static_cast<std::size_t>(grid.ui_count) / 8;  // a quarter of the Nyquist frequency
    std::vector<double> in(2 * n);
    for (std::size_t i = 0; i < in.size(); ++i)
      in[i] = state.mean() + amplitude * std::sin(2.0 * kPi * static_cast<double>(k * i % n) / static_cast<double>(n));
    const auto out = run_processor(model, state, grid.time_step(), in, 8192);
    const double got = std::abs(bin(out, n, n, k)) / amplitude;  // the first window is for settling
    const double slope = std::abs(static_slope(model, state));
    const double expected = slope * std::abs(model.respond(grid, state).at(k, 0, 0));
    if (!(std::abs(got - expected) <= 0.02 * expected + 1e-4 * slope))
      found.push_back(fmt::format("gain at {} Hz is {} in time and {} in frequency", grid.frequency(k), got, expected));
  }
  return found;
}

Violations block_size_does_not_matter(const ModelInfo& info, const AnyModel& model) {
  const LaneState state = typical_input(info, model);
  const FrequencyGrid grid = typical_grids().front();
  std::vector<double> in(30011);
  std::uint32_t generator = 12345;
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (i % 32 == 0) generator = generator * 1664525u + 1013904223u;
    in[i] = state.levels[generator >> 30];
  }
  const auto whole = run_processor(model, state, grid.time_step(), in, in.size());
  if (!std::all_of(whole.begin(), whole.end(), [](double v) { return std::isfinite(v); }))
    return {"a sample is not finite"};
  Violations found;
  for (std::size_t block : {std::size_t{4096}, std::size_t{10000}}) {
    const auto cut = run_processor(model, state, grid.time_step(), in, block);
    const auto place = std::mismatch(whole.begin(), whole.end(), cut.begin()).first;
    if (place != whole.end())
      found.push_back(fmt::format("blocks of {}: sample {} differs", block, place - whole.begin()));
  }
  return found;
}

}  // namespace

double energy_before_zero(const std::vector<Complex>& values, int m) {
  const std::size_t n = 2 * (values.size() - 1);
  std::vector<Complex> seen(values);
  for (std::size_t k = 1; k < seen.size(); ++k) {
    const double x = kPi * static_cast<double>(k) * m / static_cast<double>(n);
    seen[k] *= std::pow(std::sin(x) / x, 4);
  }
  const auto impulse = inverse_real_fft(seen, n);
  double total = 0.0, before = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const double energy = impulse[i] * impulse[i];
    total += energy;
    if (i >= n / 2 && i < n - 2 * static_cast<std::size_t>(m)) before += energy;
  }
  return before / total;
}

std::vector<Law> signal_laws() {
  return {{"OperateIsMonotoneAndFinite", is_signal_stage, operate_is_monotone_and_finite},
          {"ResponseIsOneAtDc", is_signal_stage, response_is_one_at_dc},
          {"IncoherentLightIsNeverAmplified", is_incoherent, incoherent_light_is_never_amplified},
          {"ResponseIsCausal", is_causal_stage, response_is_causal},
          {"NoiseIsNotNegative", is_signal_stage, noise_is_not_negative},
          {"ProcessorFollowsResponse", is_signal_stage, processor_follows_response},
          {"BlockSizeDoesNotMatter", is_signal_stage, block_size_does_not_matter}};
}

}  // namespace tessera::contract

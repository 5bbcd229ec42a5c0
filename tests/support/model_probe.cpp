#include "tests/support/model_probe.hpp"

#include <unistd.h>

#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "phy/core/constants.hpp"

namespace tessera::contract {

namespace {

using constants::kPi;

// Two uncoupled matched lines 1 -> 2 and 3 -> 4 with skin loss: passive, reciprocal and causal by construction.
std::string write_touchstone() {
  const auto path =
      std::filesystem::temp_directory_path() / ("tessera_contract_lines_" + std::to_string(::getpid()) + ".s4p");
  std::ofstream file(path);
  file << "# GHz S RI R 50\n";
  file.precision(15);
  for (int k = 0; k <= 1000; ++k) {
    const double f = 0.1e9 * k;
    const double skin = 0.5 * std::sqrt(f / 25e9);
    const Complex s = std::exp(Complex(-skin, -skin - 2.0 * kPi * f * 0.5e-9));
    file << f / 1e9;
    for (int i = 0; i < 4; ++i) {
      for (int j = 0; j < 4; ++j) {
        const Complex value = (i ^ 1) == j ? s : Complex(0.0, 0.0);
        file << ' ' << value.real() << ' ' << value.imag();
      }
      file << '\n';
    }
  }
  return path.string();
}

std::vector<double> four_levels(double lowest, double highest) {
  const double step = (highest - lowest) / 3.0;
  return {lowest, lowest + step, lowest + 2.0 * step, highest};
}

const OpticalCarrier kLaserLight{10e-3, 1311e-9, 0.0, 3.2e-15};

LaneState state_at(std::string_view family, Port port) {
  LaneState state;
  state.port = port;
  switch (port) {
    case Port::voltage:
      state.levels = four_levels(-0.4, 0.4);
      break;
    case Port::current:
      state.levels = family == "devices/transmitter" ? four_levels(50e-6, 250e-6) : four_levels(20e-6, 200e-6);
      break;
    case Port::optical_power:
      state.levels = four_levels(10e-6, 60e-6);
      state.carrier = {0.0, 430e-9, 20e-9, 1e-15};
      break;
    case Port::optical_field:
      state.levels = four_levels(0.3e-3, 1.0e-3);
      state.carrier = kLaserLight;
      break;
  }
  return state;
}

void scale(CostContext& context, double factor) {
  for (LaneState* state : {&context.input, &context.output}) {
    for (double& level : state->levels) level *= factor;
    state->carrier.power *= factor;
  }
}

ParameterText::Scalar scalar(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* real = node.as_floating_point()) return real->get();
  if (const auto* whole = node.as_integer()) return whole->get();
  if (const auto* flag = node.as_boolean()) return flag->get();
  throw Error("a parameter is text, a number, a flag or a list of these");
}

}  // namespace

ParameterMap required_parameters(const ModelInfo& info) {
  ParameterMap map;
  for (const ParameterRow& row : info.parameters) {
    if (row.name == "file" && row.default_text == "\"\"") map["file"].value = write_touchstone();
  }
  return map;
}

LaneState typical_input(const ModelInfo& info, const AnyModel& model) {
  LaneState state = state_at(info.family, model.input());
  // Light that grows faster than the current is below or at a threshold: a laser is used far above it.
  if (model.input() == Port::current && model.output() == Port::optical_power) {
    LaneState doubled = state;
    for (double& level : doubled.levels) level *= 2.0;
    if (model.operate(doubled).mean() > 2.2 * model.operate(state).mean()) state.levels = four_levels(3e-3, 9e-3);
  }
  if (model.input() != Port::voltage) return state;
  try {
    model.operate(state);
  } catch (const ConfigError&) {
    state.carrier = kLaserLight;
  }
  return state;
}

std::vector<CostContext> cost_contexts(const ModelInfo& info, const AnyModel& model) {
  CostContext base;
  base.symbol_rate = 53.125e9;
  base.bits_per_symbol = 2.0;
  base.lanes = 8;
  base.insertion_loss_db = 10.0;
  base.line_rate = 850e9;
  base.payload_rate = 800e9;
  base.input = info.kind == ModelKind::signal_stage ? typical_input(info, model) : state_at(info.family, Port::voltage);
  base.output = state_at(info.family, model.output());
  const auto with_states = [&](CostContext c) {
    if (info.kind == ModelKind::signal_stage) c.output = model.operate(c.input);
    return c;
  };
  base.module_watts = 10.0;
  std::vector<CostContext> contexts(10, base);
  contexts[1].symbol_rate /= 2.0;
  contexts[2].lanes *= 2;
  contexts[2].line_rate *= 2.0;
  contexts[2].payload_rate *= 2.0;
  contexts[3].case_temperature += 30.0;
  scale(contexts[4], 0.7);
  scale(contexts[9], 0.05);  // below every gain control and clipping
  contexts[5].insertion_loss_db += 10.0;
  contexts[6].bits_per_symbol = 1.0;
  contexts[7].spare_lanes = 2;
  contexts[8].module_watts *= 2.0;
  for (CostContext& c : contexts) c = with_states(c);
  return contexts;
}

std::vector<FrequencyGrid> typical_grids() { return {{53.125e9, 1024, 32}, {2e9, 1024, 32}}; }

std::vector<double> run_processor(const AnyModel& model, const LaneState& state, double step,
                                  const std::vector<double>& in, std::size_t block) {
  const bool field_in = model.input() == Port::optical_field;
  const bool field_out = model.output() == Port::optical_field;
  std::vector<Complex> envelope_in, envelope_out(field_out ? in.size() : 0);
  if (field_in) {
    for (double power : in) envelope_in.emplace_back(std::sqrt(power), 0.0);
  }
  std::vector<double> out(in.size());
  Processor processor = model.make_processor(step, state);
  for (std::size_t begin = 0; begin < in.size(); begin += block) {
    const std::size_t n = std::min(block, in.size() - begin);
    SampleView view;
    SampleSpan span;
    (field_in ? void(view.field = std::span(envelope_in).subspan(begin, n))
              : void(view.real = std::span(in).subspan(begin, n)));
    (field_out ? void(span.field = std::span(envelope_out).subspan(begin, n))
               : void(span.real = std::span(out).subspan(begin, n)));
    processor.process(view, span);
  }
  if (field_out)
    std::transform(envelope_out.begin(), envelope_out.end(), out.begin(), [](Complex e) { return std::norm(e); });
  return out;
}

ParameterMap parse_toml(const std::string& text) {
  ParameterMap map;
  for (const auto& [key, node] : toml::parse(text)) {
    ParameterText& parameter = map[std::string(key.str())];
    if (const auto* list = node.as_array()) {
      std::vector<ParameterText::Scalar> values;
      for (const auto& element : *list) values.push_back(scalar(element));
      parameter.value = values;
    } else {
      std::visit([&](const auto& value) { parameter.value = value; }, scalar(node));
    }
  }
  return map;
}

std::string print_toml(const ParameterMap& map) {
  std::string text;
  for (const auto& [name, value] : map) text += name + " = " + to_toml(value) + "\n";
  return text;
}

}  // namespace tessera::contract

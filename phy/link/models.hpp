#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"
#include "phy/link/measured.hpp"
#include "phy/link/ports.hpp"
#include "phy/link/terminals.hpp"
#include "phy/signal/processor.hpp"
#include "phy/signal/s_parameters.hpp"

namespace tessera {

/// What all models share: a name equal to the header's file name, a parameter list, and what one piece costs.
template <class M>
concept Model = std::copyable<M> && requires(const M m, const CostContext& context) {
  { M::kType } -> std::convertible_to<std::string_view>;
  typename M::Params;
  { m.params() } -> std::same_as<const typename M::Params&>;
  { m.power(context) } -> std::same_as<std::vector<PowerItem>>;
  { m.fit(context) } -> std::same_as<std::vector<FitItem>>;
  { m.latency(context) } -> std::same_as<double>;  // s, beyond the bulk delay of its response
};

/// A typed stage: large-signal levels through `operate`, linear dynamics around them through `respond`, noise, and
/// samples through a processor. `operate` must map levels monotonically.
template <class M>
concept SignalStageModel =
    Model<M> && requires(const M m, const LaneState& state, const FrequencyGrid& grid, double step) {
      { M::kInput } -> std::convertible_to<Port>;
      { M::kOutput } -> std::convertible_to<Port>;
      { m.operate(state) } -> std::same_as<LaneState>;
      { m.respond(grid, state) } -> std::same_as<StageResponse>;           // state = at the input
      { m.noise(grid, state) } -> std::same_as<std::vector<NoiseSource>>;  // state = at the input
      { m.make_processor(step, state) } -> std::same_as<Processor>;
    };

/// A passive electrical network: a differential two-port on any frequency axis, reference 100 ohm differential.
template <class M>
concept NetworkStageModel = Model<M> && requires(const M m, std::span<const double> frequency) {
  { m.s_parameters(frequency) } -> std::same_as<SParameters>;
};

template <class M>
concept TransmitterModel = Model<M> && requires(const M m, const Modulation& modulation, const FrequencyGrid& grid) {
  { M::kOutput } -> std::convertible_to<Port>;
  { m.describe(modulation, grid) } -> std::same_as<TransmitterSpec>;
};

template <class M>
concept ReceiverModel = Model<M> && requires(const M m, const FrequencyGrid& grid) {
  { m.describe(grid) } -> std::same_as<ReceiverSpec>;
};

/// Power, FIT and latency without a signal.
template <class M>
concept OverheadModel =
    Model<M> && !SignalStageModel<M> && !NetworkStageModel<M> && !TransmitterModel<M> && !ReceiverModel<M>;

/// Models whose physics can use a measured light-current-voltage curve, or a measured spectrum, in place of their own.
template <class M>
concept LivModel = requires(const M m, const std::shared_ptr<const LivCurve>& curve) {
  { m.with_liv(curve) } -> std::same_as<M>;
};

template <class M>
concept SpectrumModel = requires(const M m, const std::shared_ptr<const OpticalSpectrum>& spectrum) {
  { m.with_spectrum(spectrum) } -> std::same_as<M>;
};

enum class ModelKind { signal_stage, network_stage, transmitter, receiver, overhead };

std::string_view to_string(ModelKind kind);

/// Any model as a value. Copies are cheap (the immutable model is shared). Calling a function that the kind does not
/// have is a programming error and throws `Error`.
class AnyModel {
 public:
  // Not for AnyModel itself: asking whether it is a Model would ask for this constructor again.
  template <class M>
    requires(!std::same_as<M, AnyModel> && Model<M>)
  AnyModel(M model);

  ModelKind kind() const { return self_->kind; }
  std::string_view type() const { return self_->type; }
  const ParameterMap& parameters() const { return self_->parameters; }  // resolved, all defaults written

  std::vector<PowerItem> power(const CostContext& context) const { return self_->power(context); }
  std::vector<FitItem> fit(const CostContext& context) const { return self_->fit(context); }
  double latency(const CostContext& context) const { return self_->latency(context); }

  Port input() const { return self_->input; }    // signal stages
  Port output() const { return self_->output; }  // signal stages, transmitters
  /// Resistance that a network run sees looking into a voltage port, ohm differential (100 where the model says
  /// nothing).
  double input_resistance() const { return self_->input_resistance; }
  double output_resistance() const { return self_->output_resistance; }

  /// Notes of a model that declares `validity(grid, state_at_input)` or `validity(grid, state_at_input,
  /// state_at_output)`; none from the others. `stage` is filled by prepare.
  std::vector<ValidityNote> validity(const FrequencyGrid& grid, const LaneState& input, const LaneState& output) const {
    return self_->validity ? self_->validity(grid, input, output) : std::vector<ValidityNote>{};
  }

  LaneState operate(const LaneState& state) const { return require(self_->operate)(state); }
  StageResponse respond(const FrequencyGrid& grid, const LaneState& state) const {
    return require(self_->respond)(grid, state);
  }
  std::vector<NoiseSource> noise(const FrequencyGrid& grid, const LaneState& state) const {
    return require(self_->noise)(grid, state);
  }
  Processor make_processor(double step, const LaneState& state) const {
    return require(self_->make_processor)(step, state);
  }
  SParameters s_parameters(std::span<const double> frequency) const { return require(self_->s_parameters)(frequency); }
  TransmitterSpec describe_transmitter(const Modulation& m, const FrequencyGrid& g) const {
    return require(self_->transmitter)(m, g);
  }
  ReceiverSpec describe_receiver(const FrequencyGrid& g) const { return require(self_->receiver)(g); }

  /// Functions of a kind that stand in place of the model's own; empty ones leave them.
  struct Functions {
    std::function<std::vector<ValidityNote>(const FrequencyGrid&, const LaneState&, const LaneState&)> validity;
    std::function<StageResponse(const FrequencyGrid&, const LaneState&)> respond;
    std::function<std::vector<NoiseSource>(const FrequencyGrid&, const LaneState&)> noise;
    std::function<Processor(double, const LaneState&)> make_processor;
    std::function<TransmitterSpec(const Modulation&, const FrequencyGrid&)> transmitter;
    std::function<ReceiverSpec(const FrequencyGrid&)> receiver;
  };
  /// The same model with some of its functions replaced; parameters, levels and costs stay.
  AnyModel with(Functions functions) const;

  bool takes_liv() const { return static_cast<bool>(self_->with_liv); }
  bool takes_spectrum() const { return static_cast<bool>(self_->with_spectrum); }
  AnyModel with_liv(const std::shared_ptr<const LivCurve>& curve) const { return require(self_->with_liv)(curve); }
  AnyModel with_spectrum(const std::shared_ptr<const OpticalSpectrum>& spectrum) const {
    return require(self_->with_spectrum)(spectrum);
  }

 private:
  struct Interface {
    ModelKind kind = ModelKind::overhead;
    std::string_view type;
    ParameterMap parameters;
    Port input = Port::voltage, output = Port::voltage;
    double input_resistance = 100.0, output_resistance = 100.0;
    std::function<std::vector<PowerItem>(const CostContext&)> power;
    std::function<std::vector<FitItem>(const CostContext&)> fit;
    std::function<double(const CostContext&)> latency;
    std::function<std::vector<ValidityNote>(const FrequencyGrid&, const LaneState&, const LaneState&)> validity;
    std::function<LaneState(const LaneState&)> operate;
    std::function<StageResponse(const FrequencyGrid&, const LaneState&)> respond;
    std::function<std::vector<NoiseSource>(const FrequencyGrid&, const LaneState&)> noise;
    std::function<Processor(double, const LaneState&)> make_processor;
    std::function<SParameters(std::span<const double>)> s_parameters;
    std::function<TransmitterSpec(const Modulation&, const FrequencyGrid&)> transmitter;
    std::function<ReceiverSpec(const FrequencyGrid&)> receiver;
    std::function<AnyModel(const std::shared_ptr<const LivCurve>&)> with_liv;
    std::function<AnyModel(const std::shared_ptr<const OpticalSpectrum>&)> with_spectrum;
  };

  template <class F>
  const F& require(const F& function) const {
    if (!function) throw Error("model " + std::string(self_->type) + " has no such function");
    return function;
  }

  std::shared_ptr<const Interface> self_;
};

/// One entry of the generated list of all models.
struct ModelInfo {
  std::string_view type;
  ModelKind kind;
  std::string_view family;  // folder: "devices/transmitter", …
  bool causal = true;       // false: the model is a zero-phase approximation and its page says so (`kCausal = false`)
  std::vector<ParameterRow> parameters;
  std::function<AnyModel(const ParameterMap&)> make;
};

/// Every model in channels/ and devices/, from the folder listing (generated by CMake; link against tessera::models).
std::vector<ModelInfo> all_models();

template <class M>
  requires(!std::same_as<M, AnyModel> && Model<M>)
AnyModel::AnyModel(M model) {
  auto self = std::make_shared<Interface>();
  auto m = std::make_shared<const M>(std::move(model));
  self->type = M::kType;
  self->parameters = write_parameters<M>(m->params());
  self->power = [m](const CostContext& c) { return m->power(c); };
  self->fit = [m](const CostContext& c) { return m->fit(c); };
  self->latency = [m](const CostContext& c) { return m->latency(c); };
  if constexpr (requires {
                  { m->input_resistance() } -> std::convertible_to<double>;
                })
    self->input_resistance = m->input_resistance();
  if constexpr (requires {
                  { m->output_resistance() } -> std::convertible_to<double>;
                })
    self->output_resistance = m->output_resistance();
  if constexpr (requires(const FrequencyGrid& g, const LaneState& s) {
                  { m->validity(g, s) } -> std::same_as<std::vector<ValidityNote>>;
                })
    self->validity = [m](const FrequencyGrid& g, const LaneState& s, const LaneState&) { return m->validity(g, s); };
  if constexpr (requires(const FrequencyGrid& g, const LaneState& s) {
                  { m->validity(g, s, s) } -> std::same_as<std::vector<ValidityNote>>;
                })
    self->validity = [m](const FrequencyGrid& g, const LaneState& in, const LaneState& out) {
      return m->validity(g, in, out);
    };
  if constexpr (LivModel<M>)
    self->with_liv = [m](const std::shared_ptr<const LivCurve>& curve) { return AnyModel(m->with_liv(curve)); };
  if constexpr (SpectrumModel<M>)
    self->with_spectrum = [m](const std::shared_ptr<const OpticalSpectrum>& s) {
      return AnyModel(m->with_spectrum(s));
    };
  if constexpr (SignalStageModel<M>) {
    self->kind = ModelKind::signal_stage;
    self->input = M::kInput;
    self->output = M::kOutput;
    self->operate = [m](const LaneState& s) { return m->operate(s); };
    self->respond = [m](const FrequencyGrid& g, const LaneState& s) { return m->respond(g, s); };
    self->noise = [m](const FrequencyGrid& g, const LaneState& s) { return m->noise(g, s); };
    self->make_processor = [m](double step, const LaneState& s) { return m->make_processor(step, s); };
  } else if constexpr (NetworkStageModel<M>) {
    self->kind = ModelKind::network_stage;
    self->s_parameters = [m](std::span<const double> f) { return m->s_parameters(f); };
  } else if constexpr (TransmitterModel<M>) {
    self->kind = ModelKind::transmitter;
    self->output = M::kOutput;
    self->transmitter = [m](const Modulation& mod, const FrequencyGrid& g) { return m->describe(mod, g); };
  } else if constexpr (ReceiverModel<M>) {
    self->kind = ModelKind::receiver;
    self->receiver = [m](const FrequencyGrid& g) { return m->describe(g); };
  }
  self_ = std::move(self);
}

/// Builds the list entry of one model; called by the generated source only.
template <Model M>
ModelInfo model_info(std::string_view family) {
  ModelInfo info{
      M::kType, ModelKind::overhead,      family,
      true,     describe_parameters<M>(), [](const ParameterMap& map) { return AnyModel(M(read_parameters<M>(map))); }};
  info.kind = SignalStageModel<M>    ? ModelKind::signal_stage
              : NetworkStageModel<M> ? ModelKind::network_stage
              : TransmitterModel<M>  ? ModelKind::transmitter
              : ReceiverModel<M>     ? ModelKind::receiver
                                     : ModelKind::overhead;
  if constexpr (requires {
                  { M::kCausal } -> std::convertible_to<bool>;
                })
    info.causal = M::kCausal;
  return info;
}

}  // namespace tessera

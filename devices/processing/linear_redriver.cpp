#include "devices/processing/linear_redriver.hpp"

#include <algorithm>
#include <cmath>

#include "devices/failure_rate.hpp"
#include "phy/core/constants.hpp"

namespace tessera {
namespace {

using constants::kPi;

// (g + jf/f_p)/(1 + jf/f_p) as the input less 1 - g of its low-passed self.
class Shelf {
 public:
  Shelf(double low_gain, double pole, double sample_step, double initial)
      : share_(1.0 - low_gain), slow_(equal_poles(1, pole), sample_step, initial) {}

  void process(SampleSpan samples) {
    work_.assign(samples.real.begin(), samples.real.end());
    slow_.process(work_);
    for (std::size_t i = 0; i < work_.size(); ++i) samples.real[i] -= share_ * work_[i];
  }

 private:
  double share_;
  AllPoleFilter slow_;
  std::vector<double> work_;
};

double low_gain(Decibel peaking) { return 1.0 / peaking.amplitude_ratio(); }

}  // namespace

LinearRedriver::LinearRedriver(Params params) : params_(params) {
  check_parameters<LinearRedriver>(params_);
  const double pole = params_.peaking_pole.si();
  corners_ = {pole, pole, 0.0, params_.low_frequency_pole.si()};
  poles_ = butterworth_poles(params_.order, params_.bandwidth.si());
}

double LinearRedriver::dc_gain() const {
  return params_.gain.amplitude_ratio() * low_gain(params_.peaking) * low_gain(params_.low_frequency_peaking);
}

double LinearRedriver::limit(double v) const {
  const double most = 0.5 * params_.saturation_swing.si();
  return most * std::tanh(v / most);
}

LaneState LinearRedriver::operate(const LaneState& in) const {
  LaneState out = in;
  for (double& level : out.levels) level = limit(dc_gain() * level);
  return out;
}

StageResponse LinearRedriver::respond(const FrequencyGrid& grid, const LaneState&) const {
  StageResponse response = StageResponse::zeros(grid, 1, 1);
  const double low = low_gain(params_.peaking) * low_gain(params_.low_frequency_peaking);
  for (std::size_t k = 0; k < grid.frequency_count(); ++k) {
    const double f = grid.frequency(k);
    response.at(k, 0, 0) = ctle_transfer(corners_, f, -params_.peaking.db, -params_.low_frequency_peaking.db) / low *
                           all_pole_response(poles_, f);
  }
  return response;
}

std::vector<NoiseSource> LinearRedriver::noise(const FrequencyGrid& grid, const LaneState&) const {
  return {{"redriver", true, std::vector<double>(grid.frequency_count(), params_.input_noise.si()), 0.0, 0.0}};
}

std::vector<ValidityNote> LinearRedriver::validity(const FrequencyGrid&, const LaneState& in) const {
  const double linear = dc_gain() * in.swing();
  if (linear == 0.0) return {};
  const double compression = 100.0 * (1.0 - operate(in).swing() / linear);
  if (compression <= 5.0) return {};
  return {{"", "compression of the outer levels", compression, "%", "[0, 5]"}};
}

Processor LinearRedriver::make_processor(double sample_step, const LaneState& in) const {
  const double g = low_gain(params_.peaking), g2 = low_gain(params_.low_frequency_peaking), mean = in.mean();
  return Processor(
      [redriver = *this, fast = Shelf(g, params_.peaking_pole.si(), sample_step, mean),
       slow = Shelf(g2, params_.low_frequency_pole.si(), sample_step, g * mean),
       roll_off = AllPoleFilter(poles_, sample_step, g * g2 * mean)](SampleView samples, SampleSpan out) mutable {
        std::copy(samples.real.begin(), samples.real.end(), out.real.begin());
        fast.process(out);
        slow.process(out);
        roll_off.process(out.real);
        const double shelf = redriver.params_.gain.amplitude_ratio();
        for (double& v : out.real) v = redriver.limit(shelf * v);
      });
}

std::vector<PowerItem> LinearRedriver::power(const CostContext& context) const {
  const double stages = params_.gain_stages;
  const double stage_gain = std::pow(params_.gain.amplitude_ratio(), 1.0 / stages);
  const double transconductance =
      stages * 2.0 * kPi * params_.stage_capacitance.si() * stage_gain * params_.bandwidth.si();
  const double bias = params_.overdrive.si() * transconductance * context.case_temperature / 313.15;
  return {{"gain_stages", params_.supply.si() * bias},
          {"output_stage", params_.supply.si() * params_.saturation_swing.si() / params_.output_load.si()}};
}

std::vector<FitItem> LinearRedriver::fit(const CostContext& context) const {
  return {{"redriver", params_.failure_rate * arrhenius_factor(params_.activation_energy, context.case_temperature,
                                                               params_.reference_temperature.si())}};
}

}  // namespace tessera

#include "phy/link/measured_processor.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "phy/signal/all_pole_filter.hpp"
#include "phy/signal/linear_processor.hpp"

namespace tessera {
namespace {

constexpr std::size_t kCurvePoints = 257;

// The large-signal curve around an operating point. The outer levels stay, so that a stage that scales with its drive
// keeps its scale; a constant takes the curve through the mean of the true levels.
class StaticCurve {
 public:
  StaticCurve(const AnyModel& model, const LaneState& in) {
    LaneState dense = in;
    const double low = in.levels.front(), high = in.levels.back();
    dense.levels.clear();
    for (std::size_t i = 0; i < kCurvePoints; ++i)
      dense.levels.push_back(low + (high - low) * static_cast<double>(i) / (kCurvePoints - 1));
    x_ = dense.levels;
    y_ = model.operate(dense).levels;
    if (x_.front() > x_.back()) {
      std::reverse(x_.begin(), x_.end());
      std::reverse(y_.begin(), y_.end());
    }
    const LaneState out = model.operate(in);
    double shift = out.mean();
    for (const double level : in.levels) shift -= (*this)(level) / static_cast<double>(in.levels.size());
    for (double& y : y_) y += shift;
    light_ = model.output() == Port::optical_power;
  }

  double operator()(double x) const {
    const double place = (x - x_.front()) / (x_[1] - x_[0]);
    const auto i = static_cast<std::size_t>(std::clamp(std::floor(place), 0.0, static_cast<double>(x_.size() - 2)));
    const double y = y_[i] + (place - static_cast<double>(i)) * (y_[i + 1] - y_[i]);
    return light_ ? std::max(y, 0.0) : y;
  }

 private:
  std::vector<double> x_, y_;
  bool light_ = false;
};

// H/H_00 from the model's own response on a fine grid.
std::function<Complex(double)> correction(const AnyModel& model, const MeasuredResponse& h, double step,
                                          const LaneState& in) {
  const FrequencyGrid grid{1.0 / (32.0 * step), 2048, 32};
  const StageResponse own = model.respond(grid, in);
  auto values = std::make_shared<std::vector<Complex>>();
  for (std::size_t k = 0; k < grid.frequency_count(); ++k) values->push_back(own.at(k, 0, 0));
  return [values, h, df = grid.frequency_step()](double f) {
    const double place = std::min(f / df, static_cast<double>(values->size() - 1));
    const auto i = std::min(static_cast<std::size_t>(place), values->size() - 2);
    const Complex below = (*values)[i], above = (*values)[i + 1];
    const Complex own_response = below + (place - static_cast<double>(i)) * (above - below);
    return std::abs(own_response) > 1e-9 ? h.at(f) / own_response : Complex(0.0);
  };
}

Processor make_static(const AnyModel& model, const LaneState& in) {
  return Processor([curve = StaticCurve(model, in), field = model.input() == Port::optical_field](SampleView samples,
                                                                                                  SampleSpan out) {
    for (std::size_t i = 0; i < out.real.size(); ++i)
      out.real[i] = curve(field ? std::norm(samples.field[i]) : samples.real[i]);
  });
}

// Takes what a first-order low cut loses off the signal; the loss starts at the mean.
Processor make_low_cut(double corner, double step, double mean) {
  return Processor([slow = AllPoleFilter(equal_poles(1, corner), step, mean), mean, drift = std::vector<double>()](
                       SampleView in, SampleSpan out) mutable {
    drift.assign(in.real.begin(), in.real.end());
    slow.process(drift);
    for (std::size_t i = 0; i < drift.size(); ++i) out.real[i] = in.real[i] - drift[i] + mean;
  });
}

}  // namespace

Processor make_measured_processor(const AnyModel& model, const MeasuredResponse& response, double step,
                                  const LaneState& in) {
  if (model.output() == Port::optical_field)
    return chain(make_linear_processor(correction(model, response, step, in), step), model.make_processor(step, in));
  Processor processor =
      chain(make_static(model, in), make_linear_processor([response](double f) { return response.at(f); }, step));
  const double low_cut = model.respond({1.0 / (32.0 * step), 16, 32}, in).high_pass;
  if (low_cut > 0.0) processor = chain(std::move(processor), make_low_cut(low_cut, step, model.operate(in).mean()));
  return processor;
}

}  // namespace tessera

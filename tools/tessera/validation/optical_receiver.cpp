#include "tools/tessera/validation/optical_receiver.hpp"

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <optional>

#include "devices/transmitter/serdes_driver.hpp"
#include "phy/engine/statistical_engine.hpp"
#include "scenarios/link/library_search.hpp"
#include "scenarios/link/scenario_reader.hpp"

namespace tessera::validation {
namespace {

// Light without a laser's or a modulator's faults: levels on a straight line from dark to `oma`, no noise, and any
// shape of the pulse.
struct IdealModulator {
  static constexpr std::string_view kType = "ideal_modulator";
  static constexpr Port kInput = Port::voltage;
  static constexpr Port kOutput = Port::optical_field;
  struct Params {};
  template <class P, class Visitor>
  static void visit(P&, Visitor&&) {}
  const Params& params() const { return parameters; }

  LaneState operate(const LaneState& in) const {
    LaneState out{Port::optical_field, in.levels, {2.0 * oma, 1311e-9, 0.0, 0.0}};
    for (double& level : out.levels) level = oma * (level - in.levels.front()) / in.swing();
    return out;
  }
  StageResponse respond(const FrequencyGrid& grid, const LaneState&) const {
    StageResponse response = StageResponse::zeros(grid, 2, 1);
    for (std::size_t k = 0; k < grid.frequency_count(); ++k)
      response.at(k, 0, 0) = shape ? shape(grid.frequency(k)) : Complex(1.0);
    return response;
  }
  std::vector<NoiseSource> noise(const FrequencyGrid&, const LaneState&) const { return {}; }
  Processor make_processor(double, const LaneState&) const { throw Error("no samples"); }
  std::vector<PowerItem> power(const CostContext&) const { return {}; }
  std::vector<FitItem> fit(const CostContext&) const { return {}; }
  double latency(const CostContext&) const { return 0.0; }

  Params parameters{};
  double oma = 1e-3;  // W
  std::function<Complex(double)> shape{};
};

// x where log10 of the symbol error ratio falls through that of `target`; it falls with x.
double solve(double low, double high, double target, const std::function<double(double)>& log10_ratio) {
  std::uintmax_t iterations = 40;
  const auto bracket =
      boost::math::tools::toms748_solve([&](double x) { return log10_ratio(x) - std::log10(target); }, low, high,
                                        [](double a, double b) { return std::abs(a - b) < 1e-3; }, iterations);
  return 0.5 * (bracket.first + bracket.second);
}

// Corner of a fourth-order Butterworth filter with noise bandwidth B: B = f (pi/8)/sin(pi/8).
double corner_of_noise_bandwidth(double bandwidth) {
  return bandwidth * std::sin(std::numbers::pi / 8.0) / (std::numbers::pi / 8.0);
}

// Shape of the light that makes the pulse at the slicer a raised cosine with half the symbol rate of excess bandwidth:
// no intersymbol interference behind whatever the receiver's filters are.
std::function<Complex(double)> nyquist_shape(const Link& link) {
  const PreparedSegment flat = prepare(link).segments[0];
  return [flat](double frequency) -> Complex {
    const double x = frequency / flat.grid.symbol_rate, step = flat.grid.frequency_step();
    if (x >= 0.75) return 0.0;
    const double cosine = x <= 0.25 ? 1.0 : 0.5 * (1.0 + std::cos(2.0 * std::numbers::pi * (x - 0.25)));
    return cosine / flat.channel.values.at(static_cast<std::size_t>(std::lround(frequency / step)));
  };
}

}  // namespace

double to_dbm(double watts) { return 10.0 * std::log10(1e3 * watts); }

Link optical_segment(const std::string& name, const std::vector<std::string>& sets) {
  const Library library = find_library(std::nullopt);
  ScenarioOptions options;
  options.sets = sets;
  Link link = read_link(library.folder / "links" / (name + ".toml"), library, all_models(), options).link;
  std::erase_if(link.segments, [](const Segment& s) { return s.name != "optical"; });
  return link;
}

Link behind_ideal_light(const std::string& name, const std::vector<std::string>& sets) {
  Link link = optical_segment(name, sets);
  Segment& segment = link.segments[0];
  const auto photodiode = std::ranges::find_if(segment.stages, [](const Stage& s) { return s.name == "photodiode"; });
  segment.stages.erase(segment.stages.begin(), photodiode);
  SerdesDriver::Params driver;
  driver.level_mismatch = 1.0;
  driver.rise_time = Time::from_si(0.0);
  driver.transmitter_snr = Decibel{200.0};
  driver.random_jitter = driver.dual_dirac_jitter = 0.0;
  segment.stages.insert(segment.stages.begin(), {"tx", AnyModel(SerdesDriver(driver)), Boundary::module, "", {}});
  segment.stages.insert(segment.stages.begin() + 1, {"light", AnyModel(IdealModulator()), Boundary::module, "", {}});
  segment.launch.reset();
  return link;
}

double required_oma(Link link, double target, const std::function<Complex(double)>& shape) {
  return solve(-13.0, -4.0, target, [&](double level) {
    link.segments[0].stages[1].model = AnyModel(IdealModulator{{}, 1e-3 * std::pow(10.0, 0.1 * level), shape});
    return run_statistical(prepare(link)).segments[0].symbol_error_ratio.log10();
  });
}

double thermally_limited_oma(const std::string& name, double symbol_rate, double symbol_error_ratio) {
  const double corner = corner_of_noise_bandwidth(0.5 * symbol_rate);
  const Link link = behind_ideal_light(
      name, {"optical.symbol_rate=" + std::to_string(symbol_rate * 1e-9) + " GBd",
             "optical.dsp_rx.bandwidth=" + std::to_string(corner * 1e-9) + " GHz",
             "optical.photodiode.transit_bandwidth=10000 GHz", "optical.photodiode.capacitance=0 fF",
             "optical.tia.bandwidth=1000 GHz", "optical.module_rx.length=0.001 mm", "optical.dsp_rx.ctle_zero=0 GHz",
             "optical.dsp_rx.ffe_taps=1", "optical.dsp_rx.ffe_pre_taps=0", "optical.dsp_rx.dfe_maximum=[]",
             "optical.dsp_rx.dfe_minimum=[]", "optical.dsp_rx.adc_bits=0"});
  return required_oma(link, symbol_error_ratio, nyquist_shape(link));
}

ReceivedLight required_at_tp3(const std::string& name, double bit_error_ratio) {
  const auto evaluate = [&](double loss) {
    return prepare(optical_segment(name, {"optical.patch.insertion_loss=" + std::to_string(0.5 * loss) + " dB"}));
  };
  const auto log10_ratio = [](const PreparedLink& link) {
    return run_statistical(link).segments[0].pre_fec_ber.log10();
  };
  const double loss = -solve(-14.0, -1.0, bit_error_ratio, [&](double less) { return log10_ratio(evaluate(-less)); });
  const PreparedLink at = evaluate(loss);
  const auto& stages = at.link.segments[0].stages;
  const auto fiber = std::ranges::find_if(stages, [](const Stage& s) { return s.name == "fiber"; });
  return {to_dbm(at.segments[0].states.at(static_cast<std::size_t>(fiber - stages.begin())).swing()),
          log10_ratio(evaluate(0.0))};
}

}  // namespace tessera::validation

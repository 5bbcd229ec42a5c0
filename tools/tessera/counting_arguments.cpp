#include "tools/tessera/counting_arguments.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "phy/core/error.hpp"
#include "phy/core/nearest_name.hpp"
#include "phy/core/quantity_text.hpp"
#include "phy/core/units.hpp"
#include "phy/modulation/prbs.hpp"
#include "scenarios/link/link_evaluation.hpp"
#include "tools/tessera/arguments.hpp"

namespace tessera::cli {
namespace {

double frequency(const std::string& flag, const std::string& text) {
  double value = 0.0;
  try {
    value = parse_quantity(text, dim::kFrequency);
  } catch (const ConfigError& error) {
    throw ConfigError(flag + ": " + error.what());
  }
  if (!(value > 0.0)) throw ConfigError(flag + ": must be above 0, got " + text);
  return value;
}

// Of a receiver that recovers clock and taps, and sinusoidal jitter.
void add_receiver(CLI::App& app, ReceiverArguments& a) {
  add_path(app, "--cdr", a.cdr, "receiver: clock recovery none | mueller_muller | bang_bang [none]", "NAME");
  add_path(app, "--adaptation", a.adaptation, "receiver: taps that learn none | lms | sign_sign [none]", "NAME");
  add_path(app, "--detector", a.detector, "receiver: slicer | mlse [slicer]", "NAME");
  app.add_option("--mlse-memory", a.mlse_memory,
                 "receiver: symbols that the sequence detector looks back on, 1 or 2 [1]")
      ->type_name("N");
  app.add_option("--training", a.training,
                 "receiver: symbols known to it before counting, where clock or taps adapt [200000]")
      ->transform(whole_number("10000000"))
      ->type_name("N");
  add_path(app, "--cdr-bandwidth", a.cdr_bandwidth,
           "receiver: bandwidth of clock recovery, such as \"4 MHz\" [symbol rate/13281]", "FREQUENCY");
  app.add_option("--clock-phase", a.clock_phase,
                 "receiver: where the clock starts, in UI from the settled phase, and stays without recovery [0]")
      ->type_name("UI");
  app.add_option("--clock-ppm", a.clock_ppm, "receiver: how much longer its clock period is than the transmitter's [0]")
      ->type_name("PPM");
  app.add_option("--sinusoidal-jitter", a.sinusoidal_jitter,
                 "bit_by_bit: peak of sinusoidal jitter, UI: up to 0.25 on the transmitter's edges; above, up to 20, "
                 "slow and with --path receiver [0]")
      ->type_name("UI");
  add_path(app, "--jitter-frequency", a.jitter_frequency, "bit_by_bit: frequency of --sinusoidal-jitter, \"1 MHz\"",
           "FREQUENCY");
}

// Names of those given that need --path receiver.
std::string given_for_receiver(const ReceiverArguments& a) {
  std::string names;
  const auto add = [&](bool given, const char* name) {
    if (given) names += (names.empty() ? "" : ", ") + std::string(name);
  };
  add(a.cdr.has_value(), "--cdr");
  add(a.adaptation.has_value(), "--adaptation");
  add(a.detector.has_value(), "--detector");
  add(a.mlse_memory.has_value(), "--mlse-memory");
  add(a.training.has_value(), "--training");
  add(a.cdr_bandwidth.has_value(), "--cdr-bandwidth");
  add(a.clock_phase.has_value(), "--clock-phase");
  add(a.clock_ppm.has_value(), "--clock-ppm");
  return names;
}

// Puts them in place.
void put(const ReceiverArguments& a, BitByBitOptions& options) {
  ReceiverOptions& r = options.receiver;
  if (a.cdr) r.clock = clock_mode_named(*a.cdr);
  if (a.adaptation) r.adaptation = adaptation_named(*a.adaptation);
  if (a.detector) r.detector = detector_named(*a.detector);
  r.mlse_memory = a.mlse_memory.value_or(r.mlse_memory);
  r.training = a.training.value_or(r.training);
  r.start_offset_ui = a.clock_phase.value_or(0.0);
  r.frequency_offset = a.clock_ppm.value_or(0.0) * 1e-6;
  if (a.cdr_bandwidth) options.clock_bandwidth_hz = frequency("--cdr-bandwidth", *a.cdr_bandwidth);
  if (a.sinusoidal_jitter.has_value() != a.jitter_frequency.has_value())
    throw ConfigError("--sinusoidal-jitter and --jitter-frequency belong together");
  options.sinusoidal.amplitude_ui = a.sinusoidal_jitter.value_or(0.0);
  if (a.jitter_frequency) options.sinusoidal_hz = frequency("--jitter-frequency", *a.jitter_frequency);
  if (r.clock == ClockMode::none && a.clock_ppm && *a.clock_ppm != 0.0)
    throw ConfigError("--clock-ppm needs --cdr: a clock that is not recovered runs away from the signal");
  const bool slow = options.sinusoidal.amplitude_ui > kMostEdgeDisplacement;
  ReceiverOptions checked = r;
  if (slow) checked.wander.amplitude_ui = options.sinusoidal.amplitude_ui;
  check_receiver(checked, slow ? SinusoidalJitter{} : options.sinusoidal);
}

}  // namespace

void add_counting(CLI::App& app, RunOptions& o) {
  app.add_option("--errors", o.errors, "bit_by_bit: stop at so many symbol errors a segment; 0 for no such rule [1000]")
      ->transform(whole_number("18446744073709551615"))
      ->type_name("N");
  app.add_option("--symbols", o.symbols,
                 "bit_by_bit: stop once so many symbols a segment are decided, whole blocks at a time (thousands of "
                 "symbols), 0 for no such rule [20000000]; samples of other methods")
      ->transform(whole_number("18446744073709551615"))
      ->type_name("N");
  app.add_option("--time", o.time, "bit_by_bit: stop after so many seconds a segment; the result then depends on them")
      ->type_name("S");
  add_path(app, "--method", o.method, "bit_by_bit: count | semi_analytic | de_bruijn | importance_sampling [count]",
           "NAME");
  add_path(
      app, "--jitter", o.jitter,
      "bit_by_bit: all of it on the decision as the other engines have it, or the transmitter's on its edges: decision "
      "| edges [decision]",
      "PLACE");
  add_path(
      app, "--path", o.path,
      "bit_by_bit: once a symbol through the linear lane, as a waveform through every stage, or as a waveform into a "
      "receiver with converter, clock recovery and adaptation: automatic | baud_rate | stages | receiver [automatic]",
      "NAME");
  add_receiver(app, o.receiver);
  add_path(app, "--pattern", o.pattern, "bit_by_bit: random | prbs7 ... prbs31 | prbs13q | prbs31q | ssprq [random]",
           "NAME");
}

BitByBitOptions counting_options(const RunOptions& options) {
  BitByBitOptions counting;
  counting.seed = options.seed;
  counting.stop.errors = options.errors.value_or(counting.stop.errors);
  counting.stop.symbols = options.symbols.value_or(counting.stop.symbols);
  counting.stop.seconds = options.time.value_or(0.0);
  counting.pattern = options.pattern.value_or(counting.pattern);
  if (options.method) counting.method = method_named(*options.method);
  if (options.jitter) counting.jitter = jitter_place_named(*options.jitter);
  if (options.path) counting.path = lane_path_named(*options.path);
  counting.samples = options.symbols.value_or(0);
  counting.eye = options.plots.has_value() || options.hdf5.has_value();
  put(options.receiver, counting);
  return counting;
}

void check_engine(const RunOptions& options) {
  const bool counts = engine_named(options.engine) == Engine::bit_by_bit;
  const std::string receiver = given_for_receiver(options.receiver);
  const bool tuned = options.errors || options.symbols || options.time || options.pattern || options.method ||
                     options.jitter || options.path || options.receiver.sinusoidal_jitter ||
                     options.receiver.jitter_frequency;
  if (!counts && (tuned || !receiver.empty()))
    throw ConfigError(
        "--errors, --symbols, --time, --pattern, --method, --jitter, --path, and what sets jitter or receiver, are for "
        "--engine bit_by_bit, got " +
        options.engine);
  if (!counts) return;
  if (!receiver.empty() && options.path != "receiver")
    throw ConfigError(receiver + ": for --path receiver, got " + options.path.value_or("automatic"));
  if (options.jitter) jitter_place_named(*options.jitter);
  if (options.path) lane_path_named(*options.path);
  if (options.method && method_named(*options.method) != Method::count &&
      (options.errors || options.time || options.pattern))
    throw ConfigError("--errors, --time and --pattern are for --method count, got " + *options.method);
  if (options.symbols && options.method && method_named(*options.method) == Method::de_bruijn)
    throw ConfigError("--symbols is for methods that draw: de_bruijn takes every pattern once");
  if (options.method && method_named(*options.method) != Method::count && options.path == "receiver")
    throw ConfigError("--path receiver is for --method count, got " + *options.method);
  if (options.waterfall || !options.measured_ber.empty())
    throw ConfigError("--waterfall and --measured-ber need an engine that computes, budget or statistical");
  if (options.errors == 0 && options.symbols == 0 && !options.time)
    throw ConfigError("nothing ends the run: --errors and --symbols are 0 and there is no --time");
  BitByBitOptions tried;
  put(options.receiver, tried);
  if (options.time && !(*options.time > 0.0 && *options.time < 1e9))
    throw ConfigError(fmt::format("--time must be positive, got {:g} s", *options.time));
  if (options.pattern) {
    const auto names = pattern_names();
    if (std::find(names.begin(), names.end(), *options.pattern) == names.end())
      throw ConfigError("--pattern: unknown pattern \"" + *options.pattern + "\"" +
                        suggestion(*options.pattern, names));
  }
}

}  // namespace tessera::cli

#include "scenarios/link/receiver_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

namespace tessera {
namespace {

using Json = nlohmann::ordered_json;

Json transfer_json(const JsonWriter& w, const JitterTransfer& t) {
  const auto polar = [&](const std::complex<double>& h) {
    return Json{{"magnitude", w.number("jitter_transfer", std::abs(h))},
                {"phase_rad", w.number("jitter_transfer", std::arg(h))}};
  };
  return {{"frequency_ui", w.number("frequency", t.frequency)},
          {"amplitude_ui", w.number("amplitude", t.amplitude_ui)},
          {"measured", polar(t.measured)},
          {"linear", polar(t.linear)},
          {"slew_limit_ui", w.number("slew_limit", t.slew_limit_ui)}};
}

Json convergence_json(const JsonWriter& w, const ConvergenceReport& c) {
  return {{"training_symbols", c.training},
          {"converged_at", c.converged_at ? Json(*c.converged_at) : Json()},
          {"settled_v2", w.number("settled", c.settled)},
          {"window_symbols", c.window},
          {"mean_square_v2", w.numbers("mean_square", c.mean_square)}};
}

}  // namespace

nlohmann::ordered_json receiver_json(const JsonWriter& w, const ReceiverReport& r) {
  Json json{{"cdr", r.clock},
            {"adaptation", r.adaptation},
            {"detector", r.detector},
            {"waveform", r.waveform},
            {"settling_symbols", r.settling},
            {"ffe", w.numbers("ffe", r.ffe)},
            {"dfe", w.numbers("dfe", r.dfe)},
            {"mean_square_error_v2", w.number("mean_square_error", r.mean_square_error)},
            {"settled_solution_error_v2", w.number("settled_solution_error", r.settled_solution_error)},
            {"phase_mean_ui", w.number("phase_mean", r.phase_mean_ui)},
            {"phase_rms_ui", w.number("phase_rms", r.phase_rms_ui)},
            {"frequency_ppm", w.number("frequency", r.frequency * 1e6)},
            {"proportional_ui", w.number("proportional", r.proportional)},
            {"integral_ui", w.number("integral", r.integral)},
            {"detector_gain_per_ui", w.number("detector_gain", r.detector_gain)},
            {"mlse_pulse", w.numbers("mlse_pulse", r.mlse_pulse)}};
  json["convergence"] = r.convergence ? convergence_json(w, *r.convergence) : Json();
  json["converter"] = r.converter_bits > 0 ? Json{{"bits", r.converter_bits},
                                                  {"full_scale_v", w.number("full_scale", r.full_scale_v)},
                                                  {"clipped_share", w.number("clipped_share", r.clipped_share)}}
                                           : Json();
  json["jitter_transfer"] = r.jitter_transfer ? transfer_json(w, *r.jitter_transfer) : Json();
  return json;
}

}  // namespace tessera

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "phy/core/constants.hpp"
#include "phy/core/error.hpp"
#include "phy/core/nearest_name.hpp"
#include "phy/engine/receiver_loop.hpp"

namespace tessera {
namespace {

constexpr std::array kClocks{ClockMode::none, ClockMode::mueller_muller, ClockMode::bang_bang};
constexpr std::array kAdaptations{Adaptation::none, Adaptation::lms, Adaptation::sign_sign};
constexpr std::array kDetectors{Detector::slicer, Detector::mlse};
constexpr std::uint64_t kLeastTraining = 4096;
constexpr double kMostWander = 20.0;       // UI
constexpr double kSteepestWander = 0.002;  // UI a symbol: 0.1 UI over 50 symbols

template <class Values>
auto named(const Values& values, const std::string& name, const std::string& what) {
  std::vector<std::string> known;
  for (const auto value : values) {
    if (name == to_string(value)) return value;
    known.emplace_back(to_string(value));
  }
  throw ConfigError("unknown " + what + " \"" + name + "\"" + suggestion(name, known));
}

void require(bool ok, const std::string& rule) {
  if (!ok) throw ConfigError(rule);
}

}  // namespace

std::string_view to_string(ClockMode mode) {
  return mode == ClockMode::none ? "none" : mode == ClockMode::mueller_muller ? "mueller_muller" : "bang_bang";
}

std::string_view to_string(Adaptation adaptation) {
  return adaptation == Adaptation::none ? "none" : adaptation == Adaptation::lms ? "lms" : "sign_sign";
}

std::string_view to_string(Detector detector) { return detector == Detector::slicer ? "slicer" : "mlse"; }

ClockMode clock_mode_named(const std::string& name) { return named(kClocks, name, "clock recovery"); }
Adaptation adaptation_named(const std::string& name) { return named(kAdaptations, name, "adaptation"); }
Detector detector_named(const std::string& name) { return named(kDetectors, name, "detector"); }

void check_receiver(const ReceiverOptions& o, const SinusoidalJitter& sinusoidal) {
  const auto finite = [](double x) { return std::isfinite(x); };
  require(finite(o.start_offset_ui) && std::abs(o.start_offset_ui) <= 1.0,
          fmt::format("a clock starts within 1 UI of the settled phase, got {:g} UI", o.start_offset_ui));
  require(finite(o.frequency_offset) && std::abs(o.frequency_offset) <= 1e-2,
          fmt::format("an offset between clocks is at most 1 %, got {:g}", o.frequency_offset));
  require(o.bandwidth > 0.0 && o.bandwidth <= 0.05,
          fmt::format("the bandwidth of clock recovery lies above 0 and up to a twentieth of the symbol rate, got {:g}",
                      o.bandwidth));
  require(o.damping >= 0.5 && o.damping <= 100.0,
          fmt::format("the damping of clock recovery lies within 0.5 and 100, got {:g}", o.damping));
  const bool adapts = o.adaptation != Adaptation::none || o.clock != ClockMode::none;
  require(!adapts || o.training >= kLeastTraining,
          fmt::format("a receiver trains on at least {} symbols, got {}", kLeastTraining, o.training));
  require(o.misadjustment > 0.0 && o.misadjustment <= 0.2,
          fmt::format("misadjustment lies above 0 and up to 0.2, got {:g}", o.misadjustment));
  require(o.mlse_memory == 1 || o.mlse_memory == 2,
          fmt::format("MLSE remembers 1 or 2 symbols, got {}", o.mlse_memory));
  require(sinusoidal.amplitude_ui >= 0.0 && sinusoidal.amplitude_ui <= kMostEdgeDisplacement,
          fmt::format("sinusoidal jitter has an amplitude of 0 to {} UI, got {:g} UI", kMostEdgeDisplacement,
                      sinusoidal.amplitude_ui));
  require(sinusoidal.frequency >= 0.0 && sinusoidal.frequency < 0.5,
          fmt::format("sinusoidal jitter lies below half the symbol rate, got {:g} of it", sinusoidal.frequency));
  require(o.wander.amplitude_ui >= 0.0 && o.wander.amplitude_ui <= kMostWander,
          fmt::format("wander has an amplitude of 0 to {} UI, got {:g} UI", kMostWander, o.wander.amplitude_ui));
  const double slope = 2.0 * constants::kPi * o.wander.frequency * o.wander.amplitude_ui;
  require(slope >= 0.0 && slope <= kSteepestWander,
          fmt::format("sinusoidal jitter above {} UI is slow: 2 pi f A up to {} UI a symbol, got {:g}",
                      kMostEdgeDisplacement, kSteepestWander, slope));
}

}  // namespace tessera

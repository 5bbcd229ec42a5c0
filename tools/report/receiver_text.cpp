#include "tools/report/receiver_text.hpp"

#include <fmt/core.h>

#include <cmath>

#include "tools/report/number_text.hpp"

namespace tessera::report {
namespace {

std::string taps_text(const ReceiverReport& r) {
  if (!r.convergence) return "taps as settled";
  const double excess = 10.0 * std::log10(r.mean_square_error / r.settled_solution_error);
  const std::string end = fmt::format(", error {:+.2f} dB of the settled taps", excess);
  if (!r.convergence->converged_at)
    return r.adaptation + " not converged in " + std::to_string(r.convergence->training) + " symbols" + end;
  return r.adaptation + " converged at symbol " + std::to_string(*r.convergence->converged_at) + end;
}

std::string clock_text(const ReceiverReport& r) {
  if (r.clock == "none")
    return std::abs(r.phase_mean_ui) < 1e-6
               ? "clock as settled"
               : fmt::format("clock held {:+.3f} UI from the settled phase", r.phase_mean_ui);
  std::string out = fmt::format("{} at {:+.4f} UI, {:.4f} UI rms", r.clock, r.phase_mean_ui, r.phase_rms_ui);
  if (!r.jitter_transfer) return out;
  const JitterTransfer& t = *r.jitter_transfer;
  out += ", jitter transfer " + text(std::abs(t.measured));
  out += " (linear loop " + text(std::abs(t.linear));
  if (t.slew_limit_ui) out += ", slews up to " + text(*t.slew_limit_ui) + " UI";
  out += ")";
  return out;
}

std::string converter_text(const ReceiverReport& r) {
  if (r.converter_bits == 0) return "";
  return fmt::format("; {} bits, {} of samples clipped", r.converter_bits, text(r.clipped_share));
}

std::string detector_text(const ReceiverReport& r) {
  if (r.mlse_pulse.empty()) return "";
  std::string out = "; mlse on";
  for (const double h : r.mlse_pulse) out += fmt::format(" {:.3f}", h);
  return out;
}

}  // namespace

std::string receivers_text(const std::vector<LinkReport>& links) {
  std::string out;
  for (const LinkReport& link : links)
    for (const SegmentReport& segment : link.segments)
      if (segment.result.receiver) {
        const ReceiverReport& r = *segment.result.receiver;
        out += link.name + "." + segment.result.name + ": " + taps_text(r) + "; " + clock_text(r) + converter_text(r) +
               detector_text(r) + "\n";
      }
  return out.empty() ? out : "\n" + out;
}

}  // namespace tessera::report

#include "tools/report/probe_table.hpp"

#include <fmt/core.h>

#include <cmath>

#include "phy/core/quantity_text.hpp"
#include "tools/report/number_text.hpp"
#include "tools/report/text_table.hpp"

namespace tessera::report {
namespace {

std::string optional_text(const std::optional<double>& value, int decimals) {
  return value ? fmt::format("{:.{}f}", *value, decimals) : std::string("-");
}

}  // namespace

std::string probe_table(const LinkReport& link, bool bold) {
  TextTable table{{{link.name + ": port behind", false},
                   {"test point", false},
                   {"mean"},
                   {"swing or OMA"},
                   {"dBm"},
                   {"ER (dB)"},
                   {"R_LM, spacing"},
                   {"R_LM, transmitter"},
                   {"noise rms"},
                   {"to"}},
                  {}};
  for (const Probe& p : link.probes) {
    // A mean that is rounding beside the swing reads as none.
    const auto amount = [&](double value) {
      return format_engineering(std::abs(value) > 1e-12 * std::abs(p.swing) ? value : 0.0, p.unit, 4);
    };
    table.rows.push_back({p.segment + "." + p.stage, p.test_point, amount(p.mean), amount(p.swing),
                          optional_text(p.average_power_dbm, 2), optional_text(p.extinction_ratio_db, 2),
                          optional_text(p.level_mismatch_smallest_spacing, 3),
                          optional_text(p.level_mismatch_transmitter, 3), p.noise_rms ? amount(*p.noise_rms) : "-",
                          p.noise_bandwidth_hz ? format_engineering(*p.noise_bandwidth_hz, "Hz", 4) : "-"});
  }
  return table.text(bold);
}

}  // namespace tessera::report

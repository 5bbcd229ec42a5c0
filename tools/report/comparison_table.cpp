#include "tools/report/comparison_table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "phy/core/quantity_text.hpp"
#include "tools/report/number_text.hpp"
#include "tools/report/text_table.hpp"

namespace tessera::report {
namespace {

// Spares multiply small chances to figures that no field count will tell from zero.
std::string fit_text(double fit) {
  constexpr double kSmallest = 1e-9;
  return fit > 0.0 && fit < kSmallest ? "< " + text(kSmallest) : text(fit);
}

using Cell = std::function<std::string(const LinkReport&)>;

std::string signed_db(double db) { return fmt::format("{:+.2f}", db); }

std::string lanes_text(const LinkReport& r) {
  const std::string spares = r.spare_lanes > 0 ? fmt::format(" + {}", r.spare_lanes) : "";
  return fmt::format("{}{} x {}", r.lanes, spares, format_engineering(r.lane_rate_bps, "bit/s", 5));
}

std::string reach_cell(const LinkReport& r, const Reach& reach) {
  if (!r.complete) return "interrupted";
  return r.curve.empty() ? "-" : reach_text(reach, r.reach_search_limit_m);
}

std::string energy_text(const EnergyTotal& total) { return text(total.joules_per_bit * 1e12); }

// Of the segment that limits the link.
std::string counted_text(const LinkReport& r) {
  for (const SegmentReport& s : r.segments)
    if (s.result.count && s.result.name == r.verdict.limiting_segment) {
      const ErrorCount& c = *s.result.count;
      if (c.is_bound()) return fmt::format("< {}, no error", text(c.bit_error_95.high));
      return fmt::format("{} ... {}, {} errors", text(c.bit_error_95.low), text(c.bit_error_95.high), c.symbol_errors);
    }
  return "-";
}

// Whether a segment counted no error: ratios of the link are upper bounds, its margin a lower one.
bool bounded(const LinkReport& r) {
  return std::any_of(r.segments.begin(), r.segments.end(),
                     [](const SegmentReport& s) { return s.result.count && s.result.count->is_bound(); });
}

std::string at_most(const LinkReport& r, const std::string& value) { return (bounded(r) ? "< " : "") + value; }
std::string at_least(const LinkReport& r, const std::string& value) { return (bounded(r) ? "> " : "") + value; }

std::string closes_text(const LinkReport& r) {
  if (r.verdict.closes) return "yes";
  return bounded(r) ? "not decided" : "no";
}

// A frame is lost with its codewords: losses stand in the ratio of codeword errors.
std::string burst_loss_text(const LinkReport& r) {
  if (!r.burst_codeword_error_ratio || !r.verdict.codeword_error_ratio) return "-";
  const double decades = r.burst_codeword_error_ratio->log10() - r.verdict.codeword_error_ratio->log10();
  return text(Log10Probability::from_log10(std::min(0.0, r.verdict.frame_loss_ratio.at(64).log10() + decades)));
}

struct Row {
  std::string name;
  Cell cell;
  std::function<bool(const LinkReport&)> shown = [](const LinkReport&) { return true; };  // by any of the links
};

bool counted(const LinkReport& r) { return r.engine == "bit_by_bit"; }
bool bursts(const LinkReport& r) { return r.burst_codeword_error_ratio.has_value(); }

std::vector<Row> rows() {
  return {
      {"technology", [](const LinkReport& r) { return r.technology; }},
      {"lanes", lanes_text},
      {"length", [](const LinkReport& r) { return r.length_m ? length_text(*r.length_m) : std::string("-"); }},
      {"case temperature (degC)", [](const LinkReport& r) { return text(r.case_temperature_k - 273.15); }},
      {"pre-FEC BER at that length", [](const LinkReport& r) { return at_most(r, text(r.verdict.pre_fec_ber)); }},
      {"pre-FEC BER, counted (95 %)", counted_text, counted},
      {"pre-FEC BER allowed", [](const LinkReport& r) { return text(r.verdict.required_ber) + " (" + r.fec + ")"; }},
      {"frame loss ratio, 64 B",
       [](const LinkReport& r) { return at_most(r, text(r.verdict.frame_loss_ratio.at(64))); }},
      {"the same, errors in bursts", burst_loss_text, bursts},
      {"closes", closes_text},
      {"margin_q", [](const LinkReport& r) { return at_least(r, text(r.verdict.margin_q)); }},
      {"margin_q, electrical dB",
       [](const LinkReport& r) { return at_least(r, signed_db(r.verdict.margin_electrical_db)); }},
      {"margin_q, optical dB",
       [](const LinkReport& r) {
         return r.verdict.margin_optical_db ? at_least(r, signed_db(*r.verdict.margin_optical_db)) : std::string("-");
       }},
      {"limited by", [](const LinkReport& r) { return r.limited_by; }},
      {"reach, nominal",
       [](const LinkReport& r) { return r.reach_stage.empty() ? std::string("-") : reach_cell(r, r.reach_nominal); }},
      {"reach, design",
       [](const LinkReport& r) { return r.reach_stage.empty() ? std::string("-") : reach_cell(r, r.reach_design); }},
      {"reach, standard",
       [](const LinkReport& r) { return r.reach_standard_m ? length_text(*r.reach_standard_m) : std::string("-"); }},
      {"reach limited by",
       [](const LinkReport& r) { return r.reach_limited_by.empty() ? std::string("-") : r.reach_limited_by; }},
      {"power of one end (W)", [](const LinkReport& r) { return text(r.energy.module_and_host.watts); }},
      {"energy, lane electronics (pJ/bit)", [](const LinkReport& r) { return energy_text(r.energy.lane_electronics); }},
      {"energy, module (pJ/bit)", [](const LinkReport& r) { return energy_text(r.energy.module); }},
      {"energy, module and host (pJ/bit)", [](const LinkReport& r) { return energy_text(r.energy.module_and_host); }},
      {"FIT, one direction",
       [](const LinkReport& r) { return fit_text(r.reliability.fit) + (r.reliability.groups.empty() ? "" : " *"); }},
      {"latency, one way", [](const LinkReport& r) { return format_engineering(r.latency.total, "s", 3); }},
  };
}

// A rate with spare lanes is the constant one that loses as many links within the mission; without spares it needs
// none.
std::string mission_note(const std::vector<LinkReport>& links) {
  for (const LinkReport& link : links) {
    if (link.reliability.groups.empty()) continue;
    return fmt::format("* with spare lanes: the constant rate that fails as often within a mission time of {} years\n",
                       text(link.reliability.mission_hours / kHoursPerYear));
  }
  return {};
}

}  // namespace

std::string comparison_table(const std::vector<LinkReport>& links, bool bold) {
  TextTable table;
  table.columns.push_back({"", false});
  for (const LinkReport& link : links) table.columns.push_back({link.name, true});
  for (const Row& row : rows()) {
    if (std::none_of(links.begin(), links.end(), row.shown)) continue;
    std::vector<std::string> cells{row.name};
    for (const LinkReport& link : links) cells.push_back(row.cell(link));
    table.rows.push_back(std::move(cells));
  }
  return table.text(bold) + mission_note(links);
}

std::string power_table(const LinkReport& link, bool bold) {
  TextTable table{
      {{link.name + ": component", false}, {"boundary", false}, {"each"}, {"count"}, {"W"}, {"share"}, {"", false}},
      {}};
  std::vector<EnergyRow> rows = link.energy.rows;
  std::stable_sort(rows.begin(), rows.end(), [](const EnergyRow& a, const EnergyRow& b) { return a.watts > b.watts; });
  const double total = link.energy.module_and_host.watts;
  for (const EnergyRow& row : rows) {
    const char* boundary = row.boundary == Boundary::host     ? "host"
                           : row.boundary == Boundary::module ? "module"
                                                              : "lane_electronics";
    table.rows.push_back({row.component, boundary, format_engineering(row.watts_each, "W", 3),
                          std::to_string(row.count), text(row.watts),
                          fmt::format("{:.1f} %", total > 0.0 ? 100.0 * row.watts / total : 0.0),
                          row.constant ? "constant" : ""});
  }
  table.rows.push_back({"total of one end", "", "", "", text(total), "100.0 %", ""});
  return table.text(bold);
}

std::string measured_table(const LinkReport& link, bool bold) {
  const BerOverlay& overlay = *link.measured_ber;
  TextTable table{{{link.name + ": " + std::string(axis_name(overlay.axis))},
                   {"measured BER"},
                   {"model BER"},
                   {"log10(measured/model)"},
                   {"", false}},
                  {}};
  for (const BerResidual& p : overlay.points) {
    const bool known = p.measured.low && p.measured.high;
    table.rows.push_back(
        {overlay.axis == BerAxis::length ? length_text(p.measured.x) : fmt::format("{:.2f}", p.measured.x),
         text(p.measured.ber), text(p.model), fmt::format("{:+.2f}", p.decades()),
         !known                ? ""
         : p.within_interval() ? "model within the interval"
                               : "model outside the interval"});
  }
  return table.text(bold) + fmt::format("{}: mean {:+.2f}, rms {:.2f} decades over {} points\n", overlay.file,
                                        overlay.mean_decades(), overlay.rms_decades(), overlay.points.size());
}

}  // namespace tessera::report

#include "tools/report/fabric_table.hpp"

#include <fmt/core.h>

#include "phy/core/quantity_text.hpp"
#include "tools/report/number_text.hpp"
#include "tools/report/text_table.hpp"

namespace tessera::report {
namespace {

constexpr int kFrame = kDeliveredFrame;

std::vector<std::string> row_of(const TierReport& t) {
  return {t.name,
          t.link.name,
          t.link.length_m ? length_text(*t.link.length_m) : "-",
          fmt::format("{} x {}", t.ports, format_engineering(t.port_rate_bps, "bit/s", 4)),
          std::to_string(t.links),
          std::to_string(t.ends),
          text(t.watts_per_end),
          text(t.watts * 1e-3, 4),
          text(t.joules_per_provisioned_bit * 1e12),
          text(t.frame_loss_ratio.at(kFrame)),
          text(t.fit_per_link),
          text(t.failures_per_day),
          t.link.verdict.closes ? "yes" : "NO"};
}

}  // namespace

std::string fabric_table(const FabricReport& r, bool bold) {
  TextTable table{{{"tier", false},
                   {"link", false},
                   {"length"},
                   {"ports"},
                   {"links"},
                   {"ends"},
                   {"W per end"},
                   {"kW"},
                   {"pJ/bit"},
                   {fmt::format("loss, {} B", kFrame)},
                   {"FIT"},
                   {"failures/day"},
                   {"closes", false}},
                  {}};
  for (const TierReport& tier : r.tiers) table.rows.push_back(row_of(tier));
  table.rows.push_back({"all", "", "", "", std::to_string(r.links), std::to_string(r.ends), "", text(r.watts * 1e-3, 4),
                        "", "", "", text(r.failures_per_day), ""});
  std::string out = table.text(bold);
  out += fmt::format("\n{} GPUs sending {} each at a load of {}\n", r.gpus,
                     format_engineering(r.gpu_rate_bps, "bit/s", 4), text(r.load));
  out += fmt::format("power of all ends            {} kW, {} W per GPU\n", text(r.watts * 1e-3, 4),
                     text(r.watts_per_gpu, 4));
  out += fmt::format("energy per delivered bit     {} pJ\n",
                     r.joules_per_delivered_bit ? text(*r.joules_per_delivered_bit * 1e12) : "-");
  out += fmt::format("loss of the longest path     {} of frames of {} B\n", text(r.path_loss_ratio.at(kFrame)), kFrame);
  out += fmt::format("link failures per day        {}{}\n", text(r.failures_per_day),
                     r.hours_between_failures ? ", one in " + text(*r.hours_between_failures) + " h" : "");
  return out;
}

}  // namespace tessera::report

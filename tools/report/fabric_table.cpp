#include "tools/report/fabric_table.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "phy/core/quantity_text.hpp"
#include "tools/report/number_text.hpp"
#include "tools/report/text_table.hpp"

namespace tessera::report {
namespace {

constexpr int kFrame = kDeliveredFrame;

bool all_close(const TierReport& tier) {
  return std::all_of(tier.classes.begin(), tier.classes.end(),
                     [](const TierClass& c) { return c.link.verdict.closes; });
}

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
          all_close(t) ? "yes" : "NO"};
}

// What a tier of several lengths or technologies is made of.
std::vector<std::string> row_of(const TierClass& c) {
  return {"",
          "  " + c.link.name,
          c.link.length_m ? length_text(*c.link.length_m) : "-",
          std::to_string(c.ports),
          std::to_string(c.links),
          std::to_string(c.ends),
          text(c.watts / static_cast<double>(c.ends)),
          text(c.watts * 1e-3, 4),
          text(c.link.energy.module_and_host.joules_per_bit * 1e12),
          text(c.link.verdict.frame_loss_ratio.at(kFrame)),
          text(c.fit_per_link),
          text(24.0 * static_cast<double>(c.links) * c.fit_per_link * 1e-9),
          c.link.verdict.closes ? "yes" : "NO"};
}

std::string percent(double share) { return text(100.0 * share) + " %"; }

std::string times(const CollectiveTime& t) {
  return fmt::format("{} to {} times as long as without loss", text(t.lower / t.loss_free, 4),
                     text(t.upper / t.loss_free, 4));
}

std::string loss_text(const OperationReport& o) {
  std::string out = fmt::format("goodput of a connection      {} of the line; {} over the worst links\n",
                                percent(o.goodput_fraction), percent(o.worst_transport.goodput_fraction));
  out += fmt::format("a message stalls             {} of messages, for {} s or more\n", text(o.worst_transport.stall),
                     text(o.worst_transport.timeout));
  if (o.collective)
    out += fmt::format("a collective takes           {}; {} if every loss costs a timeout\n", times(*o.collective),
                       times(*o.collective_timeouts));
  return out + fmt::format("GPU utilisation lost         {}\n", percent(o.gpu_utilisation_loss));
}

std::string energy_text(const OperationReport& o) {
  return fmt::format(
      "network power                {} kW: modules {} kW and {} switches; {} of the cluster's {} kW\n"
      "energy of a training run     {} MWh in links, {} MWh in the network\n",
      text(o.network_watts * 1e-3, 4), text(o.module_watts * 1e-3, 4), o.switches, percent(o.network_share),
      text(o.cluster_watts * 1e-3, 4), text(o.kwh_per_training * 1e-3, 4), text(o.network_kwh_per_training * 1e-3, 4));
}

std::string failures_text(const OperationReport& o) {
  return fmt::format(
      "interruptions per day        {} by links, {} in all; flaps {}\n"
      "availability                 {} of the time enough links are up\n"
      "effective training time      {} with a checkpoint every {} s; {} if only links failed\n",
      text(o.link_interruptions_per_day), text(o.interruptions_per_day), text(o.flaps_per_day), percent(o.availability),
      percent(o.effective_training_time), text(o.checkpoint_interval, 4), percent(o.effective_training_time_links));
}

std::string alternatives_text(const OperationReport& o, bool bold) {
  if (o.alternatives.empty()) return "";
  TextTable table{{{"instead", false},
                   {"tier", false},
                   {"link", false},
                   {"kW"},
                   {"saves kW"},
                   {"MWh a run"},
                   {"FIT"},
                   {"failures/day"},
                   {"effective time"},
                   {"closes", false}},
                  {}};
  // What does not close saves nothing and trains nothing.
  for (const AlternativeReport& a : o.alternatives) {
    const auto if_closes = [&](const std::string& value) { return a.closes ? value : std::string("-"); };
    table.rows.push_back({a.name, a.tier, a.link, text(a.watts * 1e-3, 4), if_closes(text(a.saved_watts * 1e-3, 4)),
                          if_closes(text(a.saved_kwh * 1e-3, 4)), text(a.fit_per_link), text(a.failures_per_day),
                          if_closes(percent(a.effective_training_time)), a.closes ? "yes" : "NO"});
  }
  return "\n" + table.text(bold);
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
  for (const TierReport& tier : r.tiers) {
    table.rows.push_back(row_of(tier));
    if (tier.classes.size() > 1)
      for (const TierClass& c : tier.classes) table.rows.push_back(row_of(c));
  }
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
  if (r.operation)
    out += loss_text(*r.operation) + energy_text(*r.operation) + failures_text(*r.operation) +
           alternatives_text(*r.operation, bold);
  return out;
}

}  // namespace tessera::report

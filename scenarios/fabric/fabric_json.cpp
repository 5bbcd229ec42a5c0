#include "scenarios/fabric/fabric_json.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace tessera {
namespace {

using Json = nlohmann::ordered_json;

double finite(const char* field, double value) {
  if (!std::isfinite(value)) throw NumericError(std::string("fabric: ") + field + " is not finite");
  return value;
}

Json optional(const char* field, const std::optional<double>& value, double factor = 1.0) {
  return value ? Json(finite(field, *value * factor)) : Json();
}

Json ratios(const std::map<int, Log10Probability>& by_frame) {
  Json json = Json::object();
  for (const auto& [bytes, p] : by_frame) json[std::to_string(bytes)] = finite("loss ratio", p.log10());
  return json;
}

Json classes_json(const TierReport& tier) {
  Json list = Json::array();
  for (const TierClass& c : tier.classes)
    list.push_back({{"name", c.name},
                    {"link", c.link.name},
                    {"technology", c.link.technology},
                    {"length_m", optional("length", c.link.length_m)},
                    {"ports", c.ports},
                    {"links", c.links},
                    {"ends", c.ends},
                    {"closes", c.link.verdict.closes},
                    {"margin_q", finite("margin_q", c.link.verdict.margin_q)},
                    {"power_w", finite("power_w", c.watts)},
                    {"fit_per_link", finite("fit", c.fit_per_link)}});
  return list;
}

Json spread_json(const LossSpread& spread) {
  return {{"nominal", finite("loss", spread.nominal.log10())},
          {"median", finite("loss", spread.median.log10())},
          {"percentile_99", finite("loss", spread.percentile_99.log10())},
          {"worst", finite("loss", spread.worst.log10())},
          {"mean", finite("loss", spread.mean.log10())}};
}

bool all_close(const TierReport& tier) {
  return std::all_of(tier.classes.begin(), tier.classes.end(),
                     [](const TierClass& c) { return c.link.verdict.closes; });
}

Json tier_json(const TierReport& tier) {
  return {{"name", tier.name},
          {"link", tier.link.name},
          {"technology", tier.technology},
          {"ports", tier.ports},
          {"port_rate_bps", finite("port_rate", tier.port_rate_bps)},
          {"crossings", tier.crossings},
          {"links", tier.links},
          {"ends", tier.ends},
          {"length_m", optional("length", tier.link.length_m)},
          {"closes", all_close(tier)},
          {"margin_q", finite("margin_q", tier.link.verdict.margin_q)},
          {"watts_per_end", finite("watts_per_end", tier.watts_per_end)},
          {"power_w", finite("power_w", tier.watts)},
          {"energy_pj_per_bit", finite("energy", tier.joules_per_provisioned_bit * 1e12)},
          {"log10_frame_loss_ratio", ratios(tier.frame_loss_ratio)},
          {"log10_frame_loss_over_links", spread_json(tier.spread)},
          {"fit_per_link", finite("fit", tier.fit_per_link)},
          {"link_failures_per_day", finite("failures", tier.failures_per_day)},
          {"classes", classes_json(tier)}};
}

Json transport_json(const TransportReport& t) {
  return {{"efficiency", finite("efficiency", t.efficiency)},
          {"goodput_fraction", finite("goodput", t.goodput_fraction)},
          {"log10_message_loss", finite("message loss", t.message_loss.log10())},
          {"log10_stall", finite("stall", t.stall.log10())},
          {"timeout_s", finite("timeout", t.timeout)}};
}

Json collective_json(const std::optional<CollectiveTime>& time) {
  if (!time) return {};
  return {{"loss_free_s", finite("time", time->loss_free)},
          {"lower_s", finite("time", time->lower)},
          {"upper_s", finite("time", time->upper)}};
}

Json alternatives_json(const OperationReport& o) {
  Json list = Json::array();
  for (const AlternativeReport& a : o.alternatives)
    list.push_back({{"name", a.name},
                    {"tier", a.tier},
                    {"link", a.link},
                    {"technology", a.technology},
                    {"closes", a.closes},
                    {"power_w", finite("power", a.watts)},
                    {"saved_w", finite("saving", a.saved_watts)},
                    {"saved_kwh_per_training", finite("saving", a.saved_kwh)},
                    {"fit_per_link", finite("fit", a.fit_per_link)},
                    {"link_failures_per_day", finite("failures", a.failures_per_day)},
                    {"effective_training_time", finite("effective time", a.effective_training_time)}});
  return list;
}

Json tiers_in_operation(const OperationReport& o) {
  Json list = Json::array();
  for (const TierOperation& t : o.tiers)
    list.push_back({{"name", t.name},
                    {"link_failures_per_day", finite("failures", t.failures_per_day)},
                    {"flaps_per_day", finite("flaps", t.flaps_per_day)},
                    {"interruptions_per_day", finite("interruptions", t.interruptions_per_day)},
                    {"availability", finite("availability", t.availability)},
                    {"log10_unavailability", finite("unavailability", t.too_few.log10())}});
  return list;
}

Json operation_json(const OperationReport& o) {
  return {{"log10_path_loss", finite("loss", o.path_loss.log10())},
          {"log10_worst_path_loss", finite("loss", o.worst_path_loss.log10())},
          {"transport", transport_json(o.transport)},
          {"transport_worst_path", transport_json(o.worst_transport)},
          {"collective", collective_json(o.collective)},
          {"collective_with_timeouts", collective_json(o.collective_timeouts)},
          {"switches", o.switches},
          {"scale_up_switches", o.scale_up_switches},
          {"optical_switches", o.optical_switches},
          {"module_power_w", finite("power", o.module_watts)},
          {"network_power_w", finite("power", o.network_watts)},
          {"cluster_power_w", finite("power", o.cluster_watts)},
          {"network_power_share", finite("share", o.network_share)},
          {"kwh_per_training", finite("energy", o.kwh_per_training)},
          {"network_kwh_per_training", finite("energy", o.network_kwh_per_training)},
          {"flaps_per_day", finite("flaps", o.flaps_per_day)},
          {"link_interruptions_per_day", finite("interruptions", o.link_interruptions_per_day)},
          {"interruptions_per_day", finite("interruptions", o.interruptions_per_day)},
          {"checkpoint_interval_s", finite("interval", o.checkpoint_interval)},
          {"effective_training_time", finite("effective time", o.effective_training_time)},
          {"effective_training_time_links_only", finite("effective time", o.effective_training_time_links)},
          {"tiers", tiers_in_operation(o)},
          {"alternatives", alternatives_json(o)}};
}

Json of_operation(const FabricReport& report, const char* field, double OperationReport::* member) {
  return report.operation ? Json(finite(field, (*report.operation).*member)) : Json();
}

}  // namespace

Json to_json(const FabricReport& report) {
  Json tiers = Json::array();
  for (const TierReport& tier : report.tiers) tiers.push_back(tier_json(tier));
  return {{"name", report.name},
          {"description", report.description},
          {"gpus", report.gpus},
          {"gpu_rate_bps", finite("gpu_rate", report.gpu_rate_bps)},
          {"load", finite("load", report.load)},
          {"tiers", std::move(tiers)},
          {"links_total", report.links},
          {"ends_total", report.ends},
          {"power_w", finite("power", report.watts)},
          {"power_w_per_gpu", finite("power per gpu", report.watts_per_gpu)},
          {"energy_pj_per_delivered_bit", optional("energy", report.joules_per_delivered_bit, 1e12)},
          {"log10_packet_loss_ratio", ratios(report.path_loss_ratio)},
          {"goodput_fraction", of_operation(report, "goodput", &OperationReport::goodput_fraction)},
          {"link_failures_per_day", finite("failures", report.failures_per_day)},
          {"hours_between_link_failures", optional("hours", report.hours_between_failures)},
          {"availability", of_operation(report, "availability", &OperationReport::availability)},
          {"gpu_utilisation_loss", of_operation(report, "utilisation", &OperationReport::gpu_utilisation_loss)},
          {"operation", report.operation ? operation_json(*report.operation) : Json()}};
}

}  // namespace tessera

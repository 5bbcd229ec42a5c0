#include "scenarios/fabric/fabric_json.hpp"

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
          {"closes", tier.link.verdict.closes},
          {"margin_q", finite("margin_q", tier.link.verdict.margin_q)},
          {"watts_per_end", finite("watts_per_end", tier.watts_per_end)},
          {"power_w", finite("power_w", tier.watts)},
          {"energy_pj_per_bit", finite("energy", tier.joules_per_provisioned_bit * 1e12)},
          {"log10_frame_loss_ratio", ratios(tier.frame_loss_ratio)},
          {"fit_per_link", finite("fit", tier.fit_per_link)},
          {"link_failures_per_day", finite("failures", tier.failures_per_day)}};
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
          {"goodput_fraction", Json()},
          {"link_failures_per_day", finite("failures", report.failures_per_day)},
          {"hours_between_link_failures", optional("hours", report.hours_between_failures)},
          {"availability", Json()},
          {"gpu_utilisation_loss", Json()}};
}

}  // namespace tessera

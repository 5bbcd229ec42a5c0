#include "tools/report/fabric_hdf5.hpp"

#include <map>
#include <string_view>

#include "phy/core/version.hpp"
#include "phy/io/hdf5_file.hpp"
#include "tools/report/fabric_plots.hpp"

namespace tessera::report {
namespace {

void write_provenance(Hdf5Writer& file, const FabricResult& result) {
  std::vector<std::string> parameter, value, source, status;
  for (const auto* rows : {&result.provenance, &result.link_provenance}) {
    for (const ProvenanceRow& row : *rows) {
      parameter.push_back(row.parameter);
      value.push_back(row.value);
      source.push_back(row.source);
      status.push_back(row.status);
    }
  }
  file.group("/provenance");
  file.texts("/provenance/parameter", parameter);
  file.texts("/provenance/value", value);
  file.texts("/provenance/source", source);
  file.texts("/provenance/status", status);
  // The fabric's own rows come first; the links' follow.
  file.attribute("/provenance", "fabric_rows", static_cast<std::int64_t>(result.provenance.size()));
}

void write_scenario(Hdf5Writer& file, const FabricResult& result) {
  file.text("/scenario/fabric", result.text);
  std::map<std::string, int> times;  // two files may call their links the same
  for (const auto& [name, text] : result.link_texts) {
    const int before = times[name]++;
    file.text("/scenario/links/" + name + (before > 0 ? "." + std::to_string(before + 1) : ""), text);
  }
}

// By frame size: an axis of bytes and log10 beside it.
void write_frame_loss(Hdf5Writer& file, const std::string& group, const std::map<int, Log10Probability>& by_frame) {
  std::vector<double> bytes, loss;
  for (const auto& [frame, p] : by_frame) {
    bytes.push_back(frame);
    loss.push_back(p.log10());
  }
  file.axis(group + "/frame_bytes", bytes, "1");
  file.dataset(group + "/log10_frame_loss_ratio", loss, "1", group + "/frame_bytes");
}

void write_notes(Hdf5Writer& file, const std::string& group, const std::vector<ValidityNote>& notes) {
  if (notes.empty()) return;
  std::vector<std::string> stage, quantity, range, unit;
  std::vector<double> value;
  for (const ValidityNote& note : notes) {
    stage.push_back(note.stage);
    quantity.push_back(note.quantity);
    range.push_back(note.range);
    unit.push_back(note.unit);
    value.push_back(note.value);
  }
  file.texts(group + "/stage", stage);
  file.texts(group + "/quantity", quantity);
  file.texts(group + "/range", range);
  file.texts(group + "/unit", unit);
  file.dataset(group + "/value", value, "1");  // each in the unit beside it
}

// One evaluated link: what a fabric needs of it, so that nobody has to compute it again.
void write_share(Hdf5Writer& file, const std::string& group, const TierShare& share) {
  const LinkReport& link = share.link;
  file.group(group);
  file.attribute(group, "name", link.name);
  file.attribute(group, "technology", link.technology);
  file.attribute(group, "engine", link.engine);
  file.attribute(group, "fec", share.fec.code);
  file.attribute(group, "interleave", std::int64_t{share.fec.interleave});
  file.attribute(group, "closes", std::int64_t{link.verdict.closes ? 1 : 0});
  const auto put = [&](const char* name, double value, const char* unit) {
    file.scalar(group + "/" + name, value, unit);
  };
  put("share", share.share, "1");
  if (link.length_m) put("length", *link.length_m, "m");
  put("payload_rate", link.payload_rate_bps, "bit/s");
  put("latency", link.latency.total, "s");
  put("power", link.energy.module_and_host.watts, "W");
  put("module_power", link.energy.module.watts, "W");
  put("energy", link.energy.module_and_host.joules_per_bit, "J/bit");
  put("fit", link.reliability.fit, "1e-9/h");
  put("margin_q", link.verdict.margin_q, "1");
  put("log10_pre_fec_ber", link.verdict.pre_fec_ber.log10(), "1");
  write_frame_loss(file, group, link.verdict.frame_loss_ratio);
  write_notes(file, group + "/notes", link.notes);
}

void write_shares(Hdf5Writer& file, const std::string& owner, const std::vector<TierShare>& shares) {
  for (std::size_t i = 0; i < shares.size(); ++i)
    write_share(file, owner + "/evaluated/" + std::to_string(i), shares[i]);
}

void write_tier(Hdf5Writer& file, const TierReport& tier) {
  const std::string base = "/fabric/tiers/" + tier.name;
  file.text(base + "/technology", tier.technology);
  file.scalar(base + "/ports", static_cast<double>(tier.ports), "1");
  file.scalar(base + "/links", static_cast<double>(tier.links), "1");
  file.scalar(base + "/port_rate", tier.port_rate_bps, "bit/s");
  file.scalar(base + "/power", tier.watts, "W");
  file.scalar(base + "/module_power", tier.module_watts, "W");
  file.scalar(base + "/fit_per_link", tier.fit_per_link, "1e-9/h");
  file.scalar(base + "/link_failures_per_day", tier.failures_per_day, "1/d");
  write_frame_loss(file, base, tier.frame_loss_ratio);
  file.scalar(base + "/log10_frame_loss_worst", tier.spread.worst.log10(), "1");
  file.scalar(base + "/log10_frame_loss_mean", tier.spread.mean.log10(), "1");
}

void write_margin_curves(Hdf5Writer& file, const FabricReport& report) {
  const LinePlot plot = loss_against_margin(report);
  for (std::size_t i = 0; i < plot.series.size(); ++i) {
    std::vector<double> margin, loss;
    for (const Point& point : plot.series[i].points) {
      margin.push_back(point.x);
      loss.push_back(point.y);
    }
    if (margin.empty()) continue;
    const std::string base = "/fabric/tiers/" + report.tiers[i].name + "/loss_against_margin";
    file.axis(base + "/margin", margin, "dB");
    file.dataset(base + "/log10_frame_loss_ratio", loss, "1", base + "/margin");
  }
}

void write_operation(Hdf5Writer& file, const OperationReport& o) {
  const auto put = [&](std::string_view name, double value, std::string_view unit) {
    file.scalar("/fabric/operation/" + std::string(name), value, unit);
  };
  put("goodput_fraction", o.goodput_fraction, "1");
  put("gpu_utilisation_loss", o.gpu_utilisation_loss, "1");
  put("availability", o.availability, "1");
  put("network_power", o.network_watts, "W");
  put("network_power_share", o.network_share, "1");
  put("energy_per_training", o.kwh_per_training, "kWh");
  put("interruptions_per_day", o.interruptions_per_day, "1/d");
  put("effective_training_time", o.effective_training_time, "1");
}

}  // namespace

void write_fabric_hdf5(const std::filesystem::path& path, const FabricResult& result, const FabricReport& report,
                       const std::string& json) {
  Hdf5Writer file(path, kFabricFormat);
  file.attribute("/", "tessera_version", version());
  file.attribute("/", "tessera_commit", commit());
  write_scenario(file, result);
  file.text("/report", json);
  write_provenance(file, result);
  file.text("/fabric/name", report.name);
  file.scalar("/fabric/gpus", static_cast<double>(report.gpus), "1");
  file.scalar("/fabric/links", static_cast<double>(report.links), "1");
  file.scalar("/fabric/power", report.watts, "W");
  file.scalar("/fabric/link_failures_per_day", report.failures_per_day, "1/d");
  for (const TierReport& tier : report.tiers) write_tier(file, tier);
  for (std::size_t i = 0; i < result.links.tiers.size(); ++i)
    write_shares(file, "/fabric/tiers/" + result.fabric.tiers[i].name, result.links.tiers[i]);
  for (std::size_t i = 0; i < result.links.alternatives.size(); ++i)
    write_shares(file, "/fabric/alternatives/" + result.fabric.alternatives[i].name, result.links.alternatives[i]);
  write_margin_curves(file, report);
  if (report.operation) write_operation(file, *report.operation);
  file.finish(true);
}

}  // namespace tessera::report

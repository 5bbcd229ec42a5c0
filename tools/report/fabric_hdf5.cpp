#include "tools/report/fabric_hdf5.hpp"

#include <string_view>
#include <vector>

#include "phy/core/version.hpp"
#include "phy/io/hdf5_file.hpp"
#include "tools/report/fabric_plots.hpp"

namespace tessera::report {
namespace {

void write_provenance(Hdf5Writer& file, const FabricScenario& scenario) {
  std::vector<std::string> parameter, value, source, status;
  const auto add = [&](const std::vector<ProvenanceRow>& rows) {
    for (const ProvenanceRow& row : rows) {
      parameter.push_back(row.parameter);
      value.push_back(row.value);
      source.push_back(row.source);
      status.push_back(row.status);
    }
  };
  add(scenario.provenance);
  for (const LinkScenario& link : scenario.links) add(link.provenance);
  file.group("/provenance");
  file.texts("/provenance/parameter", parameter);
  file.texts("/provenance/value", value);
  file.texts("/provenance/source", source);
  file.texts("/provenance/status", status);
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
  std::vector<double> bytes, loss;
  for (const auto& [frame, p] : tier.frame_loss_ratio) {
    bytes.push_back(frame);
    loss.push_back(p.log10());
  }
  file.axis(base + "/frame_bytes", bytes, "1");
  file.dataset(base + "/log10_frame_loss_ratio", loss, "1", base + "/frame_bytes");
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

void write_fabric_hdf5(const std::filesystem::path& path, const FabricScenario& scenario, const FabricReport& report,
                       const std::string& json) {
  Hdf5Writer file(path, 1);
  file.attribute("/", "tessera_version", version());
  file.attribute("/", "tessera_commit", commit());
  file.text("/report", json);
  write_provenance(file, scenario);
  file.text("/fabric/name", report.name);
  file.scalar("/fabric/gpus", static_cast<double>(report.gpus), "1");
  file.scalar("/fabric/links", static_cast<double>(report.links), "1");
  file.scalar("/fabric/power", report.watts, "W");
  file.scalar("/fabric/link_failures_per_day", report.failures_per_day, "1/d");
  for (const TierReport& tier : report.tiers) write_tier(file, tier);
  write_margin_curves(file, report);
  if (report.operation) write_operation(file, *report.operation);
  file.finish();
}

}  // namespace tessera::report

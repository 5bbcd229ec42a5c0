#include "tools/report/hdf5_report.hpp"

#include <nlohmann/json.hpp>
#include <tuple>

#include "phy/io/hdf5_file.hpp"

namespace tessera::report {
namespace {

void write_provenance(Hdf5Writer& file, const Study& study) {
  std::vector<std::string> parameter, value, source, status;
  for (const LinkScenario& scenario : study.links) {
    for (const ProvenanceRow& row : scenario.provenance) {
      parameter.push_back(row.parameter);
      value.push_back(row.value);
      source.push_back(row.source);
      status.push_back(row.status);
    }
  }
  file.group("/provenance");
  if (parameter.empty()) return;
  file.texts("/provenance/parameter", parameter);
  file.texts("/provenance/value", value);
  file.texts("/provenance/source", source);
  file.texts("/provenance/status", status);
}

void write_curve(Hdf5Writer& file, const std::string& group, const LinkReport& link) {
  if (link.curve.empty()) return;
  std::vector<double> length, ber, loss, margin, closes;
  for (const LengthSample& s : link.curve) {
    length.push_back(s.length_m);
    ber.push_back(s.pre_fec_ber.log10());
    loss.push_back(s.frame_loss_ratio.log10());
    margin.push_back(s.margin_q);
    closes.push_back(s.closes ? 1.0 : 0.0);
  }
  const std::string base = group + "/curves/ber_against_length";
  file.axis(base + "/length_m", length, "m");
  file.dataset(base + "/log10_pre_fec_ber", ber, "1", base + "/length_m");
  file.dataset(base + "/log10_frame_loss_ratio", loss, "1", base + "/length_m");
  file.dataset(base + "/margin_q", margin, "1", base + "/length_m");
  file.dataset(base + "/closes", closes, "1", base + "/length_m");
}

void write_measured(Hdf5Writer& file, const std::string& group, const BerOverlay& overlay) {
  std::vector<double> x, measured, model, residual, low, high;
  for (const BerResidual& p : overlay.points) {
    x.push_back(p.measured.x);
    measured.push_back(p.measured.ber.log10());
    model.push_back(p.model.log10());
    residual.push_back(p.decades());
    if (p.measured.low) low.push_back(p.measured.low->log10());
    if (p.measured.high) high.push_back(p.measured.high->log10());
  }
  const std::string base = group + "/measured_ber", axis = base + "/" + std::string(axis_name(overlay.axis));
  file.axis(axis, x, std::string(axis_unit(overlay.axis)));
  file.dataset(base + "/log10_measured_ber", measured, "1", axis);
  if (!low.empty()) file.dataset(base + "/log10_measured_ber_low", low, "1", axis);
  if (!high.empty()) file.dataset(base + "/log10_measured_ber_high", high, "1", axis);
  file.dataset(base + "/log10_model_ber", model, "1", axis);
  file.dataset(base + "/residual_decades", residual, "1", axis);
  file.scalar(base + "/mean_decades", overlay.mean_decades(), "1");
  file.scalar(base + "/rms_decades", overlay.rms_decades(), "1");
  file.attribute(base, "file", overlay.file);
}

void write_waterfall(Hdf5Writer& file, const std::string& segments, const Waterfall& curve) {
  const bool light = curve.axis == Waterfall::Axis::received_oma;
  const std::string base = segments + curve.segment + (light ? "/ber_against_received_oma" : "/ber_against_snr");
  const std::string name = light ? "received_oma_dbm" : "decision_snr_db", unit = light ? "dBm" : "dB";
  std::vector<double> x, ber;
  for (const WaterfallPoint& p : curve.points) {
    x.push_back(p.x);
    ber.push_back(p.pre_fec_ber.log10());
  }
  const std::string axis = base + "/" + name;
  file.axis(axis, x, unit);
  file.dataset(base + "/log10_pre_fec_ber", ber, "1", axis);
  file.scalar(base + "/own_" + name, curve.own, unit);
  if (curve.required) file.scalar(base + "/required_" + name, *curve.required, unit);
  file.scalar(base + "/log10_required_ber", curve.required_ber.log10(), "1");
}

void write_eye(Hdf5Writer& file, const std::string& group, const StatisticalEye& eye) {
  std::vector<double> bathtub;
  for (const Log10Probability p : eye.bathtub) bathtub.push_back(p.log10());
  file.axis(group + "/phase_ui", eye.phase_ui, "UI");
  file.dataset(group + "/log10_symbol_error_ratio", bathtub, "1", group + "/phase_ui");
  if (!eye.density.empty()) {
    file.axis(group + "/amplitude_v", eye.amplitude, "V");
    file.dataset(group + "/density", eye.density, eye.phase_ui.size(), eye.amplitude.size(), "1/V", group + "/phase_ui",
                 group + "/amplitude_v");
  }
  file.scalar(group + "/eye_height_v", eye.eye_height, "V");
  file.scalar(group + "/eye_width_ui", eye.eye_width_ui, "UI");
  file.scalar(group + "/contour", eye.contour, "1");
}

void write_count(Hdf5Writer& file, const std::string& group, const ErrorCount& c) {
  file.group(group);
  file.attribute(group, "symbols", static_cast<std::int64_t>(c.symbols));
  file.attribute(group, "symbol_errors", static_cast<std::int64_t>(c.symbol_errors));
  file.attribute(group, "path", c.path);
  file.attribute(group, "stopped_by", c.stopped);
  file.attribute(group, "pattern", c.pattern);
  file.scalar(group + "/bit_errors", c.bit_errors, "1");
  file.scalar(group + "/clustering", c.clustering, "1");
  file.dataset(group + "/ber_interval_95", std::vector{c.bit_error_95.low, c.bit_error_95.high}, "1");
  file.dataset(group + "/ber_interval_999", std::vector{c.bit_error_999.low, c.bit_error_999.high}, "1");
  std::vector<double> sent, wrong;
  for (const LevelErrors& level : c.levels) {
    sent.push_back(static_cast<double>(level.sent));
    wrong.push_back(static_cast<double>(level.errors));
  }
  file.dataset(group + "/symbols_by_level", sent, "1");
  file.dataset(group + "/errors_by_level", wrong, "1");
  if (!c.lane_classes.empty()) {
    std::vector<double> shares, symbols, errors;
    for (const LaneClassErrors& own : c.lane_classes) {
      shares.push_back(own.share);
      symbols.push_back(static_cast<double>(own.symbols));
      errors.push_back(static_cast<double>(own.symbol_errors));
    }
    file.dataset(group + "/lane_class_shares", shares, "1");
    file.dataset(group + "/symbols_by_lane_class", symbols, "1");
    file.dataset(group + "/errors_by_lane_class", errors, "1");
  }
  if (!c.bursts.empty())
    file.dataset(group + "/bursts_by_length", std::vector<double>(c.bursts.begin(), c.bursts.end()), "1");
}

void write_receiver(Hdf5Writer& file, const std::string& group, const ReceiverReport& r) {
  file.group(group);
  file.attribute(group, "cdr", r.clock);
  file.attribute(group, "adaptation", r.adaptation);
  file.attribute(group, "detector", r.detector);
  if (!r.ffe.empty()) file.dataset(group + "/ffe", r.ffe, "1");
  if (!r.dfe.empty()) file.dataset(group + "/dfe", r.dfe, "1");
  file.scalar(group + "/mean_square_error_v2", r.mean_square_error, "V^2");
  file.scalar(group + "/settled_solution_error_v2", r.settled_solution_error, "V^2");
  file.scalar(group + "/phase_mean_ui", r.phase_mean_ui, "UI");
  file.scalar(group + "/phase_rms_ui", r.phase_rms_ui, "UI");
  file.scalar(group + "/clipped_share", r.clipped_share, "1");
  if (r.convergence && !r.convergence->mean_square.empty()) {
    std::vector<double> symbols;
    for (std::size_t i = 0; i < r.convergence->mean_square.size(); ++i)
      symbols.push_back(static_cast<double>((i + 1) * r.convergence->window));
    file.axis(group + "/training_symbols", symbols, "1");
    file.dataset(group + "/training_mean_square_v2", r.convergence->mean_square, "V^2", group + "/training_symbols");
  }
  if (!r.jitter_transfer) return;
  file.scalar(group + "/jitter_transfer", std::abs(r.jitter_transfer->measured), "1");
  file.scalar(group + "/jitter_transfer_linear", std::abs(r.jitter_transfer->linear), "1");
}

void write_simulated_eye(Hdf5Writer& file, const std::string& group, const EyeDensity& eye) {
  file.axis(group + "/phase_ui", eye.phase_ui, "UI");
  file.axis(group + "/amplitude_v", eye.amplitude, "V");
  file.dataset(group + "/density", eye.density, eye.phase_ui.size(), eye.amplitude.size(), "1/V", group + "/phase_ui",
               group + "/amplitude_v");
}

void write_segment(Hdf5Writer& file, const std::string& group, const SegmentReport& segment) {
  const SegmentResult& r = segment.result;
  file.scalar(group + "/log10_pre_fec_ber", r.pre_fec_ber.log10(), "1");
  file.scalar(group + "/log10_symbol_error_ratio", r.symbol_error_ratio.log10(), "1");
  file.scalar(group + "/q", r.q, "1");
  file.scalar(group + "/cursor_v", r.cursor, "V");
  file.scalar(group + "/isi_rms_v", r.isi_rms, "V");
  file.scalar(group + "/noise_rms_v", r.noise_rms, "V");
  file.scalar(group + "/crosstalk_rms_v", r.crosstalk_rms, "V");
  file.scalar(group + "/jitter_rms_v", r.jitter_rms, "V");
  const std::string by_mechanism = group + "/noise_rms_v_by_mechanism/";
  for (const auto& [name, rms] : r.noise_rms_by_mechanism) file.scalar(by_mechanism + name, rms, "V");
  file.scalar(group + "/ctle_dc_gain_db", r.equalizer.ctle_dc_gain_db, "dB");
  file.scalar(group + "/ctle_dc_gain2_db", r.equalizer.ctle_dc_gain2_db, "dB");
  file.scalar(group + "/phase_ui", r.equalizer.phase_ui, "UI");
  file.scalar(group + "/insertion_loss_db", segment.insertion_loss_db, "dB");
  if (!r.equalizer.ffe.empty()) file.dataset(group + "/ffe", r.equalizer.ffe, "1");
  if (!r.equalizer.dfe.empty()) file.dataset(group + "/dfe", r.equalizer.dfe, "1");
  if (r.eye) write_eye(file, group + "/eye", *r.eye);
  if (r.count) write_count(file, group + "/count", *r.count);
  if (r.receiver) write_receiver(file, group + "/receiver", *r.receiver);
  if (r.sampled) {
    file.group(group + "/sampled");
    file.attribute(group + "/sampled", "method", r.sampled->method);
    file.attribute(group + "/sampled", "samples", static_cast<std::int64_t>(r.sampled->samples));
    file.scalar(group + "/sampled/effective_samples", r.sampled->effective_samples, "1");
    file.scalar(group + "/sampled/relative_error", r.sampled->relative_error, "1");
  }
  if (r.simulated_eye) write_simulated_eye(file, group + "/simulated_eye", *r.simulated_eye);
}

void write_margin(Hdf5Writer& file, const std::string& group, const LinkVerdict& verdict) {
  file.scalar(group + "/margin_q", verdict.margin_q, "1");
  file.scalar(group + "/margin_electrical_db", verdict.margin_electrical_db, "dB");
  if (verdict.margin_optical_db) file.scalar(group + "/margin_optical_db", *verdict.margin_optical_db, "dB");
  if (verdict.codeword_error_ratio)
    file.scalar(group + "/log10_codeword_error_ratio", verdict.codeword_error_ratio->log10(), "1");
  file.scalar(group + "/log10_post_fec_ber", verdict.post_fec_ber.log10(), "1");
  file.scalar(group + "/log10_required_ber", verdict.required_ber.log10(), "1");
  file.attribute(group, "closes", std::int64_t{verdict.closes ? 1 : 0});
}

void write_reach(Hdf5Writer& file, const std::string& group, const LinkReport& link) {
  if (link.reach_nominal.reach_m) file.scalar(group + "/reach_nominal_m", *link.reach_nominal.reach_m, "m");
  if (link.reach_design.reach_m) file.scalar(group + "/reach_design_m", *link.reach_design.reach_m, "m");
  if (link.reach_standard_m) file.scalar(group + "/reach_standard_m", *link.reach_standard_m, "m");
  file.attribute(group, "reach_beyond_limit", std::int64_t{link.reach_nominal.beyond_limit ? 1 : 0});
  file.attribute(group, "reach_limited_by", link.reach_limited_by);
  file.attribute(group, "limited_by", link.limited_by);
}

// Rows of a table: `component` names what stands at the same index of the numbers beside it, which say so.
void write_rows(Hdf5Writer& file, const std::string& group, const std::vector<std::string>& components,
                const std::vector<std::tuple<std::string, std::vector<double>, std::string>>& columns) {
  if (components.empty()) return;
  const std::string folder = group + "/", rows = folder + "component";
  file.texts(rows, components);
  for (const auto& [name, values, unit] : columns) {
    file.dataset(folder + name, values, unit);
    file.attribute(folder + name, "rows", rows);
  }
}

void write_power(Hdf5Writer& file, const std::string& group, const EnergyBreakdown& energy) {
  std::vector<std::string> names, boundaries;
  std::vector<double> watts, each, count;
  for (const EnergyRow& row : energy.rows) {
    names.push_back(row.component);
    boundaries.emplace_back(boundary_name(row.boundary));
    watts.push_back(row.watts);
    each.push_back(row.watts_each);
    count.push_back(row.count);
  }
  write_rows(file, group, names, {{"watts", watts, "W"}, {"watts_each", each, "W"}, {"count", count, "1"}});
  if (!names.empty()) file.texts(group + "/boundary", boundaries);
  file.scalar(group + "/total_per_end", energy.module_and_host.watts, "W");
}

void write_reliability(Hdf5Writer& file, const std::string& group, const Reliability& reliability) {
  std::vector<std::string> names;
  std::vector<double> fit, each, count, spared;
  for (const FitRow& row : reliability.rows) {
    names.push_back(row.component);
    fit.push_back(row.fit);
    each.push_back(row.fit_each);
    count.push_back(row.count);
    spared.push_back(row.spared ? 1.0 : 0.0);
  }
  write_rows(file, group, names,
             {{"fit", fit, "FIT"}, {"fit_each", each, "FIT"}, {"count", count, "1"}, {"spared", spared, "1"}});
  file.scalar(group + "/total", reliability.fit, "FIT");
  file.scalar(group + "/mission", reliability.mission_hours, "h");
}

void write_latency(Hdf5Writer& file, const std::string& group, const Latency& latency) {
  std::vector<std::string> names;
  std::vector<double> seconds;
  for (const LatencyRow& row : latency.rows) {
    names.push_back(row.component);
    seconds.push_back(row.seconds);
  }
  write_rows(file, group, names, {{"seconds", seconds, "s"}});
  file.scalar(group + "/total", latency.total, "s");
}

void write_costs(Hdf5Writer& file, const std::string& group, const LinkReport& link) {
  write_power(file, group + "/power", link.energy);
  file.scalar(group + "/energy/lane_electronics", link.energy.lane_electronics.joules_per_bit, "J/bit");
  file.scalar(group + "/energy/module", link.energy.module.joules_per_bit, "J/bit");
  file.scalar(group + "/energy/module_and_host", link.energy.module_and_host.joules_per_bit, "J/bit");
  write_reliability(file, group + "/fit", link.reliability);
  write_latency(file, group + "/latency", link.latency);
}

void write_probe(Hdf5Writer& file, const std::string& group, const Probe& p) {
  if (!p.levels.empty()) file.dataset(group + "/levels", p.levels, p.unit);
  file.scalar(group + "/mean", p.mean, p.unit);
  file.scalar(group + "/swing", p.swing, p.unit);
  const auto known = [&](const char* name, const std::optional<double>& value, const std::string& unit) {
    if (value) file.scalar(group + "/" + name, *value, unit);
  };
  known("extinction_ratio_db", p.extinction_ratio_db, "dB");
  known("average_power_dbm", p.average_power_dbm, "dBm");
  known("level_mismatch_smallest_spacing", p.level_mismatch_smallest_spacing, "1");
  known("level_mismatch_transmitter", p.level_mismatch_transmitter, "1");
  known("noise_rms", p.noise_rms, p.unit);
  known("noise_bandwidth", p.noise_bandwidth_hz, "Hz");
  file.attribute(group, "test_point", p.test_point);
}

void write_density(Hdf5Writer& file, const std::string& group, const LinkReport& link) {
  const auto known = [&](const char* name, const std::optional<double>& value, const std::string& unit) {
    if (value) file.scalar(group + "/" + name, *value, unit);
  };
  const auto count = [](const std::optional<int>& n) { return n ? std::optional<double>(*n) : std::nullopt; };
  known("width", link.density.width, "m");
  known("area", link.density.area, "m^2");
  known("cable_diameter", link.density.cable_diameter, "m");
  known("fibres", count(link.density.fibres), "1");
  known("pairs", count(link.density.pairs), "1");
  known("shoreline", link.shoreline_bps_per_m, "bit/(s m)");
  known("area_rate", link.area_bps_per_m2, "bit/(s m^2)");
}

void write_link(Hdf5Writer& file, const LinkReport& link) {
  const std::string group = "/links/" + link.name;
  file.group(group);
  file.attribute(group, "technology", link.technology);
  file.attribute(group, "engine", link.engine);
  file.attribute(group, "fec", link.fec);
  file.attribute(group, "corner", link.corner);
  file.scalar(group + "/case_temperature", link.case_temperature_k, "K");
  file.attribute(group, "complete", std::int64_t{link.complete ? 1 : 0});
  if (link.length_m) file.scalar(group + "/length_m", *link.length_m, "m");
  file.scalar(group + "/line_rate", link.line_rate_bps, "bit/s");
  file.scalar(group + "/payload_rate", link.payload_rate_bps, "bit/s");
  file.scalar(group + "/log10_pre_fec_ber", link.verdict.pre_fec_ber.log10(), "1");
  for (const auto& [bytes, p] : link.verdict.frame_loss_ratio)
    file.scalar(group + "/log10_frame_loss_ratio/" + std::to_string(bytes), p.log10(), "1");
  write_margin(file, group, link.verdict);
  write_reach(file, group, link);
  write_costs(file, group, link);
  write_curve(file, group, link);
  for (const Waterfall& curve : link.waterfalls) write_waterfall(file, group + "/segments/", curve);
  if (link.measured_ber) write_measured(file, group, *link.measured_ber);
  write_density(file, group + "/density", link);
  for (const Probe& probe : link.probes)
    write_probe(file, group + "/probes/" + probe.segment + "/" + probe.stage, probe);
  for (const SegmentReport& segment : link.segments)
    write_segment(file, group + "/segments/" + segment.result.name, segment);
}

}  // namespace

void write_hdf5(const std::filesystem::path& path, const RunResult& result) {
  const std::string document = to_json(result).dump();  // refuses values that are not finite before a file is begun
  Hdf5Writer file(path, 1);
  file.attribute("/", "tessera_version", result.version);
  file.attribute("/", "tessera_commit", result.commit);
  file.attribute("/", "complete", std::int64_t{result.complete ? 1 : 0});
  file.group("/scenario");
  for (const LinkScenario& scenario : result.study.links)
    file.text("/scenario/" + scenario.link.name, to_toml(resolved_scenario(scenario)));
  file.text("/report", document);
  write_provenance(file, result.study);
  file.group("/links");
  for (const LinkReport& link : result.links) write_link(file, link);
  file.finish();
}

}  // namespace tessera::report

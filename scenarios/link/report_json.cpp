#include "scenarios/link/report_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "scenarios/link/json_writer.hpp"
#include "scenarios/link/receiver_json.hpp"

namespace tessera {
namespace {

using Json = nlohmann::ordered_json;
using Writer = JsonWriter;

Json equalizer_json(const Writer& w, const EqualizerState& e) {
  return {{"ctle_dc_gain_db", w.number("ctle_dc_gain_db", e.ctle_dc_gain_db)},
          {"ctle_dc_gain2_db", w.number("ctle_dc_gain2_db", e.ctle_dc_gain2_db)},
          {"ffe", w.numbers("ffe", e.ffe)},
          {"dfe", w.numbers("dfe", e.dfe)},
          {"phase_ui", w.number("phase_ui", e.phase_ui)}};
}

Json eye_json(const Writer& w, const StatisticalEye& eye) {
  Json bathtub = Json::array();
  for (const Log10Probability p : eye.bathtub) bathtub.push_back(w.log10("bathtub", p));
  return {{"eye_height_v", w.number("eye_height", eye.eye_height)},
          {"eye_width_ui", w.number("eye_width", eye.eye_width_ui)},
          {"contour", w.number("contour", eye.contour)},
          {"phase_ui", w.numbers("phase_ui", eye.phase_ui)},
          {"log10_symbol_error_ratio", std::move(bathtub)}};
}

Json interval_json(const Writer& w, const Interval& interval) {
  return Json::array({w.number("interval", interval.low), w.number("interval", interval.high)});
}

Json count_json(const Writer& w, const ErrorCount& c) {
  Json sent = Json::array(), wrong = Json::array(), classes = Json::array();
  for (const LaneClassErrors& own : c.lane_classes)
    classes.push_back(
        {{"share", w.number("share", own.share)}, {"symbols", own.symbols}, {"symbol_errors", own.symbol_errors}});
  for (const LevelErrors& level : c.levels) {
    sent.push_back(level.sent);
    wrong.push_back(level.errors);
  }
  return {{"symbols", c.symbols},
          {"symbol_errors", c.symbol_errors},
          {"bit_errors", w.number("bit_errors", c.bit_errors)},
          {"is_bound", c.is_bound()},
          {"ber_interval_95", interval_json(w, c.bit_error_95)},
          {"ber_interval_999", interval_json(w, c.bit_error_999)},
          {"symbol_error_interval_95", interval_json(w, c.symbol_error_95)},
          {"symbol_error_interval_999", interval_json(w, c.symbol_error_999)},
          {"clustering", w.number("clustering", c.clustering)},
          {"symbols_by_level", std::move(sent)},
          {"errors_by_level", std::move(wrong)},
          {"lane_classes", std::move(classes)},
          {"bursts_by_length", c.bursts},
          {"prbs_checker", c.prbs_checker ? Json{{"locked", c.prbs_checker->locked},
                                                 {"bits", c.prbs_checker->bits},
                                                 {"bit_errors", w.number("bit_errors", c.prbs_checker->bit_errors)}}
                                          : Json()},
          {"path", c.path},
          {"stopped_by", c.stopped},
          {"pattern", c.pattern},
          {"seed", c.seed}};
}

Json sampled_json(const Writer& w, const SampledRatio& s) {
  return {{"method", s.method},
          {"samples", s.samples},
          {"effective_samples", w.number("effective_samples", s.effective_samples)},
          {"relative_error", w.number("relative_error", s.relative_error)},
          {"interrupted", s.interrupted}};
}

// Of sampling alone; null for engines that compute.
Json sampling_interval(const Writer& w, const SegmentResult& r) {
  if (r.count) return interval_json(w, r.count->bit_error_95);
  return r.sampled ? interval_json(w, r.sampled->bit_error_95) : Json();
}

Json segment_json(const Writer& w, const SegmentReport& segment, const LinkReport& report) {
  const SegmentResult& r = segment.result;
  Json json{{"name", r.name},
            {"lanes", segment.lanes},
            {"spare_lanes", segment.spare_lanes},
            {"lane_rate_bps", w.number("lane_rate", segment.lane_rate_bps)},
            {"pre_fec_ber", w.probability("pre_fec_ber", r.pre_fec_ber)},
            {"log10_pre_fec_ber", w.log10("pre_fec_ber", r.pre_fec_ber)},
            {"log10_symbol_error_ratio", w.log10("symbol_error_ratio", r.symbol_error_ratio)},
            {"log10_numerical_floor", w.log10("numerical_floor", r.numerical_floor)},
            {"ber_interval", sampling_interval(w, r)},
            {"burst_mean", w.number("burst_mean", r.burst_mean)},
            {"fec", report.fec},
            {"q", w.number("q", r.q)},
            {"cursor_v", w.number("cursor", r.cursor)},
            {"isi_rms_v", w.number("isi_rms", r.isi_rms)},
            {"noise_rms_v", w.number("noise_rms", r.noise_rms)},
            {"crosstalk_rms_v", w.number("crosstalk_rms", r.crosstalk_rms)},
            {"jitter_rms_v", w.number("jitter_rms", r.jitter_rms)},
            {"insertion_loss_db", w.number("insertion_loss", segment.insertion_loss_db)}};
  Json mechanisms = Json::object();
  for (const auto& [name, rms] : r.noise_rms_by_mechanism) mechanisms[name] = w.number(name, rms);
  json["noise_rms_v_by_mechanism"] = std::move(mechanisms);
  json["level_noise_rms_v"] = w.numbers("level_noise_rms", r.level_noise_rms);
  json["equalizer"] = equalizer_json(w, r.equalizer);
  Json rows = Json::array();
  for (const BudgetRow& row : r.rows)
    rows.push_back(
        {{"name", row.name}, {"value", w.number(row.name, row.value)}, {"unit", row.unit}, {"reason", row.reason}});
  json["budget"] = std::move(rows);
  json["count"] = r.count ? count_json(w, *r.count) : Json();
  json["receiver"] = r.receiver ? receiver_json(w, *r.receiver) : Json();
  json["sampled"] = r.sampled ? sampled_json(w, *r.sampled) : Json();
  json["eye"] = r.eye ? eye_json(w, *r.eye) : Json();
  return json;
}

void add_margin(const Writer& w, const LinkReport& report, Json& json) {
  const LinkVerdict& v = report.verdict;
  json["pre_fec_ber"] = w.probability("pre_fec_ber", v.pre_fec_ber);
  json["log10_pre_fec_ber"] = w.log10("pre_fec_ber", v.pre_fec_ber);
  json["log10_required_ber"] = w.log10("required_ber", v.required_ber);
  json["log10_codeword_error_ratio"] =
      v.codeword_error_ratio ? Json(w.log10("codeword_error_ratio", *v.codeword_error_ratio)) : Json();
  json["log10_codeword_error_ratio_burst"] =
      report.burst_codeword_error_ratio
          ? Json(w.log10("codeword_error_ratio_burst", *report.burst_codeword_error_ratio))
          : Json();
  json["log10_post_fec_ber"] = w.log10("post_fec_ber", v.post_fec_ber);
  Json loss = Json::object();
  for (const auto& [bytes, p] : v.frame_loss_ratio) loss[std::to_string(bytes)] = w.log10("frame_loss_ratio", p);
  json["log10_frame_loss_ratio"] = std::move(loss);
  json["frame_loss_limit"] = w.number("frame_loss_limit", report.frame_loss_limit);
  json["closes"] = v.closes;
  json["margin_q"] = w.number("margin_q", v.margin_q);
  json["margin_electrical_db"] = w.number("margin_electrical_db", v.margin_electrical_db);
  json["margin_optical_db"] = w.number("margin_optical_db", v.margin_optical_db);
  json["limiting_segment"] = v.limiting_segment;
  json["limited_by"] = report.limited_by;
  Json shares = Json::object();
  for (const VarianceShare& s : report.shares) shares[s.mechanism] = w.number(s.mechanism, s.share);
  json["decision_variance_shares"] = std::move(shares);
}

Json intervals_json(const Writer& w, const std::vector<ClosingInterval>& intervals) {
  Json list = Json::array();
  for (const ClosingInterval& i : intervals)
    list.push_back({w.number("interval", i.begin_m), w.number("interval", i.end_m)});
  return list;
}

void add_reach(const Writer& w, const LinkReport& report, Json& json) {
  json["reach_nominal_m"] = w.number("reach_nominal", report.reach_nominal.reach_m);
  json["reach_design_m"] = w.number("reach_design", report.reach_design.reach_m);
  json["reach_standard_m"] = w.number("reach_standard", report.reach_standard_m);
  json["reach_nominal_beyond_limit"] = report.reach_nominal.beyond_limit;
  json["reach_design_beyond_limit"] = report.reach_design.beyond_limit;
  json["reach_beyond_limit"] = report.reach_nominal.beyond_limit;
  const bool varied = !report.reach_stage.empty();
  json["reach_search_limit_m"] = varied ? Json(w.number("reach_search_limit", report.reach_search_limit_m)) : Json();
  json["reach_begins_at_m"] =
      report.reach_nominal.first ? Json(w.number("reach_begin", report.reach_nominal.first->begin_m)) : Json();
  json["reach_later_intervals_m"] = intervals_json(w, report.reach_nominal.later);
  json["reach_stage"] = varied ? Json(report.reach_stage) : Json();
  json["reach_limited_by"] = report.reach_limited_by.empty() ? Json() : Json(report.reach_limited_by);
}

void add_costs(const Writer& w, const LinkReport& report, Json& json) {
  Json delay{{"total", w.number("latency", report.latency.total)}};
  for (const LatencyRow& row : report.latency.rows)
    delay[row.component] = w.number("latency " + row.component, row.seconds);
  json["latency_s"] = std::move(delay);
  Json power{{"total_per_end", w.number("power", report.energy.module_and_host.watts)}};
  Json rows = Json::array();
  for (const EnergyRow& row : report.energy.rows) {
    power[row.component] = power.value(row.component, 0.0) + w.number("power " + row.component, row.watts);
    rows.push_back({{"component", row.component},
                    {"boundary", boundary_name(row.boundary)},
                    {"watts_each", w.number("power", row.watts_each)},
                    {"count", row.count},
                    {"watts", row.watts},
                    {"constant", row.constant}});
  }
  json["power_w"] = std::move(power);
  json["power_rows"] = std::move(rows);
  const auto pj = [&](const EnergyTotal& total) { return w.number("energy", total.joules_per_bit * 1e12); };
  json["energy_pj_per_bit"] = {{"lane_electronics", pj(report.energy.lane_electronics)},
                               {"module", pj(report.energy.module)},
                               {"module_and_host", pj(report.energy.module_and_host)}};
  json["power_constant_share"] = w.number("constant share", report.energy.module_and_host.constant_share);
  Json fit{{"total", w.number("fit", report.reliability.fit)}};
  for (const FitRow& row : report.reliability.rows) fit[row.component] = w.number("fit " + row.component, row.fit);
  json["fit"] = std::move(fit);
  const bool rated = report.reliability.fit > 0.0;
  json["mtbf_hours"] = rated ? Json(w.number("mtbf", report.reliability.mtbf_hours())) : Json();
  json["mission_hours"] = w.number("mission_hours", report.reliability.mission_hours);
  json["failures_per_month"] = w.number("failures_per_month", report.reliability.failures_per_month());
  const Density& d = report.density;
  json["density"] = {{"width_m", w.number("width", d.width)},
                     {"area_m2", w.number("area", d.area)},
                     {"cable_diameter_m", w.number("cable_diameter", d.cable_diameter)},
                     {"fibres", d.fibres ? Json(*d.fibres) : Json()},
                     {"pairs", d.pairs ? Json(*d.pairs) : Json()}};
  json["shoreline_bps_per_m"] = w.number("shoreline", report.shoreline_bps_per_m);
  json["area_bps_per_m2"] = w.number("area", report.area_bps_per_m2);
}

// Curves of one axis, one entry a segment.
Json waterfalls_json(const Writer& w, const LinkReport& report, Waterfall::Axis axis, const std::string& name) {
  Json list = Json::array();
  for (const Waterfall& curve : report.waterfalls) {
    if (curve.axis != axis) continue;
    Json x = Json::array(), ber = Json::array();
    for (const WaterfallPoint& p : curve.points) {
      x.push_back(w.number(name, p.x));
      ber.push_back(w.log10("waterfall pre_fec_ber", p.pre_fec_ber));
    }
    list.push_back({{"segment", curve.segment},
                    {name, std::move(x)},
                    {"log10_pre_fec_ber", std::move(ber)},
                    {"own_" + name, w.number(name, curve.own)},
                    {"required_" + name, w.number(name, curve.required)},
                    {"log10_required_ber", w.log10("required_ber", curve.required_ber)}});
  }
  return list;
}

Json curves_json(const Writer& w, const LinkReport& report) {
  Json length = Json::array(), ber = Json::array(), loss = Json::array(), margin = Json::array(),
       closes = Json::array();
  for (const LengthSample& s : report.curve) {
    length.push_back(w.number("length", s.length_m));
    ber.push_back(w.log10("curve pre_fec_ber", s.pre_fec_ber));
    loss.push_back(w.log10("curve frame_loss_ratio", s.frame_loss_ratio));
    margin.push_back(w.number("curve margin_q", s.margin_q));
    closes.push_back(s.closes);
  }
  Json curves{{"ber_against_length",
               {{"length_m", length},
                {"log10_pre_fec_ber", ber},
                {"log10_frame_loss_ratio", loss},
                {"margin_q", margin},
                {"closes", closes}}}};
  if (!report.waterfalls.empty()) {
    curves["ber_against_received_oma"] = waterfalls_json(w, report, Waterfall::Axis::received_oma, "received_oma_dbm");
    curves["ber_against_snr"] = waterfalls_json(w, report, Waterfall::Axis::decision_snr, "decision_snr_db");
  }
  return curves;
}

Json measured_json(const Writer& w, const BerOverlay& overlay) {
  Json points = Json::array();
  const auto edge = [&](const std::optional<Log10Probability>& p) { return p ? Json(w.log10("ber", *p)) : Json(); };
  for (const BerResidual& p : overlay.points) {
    points.push_back({{std::string(axis_name(overlay.axis)), w.number("place", p.measured.x)},
                      {"log10_measured_ber", w.log10("measured ber", p.measured.ber)},
                      {"log10_measured_interval", Json::array({edge(p.measured.low), edge(p.measured.high)})},
                      {"log10_model_ber", w.log10("model ber", p.model)},
                      {"residual_decades", w.number("residual", p.decades())}});
  }
  return {{"file", overlay.file},
          {"mean_decades", w.number("mean residual", overlay.mean_decades())},
          {"rms_decades", w.number("rms residual", overlay.rms_decades())},
          {"points", std::move(points)}};
}

Json probes_json(const Writer& w, const LinkReport& report) {
  Json list = Json::array();
  for (const Probe& p : report.probes) {
    list.push_back({{"segment", p.segment},
                    {"stage", p.stage},
                    {"test_point", p.test_point.empty() ? Json() : Json(p.test_point)},
                    {"unit", p.unit},
                    {"levels", w.numbers("levels", p.levels)},
                    {"mean", w.number("mean", p.mean)},
                    {"swing", w.number("swing", p.swing)},
                    {"extinction_ratio_db", w.number("extinction_ratio", p.extinction_ratio_db)},
                    {"average_power_dbm", w.number("average_power", p.average_power_dbm)},
                    {"level_mismatch_smallest_spacing", w.number("level_mismatch", p.level_mismatch_smallest_spacing)},
                    {"level_mismatch_transmitter", w.number("level_mismatch", p.level_mismatch_transmitter)},
                    {"noise_rms", w.number("port noise", p.noise_rms)},
                    {"noise_bandwidth_hz", w.number("noise_bandwidth", p.noise_bandwidth_hz)}});
  }
  return list;
}

Json scenario_json(const Study& study) {
  Json links = Json::array();
  for (const LinkScenario& scenario : study.links) links.push_back(to_json(resolved_scenario(scenario)));
  return {{"name", study.name}, {"kind", study.kind}, {"description", study.description}, {"links", std::move(links)}};
}

}  // namespace

Json to_json(const ConfigTable& table) {
  Json json = Json::object();
  const auto value_json = [](const auto& self, const ConfigValue& value) -> Json {
    if (const ConfigTable* inner = value.table()) return to_json(*inner);
    if (const ConfigArray* items = value.array()) {
      Json list = Json::array();
      for (const ConfigValue& item : *items) list.push_back(self(self, item));
      return list;
    }
    if (const auto* text = std::get_if<std::string>(&value.value)) return *text;
    if (const auto* number = std::get_if<double>(&value.value)) return *number;
    if (const auto* whole = std::get_if<std::int64_t>(&value.value)) return *whole;
    return std::get<bool>(value.value);
  };
  for (const ConfigEntry& entry : table.entries) json[entry.key] = value_json(value_json, entry.value);
  return json;
}

Json to_json(const LinkReport& report) {
  const Writer w(report.name);
  Json json{{"name", report.name},
            {"technology", report.technology},
            {"lanes", report.lanes},
            {"spare_lanes", report.spare_lanes},
            {"lane_rate_bps", w.number("lane_rate", report.lane_rate_bps)},
            {"line_rate_bps", w.number("line_rate", report.line_rate_bps)},
            {"payload_rate_bps", w.number("payload_rate", report.payload_rate_bps)},
            {"length_m", w.number("length", report.length_m)},
            {"engine", report.engine},
            {"case_temperature_k", w.number("case_temperature", report.case_temperature_k)},
            {"corner", report.corner},
            {"fec", report.fec},
            {"complete", report.complete}};
  Json segments = Json::array();
  for (const SegmentReport& segment : report.segments) segments.push_back(segment_json(w, segment, report));
  json["segments"] = std::move(segments);
  add_margin(w, report, json);
  add_reach(w, report, json);
  add_costs(w, report, json);
  Json notes = Json::array();
  for (const ValidityNote& n : report.notes)
    notes.push_back({{"stage", n.stage},
                     {"quantity", n.quantity},
                     {"value", w.number(n.quantity, n.value)},
                     {"unit", n.unit},
                     {"range", n.range}});
  json["validity_notes"] = std::move(notes);
  json["probes"] = probes_json(w, report);
  json["curves"] = curves_json(w, report);
  if (report.measured_ber) json["measured_ber"] = measured_json(w, *report.measured_ber);
  return json;
}

Json to_json(const RunResult& result) {
  Json links = Json::array(), provenance = Json::array();
  for (const LinkReport& report : result.links) links.push_back(to_json(report));
  for (const LinkScenario& scenario : result.study.links) {
    for (const ProvenanceRow& row : scenario.provenance)
      provenance.push_back(
          {{"parameter", row.parameter}, {"value", row.value}, {"source", row.source}, {"status", row.status}});
  }
  return {{"schema", 1},
          {"tessera", {{"version", result.version}, {"commit", result.commit}}},
          {"seed", result.seed},
          {"complete", result.complete},
          {"scenario", scenario_json(result.study)},
          {"links", std::move(links)},
          {"provenance", std::move(provenance)}};
}

}  // namespace tessera

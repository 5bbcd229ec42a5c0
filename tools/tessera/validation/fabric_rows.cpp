#include <cmath>
#include <tuple>

#include "phy/fec/code_gain.hpp"
#include "phy/fec/frame_loss.hpp"
#include "phy/link/reliability.hpp"
#include "scenarios/fabric/collectives.hpp"
#include "scenarios/fabric/fabric.hpp"
#include "scenarios/fabric/interruptions.hpp"
#include "tools/tessera/validation/rows.hpp"

namespace tessera::validation {
namespace {

using Rows = std::vector<ValidationRow>;

Log10Probability p(double value) { return Log10Probability::from_value(value); }

Log10Probability codeword(const RsCode& code, double ber) {
  return codeword_error_ratio(code, rs_symbol_error_ratio(p(ber), code.bits_per_symbol));
}

double frames(const RsCode& code, int interleave, double ber, int bytes) {
  return frame_loss_ratio(code, interleave, codeword(code, ber), bytes).value();
}

void loss_rows(Rows& rows) {
  const std::string sums = "binomial sum in 50-digit arithmetic, evaluated apart from this code";
  const auto add = [&](const char* id, const char* quantity, double expected, double tolerance, double got,
                       const std::string& source) {
    rows.push_back(relative_row(id, "closed-form", quantity, expected, tolerance, got, source));
  };
  add("fabric.v1.cer", "KP4 codeword errors at BER 2.4e-4", 8.152e-13, 5e-4, codeword(kKp4, 2.4e-4).value(), sums);
  add("fabric.v1.flr", "loss of 64-byte frames at BER 2.4e-4, one codeword", 9.22e-13, 1e-3,
      frames(kKp4, 1, 2.4e-4, 64), sums + "; the limit that goes with it is 9.2e-13");
  add("fabric.v2", "the same, two codewords interleaved", 1.74e-12, 3e-3, frames(kKp4, 2, 2.4e-4, 64), sums);
  add("fabric.v3.cer", "KR4 codeword errors at BER 5e-5", 4.397e-10, 5e-4, codeword(kKr4, 5e-5).value(), sums);
  add("fabric.v3.flr", "loss of 64-byte frames, KR4 at BER 5e-5", 4.97e-10, 1e-3, frames(kKr4, 1, 5e-5, 64), sums);
  add("fabric.v4.1e-3", "KP4 codeword errors at BER 1e-3", 1.53e-4, 1e-3, codeword(kKp4, 1e-3).value(), sums);
  add("fabric.v4.5e-4", "KP4 codeword errors at BER 5e-4", 2.793e-8, 5e-4, codeword(kKp4, 5e-4).value(), sums);
  add("fabric.v4.1e-4", "KP4 codeword errors at BER 1e-4", 1.360e-18, 5e-4, codeword(kKp4, 1e-4).value(), sums);
  add("fabric.v4.1e-5", "KP4 codeword errors at BER 1e-5", 2.14e-34, 3e-3, codeword(kKp4, 1e-5).value(), sums);
  const std::string block = "640 bytes of a codeword / (frame + 20)";
  add("fabric.v6.64", "frames of 64 bytes in a codeword", 7.619, 1e-4, frames_per_block(kKp4, 1, 64), block);
  add("fabric.v6.1518", "frames of 1,518 bytes in a codeword", 0.4161, 2e-4, frames_per_block(kKp4, 1, 1518), block);
  add("fabric.v6.9018", "frames of 9,018 bytes in a codeword", 0.07081, 2e-4, frames_per_block(kKp4, 1, 9018), block);
  const double per_second = 800e9 / (8.0 * (4158 + 20)) * frames(kKp4, 4, 2.4e-4, 4158);
  add("fabric.v7.time", "mean time to a lost frame, 800G full of 4,158 bytes at BER 2.4e-4 (h)", 1.35, 5e-3,
      1.0 / per_second / 3600.0, sums);
  add("fabric.v7.fabric", "frames lost per second by 49,152 such links both ways", 20.2, 5e-3,
      2.0 * 49152.0 * per_second, sums);
}

void transport_rows(Rows& rows) {
  const auto add = [&](const char* id, const char* kind, const char* quantity, double expected, double tolerance,
                       double got, const char* source) {
    rows.push_back(relative_row(id, kind, quantity, expected, tolerance, got, source));
  };
  const double window = window_packets(400e9, 10e-6, 4096);
  const char* gbn = "(1-p)/(1-p+Wp), evaluated apart from this code";
  add("fabric.v8.1e-4", "closed-form", "go-back-N efficiency, 400G, 10 us, 4,096 bytes, loss 1e-4", 0.9879, 1e-4,
      go_back_n_efficiency(p(1e-4), window), gbn);
  add("fabric.v8.1e-3", "closed-form", "the same at 1e-3", 0.8911, 1e-4, go_back_n_efficiency(p(1e-3), window), gbn);
  add("fabric.v8.1e-2", "closed-form", "the same at 1e-2", 0.4478, 2e-4, go_back_n_efficiency(p(1e-2), window), gbn);
  const char* played =
      "ASTRA-sim's HPCC network (commit 8fd3604), two hosts at 400 Gbit/s, eight seeds of 40 MB; timeouts do not exist";
  for (const auto& [id, quantity, packets, loss, measured] :
       {std::tuple{"fabric.gbn.26.1e-4", "goodput of go-back-N, 26.4 packets in flight, loss 1e-4", 26.4, 1e-4, 0.9979},
        {"fabric.gbn.26.1e-3", "the same at 1e-3", 26.4, 1e-3, 0.9802},
        {"fabric.gbn.124.1e-4", "124 packets in flight, loss 1e-4", 124.0, 1e-4, 0.9877},
        {"fabric.gbn.124.1e-3", "the same at 1e-3", 124.0, 1e-3, 0.9068},
        {"fabric.gbn.246.1e-4", "246 packets in flight, loss 1e-4", 246.0, 1e-4, 0.9766},
        {"fabric.gbn.246.1e-3", "the same at 1e-3", 246.0, 1e-3, 0.8268}})
    add(id, "independent-code", quantity, measured, 0.03, go_back_n_efficiency(p(loss), packets), played);
  const char* claim =
      "0.1 % loss costs 13 % of GPU utilisation (APNIC blog 2025, no experiment behind it): holds for go-back-N with "
      "149.3 packets in flight and nothing but communication";
  add("fabric.v9.window", "arithmetic", "packets in flight at 400G, 12.23 us, 4,096 bytes", 149.3, 1e-3,
      window_packets(400e9, 12.23e-6, 4096), "400 Gb/s x 12.23 us / (8 x 4,096)");
  const double claimed = go_back_n_efficiency(p(1e-3), 149.3);
  add("fabric.v9.loss", "arithmetic", "utilisation lost at 0.1 % loss, all time exposed communication", 0.13, 1e-3,
      1.0 - relative_utilisation(1.0, claimed), claim);
  add("fabric.v9.exposed", "arithmetic", "the same with 30 % exposed communication", 0.043, 0.01,
      1.0 - relative_utilisation(0.3, claimed), claim);
  const char* any = "1 - (1-p)^n of 244,140.6 packets";
  add("fabric.v10.1e-9", "closed-form", "a loss in 1 GB of 4,096-byte packets, loss 1e-9", 2.441e-4, 5e-4,
      any_of(p(1e-9), 1e9 / 4096).value(), any);
  add("fabric.v10.1e-7", "closed-form", "the same at 1e-7", 0.02412, 5e-4, any_of(p(1e-7), 1e9 / 4096).value(), any);
  add("fabric.v10.1e-5", "closed-form", "the same at 1e-5", 0.9130, 5e-4, any_of(p(1e-5), 1e9 / 4096).value(), any);
  const char* timeout = "4.096 us x 2^t (InfiniBand architecture)";
  add("fabric.v26.14", "arithmetic", "timeout of exponent 14 (s)", 67.1e-3, 1e-3, retransmission_timeout(14), timeout);
  add("fabric.v26.18", "arithmetic", "timeout of exponent 18 (s)", 1.074, 1e-3, retransmission_timeout(18), timeout);
  add("fabric.v26.20", "arithmetic", "timeout of exponent 20 (s)", 4.295, 1e-3, retransmission_timeout(20), timeout);
}

void collective_rows(Rows& rows) {
  Collective c;
  c.ranks = 64;
  c.bytes = 64e6;
  c.rate = 400e9;
  c.latency = 5e-6;
  c.hops = 3;
  c.blocking = false;
  int within = 0;
  for (const double penalty : {10e-6, 16e-3}) {
    for (const double loss : {1e-7, 1e-6, 1e-5, 1e-4}) {
      c.penalty = penalty;
      c.packet_loss = p(loss);
      const CollectiveTime t = collective_bounds(c);
      const CollectiveSample s = collective_monte_carlo(c, 200, 1);
      const double slack = 4.0 * s.standard_error;
      within += s.mean + slack >= t.lower && s.mean - slack <= t.upper ? 1 : 0;
    }
  }
  rows.push_back({"fabric.v28", "modelled",
                  "ring all-reduce of 64 ranks: cases of 8 whose Monte Carlo lies between both bounds", 8.0, 0.5,
                  static_cast<double>(within), "dependency chain played step by step against closed-form bounds"});
  c.penalty = 10e-6;
  c.packet_loss = p(1e-4);
  rows.push_back({"fabric.v28.mean", "modelled", "its slowdown at loss 1e-4 and 10 us a loss", 1.073, 0.005,
                  collective_monte_carlo(c, 200, 1).mean / collective_bounds(c).loss_free,
                  "Monte Carlo of the same chain, written apart from this code"});
}

void failure_rows(Rows& rows) {
  const auto add = [&](const char* id, const char* kind, const char* quantity, double expected, double tolerance,
                       double got, const char* source) {
    rows.push_back(relative_row(id, kind, quantity, expected, tolerance, got, source));
  };
  const double hours = 54.0 * 24.0;
  const char* llama =
      "Llama 3 405B: 54 days, 419 unexpected interruptions, 35 of network, 7 of network cards (second-hand)";
  // Rates as FIT of the whole cluster: events/hours, back through the model's own hours between failures.
  const auto mean_hours = [&](double events) { return hours_between_failures(1.0, events / hours * 1e9); };
  add("fabric.v11.all", "arithmetic", "hours between unexpected interruptions", 3.093, 1e-3, mean_hours(419), llama);
  add("fabric.v11.network", "arithmetic", "hours between network failures", 37.03, 1e-3, mean_hours(35), llama);
  add("fabric.v11.cards", "arithmetic", "hours between failures of network and cards", 30.86, 1e-3, mean_hours(42),
      llama);
  add("fabric.v11.rest", "arithmetic", "hours between all other failures", 3.438, 1e-3, mean_hours(377), llama);
  const char* hpn = "Alibaba HPN: 0.057 % of links fail in a month (second-hand)";
  add("fabric.v12.720", "arithmetic", "FIT of 0.057 % a month of 720 h", 791.7, 1e-4,
      fit_of_monthly_share(5.7e-4, 720.0), hpn);
  add("fabric.v12.730", "arithmetic", "FIT of 0.057 % a month of 730.5 h", 780.0, 1e-3,
      fit_of_monthly_share(5.7e-4, kHoursPerMonth), hpn);
  add("fabric.v12.month", "arithmetic", "failures a month of 15,360 x 2 links", 17.5, 2e-3,
      720.0 / hours_between_failures(30720, fit_of_monthly_share(5.7e-4, 720.0)), hpn);
  add("fabric.v13", "arithmetic", "minutes between failures of 100,000 links of five years each", 26.28, 1e-3,
      60.0 * hours_between_failures(1e5, 1e9 / (5.0 * kHoursPerYear)), "5 x 8,760 h / 100,000");
  const auto rsc = [](double gpus) { return hours_between_failures(gpus / 8.0, 6.5e-3 / 24.0 * 1e9); };
  const char* meta = "arXiv 2410.21680: 6.50 failures in 1,000 node-days, 8 GPUs a node";
  add("fabric.v14.16k", "arithmetic", "hours between failures of 16,384 GPUs", 1.803, 1e-3, rsc(16384), meta);
  add("fabric.v14.131k", "arithmetic", "hours between failures of 131,072 GPUs", 0.2254, 1e-3, rsc(131072), meta);
  const char* daly = "Young and Daly evaluated apart from this code, M = 11,135 s, C = 60 s";
  const double tau = young_interval(11135.0, 60.0);
  add("fabric.v15.young", "closed-form", "interval between checkpoints (s)", 1156.0, 1e-3, tau, daly);
  add("fabric.v15.60", "closed-form", "effective time with a restart of 60 s", 0.8949, 1e-4,
      effective_time(11135.0, tau, 60.0, 60.0), daly);
  add("fabric.v15.600", "closed-form", "effective time with a restart of 600 s", 0.8525, 1e-4,
      effective_time(11135.0, tau, 60.0, 600.0), daly);
  add("fabric.v15.1800", "closed-form", "effective time with a restart of 1,800 s", 0.7654, 1e-4,
      effective_time(11135.0, tau, 60.0, 1800.0), daly);
  const auto spared = [](int spares) {
    return spared_lanes(400, spares, 100.0, 5.0 * kHoursPerYear).failure_probability.value();
  };
  const char* tail = "binomial tail in 50-digit arithmetic, 100 FIT, five years";
  add("fabric.v17.0", "closed-form", "400 lanes without spares fail", 0.82657, 1e-5, spared(0), tail);
  add("fabric.v17.8", "closed-form", "400 lanes with 8 spares fail", 9.666e-5, 2e-4, spared(8), tail);
  add("fabric.v17.16", "closed-form", "400 lanes with 16 spares fail", 1.009e-11, 5e-4, spared(16), tail);
  add("fabric.hours.hpn", "arithmetic", "hours between link failures, 200,000 optical links of 792 FIT", 6.3, 0.01,
      hours_between_failures(200000, 792), "Mosaic, SIGCOMM 2025, says 6 to 12 h (second-hand)");
  add("fabric.hours.llama", "arithmetic", "the same with 549 FIT (Llama 3)", 9.1, 0.01,
      hours_between_failures(200000, 549), "Mosaic, SIGCOMM 2025, says 6 to 12 h (second-hand)");
}

Topology tree(std::int64_t gpus, int tiers) {
  Topology t;
  t.gpus = gpus;
  t.tiers = tiers;
  return t;
}

double switches(const TopologyCounts& n) { return static_cast<double>(n.leaves + n.aggregates + n.cores); }

void topology_rows(Rows& rows) {
  const auto add = [&](const std::string& id, const std::string& quantity, double expected, double got,
                       const char* source) {
    rows.push_back({id, "arithmetic", quantity, expected, 1e-9, got, source});
  };
  const char* superpod = "NVIDIA DGX SuperPOD reference design, table of fabric counts";
  for (const auto& [gpus, count_of] :
       {std::pair{512, 24}, {1024, 48}, {2048, 96}, {4096, 320}, {8192, 640}, {16384, 1280}}) {
    Topology t = tree(gpus, gpus > 2048 ? 3 : 2);
    t.rails = 8;
    const TopologyCounts n = count(t);
    add("fabric.v18." + std::to_string(gpus), "switches of a SuperPOD of " + std::to_string(gpus) + " GPUs", count_of,
        switches(n), superpod);
    double links = 0.0;
    for (const TopologyTier& tier : n.tiers) links += static_cast<double>(tier.links);
    add("fabric.v18." + std::to_string(gpus) + ".cables", "its cables", gpus * (gpus > 2048 ? 3.0 : 2.0), links,
        superpod);
  }
  const char* deepseek = "DeepSeek, ISCA 2025, table of topologies (second-hand)";
  add("fabric.v19.ft2", "switches of a full two-tier tree of radix 64, 2,048 hosts", 96, switches(count(tree(2048, 2))),
      deepseek);
  add("fabric.v19.ft3", "switches of a full three-tier tree, 65,536 hosts", 5120, switches(count(tree(65536, 3))),
      deepseek);
  Topology planes = tree(16384, 2);
  planes.planes = 8;
  add("fabric.v19.mpft", "switches of eight planes, 16,384 hosts", 768, switches(count(planes)), deepseek);
  Topology rack;
  rack.kind = TopologyKind::scale_up;
  rack.gpus = rack.scale_up_gpus = 72;
  rack.scale_up_switches = rack.scale_up_ports = 18;
  const auto ports = count(rack).tiers[0].links;
  const char* nvl = "NVIDIA GB200 NVL72: more than 5,000 cables, 130 TB/s, 20 kW for optics in their place";
  add("fabric.v20.pairs", "pairs of an NVL72 rack, two lanes each way in a link", 5184, static_cast<double>(4 * ports),
      nvl);
  rows.push_back({"fabric.v20.rate", "arithmetic", "its aggregate rate, both directions (TB/s)", 129.6, 1e-9,
                  static_cast<double>(ports) * 2.0 * 400e9 / 8.0 * 1e-12, nvl});
  const double ends = 2.0 * static_cast<double>(links_for(ports, 400e9, 1600e9));
  add("fabric.v20.ends", "ends of 1.6T that carry it", 648, ends, nvl);
  const auto saving = [&](double watts_of_800g) { return (20e3 - ends * 2.0 * watts_of_800g) * 1e-3; };
  const char* light = "20 kW (NVIDIA) less 648 ends of twice 3.1 to 5.3 W (Mosaic, SIGCOMM 2025, second-hand)";
  rows.push_back({"fabric.v20.saving.low", "arithmetic", "kW saved by microLED in their place, at least", 13.1, 0.05,
                  saving(5.3), light});
  rows.push_back({"fabric.v20.saving.high", "arithmetic", "kW saved by microLED in their place, at most", 16.0, 0.05,
                  saving(3.1), light});
  rows.push_back({"fabric.v20.watts", "arithmetic", "W of an end for 20 kW", 30.9, 0.05, 20e3 / ends, nvl});
  Topology torus;
  torus.kind = TopologyKind::torus;
  torus.gpus = 4096;
  torus.x = torus.y = torus.z = 16;
  const TopologyCounts tpu = count(torus);
  const char* v4 = "TPU v4, arXiv 2304.01433: 48 switches of 128 used ports, 64 racks of 96 ends";
  add("fabric.v22.ports", "ports of its optical switches", 48 * 128, static_cast<double>(tpu.optical_switch_ports), v4);
  add("fabric.v22.ends", "optical ends of its racks", 64 * 96, 2.0 * static_cast<double>(tpu.tiers[1].links), v4);
  Topology llama = tree(24576, 3);
  llama.radix = 576;
  llama.leaf_down = llama.leaf_up = 16;
  llama.pod_gpus = 3072;
  llama.core_oversubscription = 7.0;
  const TopologyCounts n = count(llama);
  const char* herd = "The Llama 3 Herd of Models, section 3.3.1: 8 pods x 192 racks x 16 GPUs (second-hand)";
  add("fabric.v23.racks", "racks of the Llama 3 cluster", 8 * 192, static_cast<double>(n.leaves), herd);
  add("fabric.v23.gpus", "its GPUs as ports of racks", 24576, static_cast<double>(n.tiers[0].links), herd);
  add("fabric.v23.pod", "GPUs behind the racks of one of its eight pods", 3072,
      static_cast<double>(n.leaves) / 8.0 * llama.leaf_down, herd);
}

LinkReport module(double watts, double rate) {
  LinkReport link;
  link.payload_rate_bps = rate;
  link.energy.module.watts = link.energy.module_and_host.watts = watts;
  link.energy.module.joules_per_bit = link.energy.module_and_host.joules_per_bit = watts / rate;
  for (const int bytes : kReportedFrameBytes)
    link.verdict.frame_loss_ratio[bytes] = Log10Probability::from_log10(-20.0);
  return link;
}

FabricTier one_tier(const std::string& name, std::int64_t ports, double rate) {
  FabricTier tier;
  tier.name = name;
  tier.ports = ports;
  tier.port_rate = rate;
  return tier;
}

double picojoules(double watts, double rate) {
  return 1e12 * tier_report(one_tier("t", 1, rate), module(watts, rate)).joules_per_provisioned_bit;
}

void energy_rows(Rows& rows) {
  const auto add = [&](const char* id, const char* quantity, double expected, double tolerance, double got,
                       const char* source) {
    rows.push_back(relative_row(id, "arithmetic", quantity, expected, tolerance, got, source));
  };
  const char* hot = "NVIDIA, Hot Chips 2025";
  const char* mosaic = "Mosaic, SIGCOMM 2025 (second-hand)";
  add("fabric.v21.pluggable", "pJ/bit of 30 W at 1.6T", 18.75, 1e-9, picojoules(30, 1600e9), hot);
  add("fabric.v21.cpo", "pJ/bit of 9 W at 1.6T", 5.625, 1e-9, picojoules(9, 1600e9), hot);
  add("fabric.v21.aoc.low", "pJ/bit of 9.8 W at 800G", 12.25, 1e-9, picojoules(9.8, 800e9), mosaic);
  add("fabric.v21.aoc.high", "pJ/bit of 12 W at 800G", 15.0, 1e-9, picojoules(12, 800e9), mosaic);
  add("fabric.v21.microled.low", "pJ/bit of 3.1 W at 800G", 3.875, 1e-9, picojoules(3.1, 800e9), mosaic);
  add("fabric.v21.microled.high", "pJ/bit of 5.3 W at 800G", 6.625, 1e-9, picojoules(5.3, 800e9), mosaic);

  Fabric fabric;
  fabric.name = "default";
  fabric.gpus = 16384;
  fabric.gpu_rate = 400e9;
  fabric.topology = tree(16384, 3);
  fabric.topology->rails = 8;
  fabric.operation.nic_watts = 25.0;
  fabric.operation.switch_watts = 747.0;
  std::vector<TierReport> tiers;
  // 9 W at the card and 8.5 W (half of a twin module of 17 W) at every switch port.
  for (const double watts : {8.75, 8.5, 8.5}) {
    fabric.tiers.push_back(one_tier("t" + std::to_string(tiers.size()), 16384, 400e9));
    tiers.push_back(tier_report(fabric.tiers.back(), module(watts, 400e9)));
  }
  const FabricReport report = aggregate(fabric, std::move(tiers));
  const OperationReport operation = operate(fabric, report);
  const char* sheet =
      "16,384 x 9 W + 81,920 x 8.5 W of modules, 1,280 switches x 747 W, 25 W a card (vendor claims and estimates)";
  add("fabric.v24.optics", "optics of 16,384 GPUs in three tiers (kW)", 843.8, 1e-4, operation.module_watts * 1e-3,
      sheet);
  add("fabric.v24.gpu", "its network per GPU (W)", 134.9, 5e-4, operation.network_watts / 16384.0, sheet);
  add("fabric.v24.share", "its share of the cluster, 1,275 W a GPU", 0.096, 5e-3, operation.network_share, sheet);
}

}  // namespace

std::vector<ValidationRow> fabric_rows() {
  Rows rows;
  loss_rows(rows);
  transport_rows(rows);
  failure_rows(rows);
  topology_rows(rows);
  energy_rows(rows);
  collective_rows(rows);
  return rows;
}

}  // namespace tessera::validation

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "phy/core/quantity_text.hpp"
#include "phy/link/network_run.hpp"
#include "phy/link/transmitter_response.hpp"
#include "phy/signal/fft.hpp"
#include "scenarios/link/link_evaluation.hpp"
#include "tests/support/copper_channel.hpp"

// The copper links beside the passive cables: docs/validation/copper_energy_and_reach.md holds what these print.
namespace tessera {
namespace {

using copper::insertion_loss_db;
using copper::shipped_link;

LinkReport evaluate_here(const Link& link) {
  EvaluationOptions options;
  options.eye = false;
  options.reach = false;
  return evaluate(link, options);
}

LinkReport evaluate_at(const Link& link, double length_m) { return evaluate_here(with_length(link, length_m)); }

// Secants of log margin, nearly straight in length; the last step is below 20 mm.
double reach_at(const Link& link, double target, double guess_m) {
  const auto excess = [&](double length) { return std::log(evaluate_at(link, length).verdict.margin_q / target); };
  double a = guess_m, b = 1.05 * guess_m, fa = excess(a);
  for (int i = 0; i < 8 && std::abs(b - a) > 2e-2; ++i) {
    const double fb = excess(b);
    const double next = b - fb * (b - a) / (fb - fa);
    a = b, fa = fb, b = next;
  }
  return b;
}

Link without_crosstalk(Link link) {
  for (Segment& segment : link.segments) segment.couplings.clear();
  return link;
}

Link only_segment(const Link& link, const std::string& name) {
  Link one = link;
  std::erase_if(one.segments, [&](const Segment& s) { return s.name != name; });
  return one;
}

double log10_ber(const LinkReport& report, std::size_t segment = 0) {
  return report.segments.at(segment).result.pre_fec_ber.log10();
}

double bisect(const std::function<double(double)>& rising, double low, double high) {
  for (int i = 0; i < 50; ++i) (rising(0.5 * (low + high)) < 0.0 ? low : high) = 0.5 * (low + high);
  return 0.5 * (low + high);
}

double length_mm(const Link& link, const std::string& stage) {
  for (const Stage& s : link.segments.front().stages)
    if (s.name == stage)
      return 1e3 * parse_quantity(std::get<std::string>(s.model.parameters().at("length").value), dim::kLength);
  return NAN;
}

// --- where the boards and the crosstalk of the links come from ---

TEST(ActiveCopper, BoardOfChipToModuleMakesSixteenDecibelsFromBallToBall) {
  const double length = bisect(
      [](double mm) {
        const Link link = shipped_link("c2m_112g", {fmt::format("electrical.host_tx.length={:.9g} mm", mm)});
        return insertion_loss_db(link, "host_tx", "module_rx", 26.5625e9) - 16.0;
      },
      100.0, 600.0);
  EXPECT_NEAR(length_mm(shipped_link("c2m_112g"), "host_tx"), length, 0.02);
  const Link aec = shipped_link("aec_800g");
  EXPECT_NEAR(insertion_loss_db(only_segment(aec, "near"), "host_tx", "plug", 26.5625e9), 16.0, 0.001);
  EXPECT_NEAR(insertion_loss_db(only_segment(aec, "far"), "plug", "host_rx", 26.5625e9), 16.0, 0.001);
}

TEST(ActiveCopper, TraysOfTheBackplaneLeaveFortyDecibelsDieToDie) {
  const double length = bisect(
      [](double mm) {
        const Link link = shipped_link("backplane_nvl72", {fmt::format("copper.tray_tx.length={:.9g} mm", mm),
                                                           fmt::format("copper.tray_rx.length={:.9g} mm", mm)});
        return insertion_loss_db(link, "package_tx", "package_rx", 53.125e9) - 40.0;
      },
      20.0, 200.0);
  EXPECT_NEAR(length_mm(shipped_link("backplane_nvl72"), "tray_tx"), length, 0.02);
}

// Astera Labs, 2026: a run of 1.2 m loses 12.3 dB and one of 1.75 m 18 dB in 30 AWG. The gauge's loss was fitted to
// 10.23 dB/m of the same source, so that this is arithmetic.
TEST(ActiveCopper, RunsOfTheRackLoseWhatTheVendorStates) {
  for (const auto& [metres, db] : {std::pair{1.2, 12.3}, std::pair{1.75, 18.0}}) {
    const Link link = shipped_link("backplane_nvl72", {fmt::format("copper.cable.length={} m", metres)});
    EXPECT_NEAR(insertion_loss_db(link, "cable", "cable", 53.0e9), db, 0.15) << metres;
  }
}

struct Integrated {
  double far = 0.0, near = 0.0;  // V^2
};

// Integrated crosstalk at the end of stage `last`, of couplings that enter at stage `at`.
Integrated integrated(const Link& link, const std::string& first, const std::string& at, const std::string& after,
                      const std::string& last, double corner) {
  const double fb = link.segments.front().symbol_rate, step = 2e7, amplitude = 0.413;
  std::vector<double> f;
  for (double x = step; x < fb; x += step) f.push_back(x);
  const std::vector<Complex> channel = copper::through(link, first, last, f),
                             behind = copper::through(link, after, last, f);
  Integrated total;
  for (const Coupling& c : link.segments.front().couplings) {
    EXPECT_EQ(c.injection, at);
    double sum = 0.0;
    for (std::size_t k = 0; k < f.size(); ++k) {
      const double x = 3.14159265358979323846 * f[k] / fb, sinc = std::sin(x) / x;
      sum += 2.0 * step * amplitude * amplitude / fb * sinc * sinc / (1.0 + std::pow(f[k] / corner, 8)) *
             std::pow(f[k] / c.reference_frequency, 2) * std::norm(c.with_through_loss ? channel[k] : behind[k]);
    }
    double gains = 0.0;
    for (const double g : c.gains) gains += g * g;
    (c.direction == Coupling::Direction::far ? total.far : total.near) += gains * sum;
  }
  return total;
}

constexpr double kGoldenCrosstalk = 1.017e-3;  // V, the public 802.3dj golden channel

TEST(ActiveCopper, BoardsAndBackplaneHaveTheIntegratedCrosstalkOfTheGoldenChannel) {
  const auto check = [](const Integrated& noise, const char* name) {
    EXPECT_NEAR(std::sqrt(noise.far + noise.near) / kGoldenCrosstalk, 1.0, 0.01) << name;
    EXPECT_NEAR(noise.far / noise.near, 1.0, 0.05) << name;
  };
  const double corner = 0.75 * 53.125e9;
  check(integrated(shipped_link("c2m_112g"), "host_tx", "connector", "module_rx", "module_rx", corner), "c2m");
  const Link aec = shipped_link("aec_800g");
  check(integrated(only_segment(aec, "near"), "host_tx", "connector", "plug", "plug", corner), "aec near");
  check(integrated(only_segment(aec, "far"), "plug", "connector", "host_rx", "host_rx", corner), "aec far");
  const Link rack = shipped_link("backplane_nvl72");
  const Coupling far = rack.segments[0].couplings[0], near = rack.segments[0].couplings[1];
  Link one = rack;
  one.segments[0].couplings = {far};
  Integrated total = integrated(one, "tray_tx", "cable", "tray_rx", "tray_rx", 0.58 * 106.25e9);
  one.segments[0].couplings = {near};
  total.near = integrated(one, "tray_tx", "connector_rx", "tray_rx", "tray_rx", 0.58 * 106.25e9).near;
  check(total, "backplane");
}

TEST(ActiveCopper, CablesKeepThePassiveCablesCouplingAndTheRetimersNearEndItsIntegratedNoise) {
  const auto gains = [](const Link& link) {
    std::vector<double> all;
    for (const Coupling& c : link.segments.front().couplings) all.insert(all.end(), c.gains.begin(), c.gains.end());
    return all;
  };
  EXPECT_EQ(gains(shipped_link("acc_800g")), gains(shipped_link("copper_dac_800g")));
  const Link cable = only_segment(shipped_link("aec_800g"), "copper");
  EXPECT_EQ(cable.segments[0].couplings[0].gains, shipped_link("copper_dac_800g").segments[0].couplings[0].gains);
  const Integrated noise = integrated(cable, "paddle_tx", "cable", "paddle_rx", "paddle_rx", 0.75 * 53.125e9);
  EXPECT_NEAR(noise.near / (0.5 * kGoldenCrosstalk * kGoldenCrosstalk), 1.0, 0.03);
}

// --- the redriver in its place ---

// Largest output of the redriver over all patterns, from the pulse of everything in front of it.
double peak_at_redriver(const Link& link) {
  const Segment& segment = link.segments.front();
  const PreparedLink prepared = prepare(link);
  const PreparedSegment& p = prepared.segments.front();
  const NetworkRun front = find_network_runs(segment).front();
  const RunTransfer run = transfer_of_run(segment, front, p.grid, nullptr);
  const StageResponse own = segment.stages[front.last].model.respond(p.grid, p.states[front.last - 1]);
  std::vector<Complex> values = transmitter_response(p.transmitter, p.grid).values;
  for (std::size_t k = 0; k < values.size(); ++k) values[k] *= run.values[k] / run.dc_gain * own.at(k, 0, 0);
  const std::vector<double> impulse = inverse_real_fft(values, p.grid.sample_count());
  const auto per_ui = static_cast<std::size_t>(p.grid.samples_per_ui);
  double worst = 0.0;
  for (std::size_t phase = 0; phase < per_ui; ++phase) {
    double sum = 0.0;
    // The transmitter's response holds the zero-order hold: a sample of the pulse is that of the impulse over a UI.
    for (std::size_t i = phase; i < impulse.size(); i += per_ui) sum += std::abs(impulse[i]);
    worst = std::max(worst, sum * static_cast<double>(per_ui));
  }
  return worst * 0.5 * p.states[front.last].swing();
}

TEST(ActiveCopper, RedriverOfTheShippedCableStaysInsideItsLinearRange) {
  for (const double length : {1.0, 3.0, 4.0}) {
    const Link link = with_length(shipped_link("acc_800g"), length);
    const double peak = peak_at_redriver(link), limit = 0.6;
    const double compression = 1.0 - limit * std::tanh(peak / limit) / peak;
    std::printf("acc_800g at %.0f m: peak output %.0f mV over all patterns, compressed by %.1f %%\n", length,
                1e3 * peak, 100.0 * compression);
    // The shortest cable is the loudest.
    EXPECT_LT(compression, length < 3.0 ? 0.10 : 0.05) << length;
    EXPECT_TRUE(evaluate_here(link).notes.empty()) << length;
  }
}

TEST(ActiveCopper, RedriverCarriesTheHostsOfThePassiveCableFurther) {
  const Link active = shipped_link("acc_800g"), passive = shipped_link("copper_dac_800g");
  const double nominal = reach_at(active, 1.0, 4.2), design = reach_at(active, std::sqrt(2.0), 3.0),
               quiet = reach_at(without_crosstalk(active), 1.0, 5.0), bare = reach_at(passive, 1.0, 3.0);
  const double noiseless = reach_at(shipped_link("acc_800g", {"copper.redriver.input_noise=0 V^2/GHz"}), 1.0, 4.5);
  std::printf(
      "acc_800g: nominal reach %.2f m, design %.2f m, without crosstalk %.2f m, without the redriver's noise %.2f m; "
      "passive %.2f m | published 3 to 5 m\n",
      nominal, design, quiet, noiseless, bare);
  EXPECT_GT(nominal, bare + 1.0);
  EXPECT_GT(nominal, 3.0);
  EXPECT_LT(nominal, 5.0);
  EXPECT_GT(quiet, nominal);
  EXPECT_GT(noiseless, nominal);
}

TEST(ActiveCopper, RedriverWithoutNoiseOrPeakingIsAWireWithGain) {
  // 0 dB, flat and quiet: the lane is the passive one of equal length within what the matched joint changes.
  const std::vector<std::string> flat{"copper.redriver.gain=0 dB",
                                      "copper.redriver.peaking=0 dB",
                                      "copper.redriver.low_frequency_peaking=0 dB",
                                      "copper.redriver.bandwidth=1000 GHz",
                                      "copper.redriver.saturation_swing=100 V",
                                      "copper.redriver.input_noise=0 V^2/GHz",
                                      "copper.cable.length=2 m"};
  const double wire = evaluate_here(without_crosstalk(shipped_link("acc_800g", flat))).verdict.margin_q;
  const double passive = evaluate_here(without_crosstalk(shipped_link("copper_dac_800g"))).verdict.margin_q;
  EXPECT_NEAR(wire / passive, 1.0, 0.01);
}

// --- chip to module ---

TEST(ActiveCopper, ChipToModuleHasTheMarginOfACompliantChannel) {
  const LinkReport report = evaluate_here(shipped_link("c2m_112g"));
  const SegmentResult& r = report.segments[0].result;
  // Q of PAM4 at DER 1e-5: 1.5 Q(q) = 1e-5.
  const double q_reference = 4.349, over = 20.0 * std::log10(r.q / q_reference);
  std::printf("c2m_112g: log10 BER %.2f, %.1f dB above the Q of DER 1e-5 | class: 16 dB, BER 1e-5 to 1e-6\n",
              log10_ber(report), over);
  EXPECT_LT(log10_ber(report), -5.0);
  // COM of at least 3 dB is the same as 3 dB above that Q where noise is Gaussian.
  EXPECT_GT(over, 3.0);
}

// --- retimed cable ---

TEST(ActiveCopper, RetimedCableReachesByGauge) {
  for (const auto& [gauge, guess] : {std::pair{24, 9.2}, std::pair{26, 7.6}, std::pair{28, 6.3}, std::pair{30, 5.1}}) {
    const Link link = shipped_link("aec_800g", {fmt::format("copper.cable.gauge={}", gauge)});
    const double nominal = reach_at(link, 1.0, guess), design = reach_at(link, std::sqrt(2.0), 0.85 * guess);
    const double loss = insertion_loss_db(only_segment(link, "copper"), "cable", "cable", 26.5625e9) / 5.0;
    std::printf("aec_800g, %d AWG (%.2f dB/m): nominal reach %.2f m, design %.2f m | published 5 to 7 m, shown 9 m\n",
                gauge, loss, nominal, design);
    EXPECT_GT(nominal, 4.5) << gauge;
    EXPECT_LT(nominal, 10.0) << gauge;
    EXPECT_LT(design, nominal) << gauge;
  }
}

TEST(ActiveCopper, ErrorsOfTheThreeSegmentsOfARetimedCableAdd) {
  const LinkReport report = evaluate_here(shipped_link("aec_800g", {"copper.cable.length=6 m"}));
  double sum = 0.0;
  for (std::size_t s = 0; s < 3; ++s) {
    std::printf("aec_800g at 6 m, segment %s: log10 BER %.2f\n", report.segments[s].result.name.c_str(),
                log10_ber(report, s));
    sum += std::pow(10.0, log10_ber(report, s));
  }
  EXPECT_NEAR(report.verdict.pre_fec_ber.log10(), std::log10(sum), 1e-9);
  EXPECT_EQ(report.verdict.limiting_segment, "copper");
}

// --- rack ---

TEST(ActiveCopper, RackHas5184PairsAndAPetabit) {
  const Link link = shipped_link("backplane_nvl72");
  const int gpus = 72, links = 18;
  const int pairs = gpus * links * 2 * link.segments[0].lanes;
  const double both_ways = 2.0 * gpus * links * link.payload_rate;
  EXPECT_EQ(pairs, 5184);
  EXPECT_NEAR(both_ways, 1036.8e12, 1.0);
  // One end's power over one direction is both ends' over both: watts of the rack = J/bit x bits both ways.
  for (const auto& [pj, kw] : {std::pair{4.0, 4.15}, std::pair{10.0, 10.37}, std::pair{15.0, 15.55}})
    EXPECT_NEAR(pj * 1e-12 * both_ways, kw * 1e3, 5.0);
  // 2 miles of cable over 5184 pairs.
  EXPECT_NEAR(3218.7 / pairs, 0.62, 0.005);
  const LinkReport longest = evaluate_here(link), mean = evaluate_at(link, 0.62), loose = evaluate_at(link, 1.75);
  const auto rack = [&](const LinkReport& r) { return r.energy.module_and_host.joules_per_bit * both_ways; };
  std::printf(
      "backplane_nvl72: log10 BER %.2f at 0.62 m, %.2f at 1.2 m, %.2f at 1.75 m; margin_q %.2f, %.2f, %.2f; %.2f and "
      "%.2f "
      "pJ/bit, rack of mean runs %.2f kW\n",
      log10_ber(mean), log10_ber(longest), log10_ber(loose), mean.verdict.margin_q, longest.verdict.margin_q,
      loose.verdict.margin_q, 1e12 * mean.energy.module_and_host.joules_per_bit,
      1e12 * longest.energy.module_and_host.joules_per_bit, 1e-3 * rack(mean));
  EXPECT_TRUE(longest.verdict.closes);
  EXPECT_GT(mean.verdict.margin_q, std::sqrt(2.0));
  // Passive copper to both ends of the rack of 1.75 m runs is beyond the 40 dB budget by 5.6 dB.
  EXPECT_FALSE(loose.verdict.closes);
  // Nothing between the chips: all watts are the hosts'.
  EXPECT_EQ(longest.energy.module.watts, 0.0);
}

// --- energy against reach ---

struct EnergyAt {
  std::string link;
  double length_m;
  std::vector<std::string> sets;
  const char* published;
};

// Passive below active below retimed, host SerDes excluded. Published ranges (facts of a trade comparison, 1.6T,
// modelled): 0 to 0.3 at 1 m, 1.3 to 2.5 at 3 m, 5.5 to 9 at 7 m.
TEST(ActiveCopper, EnergyRisesFromPassiveOverLinearToRetimed) {
  std::vector<double> module;
  for (const EnergyAt& e :
       {EnergyAt{"copper_dac_1600g", 1.0, {}, "0 to 0.3"}, EnergyAt{"copper_dac_800g", 2.0, {}, "0 to 0.3"},
        EnergyAt{"acc_800g", 3.0, {}, "1.3 to 2.5; 1.9 at most (1.5 W)"},
        EnergyAt{"aec_800g", 5.0, {}, "5.5 to 9 at 7 m; 8 to 12 W from memory; 20 W at 200G lanes"},
        EnergyAt{"aec_800g", 7.0, {"copper.cable.gauge=26"}, "the same"}}) {
    const LinkReport r = evaluate_at(shipped_link(e.link, e.sets), e.length_m);
    std::printf("%-18s %.1f m: closes %d, margin_q %.2f, module %.2f W %.2f pJ/bit, with hosts %.2f pJ/bit | %s\n",
                e.link.c_str(), e.length_m, r.verdict.closes, r.verdict.margin_q, r.energy.module.watts,
                1e12 * r.energy.module.joules_per_bit, 1e12 * r.energy.module_and_host.joules_per_bit, e.published);
    EXPECT_TRUE(r.verdict.closes) << e.link;
    EXPECT_LT(r.energy.module_and_host.constant_share, 0.25) << e.link;
    module.push_back(1e12 * r.energy.module.joules_per_bit);
  }
  EXPECT_EQ(module[0], 0.0);
  EXPECT_EQ(module[1], 0.0);
  EXPECT_LT(module[1], module[2]);
  EXPECT_LT(module[2], module[3]);
  EXPECT_LT(module[3], module[4]);
  // The vendors' limit for a plug of 100G lanes.
  EXPECT_LT(module[2] * 0.8, 1.5);
  EXPECT_GT(module[2], 1.3);
}

}  // namespace
}  // namespace tessera

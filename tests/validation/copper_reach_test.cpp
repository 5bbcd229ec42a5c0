#include <cmath>
#include <cstdio>
#include <string>

#include <gtest/gtest.h>

#include "scenarios/link/link_evaluation.hpp"
#include "tests/support/copper_channel.hpp"

namespace tessera {
namespace {

LinkReport evaluate_at(const Link& link, double length_m) {
  EvaluationOptions options;
  options.eye = false;
  options.reach = false;
  return evaluate(with_length(link, length_m), options);
}

// Length at which the margin is `target`, by secants of its logarithm, which is nearly straight in length; the last
// step is below 20 mm.
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

struct CopperReach {
  double nominal_m, design_m, without_crosstalk_m;
  double slope_m_per_db;  // of the nominal reach with the loss of both host boards together
};

CopperReach measure(const std::string& name, double guess_m) {
  const Link link = copper::shipped_link(name);
  Link quiet = link;
  quiet.segments.front().couplings.clear();
  const double nominal = reach_at(link, 1.0, guess_m);
  return {nominal, reach_at(link, std::sqrt(2.0), 0.7 * nominal), reach_at(quiet, 1.0, 1.05 * nominal),
          0.5 * (reach_at(copper::with_host_loss(name, 1.0), 1.0, nominal) -
                 reach_at(copper::with_host_loss(name, -1.0), 1.0, nominal))};
}

CopperReach report(const std::string& name, double objective_m, double guess_m) {
  const Link metre = copper::shipped_link(name, {"copper.cable.length=1 m"});
  const double nyquist = 0.5 * metre.segments.front().symbol_rate;
  const double cable_db_per_m = copper::insertion_loss_db(metre, "cable", "cable", nyquist);
  const CopperReach r = measure(name, guess_m);
  const LinkReport at_objective = evaluate_at(metre, objective_m);
  std::printf(
      "%s | objective %.0f m: log10 BER %.2f, margin_q %.3f | nominal reach %.2f m, design %.2f m, without crosstalk "
      "%.2f m | "
      "d reach/d host %.3f m/dB, cable alone %.3f m/dB\n",
      name.c_str(), objective_m, at_objective.verdict.pre_fec_ber.log10(), at_objective.verdict.margin_q, r.nominal_m,
      r.design_m, r.without_crosstalk_m, r.slope_m_per_db, -1.0 / cable_db_per_m);
  // Board and cable lose the same decibels at Nyquist but split them differently between skin and dielectric.
  EXPECT_NEAR(r.slope_m_per_db * -cable_db_per_m, 1.0, 0.35);
  EXPECT_GT(r.without_crosstalk_m, r.nominal_m);
  EXPECT_LT(r.design_m, r.nominal_m);
  EXPECT_GT(r.nominal_m, objective_m);
  return r;
}

// The objectives are met, but not with 3 dB of margin: docs/validation/copper_reach.md says what that means.
TEST(CopperReach, HundredGigabitLanesReachTheirTwoMetreObjective) { report("copper_dac_800g", 2.0, 2.9); }

TEST(CopperReach, TwoHundredGigabitLanesReachTheirOneMetreObjective) { report("copper_dac_1600g", 1.0, 1.8); }

}  // namespace
}  // namespace tessera

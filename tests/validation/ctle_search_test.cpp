#include <gtest/gtest.h>

#include "phy/engine/noise_density.hpp"
#include "phy/engine/receiver_adaptation.hpp"
#include "phy/engine/statistical_engine.hpp"
#include "scenarios/link/link_evaluation.hpp"
#include "tests/support/copper_channel.hpp"
#include "tests/support/copper_lane.hpp"

namespace tessera {
namespace {

double squared_error(const PreparedSegment& segment) {
  const AdaptedReceiver receiver = adapt_receiver(segment, {});
  const double slicer = segment.receiver.slicer_noise_rms / receiver.taps.cursor;
  return receiver.taps.mean_square_error + slicer * slicer / level_variance(segment.levels);
}

// Adapts the receiver to every pair alone, which leaves the search nothing to choose.
void expect_no_pair_beats_the_list(const PreparedSegment& segment) {
  const double full = squared_error(segment);
  const CtleSpec& ctle = segment.receiver.ctle;
  for (double g : ctle.dc_gains_db)
    for (double g2 : ctle.dc_gains2_db) {
      PreparedSegment one = segment;
      one.receiver.ctle.dc_gains_db = {g};
      one.receiver.ctle.dc_gains2_db = {g2};
      EXPECT_LE(full, squared_error(one) * (1.0 + 1e-6)) << segment.name << " " << g << " " << g2;
    }
}

std::vector<double> down_to(int least) {
  std::vector<double> gains;
  for (int g = 0; g >= least; --g) gains.push_back(g);
  return gains;
}

PreparedSegment with_gains(PreparedSegment segment, int least, int least2) {
  segment.receiver.ctle.dc_gains_db = down_to(least);
  segment.receiver.ctle.dc_gains2_db = down_to(least2);
  return segment;
}

TEST(CtleSearch, NoPairBeatsTheListOnACopperLane) {
  for (PhasePolicy policy : {PhasePolicy::minimum_mse, PhasePolicy::mueller_muller}) {
    PreparedSegment segment = with_gains(test::copper_lane(true), -20, -6);
    segment.receiver.phase = policy;
    expect_no_pair_beats_the_list(segment);
  }
}

TEST(CtleSearch, NoPairBeatsTheListWithoutFfeUnderMuellerMuller) {
  PreparedSegment segment = with_gains(test::copper_lane(false), -12, 0);
  segment.name = "backplane";
  segment.modulation = Modulation::pam(2);
  segment.levels = segment.transmitter.levels = {-0.4, 0.4};
  segment.receiver.ctle.low_frequency_pole = 0.0;
  segment.receiver.ffe = {};
  segment.receiver.dfe = {std::vector<double>(14, -1.0), std::vector<double>(14, 1.0)};
  segment.receiver.phase = PhasePolicy::mueller_muller;
  expect_no_pair_beats_the_list(segment);
}

TEST(CtleSearch, NoPairBeatsTheListOnTheShippedCable) {
  for (double length : {2.0, 3.0, 4.0})
    expect_no_pair_beats_the_list(
        prepare(with_length(copper::shipped_link("copper_dac_800g"), length)).segments.front());
}

TEST(CtleSearch, ListsBeyondTheExhaustiveLimitEndAtTheirBest) {
  PreparedSegment segment = test::copper_lane(false);
  CtleSpec& ctle = segment.receiver.ctle;
  ctle.dc_gains_db.clear();
  ctle.dc_gains2_db.clear();
  for (int i = 0; i <= 80; ++i) ctle.dc_gains_db.push_back(-0.2 * i);
  for (int i = 0; i <= 20; ++i) ctle.dc_gains2_db.push_back(-0.25 * i);
  const double full = squared_error(segment);
  const AdaptedReceiver found = adapt_receiver(segment, {});
  for (double dg : {-0.2, 0.0, 0.2})
    for (double dg2 : {-0.25, 0.0, 0.25}) {
      PreparedSegment one = segment;
      one.receiver.ctle.dc_gains_db = {std::min(0.0, found.ctle_dc_gain_db + dg)};
      one.receiver.ctle.dc_gains2_db = {std::min(0.0, found.ctle_dc_gain2_db + dg2)};
      EXPECT_LE(full, squared_error(one) * (1.0 + 1e-3));
    }
}

TEST(PhaseWindow, OptimumIsInsideItOnLongCables) {
  const PreparedSegment segment = prepare(with_length(copper::shipped_link("copper_dac_800g"), 4.0)).segments.front();
  PreparedSegment quiet = segment;
  quiet.receiver.adc_bits = 0.0;
  const AdaptedReceiver settled = adapt_receiver(quiet, {});
  const auto error_at = [&](double ui) {
    std::vector<double> density = averaged_noise_density(quiet);
    for (std::size_t k = 0; k < density.size(); ++k) density[k] *= std::norm(settled.ctle[k]);
    const TapLimits limits = tap_limits(quiet.receiver);
    const auto noise = baud_autocorrelation(density, quiet.grid, static_cast<std::size_t>(limits.ffe_taps),
                                            1.0 / level_variance(quiet.levels));
    return solve_mmse(settled.pulse.cursors(settled.position + ui * quiet.grid.samples_per_ui), noise, limits)
        .mean_square_error;
  };
  EXPECT_LT((settled.position - settled.peak) / quiet.grid.samples_per_ui, -0.7);
  EXPECT_GT(error_at(-0.125), settled.taps.mean_square_error);
  EXPECT_GT(error_at(0.125), settled.taps.mean_square_error);
}

}  // namespace
}  // namespace tessera

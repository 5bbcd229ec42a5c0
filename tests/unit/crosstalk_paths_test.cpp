// Crosstalk of a matched, lossless run: every factor of an aggressor's path is known in closed form.
#include "phy/link/crosstalk_paths.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "channels/electrical/pcb_trace.hpp"
#include "devices/receiver/serdes_receiver.hpp"
#include "devices/transmitter/serdes_driver.hpp"
#include "phy/core/constants.hpp"
#include "phy/link/cost_context.hpp"

namespace tessera {
namespace {

Stage stage(std::string name, AnyModel model) { return {std::move(name), std::move(model), Boundary::host, ""}; }

PcbTrace matched_trace(double length) {
  PcbTrace::Params p;
  p.length = Length::from_si(length);
  p.impedance = Resistance::from_si(100.0);
  return PcbTrace(p);
}

Link lane() {
  SerdesDriver::Params tx;
  tx.ffe_taps = {-0.1, 0.8, -0.1};
  tx.ffe_main = 1;
  tx.swing = Voltage::from_si(0.4);
  tx.termination = Resistance::from_si(50.0);
  Segment segment;
  segment.name = "s";
  segment.modulation = Modulation::pam(4);
  segment.symbol_rate = 53.125e9;
  segment.lanes = 1;
  segment.stages = {stage("tx", SerdesDriver(tx)), stage("near_board", matched_trace(0.05)),
                    stage("far_board", matched_trace(0.1)), stage("rx", SerdesReceiver())};
  Link link;
  link.name = "crosstalk";
  link.payload_rate = 100e9;
  link.segments = {segment};
  return link;
}

Coupling coupling(Coupling::Direction direction, const std::string& injection) {
  Coupling c;
  c.name = "x";
  c.direction = direction;
  c.shape = Coupling::Shape::power_law;
  c.injection = injection;
  c.reference_frequency = 26.5625e9;
  c.slope = 20.0;
  c.gains = {0.01};
  return c;
}

// |X| at Nyquist, where the power law is 1, over the hold and the front end.
double level_at_nyquist(Link link, const Coupling& c) {
  link.segments.front().couplings = {c};
  const PreparedSegment s = prepare(link).segments.front();
  const auto k = static_cast<std::size_t>(s.grid.ui_count / 2);
  const double hold = 2.0 / constants::kPi;
  return std::abs(s.crosstalk.front().response.values[k]) /
         (hold * std::abs(s.receiver.front_end.values[k]) * std::abs(s.transmitter.edge.values[k]));
}

double trace_loss(double length) {
  const double nyquist = 26.5625e9;
  const SParameters s = matched_trace(length).s_parameters(std::span<const double>(&nyquist, 1));
  return std::abs(s.at(0, 1, 0));
}

TEST(CrosstalkPaths, FarEndAggressorCarriesTheVictimsFfeAndTheRunAsAsked) {
  Coupling c = coupling(Coupling::Direction::far, "near_board");
  const double ffe_at_nyquist = 0.1 + 0.8 + 0.1;
  EXPECT_NEAR(level_at_nyquist(lane(), c), 0.4 * ffe_at_nyquist * trace_loss(0.1), 1e-6);
  c.with_through_loss = true;
  EXPECT_NEAR(level_at_nyquist(lane(), c), 0.4 * ffe_at_nyquist * trace_loss(0.15), 1e-6);
}

TEST(CrosstalkPaths, NearEndAggressorIsTheBareTransmitterBesideTheReceiver) {
  Coupling c = coupling(Coupling::Direction::near, "far_board");
  c.swing = 0.608;
  EXPECT_NEAR(level_at_nyquist(lane(), c), 0.608, 1e-6);
  c.swing = 0.0;
  EXPECT_NEAR(level_at_nyquist(lane(), c), 0.4, 1e-6);
}

TEST(CrosstalkPaths, NearEndAggressorDoesNotGoThroughTheVictimsRun) {
  Coupling c = coupling(Coupling::Direction::near, "far_board");
  c.with_through_loss = true;
  EXPECT_THROW(level_at_nyquist(lane(), c), ConfigError);
}

TEST(CostContext, TerminalsAreBilledForTheRunBesideThem) {
  const PreparedLink prepared = prepare(lane());
  const double loss = prepared.segments.front().insertion_loss_total_db;
  EXPECT_GT(loss, 1.0);
  EXPECT_DOUBLE_EQ(cost_context(prepared, 0, 0).insertion_loss_db, loss);
  EXPECT_DOUBLE_EQ(cost_context(prepared, 0, 3).insertion_loss_db, loss);
}

}  // namespace
}  // namespace tessera

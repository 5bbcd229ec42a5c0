#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>
#include <vector>

#include "phy/io/touchstone.hpp"
#include "phy/signal/s_parameter_quality.hpp"
#include "tests/support/locations.hpp"

namespace tessera {
namespace {

struct Row {
  const char* file;
  std::vector<double> insertion_loss_db;  // at 12.890625, 13.28125, 26.5625, 53.125 GHz (Nyquist of the usual rates)
  double singular_value, singular_tolerance;
  std::size_t points;
};

// Table of the data set's own manifest (computed there by another program), to its printed digits.
const std::vector<Row>& rows() {
  static const std::vector<Row> table{
      {"com_golden_kr4_6ch/example2_THRU.s4p", {23.45, 24.23, 59.69}, 0.9907, 6e-5, 4001},
      {"com_golden_kr4_6ch/example2_FEXT1.s4p", {48.19, 47.71, 68.97}, 0.368, 6e-4, 4001},
      {"com_golden_kr4_6ch/example2_FEXT2.s4p", {46.67, 46.41, 69.11}, 0.308, 6e-4, 4001},
      {"com_golden_kr4_6ch/example2_NEXT1.s4p", {43.39, 46.59, 46.83}, 0.367, 6e-4, 4001},
      {"com_golden_kr4_6ch/example2_NEXT2.s4p", {48.51, 49.40, 46.86}, 0.335, 6e-4, 4001},
      {"com_golden_kr4_6ch/example2_NEXT3.s4p", {45.60, 48.20, 41.52}, 0.308, 6e-4, 4001},
      {"osnpq/CABLE1_TX_pair.s4p", {15.93, 18.13, 68.91}, 0.9922, 6e-5, 6401},
      {"osnpq/pcb_stripline_119mm.s2p", {3.52, 3.57, 5.55, 9.75}, 1.0005, 6e-5, 7000},
      {"osnpq/pcb_stripline_238mm.s2p", {6.83, 6.94, 10.82, 20.04}, 1.0004, 6e-5, 7000},
  };
  return table;
}

std::filesystem::path folder() { return test::shared_dir() / "data" / "sparams"; }

SParameters differential(const SParameters& s) {
  return s.ports == 4 ? differential_two_port(to_differential(s, {1, 3, 2, 4})) : s;
}

// Straight line in decibels between the file's own points, as the manifest was made, and the step between them.
std::pair<double, double> loss_between_points(const SParameters& s, double f) {
  const auto above = std::upper_bound(s.frequency.begin(), s.frequency.end(), f);
  const auto k = static_cast<std::size_t>(above - s.frequency.begin()) - 1;
  const double low = -20.0 * std::log10(std::abs(s.at(k, 1, 0))),
               high = -20.0 * std::log10(std::abs(s.at(k + 1, 1, 0)));
  return {low + (high - low) * (f - s.frequency[k]) / (s.frequency[k + 1] - s.frequency[k]), high - low};
}

TEST(ChannelFiles, InsertionLossAndPassivityAreTheManifests) {
  if (!std::filesystem::exists(folder())) GTEST_SKIP() << "the shared channel files are not beside the source tree";
  const std::vector<double> frequencies{12.890625e9, 13.28125e9, 26.5625e9, 53.125e9};
  for (const Row& row : rows()) {
    const SParameters s = read_touchstone(folder() / row.file);
    EXPECT_EQ(s.frequency.size(), row.points) << row.file;
    EXPECT_EQ(s.reference_impedance, 50.0) << row.file;
    const SParameters two_port = differential(s);
    const std::span<const double> asked(frequencies.data(), row.insertion_loss_db.size());
    const SParameters resampled = resample(two_port, asked);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const auto [loss, step] = loss_between_points(two_port, asked[i]);
      EXPECT_NEAR(loss, row.insertion_loss_db[i], 0.0101) << row.file << " " << asked[i];
      // Interpolating magnitudes instead of decibels moves a steep notch by at most step^2 ln(10)/160.
      const double got = -20.0 * std::log10(std::abs(resampled.at(i, 1, 0)));
      EXPECT_NEAR(got, row.insertion_loss_db[i], 0.0101 + step * step * std::log(10.0) / 160.0)
          << row.file << " " << asked[i];
    }
    EXPECT_NEAR(largest_singular_value(s).value, row.singular_value, row.singular_tolerance) << row.file;
  }
}

TEST(ChannelFiles, PortOrderOfEveryFourPortIsTheOfficialOne) {
  if (!std::filesystem::exists(folder())) GTEST_SKIP() << "the shared channel files are not beside the source tree";
  for (const Row& row : rows()) {
    const SParameters s = read_touchstone(folder() / row.file);
    if (s.ports != 4) continue;
    const PortPairing pairing = detect_port_order(s);
    EXPECT_EQ(pairing.order, (PortOrder{1, 3, 2, 4})) << row.file;
    EXPECT_EQ(pairing.through, row.singular_value > 0.9) << row.file;
  }
}

// A file whose lowest points are cut off must give its DC point back.
TEST(ChannelFiles, ExtrapolatedDcIsTheMeasuredDc) {
  if (!std::filesystem::exists(folder())) GTEST_SKIP() << "the shared channel files are not beside the source tree";
  const SParameters full = differential(read_touchstone(folder() / rows().front().file));
  for (const std::size_t cut : {1u, 2u, 5u}) {
    SParameters s = full;
    s.frequency.erase(s.frequency.begin(), s.frequency.begin() + static_cast<std::ptrdiff_t>(cut));
    s.data.erase(s.data.begin(), s.data.begin() + static_cast<std::ptrdiff_t>(4 * cut));
    const std::vector<double> dc{0.0};
    const double got = resample(s, dc).at(0, 1, 0).real();
    EXPECT_NEAR(got, full.at(0, 1, 0).real(), 0.025) << cut;  // 0.22 dB; the file itself bends below 50 MHz
  }
}

TEST(ChannelFiles, MeasuredChannelsAreCausalToOneInAHundredThousand) {
  if (!std::filesystem::exists(folder())) GTEST_SKIP() << "the shared channel files are not beside the source tree";
  for (const Row& row : rows()) {
    if (row.singular_value < 0.9) continue;
    const double early = energy_before_zero(differential(read_touchstone(folder() / row.file)), 1, 0);
    EXPECT_LT(early, 1e-5) << row.file;
  }
}

}  // namespace
}  // namespace tessera

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "channels/electrical/package.hpp"
#include "phy/core/error.hpp"

namespace tessera {
namespace {

struct Row {
  double ghz;
  Complex s11, s21;
};

// COM 3.70 reference code, make_full_pkg, 120F transmitter with the 13 mm package.
const std::array<Row, 9> kGolden{{{0.01, {-0.000200582259, -0.001221337344}, {0.9984500773, -0.007792823705}},
                                  {1, {-0.05463235144, -0.07505506313}, {0.7878767797, -0.5777737487}},
                                  {5, {-0.01087175158, -0.09051692585}, {-0.9421936467, -0.05198618014}},
                                  {10.01, {-0.01657211077, -0.1806665353}, {0.8907425224, 0.1237457872}},
                                  {20.01, {0.02685107352, -0.3186957912}, {0.7640588399, 0.2543605934}},
                                  {26.51, {-0.236940573, -0.4648566378}, {-0.6269753811, 0.2775572826}},
                                  {30.01, {0.0695995576, -0.3000441972}, {0.6333089128, 0.383678558}},
                                  {40.01, {-0.05239779036, -0.2002347148}, {0.4427562238, 0.5354013409}},
                                  {50, {-0.2890397611, -0.228590814}, {0.1782913332, 0.5753115465}}}};

std::vector<double> golden_axis() {
  std::vector<double> frequency;
  for (const Row& row : kGolden) frequency.push_back(row.ghz * 1e9);
  return frequency;
}

Package::Params golden_package() {
  Package::Params p;
  p.line_lengths = {13e-3, 1.8e-3};
  return p;
}

double insertion_loss_db(const Package::Params& p, double frequency) {
  return -20.0 * std::log10(std::abs(Package(p).s_parameters(std::vector<double>{frequency}).at(0, 1, 0)));
}

TEST(PackageGolden, TransmitPackageEqualsTheReferenceCodeToOneInABillion) {
  const SParameters s = Package(golden_package()).s_parameters(golden_axis());
  for (std::size_t k = 0; k < kGolden.size(); ++k) {
    EXPECT_NEAR(std::abs(s.at(k, 0, 0) - kGolden[k].s11), 0.0, 1e-9) << kGolden[k].ghz << " GHz";
    EXPECT_NEAR(std::abs(s.at(k, 1, 0) - kGolden[k].s21), 0.0, 1e-9) << kGolden[k].ghz << " GHz";
    EXPECT_NEAR(std::abs(s.at(k, 0, 1) - kGolden[k].s21), 0.0, 1e-9) << kGolden[k].ghz << " GHz";
  }
}

TEST(PackageGolden, ReceivePackageIsTheMirrorOfTheTransmitPackage) {
  Package::Params p = golden_package();
  p.orientation = "receive";
  const SParameters s = Package(p).s_parameters(golden_axis());
  for (std::size_t k = 0; k < kGolden.size(); ++k) {
    EXPECT_NEAR(std::abs(s.at(k, 1, 1) - kGolden[k].s11), 0.0, 1e-9) << kGolden[k].ghz << " GHz";
    EXPECT_NEAR(std::abs(s.at(k, 1, 0) - kGolden[k].s21), 0.0, 1e-9) << kGolden[k].ghz << " GHz";
  }
}

// Losses derived apart from this code from the standards' constants.
TEST(PackageGolden, FullPackageLossesAreThoseOfTheStandardsConstants) {
  Package::Params kr4;
  kr4.die_capacitances = {250e-15};
  kr4.die_inductances = {};
  kr4.bump_capacitance = {};
  kr4.line_lengths = {12e-3};
  kr4.line_impedances = {78.2};
  kr4.constant_loss = Quantity<dim::kOne / dim::kLength>::from_si(0.5);
  kr4.skin_loss = SkinLoss::from_si(0.89 / std::sqrt(1e9));
  kr4.dielectric_loss = DelayPerLength::from_si(2e-10);
  kr4.ball_capacitance = Capacitance::from_si(180e-15);
  EXPECT_NEAR(insertion_loss_db(kr4, 12.890625e9), 2.83, 0.01);
  kr4.line_lengths = {30e-3};
  EXPECT_NEAR(insertion_loss_db(kr4, 12.890625e9), 3.04, 0.01);
  Package::Params ck;
  EXPECT_NEAR(insertion_loss_db(ck, 26.5625e9), 2.24, 0.01);
  ck.line_lengths = {31e-3, 1.8e-3};
  EXPECT_NEAR(insertion_loss_db(ck, 26.5625e9), 4.76, 0.01);
}

TEST(PackageGolden, ListsThatDoNotPairAreRefused) {
  Package::Params p;
  p.die_inductances = {1e-10, 1e-10};
  EXPECT_THROW(Package{p}, ConfigError);
  p = {};
  p.line_impedances = {87.5};
  EXPECT_THROW(Package{p}, ConfigError);
  p = {};
  p.orientation = "sideways";
  EXPECT_THROW(Package{p}, ConfigError);
}

}  // namespace
}  // namespace tessera

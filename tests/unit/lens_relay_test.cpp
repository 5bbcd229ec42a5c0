#include "channels/parallel/lens_relay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "channels/parallel/imaging_fiber.hpp"

namespace tessera {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

LensRelay butt_coupled(double na) {
  LensRelay::Params p;
  p.numerical_aperture = na;
  return LensRelay(p);
}

double decibels(double ratio) { return 10.0 * std::log10(ratio); }

// Integral of cos(theta) sin(theta) over the cone, divided by that over the half space: sin^2(theta).
TEST(LensRelay, ButtCoupledLambertianGivesNaSquared) {
  EXPECT_NEAR(decibels(butt_coupled(0.20).transmission()), -14.0, 0.05);
  EXPECT_NEAR(decibels(butt_coupled(0.30).transmission()), -10.5, 0.05);
  EXPECT_NEAR(decibels(butt_coupled(0.39).transmission()), -8.2, 0.05);
  EXPECT_NEAR(decibels(butt_coupled(0.50).transmission()), -6.0, 0.05);
  const int n = 20000;
  double inside = 0.0, all = 0.0;
  for (int i = 0; i < n; ++i) {
    const double theta = (i + 0.5) / n * std::acos(0.0);
    const double light = std::cos(theta) * std::sin(theta);
    all += light;
    if (std::sin(theta) < 0.39) inside += light;
  }
  EXPECT_NEAR(lambertian_collection(0.39), inside / all, 1e-4);
}

// A total-internal-reflection lens takes the whole half space, a plain micro-lens of NA 0.6 only its cone.
TEST(LensRelay, TotalReflectionLensBeatsAPlainLensByMoreThanThreeDecibels) {
  LensRelay::Params p;
  p.numerical_aperture = 0.12;
  p.magnification = 1.0 / 0.12;
  const double whole = LensRelay(p).transmission();
  p.lens_aperture = 0.6;
  EXPECT_GT(decibels(whole / LensRelay(p).transmission()), 3.0);
}

TEST(LensRelay, EtendueBoundsWhatALensCanDo) {
  LensRelay::Params p;
  p.numerical_aperture = 0.12;
  p.source_diameter = Length::from_si(10e-6);
  p.target_diameter = Length::from_si(50e-6);
  const double bound = std::pow(0.12 * 50.0 / 10.0, 2);  // etendue of target over that of the source
  for (double m = 1.0; m < 30.0; m *= 1.1) {
    p.magnification = m;
    EXPECT_LE(LensRelay(p).transmission(), bound * (1.0 + 1e-12)) << m;
  }
  p.magnification = 5.0;  // image just fills the target
  EXPECT_NEAR(LensRelay(p).transmission(), bound, 1e-12);
}

TEST(LensRelay, SmallLedFitsThePitchThatALargeOneOverfills) {
  LensRelay::Params p;
  p.numerical_aperture = 0.12;
  p.magnification = 1.0 / 0.12;
  EXPECT_NEAR(LensRelay(p).transmission(), 1.0, 1e-12);  // 4 um becomes 33 um
  p.source_diameter = Length::from_si(10e-6);            // 83 um on 50 um
  EXPECT_NEAR(LensRelay(p).transmission(), std::pow(50.0 / (10.0 / 0.12), 2), 1e-12);
}

// Etendue is pi n^2 A: light counted into a medium of index n needs n times the magnification, and the image grows
// alike.
TEST(LensRelay, SourceInAMediumNeedsItsIndexMoreMagnification) {
  LensRelay::Params p;
  p.numerical_aperture = 0.12;
  p.magnification = 1.0 / 0.12;
  p.source_index = 1.5;
  EXPECT_NEAR(LensRelay(p).transmission(), 1.0 / 2.25, 1e-12);
  p.magnification = 1.5 / 0.12;
  EXPECT_NEAR(LensRelay(p).transmission(), 1.0, 1e-12);        // 4 um fills the 50 um
  EXPECT_NEAR(LensRelay(p).transmission(3.2e-6), 1.0, 1e-12);  // 40 um
  EXPECT_NEAR(LensRelay(p).transmission(5e-6), std::pow(50.0 / 62.5, 2), 1e-12);
}

TEST(LensRelay, LightSaysItsDiameterAndLeavesWithItsImage) {
  LensRelay::Params p;
  p.numerical_aperture = 0.12;
  p.magnification = 1.0 / 0.12;
  LaneState in{Port::optical_power, {1e-6, 4e-6}, {}};
  in.carrier.source_diameter = 10e-6;  // the parameter's 4 um would fit
  in.carrier.numerical_aperture = 1.0;
  const LaneState out = LensRelay(p).operate(in);
  EXPECT_NEAR(out.levels[1] / 4e-6, std::pow(50.0 / (10.0 / 0.12), 2), 1e-12);
  EXPECT_NEAR(out.carrier.source_diameter, 50e-6, 1e-15);
  EXPECT_EQ(out.carrier.numerical_aperture, 0.12);
  EXPECT_TRUE(LensRelay(p).validity({}, in).empty());
  EXPECT_EQ(LensRelay(p).validity({}, out).size(), 1u);  // a second collection from light that is no longer Lambertian
}

TEST(LensRelay, FiberNotesAnotherApertureThanItsLaunch) {
  LaneState in{Port::optical_power, {1e-6, 4e-6}, {0.0, 430e-9, 15e-9, 0.0}};
  EXPECT_TRUE(ImagingFiber().validity({}, in).empty());  // unknown
  in.carrier.numerical_aperture = 0.12;
  EXPECT_TRUE(ImagingFiber().validity({}, in).empty());
  in.carrier.numerical_aperture = 0.2;
  EXPECT_EQ(ImagingFiber().validity({}, in).size(), 1u);
}

// Common area of two discs against counting points.
TEST(LensRelay, OverlapOfShiftedDiscsIsTheirCommonArea) {
  for (const double offset : {0.0, 3.0, 9.0, 14.0, 19.9}) {
    const double r = 10.0, s = 14.0;
    int inside = 0, all = 0;
    for (int i = -400; i <= 400; ++i) {
      for (int j = -400; j <= 400; ++j) {
        const double x = r * i / 400.0, y = r * j / 400.0;
        if (x * x + y * y > r * r) continue;
        ++all;
        if ((x - offset) * (x - offset) + y * y <= s * s) ++inside;
      }
    }
    EXPECT_NEAR(disc_overlap(2.0 * r, 2.0 * s, offset), static_cast<double>(inside) / all, 2e-3) << offset;
  }
  EXPECT_EQ(disc_overlap(20.0, 28.0, 24.0), 0.0);
}

TEST(LensRelay, LossIsTenLogOfPower) {
  LensRelay::Params p;
  p.coupling_loss = Decibel{3.0};
  const LaneState out = LensRelay(p).operate({Port::optical_power, {1e-6, 4e-6}, {0.0, 430e-9, 15e-9, 0.0}});
  EXPECT_NEAR(out.levels[1] / 4e-6, 0.501187, 1e-6);
  EXPECT_EQ(out.carrier.wavelength, 430e-9);
}

TEST(LensRelay, RefusesAnOffsetThatLosesAllLight) {
  LensRelay::Params p;
  p.lateral_offset = Length::from_si(100e-6);
  EXPECT_THAT([&] { LensRelay{p}; },
              ThrowsMessage<ConfigError>(HasSubstr("lateral_offset must leave some light on the target")));
}

}  // namespace
}  // namespace tessera

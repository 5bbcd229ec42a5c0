#include "phy/noise/gaussian_tail.hpp"

#include <gtest/gtest.h>

#include <boost/math/special_functions/erf.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

using Wide = boost::multiprecision::cpp_bin_float_50;

// 50 digits. Above 50 the continued fraction for erfc with 400 terms, evaluated in 50 digits and with its own
// recurrence.
double reference_log10_tail(double x) {
  const Wide wide(x);
  if (x < 50.0) {
    const Wide q = boost::math::erfc(Wide(wide / sqrt(Wide(2)))) / 2;
    return (x < 0.0
                ? Wide(boost::math::log1p(Wide(-boost::math::erfc(Wide(-wide / sqrt(Wide(2)))) / 2)) / log(Wide(10)))
                : Wide(log10(q)))
        .convert_to<double>();
  }
  Wide fraction = wide;
  for (int k = 400; k > 0; --k) fraction = wide + Wide(k) / fraction;
  const Wide log_density = -wide * wide / 2 - log(2 * boost::math::constants::pi<Wide>()) / 2;
  return Wide((log_density - log(fraction)) / log(Wide(10))).convert_to<double>();
}

class GaussianTailAt : public ::testing::TestWithParam<double> {};

TEST_P(GaussianTailAt, EqualsFiftyDigitArithmeticTo1em12) {
  const double expected = reference_log10_tail(GetParam());
  EXPECT_NEAR(gaussian_tail(GetParam()).log10() / expected, 1.0, 1e-12) << expected;
}

INSTANTIATE_TEST_SUITE_P(Range, GaussianTailAt,
                         ::testing::Values(-30.0, -8.0, -3.0, -0.5, -1e-3, 0.0, 1e-6, 0.3, 1.0, 3.4141, 7.9, 15.0, 26.0,
                                           29.999, 30.0, 30.001, 37.5, 49.9, 50.0, 120.0, 1e3, 1e6));

TEST(GaussianTail, TabulatedValues) {
  // Abramowitz and Stegun, table 26.2: 1 - P(x).
  EXPECT_NEAR(gaussian_tail(1.0).value(), 0.15865525393, 1e-11);
  EXPECT_NEAR(gaussian_tail(3.0).value() / 1.34989803163e-3, 1.0, 1e-11);
  EXPECT_NEAR(-gaussian_tail(50.0).log10(), 544.96634, 1e-5);  // table 26.2: -log Q(x)
}

TEST(GaussianTail, TailsOfBothSidesSumToOne) {
  for (double x : {0.0, 0.1, 1.0, 2.5}) EXPECT_NEAR(gaussian_tail(x).value() + gaussian_tail(-x).value(), 1.0, 4e-16);
}

TEST(GaussianTail, InverseReturnsTheArgument) {
  for (double x : {-9.0, -4.0, -1.0, -1e-3, 1e-9, 0.2, 1.0, 3.4141, 8.0, 29.9, 30.1, 60.0, 214.0, 1e4}) {
    // For x < 0 the information is in 1 - p; beyond -6 the double that carries log10 p no longer resolves x to 1e-12.
    const double tolerance = x < -6.0 ? 1e-10 : 1e-12 * std::max(1.0, std::abs(x));
    EXPECT_NEAR(gaussian_tail_inverse(gaussian_tail(x)), x, tolerance);
  }
}

TEST(GaussianTail, InverseReachesTenToTheMinusTenThousand) {
  const double x = gaussian_tail_inverse(Log10Probability::from_log10(-10000.0));
  EXPECT_NEAR(reference_log10_tail(x) / -10000.0, 1.0, 1e-12);
}

TEST(GaussianTail, RefusesWhatHasNoValue) {
  EXPECT_THROW(gaussian_tail(std::nan("")), NumericError);
  EXPECT_THROW(gaussian_tail(1e200), NumericError);
  EXPECT_THROW(gaussian_tail_inverse(Log10Probability()), NumericError);
  EXPECT_THROW(pam_symbol_error_ratio(1, 3.0), NumericError);
}

TEST(PamSymbolErrorRatio, Pam4NeedsQ3p4141For4p8em4) {
  EXPECT_NEAR(pam_symbol_error_ratio_inverse(4, Log10Probability::from_value(4.8e-4)), 3.4141, 1e-4);
  EXPECT_NEAR(pam_symbol_error_ratio(4, 3.4141).value() / 4.8e-4, 1.0, 2e-4);
}

TEST(PamSymbolErrorRatio, NrzQOfCommonErrorRatios) {
  const struct {
    double ber, q;
  } rows[] = {{2e-4, 3.54}, {1e-6, 4.75}, {2e-8, 5.49}, {1e-9, 6.00}, {1e-12, 7.03}, {1e-15, 7.94}};
  for (const auto& row : rows)
    EXPECT_NEAR(pam_symbol_error_ratio_inverse(2, Log10Probability::from_value(row.ber)), row.q, 0.0051);
}

TEST(PamSymbolErrorRatio, Pam4SignalToNoiseForBitErrorRatio) {
  // Gray: SER = 2 BER; mean power of levels ±1, ±3 is 5, half the distance 1: SNR = 5 q^2.
  const struct {
    double ber, db;
  } rows[] = {{4.8e-3, 14.91}, {1e-3, 16.54}, {2.4e-4, 17.66}, {1e-4, 18.23},
              {1e-6, 20.42},   {1e-8, 21.89}, {1e-12, 23.88},  {1e-15, 24.95}};
  for (const auto& row : rows) {
    const double q = pam_symbol_error_ratio_inverse(4, Log10Probability::from_value(2.0 * row.ber));
    EXPECT_NEAR(10.0 * std::log10(5.0 * q * q), row.db, 0.0051) << row.ber;
  }
}

TEST(PamSymbolErrorRatio, NrzSignalToNoiseForBitErrorRatio) {
  const struct {
    double ber, db;
  } rows[] = {{2.4e-4, 10.86}, {1e-6, 13.54}, {1e-12, 16.94}, {1e-15, 18.00}};
  for (const auto& row : rows)
    EXPECT_NEAR(20.0 * std::log10(pam_symbol_error_ratio_inverse(2, Log10Probability::from_value(row.ber))), row.db,
                0.0051)
        << row.ber;
}

}  // namespace
}  // namespace tessera

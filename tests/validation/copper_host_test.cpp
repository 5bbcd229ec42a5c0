#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "phy/core/quantity_text.hpp"
#include "tests/support/copper_channel.hpp"

namespace tessera {
namespace {

using copper::insertion_loss_db;
using copper::shipped_link;

double bisect(const std::function<double(double)>& rising, double low, double high) {
  for (int i = 0; i < 60; ++i) (rising(0.5 * (low + high)) < 0.0 ? low : high) = 0.5 * (low + high);
  return 0.5 * (low + high);
}

Link with_host_length(const std::string& name, double mm) {
  return shipped_link(
      name, {fmt::format("copper.host_tx.length={:.12g} mm", mm), fmt::format("copper.host_rx.length={:.12g} mm", mm)});
}

double shipped_host_length_mm(const std::string& name) {
  const Link link = shipped_link(name);
  for (const Stage& stage : link.segments.front().stages) {
    if (stage.name == "host_tx")
      return 1e3 * parse_quantity(std::get<std::string>(stage.model.parameters().at("length").value), dim::kLength);
  }
  return NAN;
}

// mellitz_3ck_04_1119: 28.5 dB from ball to ball at 26.56 GHz with 2 m of cable.
TEST(CopperHost, BoardOf800GigabitMakesTheChannel28Point5DecibelsWithTwoMetres) {
  const double length = bisect(
      [](double mm) {
        return insertion_loss_db(with_host_length("copper_dac_800g", mm), "host_tx", "host_rx", 26.5625e9) - 28.5;
      },
      50.0, 500.0);
  EXPECT_NEAR(length, 223.379, 0.002);
  EXPECT_NEAR(shipped_host_length_mm("copper_dac_800g"), length, 0.002);
  EXPECT_NEAR(insertion_loss_db(shipped_link("copper_dac_800g"), "host_tx", "host_rx", 26.5625e9), 28.5, 0.001);
}

// 40 dB from die to die at 53.1 GHz with 1 m of cable, the budget that vendors name for 200G lanes.
TEST(CopperHost, BoardOf1600GigabitMakesTheChannel40DecibelsWithOneMetre) {
  const double length = bisect(
      [](double mm) {
        return insertion_loss_db(with_host_length("copper_dac_1600g", mm), "package_tx", "package_rx", 53.125e9) - 40.0;
      },
      20.0, 300.0);
  EXPECT_NEAR(length, 132.727, 0.002);
  EXPECT_NEAR(shipped_host_length_mm("copper_dac_1600g"), length, 0.002);
  EXPECT_NEAR(insertion_loss_db(shipped_link("copper_dac_1600g"), "package_tx", "package_rx", 53.125e9), 40.0, 0.001);
}

struct Integrated {
  double far = 0.0, near = 0.0;  // V^2
};

// Integrated crosstalk noise at the balls of the receiver, all aggressors, from the couplings as the link file states
// them.
Integrated integrated_crosstalk(const Link& link, double receiver_corner) {
  const double fb = link.segments.front().symbol_rate, step = 2e7, amplitude = 0.413;
  std::vector<double> f;
  for (double x = step; x < fb; x += step) f.push_back(x);
  const std::vector<Complex> channel = copper::through(link, "host_tx", "host_rx", f),
                             host = copper::through(link, "host_rx", "host_rx", f);
  Integrated total;
  for (const Coupling& c : link.segments.front().couplings) {
    double sum = 0.0;
    for (std::size_t k = 0; k < f.size(); ++k) {
      const double x = 3.14159265358979323846 * f[k] / fb, sinc = std::sin(x) / x;
      const double weight =
          2.0 * step * amplitude * amplitude / fb * sinc * sinc / (1.0 + std::pow(f[k] / receiver_corner, 8));
      sum += weight * std::pow(f[k] / c.reference_frequency, 2) * std::norm(c.with_through_loss ? channel[k] : host[k]);
    }
    double gains = 0.0;
    for (const double g : c.gains) gains += g * g;
    (c.direction == Coupling::Direction::far ? total.far : total.near) += gains * sum;
  }
  return total;
}

// The public 802.3dj golden channel has 1.017393 mV; half of the variance is given to each end.
TEST(CopperHost, GeneratedCrosstalkHasTheIntegratedNoiseOfTheGoldenChannel) {
  const auto check = [](const std::string& name, double corner) {
    const Integrated noise = integrated_crosstalk(shipped_link(name), corner);
    EXPECT_NEAR(std::sqrt(noise.far + noise.near) / 1.017e-3, 1.0, 0.01) << name;
    EXPECT_NEAR(noise.far / noise.near, 1.0, 0.05) << name;
  };
  check("copper_dac_800g", 0.75 * 53.125e9);
  check("copper_dac_1600g", 0.58 * 106.25e9);
}

}  // namespace
}  // namespace tessera

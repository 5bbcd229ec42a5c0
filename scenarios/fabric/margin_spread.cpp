#include "scenarios/fabric/margin_spread.hpp"

#include <algorithm>
#include <cmath>

#include "phy/core/rng.hpp"
#include "phy/fec/frame_loss.hpp"
#include "phy/noise/gaussian_noise.hpp"
#include "phy/noise/gaussian_tail.hpp"

namespace tessera {
namespace {

constexpr double kWidest = 8.0;  // rms, either side
constexpr int kSteps = 256;

// The margin shift that a share `u` of the links does not reach, of the mixture of both populations: bisection, because
// the distribution function is a sum of two tails.
double shift_quantile(const MarginSpread& spread, double u) {
  const auto below = [&](double shift) {
    const auto part = [&](double centre) {
      if (spread.rms_db == 0.0) return shift >= centre ? 1.0 : 0.0;
      return gaussian_tail((centre - shift) / spread.rms_db).value();
    };
    return (1.0 - spread.weak_share) * part(0.0) + spread.weak_share * part(-spread.weak_db);
  };
  double low = -std::abs(spread.weak_db) - 12.0 * spread.rms_db - 1e-9, high = 12.0 * spread.rms_db + 1e-9;
  for (int i = 0; i < 80; ++i) {
    const double middle = 0.5 * (low + high);
    (below(middle) < u ? low : high) = middle;
  }
  return high;
}

Log10Probability mean_around(const LossLaw& law, double centre, double rms, int frame_bytes) {
  const auto loss = [&](double shift) { return frame_loss(law, bit_error_ratio(law, shift), frame_bytes); };
  if (rms == 0.0) return loss(centre);
  const double step = 2.0 * kWidest / kSteps;
  double weights = 0.0;
  for (int i = 0; i <= kSteps; ++i) {
    const double x = -kWidest + i * step;
    weights += std::exp(-0.5 * x * x);
  }
  std::optional<Log10Probability> sum;
  for (int i = 0; i <= kSteps; ++i) {
    const double x = -kWidest + i * step;
    const Log10Probability term = loss(centre + x * rms).scaled(std::exp(-0.5 * x * x) / weights);
    sum = sum ? *sum + term : term;
  }
  return *sum;
}

}  // namespace

LossLaw loss_law(const FecSpec& fec, Log10Probability loss, int frame_bytes) {
  LossLaw law{rs_code(fec.code), fec.interleave, 0.0};
  const Log10Probability worst = frame_loss(law, Log10Probability::from_value(0.25), frame_bytes).scaled(0.5);
  const Log10Probability ber =
      bit_error_ratio_for_frame_loss(law.code, law.interleave, std::min(loss, worst), frame_bytes);
  law.q = gaussian_tail_inverse(ber);
  return law;
}

Log10Probability bit_error_ratio(const LossLaw& law, double shift_db) {
  return gaussian_tail(law.q * std::pow(10.0, shift_db / 20.0));
}

Log10Probability frame_loss(const LossLaw& law, Log10Probability ber, int frame_bytes) {
  if (!law.code) return uncoded_frame_loss_ratio(ber, frame_bytes);
  const Log10Probability codeword =
      codeword_error_ratio(*law.code, rs_symbol_error_ratio(ber, law.code->bits_per_symbol));
  return frame_loss_ratio(*law.code, law.interleave, codeword, frame_bytes);
}

LossSpread loss_spread(const LossLaw& law, const MarginSpread& spread, std::int64_t links, int frame_bytes) {
  const auto at = [&](double shift) { return frame_loss(law, bit_error_ratio(law, shift), frame_bytes); };
  LossSpread out;
  out.nominal = at(0.0);
  if (spread.none()) return {out.nominal, out.nominal, out.nominal, out.nominal, out.nominal};
  out.median = at(shift_quantile(spread, 0.5));
  out.percentile_99 = at(shift_quantile(spread, 0.01));
  out.worst = at(shift_quantile(spread, 0.5 / static_cast<double>(links)));
  const Log10Probability good = mean_around(law, 0.0, spread.rms_db, frame_bytes);
  if (spread.weak_share <= 0.0) {
    out.mean = good;
  } else {
    const Log10Probability weak = mean_around(law, -spread.weak_db, spread.rms_db, frame_bytes);
    out.mean = spread.weak_share >= 1.0 ? weak : good.scaled(1.0 - spread.weak_share) + weak.scaled(spread.weak_share);
  }
  return out;
}

void draw_margins(const MarginSpread& spread, std::uint64_t seed, const std::string& name, std::span<double> shifts) {
  std::fill(shifts.begin(), shifts.end(), 0.0);
  if (spread.rms_db > 0.0) gaussian_noise(stream_key(seed, name + "/margin"), 0, shifts, spread.rms_db);
  if (spread.weak_share <= 0.0 || spread.weak_db == 0.0) return;
  std::vector<double> uniform(shifts.size());
  random_uniform(stream_key(seed, name + "/weak"), 0, uniform);
  for (std::size_t i = 0; i < shifts.size(); ++i)
    if (uniform[i] < spread.weak_share) shifts[i] -= spread.weak_db;
}

}  // namespace tessera

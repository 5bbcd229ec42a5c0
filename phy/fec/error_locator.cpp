#include "phy/fec/error_locator.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "phy/core/multiversion.hpp"

namespace tessera {
namespace {

TESSERA_MULTIVERSION void add_stretch(std::uint16_t* sum, const std::uint16_t* stretch, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) sum[i] = static_cast<std::uint16_t>(sum[i] ^ stretch[i]);
}

int inverse_modulo(int a, int n) {
  for (int x = 1; x < n; ++x)
    if (a * x % n == 1) return x;
  return n == 1 ? 0 : 1;
}

}  // namespace

int ErrorLocator::degree() const {
  std::size_t i = coefficients.size();
  while (i > 1 && coefficients[i - 1] == 0) --i;
  return static_cast<int>(i) - 1;
}

ErrorLocator find_locator(const GaloisField& field, std::span<const std::uint16_t> syndromes,
                          std::span<const std::uint16_t> erasures) {
  const std::size_t count = syndromes.size(), erased = erasures.size() - 1;
  std::vector<std::uint16_t> lambda(2 * count + 2, 0);
  std::copy(erasures.begin(), erasures.end(), lambda.begin());
  std::vector<std::uint16_t> previous = lambda, kept(lambda.size());
  std::size_t length = erased, previous_length = erased, shift = 1;
  std::uint16_t previous_discrepancy = 1;
  for (std::size_t r = erased; r < count; ++r) {
    std::uint16_t discrepancy = 0;
    for (std::size_t i = 0; i <= std::min(length, r); ++i)
      discrepancy = static_cast<std::uint16_t>(discrepancy ^ field.multiply(lambda[i], syndromes[r - i]));
    if (discrepancy == 0) {
      ++shift;
      continue;
    }
    const int log_factor = field.log(field.divide(discrepancy, previous_discrepancy));
    const bool longer = 2 * length <= r + erased;
    if (longer) kept = lambda;
    for (std::size_t i = 0; i <= previous_length && i + shift < lambda.size(); ++i)
      lambda[i + shift] =
          static_cast<std::uint16_t>(lambda[i + shift] ^ field.of_log(log_factor + field.log(previous[i])));
    if (longer) {
      previous.swap(kept);
      previous_length = length;
      length = r + 1 + erased - length;
      previous_discrepancy = discrepancy;
      shift = 1;
    } else {
      ++shift;
    }
  }
  lambda.resize(std::max(length, erased) + 1);
  return {std::move(lambda), static_cast<int>(length)};
}

LocatorSearch::LocatorSearch(const GaloisField& field, int places, int highest_degree) : places_(places) {
  for (int j = 1; j <= highest_degree; ++j) {
    Stretches s;
    s.classes = std::gcd(j, field.order());
    s.period = field.order() / s.classes;
    s.inverse_step = inverse_modulo(j / s.classes % s.period, s.period);
    s.offset = sequences_.size();
    s.length = static_cast<std::size_t>(s.period) + static_cast<std::size_t>(places);
    for (int c = 0; c < s.classes; ++c) {
      const int step = j % field.order();
      int exponent = c;
      for (std::size_t p = 0; p < s.length; ++p) {
        sequences_.push_back(field.power(exponent));
        exponent -= step;
        if (exponent < 0) exponent += field.order();
      }
    }
    degrees_.push_back(s);
  }
}

void LocatorSearch::roots(const GaloisField& field, std::span<const std::uint16_t> locator,
                          std::vector<int>& roots) const {
  const auto places = static_cast<std::size_t>(places_);
  std::vector<std::uint16_t> sum(places, locator[0]);
  for (std::size_t j = 1; j < locator.size(); ++j) {
    if (locator[j] == 0) continue;
    const Stretches& s = degrees_[j - 1];
    // The stretch begins at the p with c - j p = log Lambda_j (modulo the order).
    const int log_coefficient = field.log(locator[j]), c = log_coefficient % s.classes;
    const int steps = (s.period - log_coefficient / s.classes % s.period) % s.period;
    const auto p = static_cast<std::size_t>(static_cast<long>(steps) * s.inverse_step % s.period);
    add_stretch(sum.data(), sequences_.data() + s.offset + static_cast<std::size_t>(c) * s.length + p, places);
  }
  for (std::size_t i = 0; i < places; ++i)
    if (sum[i] == 0) roots.push_back(static_cast<int>(i));
}

}  // namespace tessera

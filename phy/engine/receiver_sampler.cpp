#include "phy/engine/receiver_sampler.hpp"

#include <algorithm>
#include <cstring>

namespace tessera {
namespace {

constexpr std::size_t kPoints = 6, kBefore = 2;

using Four __attribute__((vector_size(16))) = float;

// Weights of the samples -2 … 3 around t in [0, 1): products of the distances ahead of and behind each.
std::array<float, kPoints> weights(double t) {
  const double a = t + 2, b = t + 1, c = t, d = t - 1, e = t - 2, f = t - 3;
  const double ab = a * b, abc = ab * c, abcd = abc * d, ef = e * f, def = d * ef, cdef = c * def;
  return {static_cast<float>(b * cdef * (-1.0 / 120.0)), static_cast<float>(a * cdef * (1.0 / 24.0)),
          static_cast<float>(ab * def * (-1.0 / 12.0)),  static_cast<float>(abc * ef * (1.0 / 12.0)),
          static_cast<float>(abcd * f * (-1.0 / 24.0)),  static_cast<float>(abcd * e * (1.0 / 120.0))};
}

// Where each point of the interpolation lies in its phase.
struct Points {
  std::array<const float*, kPoints> at;
  std::array<float, kPoints> weight;

  Points(const ReceiverSampler& s, std::uint64_t symbol, double position) {
    const std::ptrdiff_t whole = floor_of(position);
    weight = weights(position - static_cast<double>(whole));
    const auto unit = static_cast<std::ptrdiff_t>(ReceiverSampler::kRate);
    const std::ptrdiff_t first =
        static_cast<std::ptrdiff_t>(symbol - s.begin) * unit + whole - static_cast<std::ptrdiff_t>(kBefore);
    for (std::size_t i = 0; i < kPoints; ++i) {
      const std::ptrdiff_t sample = first + static_cast<std::ptrdiff_t>(i);
      at[i] = s.phases[static_cast<std::size_t>(sample % unit)].data() + sample / unit;
    }
  }
};

}  // namespace

void ReceiverSampler::append(std::span<const float> v) {
  const std::size_t count = v.size() / kRate, had = phases[0].size();
  for (std::vector<float>& phase : phases) phase.resize(had + count);
  std::array<float*, kRate> to;
  for (std::size_t p = 0; p < kRate; ++p) to[p] = phases[p].data() + had;
  for (std::size_t n = 0; n < count; ++n)
    for (std::size_t p = 0; p < kRate; ++p) to[p][n] = v[n * kRate + p];
}

void ReceiverSampler::forget(std::uint64_t symbol) {
  if (symbol <= begin) return;
  const auto gone = static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(symbol - begin, phases[0].size()));
  for (std::vector<float>& phase : phases) phase.erase(phase.begin(), phase.begin() + gone);
  begin += static_cast<std::uint64_t>(gone);
}

float ReceiverSampler::at(std::uint64_t symbol, double position) const {
  const Points p(*this, symbol, position);
  const auto term = [&](std::size_t i) { return p.weight[i] * *p.at[i]; };
  // In pairs: a clock waits for every addition.
  return ((term(0) + term(1)) + (term(2) + term(3))) + (term(4) + term(5));
}

void ReceiverSampler::at(std::uint64_t symbol, double position, float offset, std::span<float> x) const {
  const Points p(*this, symbol, position);
  const auto back = static_cast<std::ptrdiff_t>(x.size()) - 1;
  for (std::size_t n = 0; n < x.size(); n += 4) {
    Four sum = {};
    for (std::size_t i = 0; i < kPoints; ++i) {
      Four v;
      std::memcpy(&v, p.at[i] - back + static_cast<std::ptrdiff_t>(n), sizeof(v));
      sum += p.weight[i] * v;
    }
    sum -= offset;
    std::memcpy(x.data() + n, &sum, sizeof(sum));
  }
}

}  // namespace tessera

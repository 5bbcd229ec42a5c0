#include "phy/equalization/adc.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "phy/core/error.hpp"
#include "phy/core/multiversion.hpp"

namespace tessera {
namespace {

// Codes by truncation of positive numbers, which every instruction set has for vectors. Returns how many were clipped.
TESSERA_MULTIVERSION std::uint32_t quantise(float* v, std::size_t count, float scale, float codes, float step,
                                            float full_scale) {
  std::uint32_t clipped = 0;
  const float half = 0.5F * codes, last = codes - 1.0F;
  for (std::size_t i = 0; i < count; ++i) {
    const float x = v[i];
    clipped += (x < -full_scale ? 1U : 0U) + (x > full_scale ? 1U : 0U);
    float code = x * scale + half;
    code = code < 0.0F ? 0.0F : code;
    code = code > last ? last : code;
    v[i] = (static_cast<float>(static_cast<std::int32_t>(code)) - half + 0.5F) * step;
  }
  return clipped;
}

}  // namespace

Adc make_adc(int bits, double full_scale) {
  if (bits < 1 || bits > 16) throw ConfigError(fmt::format("a converter has 1 to 16 bits, got {}", bits));
  if (!(full_scale > 0.0)) throw ConfigError(fmt::format("full scale must be positive, got {} V", full_scale));
  return {bits, full_scale};
}

void convert(Adc& adc, std::span<float> v) {
  constexpr std::size_t kRun = 4096;
  const double step = adc.step();
  for (std::size_t done = 0; done < v.size(); done += kRun) {
    const std::size_t run = std::min(kRun, v.size() - done);
    adc.clipped += quantise(v.data() + done, run, static_cast<float>(1.0 / step), static_cast<float>(1 << adc.bits),
                            static_cast<float>(step), static_cast<float>(adc.full_scale));
  }
  adc.samples += v.size();
}

}  // namespace tessera

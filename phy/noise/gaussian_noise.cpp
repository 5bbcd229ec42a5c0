#include "phy/noise/gaussian_noise.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>

#include "phy/core/avx2.hpp"
#include "phy/core/multiversion.hpp"
#include "phy/core/philox_tile.hpp"

namespace tessera {
namespace {

constexpr std::size_t kTile = kRandomTile;
constexpr std::size_t kHalf = 16;                   // radius words before the angle words of the same pairs
constexpr std::int32_t kRefineBelow = 1 << 19;      // of 31 bits: u < 2^-12
constexpr std::int32_t kRootHalfBits = 0x3f3504f3;  // sqrt(1/2) as a float
constexpr float kAngle = static_cast<float>(std::numbers::pi / 4.0 * 0x1p-31);
constexpr float kLn2 = std::numbers::ln2_v<float>;

// ln(1 + x) = x - x^2/2 + x^3 P(x) on [sqrt(1/2) - 1, sqrt(2) - 1], sin and cos on +-pi/4 in z = phi^2: Chebyshev
// interpolation in 40 digits, relative errors 1.3e-7, 1.2e-8 and 2e-10.
constexpr std::array<float, 7> kLog = {0x1.55558cp-2F, -0x1.0001d8p-2F, 0x1.9946e2p-3F, -0x1.54061p-3F,
                                       0x1.2d22c8p-3F, -0x1.1f5a48p-3F, 0x1.72a362p-4F};
constexpr std::array<float, 3> kSin = {-0x1.555552p-3F, 0x1.110c28p-7F, -0x1.9ac9bp-13F};
constexpr std::array<float, 4> kCos = {-0x1p-1F, 0x1.55554cp-5F, -0x1.6c0e08p-10F, 0x1.9a6f2cp-16F};

// Fused by name, so that every instruction set rounds alike.
inline float fused(float a, float b, float c) { return __builtin_fmaf(a, b, c); }

// rms sqrt(-2 ln u) from 31 bits, scale = -2 rms^2.
inline float radius(std::uint32_t word, float scale) {
  const float u = fused(static_cast<float>(static_cast<std::int32_t>(word >> 1)), 0x1p-31F, 0x1p-32F);
  const std::int32_t bits = std::bit_cast<std::int32_t>(u) + (0x3f800000 - kRootHalfBits);
  const std::int32_t exponent = (bits >> 23) - 127;
  const float x = std::bit_cast<float>((bits & 0x7fffff) + kRootHalfBits) - 1.0F;
  const float z = x * x;
  // Pairs of terms side by side (Estrin): a chain half as long as Horner's.
  const float low = fused(fused(kLog[3], x, kLog[2]), z, fused(kLog[1], x, kLog[0]));
  const float high = fused(kLog[6], z, fused(kLog[5], x, kLog[4]));
  const float p = fused(high, z * z, low);
  const float t = fused(p, x * z, -0.5F * z);
  const float log = fused(static_cast<float>(exponent), kLn2, t + x);
  return std::sqrt(log * scale);
}

inline void sine_cosine(std::uint32_t word, float& sine, float& cosine) {
  const float phi = static_cast<float>(static_cast<std::int32_t>(word << 2)) * kAngle;
  const std::uint32_t turned = word + 0x20000000U;  // quadrant in the two highest bits
  const float z = phi * phi;
  const float s = fused(fused(fused(kSin[2], z, kSin[1]), z, kSin[0]) * z, phi, phi);
  const float c = fused(fused(fused(fused(kCos[3], z, kCos[2]), z, kCos[1]), z, kCos[0]), z, 1.0F);
  const bool swap = (turned & 0x40000000U) != 0;
  const std::uint32_t sine_sign = turned & 0x80000000U, cosine_sign = (turned + 0x40000000U) & 0x80000000U;
  sine = std::bit_cast<float>(std::bit_cast<std::uint32_t>(swap ? c : s) ^ sine_sign);
  cosine = std::bit_cast<float>(std::bit_cast<std::uint32_t>(swap ? s : c) ^ cosine_sign);
}

// The pair whose radius word lies below the threshold, with 64 more bits of u.
void refine(const StreamKey& key, std::uint64_t index, std::uint32_t radius_word, std::uint32_t angle_word, float rms,
            float& first, float& second) {
  const double more = (static_cast<double>(random_refinement(key, index)) + 0.5) * 0x1p-64;
  const double u = (static_cast<double>(radius_word >> 1) + more) * 0x1p-31;
  const auto r = static_cast<float>(rms * std::sqrt(-2.0 * std::log(u)));
  float sine = 0.0F, cosine = 0.0F;
  sine_cosine(angle_word, sine, cosine);
  first = r * cosine;
  second = r * sine;
}

void refine_tile(const StreamKey& key, std::uint64_t tile, const std::uint32_t* words, float rms, float* out) {
  for (std::size_t base = 0; base < kTile; base += 2 * kHalf) {
    for (std::size_t i = base; i < base + kHalf; ++i) {
      if (static_cast<std::int32_t>(words[i] >> 1) < kRefineBelow)
        refine(key, tile * kTile + i, words[i], words[i + kHalf], rms, out[i], out[i + kHalf]);
    }
  }
}

void portable_tiles(const StreamKey& key, std::uint64_t tile, std::size_t count, float rms, float* out) {
  RandomTile words;
  for (std::size_t t = 0; t < count; ++t, out += kTile) {
    random_tiles(key, tile + t, 1, words.data(), Rounds::seven);
    for (std::size_t base = 0; base < kTile; base += 2 * kHalf) {
      for (std::size_t i = base; i < base + kHalf; ++i) {
        float sine = 0.0F, cosine = 0.0F;
        sine_cosine(words[i + kHalf], sine, cosine);
        const float r = radius(words[i], -2.0F * rms * rms);
        out[i] = r * cosine;
        out[i + kHalf] = r * sine;
      }
    }
    refine_tile(key, tile + t, words.data(), rms, out);
  }
}

#if TESSERA_HAS_AVX2
// Groups of eight pairs that go through every operation side by side: one group's chain of operations is longer than
// what the machine looks ahead.
constexpr std::size_t kGroups = 4;

TESSERA_AVX2_INLINE __m256 all(float x) { return _mm256_set1_ps(x); }
TESSERA_AVX2_INLINE __m256i all(std::int32_t x) { return _mm256_set1_epi32(x); }

#define TESSERA_GROUPS for (std::size_t g = 0; g < kGroups; ++g)

TESSERA_AVX2_INLINE void radius(const __m256i* k, __m256 scale, __m256* r) {
  __m256 u[kGroups], x[kGroups], z[kGroups], low[kGroups], high[kGroups], e[kGroups];
  __m256i bits[kGroups], mantissa[kGroups];
  TESSERA_GROUPS u[g] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(k[g]), all(0x1p-31F), all(0x1p-32F));
  TESSERA_GROUPS bits[g] = _mm256_add_epi32(_mm256_castps_si256(u[g]), all(0x3f800000 - kRootHalfBits));
  TESSERA_GROUPS mantissa[g] = _mm256_add_epi32(_mm256_and_si256(bits[g], all(0x7fffff)), all(kRootHalfBits));
  TESSERA_GROUPS x[g] = _mm256_sub_ps(_mm256_castsi256_ps(mantissa[g]), all(1.0F));
  TESSERA_GROUPS e[g] = _mm256_cvtepi32_ps(_mm256_sub_epi32(_mm256_srai_epi32(bits[g], 23), all(127)));
  TESSERA_GROUPS z[g] = _mm256_mul_ps(x[g], x[g]);
  TESSERA_GROUPS low[g] = _mm256_fmadd_ps(all(kLog[3]), x[g], all(kLog[2]));
  TESSERA_GROUPS high[g] = _mm256_fmadd_ps(all(kLog[5]), x[g], all(kLog[4]));
  TESSERA_GROUPS low[g] = _mm256_fmadd_ps(low[g], z[g], _mm256_fmadd_ps(all(kLog[1]), x[g], all(kLog[0])));
  TESSERA_GROUPS high[g] = _mm256_fmadd_ps(all(kLog[6]), z[g], high[g]);
  TESSERA_GROUPS low[g] = _mm256_fmadd_ps(high[g], _mm256_mul_ps(z[g], z[g]), low[g]);
  TESSERA_GROUPS low[g] = _mm256_fmadd_ps(low[g], _mm256_mul_ps(x[g], z[g]), _mm256_mul_ps(all(-0.5F), z[g]));
  TESSERA_GROUPS low[g] = _mm256_fmadd_ps(e[g], all(kLn2), _mm256_add_ps(low[g], x[g]));
  TESSERA_GROUPS r[g] = _mm256_sqrt_ps(_mm256_mul_ps(low[g], scale));
}

// Stores r {cos, sin} of the angle words at `words`.
TESSERA_AVX2_INLINE void turn(const __m256i* words, const __m256* r, float* const* out) {
  __m256 phi[kGroups], z[kGroups], s[kGroups], c[kGroups];
  const __m256 sign = all(-0.0F);
  TESSERA_GROUPS phi[g] = _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_slli_epi32(words[g], 2)), all(kAngle));
  TESSERA_GROUPS z[g] = _mm256_mul_ps(phi[g], phi[g]);
  TESSERA_GROUPS s[g] = _mm256_fmadd_ps(all(kSin[2]), z[g], all(kSin[1]));
  TESSERA_GROUPS c[g] = _mm256_fmadd_ps(all(kCos[3]), z[g], all(kCos[2]));
  TESSERA_GROUPS s[g] = _mm256_mul_ps(_mm256_fmadd_ps(s[g], z[g], all(kSin[0])), z[g]);
  TESSERA_GROUPS c[g] = _mm256_fmadd_ps(c[g], z[g], all(kCos[1]));
  TESSERA_GROUPS s[g] = _mm256_fmadd_ps(s[g], phi[g], phi[g]);
  TESSERA_GROUPS c[g] = _mm256_fmadd_ps(c[g], z[g], all(kCos[0]));
  TESSERA_GROUPS c[g] = _mm256_fmadd_ps(c[g], z[g], all(1.0F));
  TESSERA_GROUPS {
    const __m256i turned = _mm256_add_epi32(words[g], all(0x20000000));
    const __m256 swap = _mm256_castsi256_ps(_mm256_slli_epi32(turned, 1));
    const __m256 sine = _mm256_mul_ps(r[g], _mm256_blendv_ps(s[g], c[g], swap));
    const __m256 cosine = _mm256_mul_ps(r[g], _mm256_blendv_ps(c[g], s[g], swap));
    const __m256i quarter = _mm256_add_epi32(turned, all(0x40000000));
    _mm256_storeu_ps(out[g], _mm256_xor_ps(cosine, _mm256_and_ps(_mm256_castsi256_ps(quarter), sign)));
    _mm256_storeu_ps(out[g] + kHalf, _mm256_xor_ps(sine, _mm256_and_ps(_mm256_castsi256_ps(turned), sign)));
  }
}
#undef TESSERA_GROUPS

// The 32 pairs of a tile. Returns where u wants more bits.
TESSERA_AVX2_INLINE __m256i pairs(const std::uint32_t* w, __m256 scale, float* out) {
  constexpr std::array<std::size_t, kGroups> kFirst = {0, 8, 2 * kHalf, 2 * kHalf + 8};
  __m256i k[kGroups], angle[kGroups], rare = _mm256_setzero_si256();
  __m256 r[kGroups];
  float* to[kGroups];
  for (std::size_t g = 0; g < kGroups; ++g) {
    to[g] = out + kFirst[g];
    k[g] = _mm256_srli_epi32(_mm256_load_si256(reinterpret_cast<const __m256i*>(w + kFirst[g])), 1);
    angle[g] = _mm256_load_si256(reinterpret_cast<const __m256i*>(w + kFirst[g] + kHalf));
    rare = _mm256_or_si256(rare, _mm256_cmpgt_epi32(_mm256_set1_epi32(kRefineBelow), k[g]));
  }
  radius(k, scale, r);
  turn(angle, r, to);
  return rare;
}

// Words first, samples from them second: in one loop the two kernels starve each other of registers.
TESSERA_AVX2 void avx2_tiles(const StreamKey& key, std::uint64_t tile, std::size_t count, float rms, float* out) {
  constexpr std::size_t kBlock = 16;  // tiles
  alignas(32) std::uint32_t words[kBlock * kTile];
  const __m256 scale = _mm256_set1_ps(-2.0F * rms * rms);
  for (std::size_t done = 0; done < count; done += kBlock) {
    const std::size_t run = std::min(kBlock, count - done);
    random_tiles(key, tile + done, run, words, Rounds::seven);
    for (std::size_t i = 0; i < run; ++i, out += kTile) {
      const std::uint32_t* w = words + i * kTile;
      const __m256i rare = pairs(w, scale, out);
      if (_mm256_testz_si256(rare, rare) == 0) refine_tile(key, tile + done + i, w, rms, out);
    }
  }
}
#endif

void tiles(const StreamKey& key, std::uint64_t tile, std::size_t count, float rms, float* out) {
#if TESSERA_HAS_AVX2
  if (has_avx2()) return avx2_tiles(key, tile, count, rms, out);
#endif
  portable_tiles(key, tile, count, rms, out);
}

// Whole tiles in place, the ends of the block through a tile of their own.
template <class Tiles>
void fill(const StreamKey& key, std::uint64_t first, std::span<float> samples, float rms, const Tiles& make) {
  std::array<float, kTile> partial;
  for (std::size_t done = 0; done < samples.size();) {
    const std::uint64_t index = first + done;
    const std::size_t offset = index % kTile, left = samples.size() - done;
    if (offset == 0 && left >= kTile) {
      make(key, index / kTile, left / kTile, rms, samples.data() + done);
      done += left / kTile * kTile;
      continue;
    }
    const std::size_t run = std::min(kTile - offset, left);
    make(key, index / kTile, 1, rms, partial.data());
    std::copy_n(partial.begin() + static_cast<std::ptrdiff_t>(offset), run,
                samples.begin() + static_cast<std::ptrdiff_t>(done));
    done += run;
  }
}

}  // namespace

void gaussian_noise(const StreamKey& key, std::uint64_t first, std::span<float> samples, float rms) {
  fill(key, first, samples, rms, tiles);
}

void gaussian_noise_portable(const StreamKey& key, std::uint64_t first, std::span<float> samples, float rms) {
  fill(key, first, samples, rms, portable_tiles);
}

void gaussian_noise(const StreamKey& key, std::uint64_t first, std::span<double> samples, double rms) {
  std::array<float, 16 * kTile> block;
  for (std::size_t done = 0; done < samples.size();) {
    const std::size_t run = std::min(block.size() - (first + done) % kTile, samples.size() - done);
    gaussian_noise(key, first + done, std::span(block).first(run));
    for (std::size_t i = 0; i < run; ++i) samples[done + i] = rms * static_cast<double>(block[i]);
    done += run;
  }
}

}  // namespace tessera

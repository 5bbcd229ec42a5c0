#pragma once

#include <cstddef>
#include <cstdint>

#include "phy/core/avx2.hpp"
#include "phy/core/rng.hpp"

namespace tessera {

inline constexpr std::uint32_t kPhiloxA = 0xD2511F53U, kPhiloxB = 0xCD9E8D57U;
inline constexpr std::uint32_t kPhiloxStepA = 0x9E3779B9U, kPhiloxStepB = 0xBB67AE85U;

#if TESSERA_HAS_AVX2
namespace avx2 {

// Four counters in the low halves of 64-bit lanes: the multiplier ignores the high halves, so nothing has to be
// masked between rounds.
struct PhiloxLanes {
  __m256i c0, c1, c2, c3;
};

TESSERA_AVX2_INLINE void philox_round(PhiloxLanes& s, __m256i k0, __m256i k1) {
  const __m256i a = _mm256_mul_epu32(s.c0, _mm256_set1_epi64x(kPhiloxA));
  const __m256i b = _mm256_mul_epu32(s.c2, _mm256_set1_epi64x(kPhiloxB));
  s.c0 = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(b, 32), s.c1), k0);
  s.c2 = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(a, 32), s.c3), k1);
  s.c1 = b;
  s.c3 = a;
}

TESSERA_AVX2_INLINE __m256i interleave(__m256i even, __m256i odd) {
  return _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA);
}

/// The keys of the ten rounds in every lane, made once for many counters.
struct PhiloxSchedule {
  __m256i k0[10], k1[10];
};

TESSERA_AVX2_INLINE void philox_schedule(const StreamKey& key, PhiloxSchedule& schedule) {
  std::uint32_t k0 = key.key[0], k1 = key.key[1];
  for (int round = 0; round < 10; ++round) {
    schedule.k0[round] = _mm256_set1_epi64x(k0);
    schedule.k1[round] = _mm256_set1_epi64x(k1);
    k0 += kPhiloxStepA;
    k1 += kPhiloxStepB;
  }
}

/// Words of sixteen consecutive counters, the first a multiple of 16: w[2 j + h] is word j of counters 8 h … 8 h + 7.
/// Four chains of multiplications at a time hide each other's latency.
template <int kRounds>
TESSERA_AVX2_INLINE void philox_sixteen(const PhiloxSchedule& schedule, std::uint32_t stream_word,
                                        std::uint64_t counter, __m256i* w) {
  const __m256i low = _mm256_set1_epi64x(static_cast<std::uint32_t>(counter));
  const __m256i high = _mm256_set1_epi64x(static_cast<std::uint32_t>(counter >> 32));
  const __m256i stream = _mm256_set1_epi64x(stream_word), zero = _mm256_setzero_si256();
  PhiloxLanes s0{_mm256_add_epi64(low, _mm256_set_epi64x(6, 4, 2, 0)), high, stream, zero};
  PhiloxLanes s1{_mm256_add_epi64(low, _mm256_set_epi64x(7, 5, 3, 1)), high, stream, zero};
  PhiloxLanes s2{_mm256_add_epi64(low, _mm256_set_epi64x(14, 12, 10, 8)), high, stream, zero};
  PhiloxLanes s3{_mm256_add_epi64(low, _mm256_set_epi64x(15, 13, 11, 9)), high, stream, zero};
#pragma GCC unroll 10
  for (int round = 0; round < kRounds; ++round) {
    const __m256i k0 = schedule.k0[round], k1 = schedule.k1[round];
    philox_round(s0, k0, k1);
    philox_round(s1, k0, k1);
    philox_round(s2, k0, k1);
    philox_round(s3, k0, k1);
  }
  w[0] = interleave(s0.c0, s1.c0);
  w[1] = interleave(s2.c0, s3.c0);
  w[2] = interleave(s0.c1, s1.c1);
  w[3] = interleave(s2.c1, s3.c1);
  w[4] = interleave(s0.c2, s1.c2);
  w[5] = interleave(s2.c2, s3.c2);
  w[6] = interleave(s0.c3, s1.c3);
  w[7] = interleave(s2.c3, s3.c3);
}

}  // namespace avx2
#endif

}  // namespace tessera

#pragma once

/// TESSERA_AVX2 before a function lets it use 256-bit integer and fused multiply-add instructions by name, where a loop
/// needs what the compiler does not find by itself (32 x 32 -> 64 bit products, shuffles). Such a function is called
/// only if has_avx2() and stands beside a portable one that gives the same bits.
#if defined(__x86_64__) && defined(__GNUC__)
#define TESSERA_HAS_AVX2 1
#define TESSERA_AVX2 __attribute__((target("avx2,fma,bmi2")))
#define TESSERA_AVX2_INLINE __attribute__((target("avx2,fma,bmi2"), always_inline)) inline
#include <immintrin.h>
#else
#define TESSERA_HAS_AVX2 0
#endif

namespace tessera {

/// True on a machine with AVX2, FMA and BMI2.
inline bool has_avx2() {
#if TESSERA_HAS_AVX2
  static const bool kHas =
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  return kHas;
#else
  return false;
#endif
}

}  // namespace tessera

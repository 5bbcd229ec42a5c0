#pragma once

/// TESSERA_MULTIVERSION before a function makes the compiler build it for x86-64-v4, x86-64-v3 and the baseline and
/// choose at load time, so that one portable binary uses the vectors of the machine it runs on. Results are
/// reproducible on one instruction set.
///
/// Sanitizers run before the loader's choice is possible, and clang-tidy does not know the attribute's effect: both get
/// the baseline.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__) && !defined(TESSERA_NO_MULTIVERSION)
#define TESSERA_MULTIVERSION __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define TESSERA_MULTIVERSION
#endif

#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace tessera::test {

/// Digest of FIPS 180-4 in lower-case hexadecimal, to compare long sequences with published ones.
std::string sha256(std::span<const std::uint8_t> bytes);

}  // namespace tessera::test

#pragma once

#include <string>
#include <string_view>

namespace tessera {

/// FNV-1a of 64 bits, sixteen hexadecimal digits: tells texts apart that differ by accident, not by intent.
std::string fingerprint(std::string_view text);

}  // namespace tessera

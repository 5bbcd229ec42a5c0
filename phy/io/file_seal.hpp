#pragma once

#include <string>
#include <string_view>

namespace tessera {

/// A check sum behind the last byte of a file, for formats whose readers stop where their data end: what a bad disk or
/// a cut-off copy made of the file is found before anybody trusts its inside.
///
/// Equation: 8 letters, then the fingerprint of all bytes before.
/// Valid for: accidents; it is no signature.
/// Source: none.
/// Theory: docs/guides/output_formats.md
/// Cost: O(bytes).
std::string seal_of(std::string_view content);

enum class SealState { missing, whole, broken };

/// Of a whole file with its seal, if it has one.
SealState check_seal(std::string_view file);

}  // namespace tessera

#pragma once

#include <string_view>

namespace tessera {

/// Version of the library, `major.minor.patch`.
std::string_view version();

/// Commit that the library was built from, with `-dirty` behind it if files had changed; `unknown` outside a
/// repository.
std::string_view commit();

}  // namespace tessera

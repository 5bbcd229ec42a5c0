#include "tests/support/locations.hpp"

namespace tessera::test {

std::filesystem::path source_dir() { return TESSERA_SOURCE_DIR; }
std::filesystem::path library_dir() { return source_dir() / "scenarios" / "library"; }
std::filesystem::path shared_dir() { return TESSERA_SHARED_DIR; }

}  // namespace tessera::test

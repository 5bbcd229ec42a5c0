#pragma once

#include <filesystem>

/// Where the tests find the tree that they were built from. Functions, so that only one object knows the paths.
namespace tessera::test {

std::filesystem::path source_dir();
std::filesystem::path library_dir();  // parts, links and studies
/// Measured channels and other data beside the tree; may be absent.
std::filesystem::path shared_dir();

}  // namespace tessera::test

#include "phy/io/file_seal.hpp"

#include "phy/core/fingerprint.hpp"

namespace tessera {
namespace {

constexpr std::string_view kMark = "TESSEAL1";
constexpr std::size_t kDigits = 16;

}  // namespace

std::string seal_of(std::string_view content) { return std::string(kMark) + fingerprint(content); }

SealState check_seal(std::string_view file) {
  const std::size_t length = kMark.size() + kDigits;
  if (file.size() < length || file.substr(file.size() - length, kMark.size()) != kMark) return SealState::missing;
  const std::string_view content = file.substr(0, file.size() - length);
  return seal_of(content) == file.substr(content.size()) ? SealState::whole : SealState::broken;
}

}  // namespace tessera

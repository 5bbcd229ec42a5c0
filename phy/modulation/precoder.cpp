#include "phy/modulation/precoder.hpp"

#include <string>

#include "phy/core/error.hpp"

namespace tessera {

Precoder::Precoder(int order) : order_(order), mask_(static_cast<unsigned>(order) - 1U) {
  if (order != 2 && order != 4)
    throw ConfigError("the 1/(1+D) precoder is defined for PAM2 and PAM4, got PAM" + std::to_string(order));
}

void Precoder::encode(std::span<std::uint8_t> symbols) {
  for (std::uint8_t& s : symbols) {
    previous_ = (s - previous_) & mask_;
    s = static_cast<std::uint8_t>(previous_);
  }
}

void Precoder::decode(std::span<std::uint8_t> symbols) {
  for (std::uint8_t& s : symbols) {
    const unsigned decided = s;
    s = static_cast<std::uint8_t>((decided + previous_) & mask_);
    previous_ = decided;
  }
}

}  // namespace tessera

#include "phy/fec/galois_field.hpp"

#include <array>
#include <string>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

constexpr int kLeastBits = 2, kMostBits = 14;
// Primitive polynomials of degree 2 … 14 with the fewest terms; degree 10 is the one of IEEE 802.3.
constexpr std::array<unsigned, 13> kPrimitive{0x7,   0xB,   0x13,  0x25,   0x43,   0x89,  0x11D,
                                              0x211, 0x409, 0x805, 0x1053, 0x201B, 0x4443};

}  // namespace

GaloisField::GaloisField(int bits) : bits_(bits) {
  if (bits < kLeastBits || bits > kMostBits)
    throw ConfigError("a field must have 2 to 14 bits per symbol, got " + std::to_string(bits));
  const unsigned size = 1U << static_cast<unsigned>(bits);
  const unsigned polynomial = kPrimitive[static_cast<std::size_t>(bits - kLeastBits)];
  order_ = static_cast<int>(size) - 1;
  const auto order = static_cast<std::size_t>(order_);
  // log 0 = 2 order, and two of them still lie inside the table, in its zeros.
  power_.assign(4 * order + 1, 0);
  log_.assign(size, 0);
  log_[0] = static_cast<std::uint16_t>(2 * order);
  unsigned element = 1;
  for (std::size_t i = 0; i < order; ++i) {
    power_[i] = power_[i + order] = static_cast<std::uint16_t>(element);
    log_[element] = static_cast<std::uint16_t>(i);
    element <<= 1U;
    if (element >= size) element ^= polynomial;
  }
}

std::uint16_t GaloisField::power(int i) const {
  const int rest = i % order_;
  return of_log(rest < 0 ? rest + order_ : rest);
}

}  // namespace tessera

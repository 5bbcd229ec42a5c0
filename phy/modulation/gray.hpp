#pragma once

namespace tessera {

/// Binary-reflected Gray code: neighbours differ in one bit.
constexpr int to_gray(int n) { return n ^ (n >> 1); }

constexpr int from_gray(int gray) {
  int n = 0;
  for (; gray != 0; gray >>= 1) n ^= gray;
  return n;
}

}  // namespace tessera

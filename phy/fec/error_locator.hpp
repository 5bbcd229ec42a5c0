#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "phy/fec/galois_field.hpp"

namespace tessera {

/// The shortest recurrence of a sequence of syndromes.
struct ErrorLocator {
  std::vector<std::uint16_t> coefficients;  // Lambda_0 = 1 first
  int length = 0;                           // of the recurrence; a locator that can be right has this degree

  int degree() const;
};

/// Berlekamp-Massey: the shortest recurrence that generates the syndromes, begun from the locator of the erasures.
///
/// Equation: sum_i Lambda_i S_{r-i} = 0 for r >= length; Lambda(x) = prod (1 - X_i x) over the places of errors.
/// Conventions: `erasures` holds prod (1 - X_f x) of the erased places, {1} without any.
/// Valid for: any syndromes; too many errors show as a length above what the code corrects, or roots that are missing.
/// Source: blahut2003 chapters 7.4 to 7.5 and 8.6
/// Theory: docs/theory/fec_codecs.md
/// Cost: O(s^2) for s syndromes.
ErrorLocator find_locator(const GaloisField& field, std::span<const std::uint16_t> syndromes,
                          std::span<const std::uint16_t> erasures);

/// Chien's search over a stretch of places: Lambda(alpha^{-i}) for i = 0 … places-1.
///
/// Equation: Lambda_j alpha^{-ij} over i is a stretch of the sequence alpha^{c - jp}, so each coefficient is one
/// sum of two arrays and no multiplication.
/// Conventions: place i is the exponent of alpha of its location X = alpha^i.
/// Valid for: degree <= highest_degree given at construction.
/// Source: closed form; blahut2003 chapter 7.2 (the search)
/// Theory: docs/theory/fec_codecs.md
/// Cost: O(degree places/16) with 256-bit vectors.
class LocatorSearch {
 public:
  LocatorSearch(const GaloisField& field, int places, int highest_degree);

  /// Exponents i with Lambda(alpha^{-i}) = 0, ascending, appended to `roots`.
  void roots(const GaloisField& field, std::span<const std::uint16_t> locator, std::vector<int>& roots) const;

 private:
  struct Stretches {         // of one degree j
    int classes = 1;         // gcd(j, order): that many different sequences
    int period = 0;          // order/classes
    int inverse_step = 1;    // of j/classes modulo period
    std::size_t offset = 0;  // of the first sequence
    std::size_t length = 0;  // of each: period + places
  };
  int places_;
  std::vector<Stretches> degrees_;
  std::vector<std::uint16_t> sequences_;
};

}  // namespace tessera

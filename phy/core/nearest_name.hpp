#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// Edits (insert, delete, replace, swap of neighbours) that turn one word into the other.
///
/// Equation: optimal string alignment distance, a count [1].
/// Conventions: bytes, case counts.
/// Valid for: any two texts; cost O(|a| |b|).
/// Source: damerau1964
/// Theory: docs/theory/units_in_text.md
int edit_distance(std::string_view a, std::string_view b);

/// The known name closest to `name`, or empty if none is within a third of its length (at least 2 edits). Where none
/// is, four letters and more also stand for the one name that begins with them, a quarter of them wrong at most.
std::string nearest_name(std::string_view name, const std::vector<std::string>& known);

/// The second half of an "unknown name" message: `; did you mean "x"?` or `; known: a, b, c`.
std::string suggestion(std::string_view name, const std::vector<std::string>& known);

}  // namespace tessera

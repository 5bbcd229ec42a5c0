#pragma once

#include <string>
#include <vector>

#include "phy/link/prepare.hpp"

namespace tessera::test {

/// A shipped link, prepared, with `sets` in place of the file's values.
PreparedLink shipped_link(const std::string& name, const std::vector<std::string>& sets = {});

/// The segment with all its injected noise raised or lowered by one factor, such that the statistical engine finds this
/// symbol error ratio, to 2 %.
PreparedSegment with_error_ratio(PreparedSegment segment, double symbol_error_ratio);

}  // namespace tessera::test

#pragma once

#include <string_view>

#include "phy/core/quantity_text.hpp"

namespace tessera::detail {

/// Parser behind parse_unit: recursive descent with bounded length and depth. @throws ConfigError.
ParsedUnit parse_unit_expression(std::string_view unit);

std::string_view trim(std::string_view text);

}  // namespace tessera::detail

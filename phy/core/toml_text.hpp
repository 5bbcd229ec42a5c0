#pragma once

#include <string>
#include <string_view>

namespace tessera {

/// A TOML basic string, quotes included; characters that TOML forbids in one are escaped.
std::string toml_string(std::string_view text);

/// A TOML float: it has a point or an exponent, else it would read back as an integer. `value` is finite.
std::string toml_float(double value);

}  // namespace tessera

#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace tessera {

/// Where a piece of text stands: file, 1-based line and column; 0 means "unknown".
struct SourceLocation {
  std::string file;
  int line = 0;
  int column = 0;

  bool operator==(const SourceLocation&) const = default;
};

/// Formats `file:line:col: ` (shorter where parts are unknown, empty without a file).
std::string to_prefix(const SourceLocation& where);

/// Base of every exception that the library throws on purpose. The library never aborts, prints or returns NaN.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Wrong input: the message names the rule, the value and the unit, and starts with `file:line:col: ` if it is known.
class ConfigError : public Error {
 public:
  explicit ConfigError(const std::string& message) : Error(message) {}
  ConfigError(const SourceLocation& where, const std::string& message) : Error(to_prefix(where) + message) {}
};

/// A file or the system failed: missing file, full disk, no permission.
class IoError : public Error {
 public:
  using Error::Error;
};

/// A solver missed its tolerance or a result is not finite.
class NumericError : public Error {
 public:
  using Error::Error;
};

}  // namespace tessera

#include "phy/core/error.hpp"

namespace tessera {

std::string to_prefix(const SourceLocation& where) {
  if (where.file.empty()) return {};
  std::string prefix = where.file;
  if (where.line > 0) prefix += ":" + std::to_string(where.line);
  if (where.line > 0 && where.column > 0) prefix += ":" + std::to_string(where.column);
  return prefix + ": ";
}

}  // namespace tessera

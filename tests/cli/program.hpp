#pragma once

#include <string>
#include <vector>

#include "tests/support/process.hpp"

namespace tessera::testing_support {

/// Runs the program under test.
inline ProcessResult tessera(std::vector<std::string> arguments, const ProcessOptions& options = {}) {
  arguments.insert(arguments.begin(), TESSERA_PROGRAM);
  return run_process(arguments, options);
}

}  // namespace tessera::testing_support

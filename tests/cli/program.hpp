#pragma once

#include <string>
#include <vector>

#include "tests/support/process.hpp"

// Outside tests_cli, which names the built program, the one on the path is meant.
#ifndef TESSERA_PROGRAM
#define TESSERA_PROGRAM "tessera"
#endif

namespace tessera::testing_support {

/// Runs the program under test.
inline ProcessResult tessera(std::vector<std::string> arguments, const ProcessOptions& options = {}) {
  arguments.insert(arguments.begin(), TESSERA_PROGRAM);
  return run_process(arguments, options);
}

}  // namespace tessera::testing_support

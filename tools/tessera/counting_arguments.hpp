#pragma once

#include <CLI/CLI.hpp>

#include "phy/engine/bit_by_bit_engine.hpp"
#include "tools/tessera/commands.hpp"

namespace tessera::cli {

/// Options of `run` for the bit-by-bit engine: stop rules, data, jitter, paths and the receiver of its own path.
void add_counting(CLI::App& app, RunOptions& options);

/// Checks that what was given belongs to the engine, the path and the method. @throws ConfigError naming the option.
void check_engine(const RunOptions& options);

/// What the engine takes of them. @throws ConfigError for a text or a number that cannot be.
BitByBitOptions counting_options(const RunOptions& options);

}  // namespace tessera::cli

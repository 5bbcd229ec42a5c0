#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "tools/tessera/commands.hpp"

namespace tessera::cli {

/// An option whose text becomes a path or another optional made of text.
template <class Optional>
void add_path(CLI::App& app, const std::string& flag, Optional& target, const std::string& text,
              const std::string& type) {
  app.add_option_function<std::string>(
         flag, [&target](const std::string& value) { target = value; }, text)
      ->type_name(type);
}

/// --quiet and --no-color.
void add_console(CLI::App& app, Console& console);

/// Refuses what is no whole number from 0 to `largest`; "2e6" is one, and becomes its digits (so: transform, not
/// check).
CLI::Validator whole_number(const std::string& largest);
CLI::Validator positive_number();

/// The fabric that a command works on, with --set, --library and --engine.
void add_fabric_input(CLI::App& app, FabricInput& input, const std::string& text);

/// The subcommand `export`; running it sets the exit code.
void add_export(CLI::App& parent, ExportCommandOptions& o, int& exit_code);

}  // namespace tessera::cli

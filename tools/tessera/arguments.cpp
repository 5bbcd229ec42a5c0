#include "tools/tessera/arguments.hpp"

#include <algorithm>
#include <cstdlib>

namespace tessera::cli {

void add_console(CLI::App& app, Console& console) {
  app.add_flag("--quiet,-q", console.quiet, "no tables, no progress; errors only");
  app.add_flag("--no-color", console.no_colour, "no terminal colours (also: environment NO_COLOR)");
}

// Compared as text: what overflows a number must be refused too, and CLI11 wraps negative ones round.
CLI::Validator whole_number(const std::string& largest) {
  return {[largest](const std::string& text) {
            const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
            const std::string value = digits ? text.substr(std::min(text.find_first_not_of('0'), text.size())) : text;
            const bool small = value.size() < largest.size() || (value.size() == largest.size() && value <= largest);
            return digits && small ? std::string()
                                   : "must be a whole number from 0 to " + largest + ", got \"" + text + "\"";
          },
          ""};
}

CLI::Validator positive_number() {
  return {[](const std::string& text) {
            char* end = nullptr;
            const double value = std::strtod(text.c_str(), &end);
            const bool number = !text.empty() && end == text.c_str() + text.size();
            return number && value > 0.0 && value < 1e18 ? std::string()
                                                         : "must be a number above 0, got \"" + text + "\"";
          },
          ""};
}

void add_fabric_input(CLI::App& app, FabricInput& input, const std::string& text) {
  app.add_option("fabric", input.name, text)->required()->type_name("FABRIC");
  app.add_option(
         "--set", input.sets,
         "TIER.key=VALUE, or TABLE.key=VALUE with TABLE fabric, topology, transport, workload or operation, such as "
         "spine.link=microled_1600g; may be given many times")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  add_path(app, "--library", input.library,
           "folder of parts, links, studies and fabrics (also: environment TESSERA_LIBRARY)", "DIR");
  app.add_option_function<std::string>(
         "--engine", [&input](const std::string& name) { input.engine = name; },
         "budget | statistical (default: statistical)")
      ->type_name("NAME");
}

}  // namespace tessera::cli

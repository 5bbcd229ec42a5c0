#include "tools/tessera/arguments.hpp"

#include <algorithm>
#include <cstdlib>

namespace tessera::cli {

void add_console(CLI::App& app, Console& console) {
  app.add_flag("--quiet,-q", console.quiet, "no tables, no progress; errors only");
  app.add_flag("--no-color", console.no_colour, "no terminal colours (also: environment NO_COLOR)");
}

namespace {

// "2e6" and "1.5e9" as digits; a text that is no whole number of that form stays.
std::string without_exponent(const std::string& text) {
  const std::size_t e = text.find_first_of("eE");
  if (e == std::string::npos) return text;
  const std::size_t point = std::min(text.find('.'), e);
  std::string digits = text.substr(0, point);
  const std::string decimals = point < e ? text.substr(point + 1, e - point - 1) : "", power = text.substr(e + 1);
  const auto is_number = [](const std::string& t) {
    return !t.empty() && t.find_first_not_of("0123456789") == std::string::npos;
  };
  if (!is_number(digits) || (point < e && !is_number(decimals)) || !is_number(power) || power.size() > 2) return text;
  const auto zeros = static_cast<std::size_t>(std::stoi(power));
  if (decimals.size() > zeros) return text;
  return digits + decimals + std::string(zeros - decimals.size(), '0');
}

}  // namespace

// Compared as text: what overflows a number must be refused too, and CLI11 wraps negative ones round.
CLI::Validator whole_number(const std::string& largest) {
  return {[largest](std::string& text) {
            const std::string all = without_exponent(text);
            const bool digits = !all.empty() && all.find_first_not_of("0123456789") == std::string::npos;
            const std::string value = digits ? all.substr(std::min(all.find_first_not_of('0'), all.size())) : all;
            const bool small = value.size() < largest.size() || (value.size() == largest.size() && value <= largest);
            if (!digits || !small) return "must be a whole number from 0 to " + largest + ", got \"" + text + "\"";
            text = value.empty() ? "0" : value;
            return std::string();
          },
          ""};
}

CLI::Validator positive_number() {
  return {[](const std::string& text) {
            char* end = nullptr;
            const double value = std::strtod(text.c_str(), &end);
            const bool number = !text.empty() && end == text.c_str() + text.size();
            return number && value > 0.0 && value < 1e18
                       ? std::string()
                       : "must be a number above 0 and below 1e18, got \"" + text + "\"";
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

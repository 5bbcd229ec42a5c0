#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "phy/link/link.hpp"
#include "scenarios/link/config_tree.hpp"

namespace tessera {

/// Where in its range of conditions a link stands. Datasheets declare values for it beside their typical one.
enum class Corner { typical, hot, cold, worst };

std::string_view to_string(Corner corner);

/// @throws ConfigError at `where`, naming the nearest corner.
Corner corner_named(const std::string& name, const SourceLocation& where);

/// A corner and the temperature that goes with it: the same, but hot or cold for `worst`.
struct CornerChoice {
  Corner corner = Corner::typical;
  Corner temperature = Corner::typical;

  bool operator==(const CornerChoice&) const = default;
};

/// Parameters with what is declared for corners beside them.
struct CornerParameters {
  ParameterMap typical;
  std::map<Corner, ParameterMap> declared;

  /// Takes a parameter from a file: a value, or a table { value, hot, cold, worst, source, status }, each corner either
  /// a value, whose source and status are the parameter's, or a table { value, source, status } of its own. What an
  /// earlier file declared for this parameter is gone, its corners too.
  /// @throws ConfigError `file:line:col: …` for unknown keys and for a corner's table without value, source and status.
  void set(const std::string& key, const ConfigValue& value);

  /// The parameters at a corner, whose name stands behind the source of those it changed: `worst` where declared, else
  /// the value of the temperature, else the typical one.
  ParameterMap at(CornerChoice choice) const;

  /// Every set of parameters that a corner can make, the typical one first; that alone if no corner is declared.
  std::vector<ParameterMap> all() const;
};

/// Whether the first of two links has the smaller margin: of Q, by the budget engine at the link's own length. A link
/// that cannot be evaluated counts as the worse; of two alike the first does. The reason is for reports.
struct WorseLink {
  bool first = true;
  std::string reason;
};
WorseLink compare_margins(const Link& first, const Link& second);

}  // namespace tessera

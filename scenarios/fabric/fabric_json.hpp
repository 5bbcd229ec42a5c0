#pragma once

#include <nlohmann/json_fwd.hpp>

#include "scenarios/fabric/fabric.hpp"

namespace tessera {

/// The `fabric` part of a JSON document.
///
/// Conventions: names as in docs/guides/fabrics.md; ratios as log10; what operation says
/// (`goodput_fraction`, `availability`, `gpu_utilisation_loss`, `operation`) is null for a report that only adds up.
/// @throws NumericError naming the field if a value is not finite.
nlohmann::ordered_json to_json(const FabricReport& report);

}  // namespace tessera

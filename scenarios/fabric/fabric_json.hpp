#pragma once

#include <nlohmann/json_fwd.hpp>

#include "scenarios/fabric/fabric.hpp"

namespace tessera {

/// The `fabric` part of a JSON document.
///
/// Conventions: names as in docs/guides/fabrics.md; ratios as log10; what an aggregator of transport and repair would
/// say (`goodput_fraction`, `availability`, `gpu_utilisation_loss`) is null.
/// @throws NumericError naming the field if a value is not finite.
nlohmann::ordered_json to_json(const FabricReport& report);

}  // namespace tessera

#pragma once

#include <nlohmann/json_fwd.hpp>

#include "phy/engine/receiver_report.hpp"
#include "scenarios/link/json_writer.hpp"

namespace tessera {

/// A receiver that recovers clock and taps, in the JSON of its segment (docs/guides/output_formats.md).
nlohmann::ordered_json receiver_json(const JsonWriter& writer, const ReceiverReport& report);

}  // namespace tessera

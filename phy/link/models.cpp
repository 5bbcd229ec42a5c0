#include "phy/link/models.hpp"

namespace tessera {

std::string_view to_string(ModelKind kind) {
  switch (kind) {
    case ModelKind::signal_stage:
      return "signal_stage";
    case ModelKind::network_stage:
      return "network_stage";
    case ModelKind::transmitter:
      return "transmitter";
    case ModelKind::receiver:
      return "receiver";
    case ModelKind::overhead:
      return "overhead";
  }
  return "unknown";
}

}  // namespace tessera

#include "phy/link/models.hpp"

#include <utility>

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

AnyModel AnyModel::with(Functions functions) const {
  auto self = std::make_shared<Interface>(*self_);
  if (functions.validity) self->validity = std::move(functions.validity);
  if (functions.respond) self->respond = std::move(functions.respond);
  if (functions.noise) self->noise = std::move(functions.noise);
  if (functions.make_processor) self->make_processor = std::move(functions.make_processor);
  if (functions.transmitter) self->transmitter = std::move(functions.transmitter);
  if (functions.receiver) self->receiver = std::move(functions.receiver);
  AnyModel result = *this;
  result.self_ = std::move(self);
  return result;
}

}  // namespace tessera

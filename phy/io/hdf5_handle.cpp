#include "phy/io/hdf5_handle.hpp"

#include <hdf5.h>

#include <type_traits>

#include "phy/core/error.hpp"

namespace tessera::detail {
namespace {

static_assert(std::is_same_v<Hdf5Id, hid_t> && std::is_same_v<Hdf5Status, herr_t>);

std::string innermost_error() {
  std::string message;
  const auto visit = [](unsigned, const H5E_error2_t* error, void* data) -> herr_t {
    if (error->desc != nullptr) *static_cast<std::string*>(data) = error->desc;
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, visit, &message);
  for (char& c : message) c = c == '\n' ? ' ' : c;
  return message.empty() ? "HDF5 error" : message;
}

[[noreturn]] void throw_failed(const std::string& action, const std::string& item) {
  throw IoError(action + ": " + (item.empty() ? "" : item + ": ") + innermost_error());
}

}  // namespace

QuietHdf5::QuietHdf5() {
  H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

QuietHdf5::~QuietHdf5() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }

Hdf5Handle checked(Hdf5Id id, Hdf5Handle::Close close, const std::string& action, const std::string& item) {
  if (id < 0) throw_failed(action, item);
  return {id, close};
}

void check(Hdf5Status status, const std::string& action, const std::string& item) {
  if (status < 0) throw_failed(action, item);
}

}  // namespace tessera::detail

#pragma once

#include <hdf5.h>

#include <string>
#include <utility>

#include "phy/core/error.hpp"

namespace tessera::detail {

/// Switches off HDF5's printing of its error stack while alive and puts back what was set before.
class QuietHdf5 {
 public:
  QuietHdf5() {
    H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  ~QuietHdf5() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }
  QuietHdf5(const QuietHdf5&) = delete;
  QuietHdf5& operator=(const QuietHdf5&) = delete;

 private:
  H5E_auto2_t function_ = nullptr;
  void* data_ = nullptr;
};

/// An HDF5 identifier that closes itself.
class Hdf5Handle {
 public:
  using Close = herr_t (*)(hid_t);

  Hdf5Handle() = default;
  Hdf5Handle(hid_t id, Close close) : id_(id), close_(close) {}
  Hdf5Handle(Hdf5Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)), close_(other.close_) {}
  Hdf5Handle& operator=(Hdf5Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  ~Hdf5Handle() { reset(); }

  operator hid_t() const { return id_; }
  bool valid() const { return id_ >= 0; }
  herr_t reset() {
    const hid_t id = std::exchange(id_, H5I_INVALID_HID);
    return id >= 0 && close_ != nullptr ? close_(id) : 0;
  }

 private:
  hid_t id_ = H5I_INVALID_HID;
  Close close_ = nullptr;
};

inline std::string innermost_hdf5_error() {
  std::string message;
  const auto visit = [](unsigned, const H5E_error2_t* error, void* data) -> herr_t {
    if (error->desc != nullptr) *static_cast<std::string*>(data) = error->desc;
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, visit, &message);
  for (char& c : message) c = c == '\n' ? ' ' : c;
  return message.empty() ? "HDF5 error" : message;
}

/// @throws IoError `cannot write FILE: ITEM: why` if the call failed.
inline Hdf5Handle checked(hid_t id, Hdf5Handle::Close close, const std::string& action, const std::string& item) {
  if (id < 0) throw IoError(action + ": " + (item.empty() ? "" : item + ": ") + innermost_hdf5_error());
  return {id, close};
}

inline void check(herr_t status, const std::string& action, const std::string& item) {
  if (status < 0) throw IoError(action + ": " + (item.empty() ? "" : item + ": ") + innermost_hdf5_error());
}

}  // namespace tessera::detail

#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace tessera::detail {

/// HDF5's identifier and status, spelled out so that its header stays in the sources (checked there against hid_t and
/// herr_t).
using Hdf5Id = std::int64_t;
using Hdf5Status = int;

/// Switches off HDF5's printing of its error stack while alive and puts back what was set before.
class QuietHdf5 {
 public:
  QuietHdf5();
  ~QuietHdf5();
  QuietHdf5(const QuietHdf5&) = delete;
  QuietHdf5& operator=(const QuietHdf5&) = delete;

 private:
  Hdf5Status (*function_)(Hdf5Id, void*) = nullptr;
  void* data_ = nullptr;
};

/// An HDF5 identifier that closes itself.
class Hdf5Handle {
 public:
  using Close = Hdf5Status (*)(Hdf5Id);

  Hdf5Handle() = default;
  Hdf5Handle(Hdf5Id id, Close close) : id_(id), close_(close) {}
  Hdf5Handle(Hdf5Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Hdf5Handle& operator=(Hdf5Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  ~Hdf5Handle() { reset(); }

  operator Hdf5Id() const { return id_; }
  Hdf5Status reset() {
    const Hdf5Id id = std::exchange(id_, -1);
    return id >= 0 && close_ != nullptr ? close_(id) : 0;
  }

 private:
  Hdf5Id id_ = -1;
  Close close_ = nullptr;
};

/// @throws IoError `ACTION: ITEM: why` if the call that gave `id` failed.
Hdf5Handle checked(Hdf5Id id, Hdf5Handle::Close close, const std::string& action, const std::string& item);
void check(Hdf5Status status, const std::string& action, const std::string& item);

}  // namespace tessera::detail

#include <hdf5_hl.h>

#include <algorithm>
#include <filesystem>

#include "phy/core/error.hpp"
#include "phy/io/hdf5_file.hpp"
#include "phy/io/hdf5_handle.hpp"

namespace tessera {
namespace {

using detail::check;
using detail::checked;
using detail::Hdf5Handle;
using detail::QuietHdf5;

constexpr std::size_t kMostValues = std::size_t{1} << 32;

std::string read_fixed_or_variable(hid_t type, const std::string& action, const std::string& item, auto&& read) {
  if (H5Tget_class(type) != H5T_STRING) throw IoError(action + ": " + item + " is no text");
  if (H5Tis_variable_str(type) > 0) {
    char* text = nullptr;
    check(read(static_cast<void*>(&text)), action, item);
    std::string result = text == nullptr ? "" : text;
    H5free_memory(text);
    return result;
  }
  std::string text(H5Tget_size(type), '\0');
  check(read(text.data()), action, item);
  text.resize(std::min(text.find('\0'), text.size()));
  return text;
}

std::vector<std::size_t> shape_of(hid_t space) {
  const int rank = H5Sget_simple_extent_ndims(space);
  std::vector<hsize_t> extent(static_cast<std::size_t>(std::max(rank, 0)));
  if (!extent.empty()) H5Sget_simple_extent_dims(space, extent.data(), nullptr);
  return {extent.begin(), extent.end()};
}

}  // namespace

struct Hdf5Reader::State {
  Hdf5Handle file;
  std::string action;

  Hdf5Handle object(const std::string& path) const {
    return checked(H5Oopen(file, path.c_str(), H5P_DEFAULT), H5Oclose, action, path);
  }
  Hdf5Handle set(const std::string& path) const {
    return checked(H5Dopen2(file, path.c_str(), H5P_DEFAULT), H5Dclose, action, path);
  }
  Hdf5Handle attribute(hid_t owner, const std::string& path, const std::string& name) const {
    return checked(H5Aopen(owner, name.c_str(), H5P_DEFAULT), H5Aclose, action, path + " " + name);
  }
  std::string text_attribute(hid_t owner, const std::string& path, const std::string& name) const {
    const Hdf5Handle handle = attribute(owner, path, name);
    const Hdf5Handle type = checked(H5Aget_type(handle), H5Tclose, action, path);
    return read_fixed_or_variable(type, action, path, [&](void* out) { return H5Aread(handle, type, out); });
  }
};

Hdf5Reader::Hdf5Reader(const std::filesystem::path& path) : state_(std::make_unique<State>()) {
  const QuietHdf5 quiet;
  state_->action = "cannot read " + path.string();
  std::error_code error;
  if (!std::filesystem::exists(path, error)) throw IoError(state_->action + ": no such file");
  if (!std::filesystem::is_regular_file(path, error)) throw IoError(state_->action + ": not a regular file");
  state_->file = checked(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, state_->action, "");
}

Hdf5Reader::~Hdf5Reader() = default;
Hdf5Reader::Hdf5Reader(Hdf5Reader&&) noexcept = default;
Hdf5Reader& Hdf5Reader::operator=(Hdf5Reader&&) noexcept = default;

std::int64_t Hdf5Reader::format_version() const {
  return static_cast<std::int64_t>(number_attribute("/", "format_version"));
}

bool Hdf5Reader::contains(const std::string& path) const {
  const QuietHdf5 quiet;
  if (path == "/") return true;
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    if (H5Lexists(state_->file, path.substr(0, end).c_str(), H5P_DEFAULT) <= 0) return false;
    if (end == std::string::npos) return true;
  }
}

std::vector<std::string> Hdf5Reader::names(const std::string& group) const {
  const QuietHdf5 quiet;
  const Hdf5Handle handle =
      checked(H5Gopen2(state_->file, group.c_str(), H5P_DEFAULT), H5Gclose, state_->action, group);
  std::vector<std::string> names;
  const auto visit = [](hid_t, const char* name, const H5L_info_t*, void* data) -> herr_t {
    static_cast<std::vector<std::string>*>(data)->emplace_back(name);
    return 0;
  };
  check(H5Literate(handle, H5_INDEX_NAME, H5_ITER_INC, nullptr, visit, &names), state_->action, group);
  return names;
}

Hdf5Reader::Array Hdf5Reader::dataset(const std::string& path) const {
  const QuietHdf5 quiet;
  const Hdf5Handle set = state_->set(path);
  const Hdf5Handle space = checked(H5Dget_space(set), H5Sclose, state_->action, path);
  const Hdf5Handle type = checked(H5Dget_type(set), H5Tclose, state_->action, path);
  if (H5Tget_class(type) != H5T_FLOAT && H5Tget_class(type) != H5T_INTEGER)
    throw IoError(state_->action + ": " + path + " holds no numbers");
  const hssize_t count = H5Sget_simple_extent_npoints(space);
  if (count < 0 || static_cast<std::size_t>(count) > kMostValues)
    throw IoError(state_->action + ": " + path + " has a bad size");
  Array array;
  array.shape = shape_of(space);
  array.values.resize(static_cast<std::size_t>(count));
  if (count > 0)
    check(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()), state_->action, path);
  array.unit = state_->text_attribute(set, path, "unit");
  return array;
}

std::string Hdf5Reader::axis_of(const std::string& path, unsigned dimension) const {
  const QuietHdf5 quiet;
  const Hdf5Handle set = state_->set(path);
  std::string name;
  const auto visit = [](hid_t, unsigned, hid_t scale, void* data) -> herr_t {
    auto& out = *static_cast<std::string*>(data);
    const ssize_t size = H5Iget_name(scale, nullptr, 0);
    if (size > 0) {
      out.resize(static_cast<std::size_t>(size) + 1);
      H5Iget_name(scale, out.data(), out.size());
      out.pop_back();
    }
    return 1;
  };
  H5DSiterate_scales(set, dimension, nullptr, visit, &name);
  return name;
}

std::string Hdf5Reader::text(const std::string& path) const {
  const QuietHdf5 quiet;
  const Hdf5Handle set = state_->set(path);
  const Hdf5Handle type = checked(H5Dget_type(set), H5Tclose, state_->action, path);
  const Hdf5Handle space = checked(H5Dget_space(set), H5Sclose, state_->action, path);
  if (H5Sget_simple_extent_npoints(space) != 1) throw IoError(state_->action + ": " + path + " is no single text");
  return read_fixed_or_variable(type, state_->action, path,
                                [&](void* out) { return H5Dread(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, out); });
}

std::vector<std::string> Hdf5Reader::texts(const std::string& path) const {
  const QuietHdf5 quiet;
  const Hdf5Handle set = state_->set(path);
  const Hdf5Handle type = checked(H5Dget_type(set), H5Tclose, state_->action, path);
  if (H5Tis_variable_str(type) <= 0) throw IoError(state_->action + ": " + path + " is no list of texts");
  const Hdf5Handle space = checked(H5Dget_space(set), H5Sclose, state_->action, path);
  const hssize_t count = H5Sget_simple_extent_npoints(space);
  if (count < 0 || static_cast<std::size_t>(count) > kMostValues)
    throw IoError(state_->action + ": " + path + " has a bad size");
  std::vector<char*> pointers(static_cast<std::size_t>(count), nullptr);
  void* const data = static_cast<void*>(pointers.data());
  if (count > 0) check(H5Dread(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), state_->action, path);
  std::vector<std::string> texts;
  for (const char* pointer : pointers) texts.emplace_back(pointer == nullptr ? "" : pointer);
  H5Dvlen_reclaim(type, space, H5P_DEFAULT, data);
  return texts;
}

double Hdf5Reader::number_attribute(const std::string& object, const std::string& name) const {
  const QuietHdf5 quiet;
  const Hdf5Handle owner = state_->object(object);
  const Hdf5Handle handle = state_->attribute(owner, object, name);
  double value = 0.0;
  check(H5Aread(handle, H5T_NATIVE_DOUBLE, &value), state_->action, object + " " + name);
  return value;
}

std::string Hdf5Reader::text_attribute(const std::string& object, const std::string& name) const {
  const QuietHdf5 quiet;
  const Hdf5Handle owner = state_->object(object);
  return state_->text_attribute(owner, object, name);
}

}  // namespace tessera

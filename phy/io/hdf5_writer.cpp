#include <hdf5_hl.h>

#include <array>

#include "phy/core/error.hpp"
#include "phy/io/atomic_file.hpp"
#include "phy/io/file_seal.hpp"
#include "phy/io/hdf5_file.hpp"
#include "phy/io/hdf5_handle.hpp"

namespace tessera {
namespace {

using detail::check;
using detail::checked;
using detail::Hdf5Handle;
using detail::QuietHdf5;

Hdf5Handle text_type(std::size_t size, const std::string& action) {
  Hdf5Handle type = checked(H5Tcopy(H5T_C_S1), H5Tclose, action, "text");
  check(H5Tset_size(type, size), action, "text");
  check(H5Tset_cset(type, H5T_CSET_UTF8), action, "text");
  return type;
}

}  // namespace

struct Hdf5Writer::State {
  std::filesystem::path path;
  Hdf5Handle file;
  std::string action;

  Hdf5Handle link_properties() const {
    Hdf5Handle properties = checked(H5Pcreate(H5P_LINK_CREATE), H5Pclose, action, "");
    check(H5Pset_create_intermediate_group(properties, 1), action, "");
    check(H5Pset_char_encoding(properties, H5T_CSET_UTF8), action, "");
    return properties;
  }

  Hdf5Handle write_numbers(const std::string& item, std::span<const double> values, std::span<const hsize_t> shape,
                           std::string_view unit) {
    const Hdf5Handle space =
        shape.empty()
            ? checked(H5Screate(H5S_SCALAR), H5Sclose, action, item)
            : checked(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose, action, item);
    const Hdf5Handle properties = link_properties();
    Hdf5Handle set =
        checked(H5Dcreate2(file, item.c_str(), H5T_IEEE_F64LE, space, properties, H5P_DEFAULT, H5P_DEFAULT), H5Dclose,
                action, item);
    if (!values.empty())
      check(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), action, item);
    write_text_attribute(set, item, "unit", unit);
    return set;
  }

  void write_text_attribute(hid_t object, const std::string& item, const std::string& name, std::string_view value) {
    const std::string owned(value);
    const Hdf5Handle type = text_type(owned.size() + 1, action);
    const Hdf5Handle space = checked(H5Screate(H5S_SCALAR), H5Sclose, action, item);
    const Hdf5Handle attribute =
        checked(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, action, item);
    check(H5Awrite(attribute, type, owned.c_str()), action, item);
  }

  void write_attribute(const std::string& object, const std::string& name, hid_t stored, hid_t native,
                       const void* value) {
    const QuietHdf5 quiet;
    const Hdf5Handle target = checked(H5Oopen(file, object.c_str(), H5P_DEFAULT), H5Oclose, action, object);
    const Hdf5Handle space = checked(H5Screate(H5S_SCALAR), H5Sclose, action, object);
    const Hdf5Handle attribute =
        checked(H5Acreate2(target, name.c_str(), stored, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, action, object);
    check(H5Awrite(attribute, native, value), action, object);
  }

  void attach(hid_t set, const std::string& item, const std::string& axis, unsigned dimension, std::size_t length) {
    if (axis.empty()) return;
    const Hdf5Handle scale = checked(H5Dopen2(file, axis.c_str(), H5P_DEFAULT), H5Dclose, action, axis);
    const Hdf5Handle space = checked(H5Dget_space(scale), H5Sclose, action, axis);
    if (H5Sget_simple_extent_npoints(space) != static_cast<hssize_t>(length))
      throw IoError(action + ": " + item + " has " + std::to_string(length) + " values along " + axis + ", which has " +
                    std::to_string(H5Sget_simple_extent_npoints(space)));
    check(H5DSattach_scale(set, scale, dimension), action, item);
  }
};

Hdf5Writer::Hdf5Writer(std::filesystem::path path, int format_version) : state_(std::make_unique<State>()) {
  const QuietHdf5 quiet;
  state_->action = "cannot write " + path.string();
  if (path.filename().empty() || std::filesystem::is_directory(path))
    throw IoError(state_->action + ": it is a directory");
  const auto parent = path.parent_path();
  std::error_code error;
  if (!parent.empty() && !std::filesystem::is_directory(parent, error))
    throw IoError(state_->action + ": no such folder");
  state_->path = std::move(path);
  // The file grows in memory and is written whole by finish(): HDF5 cannot close a file that it could not flush, and
  // the remains bring the process down at exit.
  constexpr std::size_t kGrowth = 1 << 20;
  const Hdf5Handle access = checked(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, state_->action, "");
  check(H5Pset_fapl_core(access, kGrowth, false), state_->action, "");
  state_->file =
      checked(H5Fcreate(state_->path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access), H5Fclose, state_->action, "");
  attribute("/", "format_version", std::int64_t{format_version});
}

Hdf5Writer::~Hdf5Writer() = default;
Hdf5Writer::Hdf5Writer(Hdf5Writer&&) noexcept = default;
Hdf5Writer& Hdf5Writer::operator=(Hdf5Writer&& other) noexcept = default;

void Hdf5Writer::group(const std::string& path) {
  const QuietHdf5 quiet;
  const Hdf5Handle properties = state_->link_properties();
  checked(H5Gcreate2(state_->file, path.c_str(), properties, H5P_DEFAULT, H5P_DEFAULT), H5Gclose, state_->action, path);
}

void Hdf5Writer::axis(const std::string& path, std::span<const double> values, std::string_view unit) {
  const QuietHdf5 quiet;
  const std::array<hsize_t, 1> shape{values.size()};
  const Hdf5Handle set = state_->write_numbers(path, values, shape, unit);
  const std::string name = path.substr(path.rfind('/') + 1);
  check(H5DSset_scale(set, name.c_str()), state_->action, path);
}

void Hdf5Writer::dataset(const std::string& path, std::span<const double> values, std::string_view unit,
                         const std::string& axis) {
  const QuietHdf5 quiet;
  const std::array<hsize_t, 1> shape{values.size()};
  const Hdf5Handle set = state_->write_numbers(path, values, shape, unit);
  state_->attach(set, path, axis, 0, values.size());
}

void Hdf5Writer::dataset(const std::string& path, std::span<const double> values, std::size_t rows, std::size_t columns,
                         std::string_view unit, const std::string& row_axis, const std::string& column_axis) {
  const QuietHdf5 quiet;
  if (values.size() != rows * columns)
    throw IoError(state_->action + ": " + path + " has " + std::to_string(values.size()) + " values for " +
                  std::to_string(rows) + " x " + std::to_string(columns));
  const std::array<hsize_t, 2> shape{rows, columns};
  const Hdf5Handle set = state_->write_numbers(path, values, shape, unit);
  state_->attach(set, path, row_axis, 0, rows);
  state_->attach(set, path, column_axis, 1, columns);
}

void Hdf5Writer::dataset(const std::string& path, std::span<const double> values, const std::vector<std::size_t>& shape,
                         std::string_view unit, const std::vector<std::string>& axes) {
  const QuietHdf5 quiet;
  std::size_t count = 1;
  for (const std::size_t length : shape) count *= length;
  if (values.size() != count || shape.empty() || axes.size() != shape.size())
    throw IoError(state_->action + ": " + path + " has " + std::to_string(values.size()) + " values for " +
                  std::to_string(count) + " in " + std::to_string(shape.size()) + " dimensions with " +
                  std::to_string(axes.size()) + " axes");
  const std::vector<hsize_t> extents(shape.begin(), shape.end());
  const Hdf5Handle set = state_->write_numbers(path, values, extents, unit);
  for (std::size_t d = 0; d < shape.size(); ++d) state_->attach(set, path, axes[d], static_cast<unsigned>(d), shape[d]);
}

void Hdf5Writer::scalar(const std::string& path, double value, std::string_view unit) {
  const QuietHdf5 quiet;
  state_->write_numbers(path, std::span<const double>(&value, 1), {}, unit);
}

void Hdf5Writer::text(const std::string& path, std::string_view value) {
  const QuietHdf5 quiet;
  const std::string owned(value);
  const Hdf5Handle type = text_type(owned.size() + 1, state_->action);
  const Hdf5Handle space = checked(H5Screate(H5S_SCALAR), H5Sclose, state_->action, path);
  const Hdf5Handle properties = state_->link_properties();
  const Hdf5Handle set =
      checked(H5Dcreate2(state_->file, path.c_str(), type, space, properties, H5P_DEFAULT, H5P_DEFAULT), H5Dclose,
              state_->action, path);
  check(H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, owned.c_str()), state_->action, path);
}

void Hdf5Writer::texts(const std::string& path, const std::vector<std::string>& values) {
  const QuietHdf5 quiet;
  const Hdf5Handle type = text_type(H5T_VARIABLE, state_->action);
  const hsize_t count = values.size();
  const Hdf5Handle space = checked(H5Screate_simple(1, &count, nullptr), H5Sclose, state_->action, path);
  const Hdf5Handle properties = state_->link_properties();
  const Hdf5Handle set =
      checked(H5Dcreate2(state_->file, path.c_str(), type, space, properties, H5P_DEFAULT, H5P_DEFAULT), H5Dclose,
              state_->action, path);
  std::vector<const char*> pointers;
  for (const std::string& value : values) pointers.push_back(value.c_str());
  const void* const data = static_cast<const void*>(pointers.data());
  if (!pointers.empty()) check(H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), state_->action, path);
}

void Hdf5Writer::attribute(const std::string& object, const std::string& name, double value) {
  state_->write_attribute(object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value);
}

void Hdf5Writer::attribute(const std::string& object, const std::string& name, std::int64_t value) {
  state_->write_attribute(object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, &value);
}

void Hdf5Writer::attribute(const std::string& object, const std::string& name, std::string_view value) {
  const QuietHdf5 quiet;
  const Hdf5Handle target =
      checked(H5Oopen(state_->file, object.c_str(), H5P_DEFAULT), H5Oclose, state_->action, object);
  state_->write_text_attribute(target, object, name, value);
}

void Hdf5Writer::finish(bool sealed) {
  const QuietHdf5 quiet;
  check(H5Fflush(state_->file, H5F_SCOPE_GLOBAL), state_->action, "");
  const ssize_t size = H5Fget_file_image(state_->file, nullptr, 0);
  if (size < 0) throw IoError(state_->action + ": HDF5 gives no image of the file");
  std::string image(static_cast<std::size_t>(size), '\0');
  if (H5Fget_file_image(state_->file, image.data(), image.size()) != size)
    throw IoError(state_->action + ": HDF5 gives no image of the file");
  check(state_->file.reset(), state_->action, "");
  if (sealed) image += seal_of(image);
  write_file_atomically(state_->path, image);
}

}  // namespace tessera

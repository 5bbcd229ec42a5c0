#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// Writes one HDF5 result file that opens in h5py, HDFView and MATLAB without a manual.
///
/// Conventions: paths are absolute ("/links/a/ber"), missing groups are made; every dataset carries a `unit` attribute
/// and its axes as HDF5 dimension scales; the root carries `format_version`. All text is UTF-8.
/// Valid for: one thread at a time. The data go to a file beside the target and take its name in `finish`: an
/// interrupted run leaves the old file or none, never half of one.
class Hdf5Writer {
 public:
  /// @throws IoError if the folder is missing or not writable.
  explicit Hdf5Writer(std::filesystem::path path, int format_version = 1);
  /// Without `finish`, removes what was written.
  ~Hdf5Writer();
  Hdf5Writer(Hdf5Writer&&) noexcept;
  Hdf5Writer& operator=(Hdf5Writer&&) noexcept;

  void group(const std::string& path);
  /// An axis: a one-dimensional dataset that others name in `axes` [count].
  void axis(const std::string& path, std::span<const double> values, std::string_view unit);
  /// One-dimensional dataset [axis length, if given]. `axis` is the path of an axis or empty.
  void dataset(const std::string& path, std::span<const double> values, std::string_view unit,
               const std::string& axis = {});
  /// Two-dimensional dataset, row-major [rows][columns]; axes are paths or empty.
  void dataset(const std::string& path, std::span<const double> values, std::size_t rows, std::size_t columns,
               std::string_view unit, const std::string& row_axis = {}, const std::string& column_axis = {});
  /// Dataset of any rank, row-major; `axes` are paths or empty, one for each dimension.
  void dataset(const std::string& path, std::span<const double> values, const std::vector<std::size_t>& shape,
               std::string_view unit, const std::vector<std::string>& axes);
  /// A scalar with its unit.
  void scalar(const std::string& path, double value, std::string_view unit);
  void text(const std::string& path, std::string_view value);
  void texts(const std::string& path, const std::vector<std::string>& values);

  void attribute(const std::string& object, const std::string& name, double value);
  void attribute(const std::string& object, const std::string& name, std::int64_t value);
  void attribute(const std::string& object, const std::string& name, std::string_view value);

  /// Flushes, closes and puts the file in place. @throws IoError (full disk, no permission); the target is then
  /// untouched.
  /// @param sealed puts a check sum behind the data (`file_seal.hpp`), over which every HDF5 library reads.
  void finish(bool sealed = false);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Reads what Hdf5Writer writes.
class Hdf5Reader {
 public:
  struct Array {
    std::vector<double> values;      // row-major
    std::vector<std::size_t> shape;  // empty for a scalar
    std::string unit;
  };

  /// @throws IoError in one line if the file is missing, cut off or no HDF5 file.
  explicit Hdf5Reader(const std::filesystem::path& path);
  ~Hdf5Reader();
  Hdf5Reader(Hdf5Reader&&) noexcept;
  Hdf5Reader& operator=(Hdf5Reader&&) noexcept;

  std::int64_t format_version() const;
  bool contains(const std::string& path) const;
  /// Names in a group, sorted.
  std::vector<std::string> names(const std::string& group) const;
  Array dataset(const std::string& path) const;
  /// Path of the axis attached to a dimension of a dataset, empty if none.
  std::string axis_of(const std::string& path, unsigned dimension) const;
  std::string text(const std::string& path) const;
  std::vector<std::string> texts(const std::string& path) const;
  double number_attribute(const std::string& object, const std::string& name) const;
  std::string text_attribute(const std::string& object, const std::string& name) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tessera

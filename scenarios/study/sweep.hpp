#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "scenarios/link/link_evaluation.hpp"
#include "scenarios/link/scenario_reader.hpp"

namespace tessera {

/// One parameter that a sweep varies, with its values in order.
struct SweepAxis {
  std::string path;                 // as `--set` takes it: segment.stage.parameter, segment.key, link.key, …
  std::string zip;                  // axes of one name advance together; empty for an axis of its own
  std::vector<ConfigValue> values;  // as a link file would say them
  std::vector<double> numbers;      // the values in `unit`; empty where they are words or lists
  std::string unit;                 // "1" for pure numbers, empty for words
  std::vector<std::string> labels;  // the values as text
  bool logarithmic = false;         // a range in equal ratios
  std::size_t dimension = 0;        // of the grid
  SourceLocation where;             // of the path
};

/// A stage at whose output a sweep reads the signal.
struct SweepProbe {
  std::string segment, stage, unit;

  std::string path() const { return segment + "." + stage; }
};

/// A link file whose parameters are varied.
struct SweptLink {
  LinkScenario base;  // without the axes
  ConfigTable tree;
  std::filesystem::path folder;
};

/// A study of kind "sweep": links x grid of axes.
///
/// Conventions: points are numbered by link first, then over the grid with the last dimension fastest.
struct Sweep {
  std::string name, description;
  Engine engine = Engine::statistical;
  std::vector<SweptLink> links;
  std::vector<SweepAxis> axes;
  std::vector<std::size_t> shape;  // points along each dimension
  std::vector<SweepProbe> probes;  // any number, each in every link
  ConfigTable tree;                // the study file

  std::size_t grid_points() const;  // of one link
  std::size_t points() const { return links.size() * grid_points(); }
  std::size_t link_of(std::size_t point) const { return point / grid_points(); }
  /// Index along each dimension.
  std::vector<std::size_t> coordinates(std::size_t point) const;
};

/// Whether a file is a study of kind "sweep". @throws IoError, ConfigError if it is no TOML file.
bool is_sweep(const std::filesystem::path& path);

/// Reads a sweep and tries every value of every axis on each link, so that a mistake is found before the first point.
///
/// Conventions: rules between parameters that only some points break are left to those points.
/// Source: none.
/// Theory: docs/guides/sweeps.md
/// @throws IoError; ConfigError `file:line:col: …` for unknown keys, paths, parameters and engines (nearest named),
/// values out of range, axes zipped with different numbers of points, and more than 10^7 points.
Sweep read_sweep(const std::filesystem::path& path, const Library& library, const std::vector<ModelInfo>& models,
                 const ScenarioOptions& options = {});

/// The link of a point. `cache` is used by one thread at a time. @throws ConfigError if the point breaks a rule.
LinkScenario link_at(const Sweep& sweep, std::size_t point, const Library& library,
                     const std::vector<ModelInfo>& models, ReadCache& cache);

/// All points, ordered so that neighbours differ in what their receiver or an overhead says as long as possible: they
/// share a channel that is prepared once.
std::vector<std::size_t> computing_order(const Sweep& sweep);

}  // namespace tessera

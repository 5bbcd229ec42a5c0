#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "phy/link/link.hpp"
#include "scenarios/link/config_tree.hpp"
#include "scenarios/link/part_library.hpp"

namespace tessera {

/// A number that entered a result, and who says so. `status` is one of the datasheets' five, or `scenario` (set in the
/// file without a source), `override` (set on the command line) or `default` (of the model).
struct ProvenanceRow {
  std::string parameter;  // link.segment.stage.name
  std::string value, source, status;

  bool operator==(const ProvenanceRow&) const = default;
};

/// A link file, read: the link, and what the file said beyond it.
struct LinkScenario {
  Link link;
  std::string description;
  std::map<std::string, ParameterMap> given;  // "segment.stage" -> parameters set by datasheet, file or command line
  std::map<std::string, std::vector<MeasuredEntry>> measured;  // "link.segment.stage" -> tables in place of fields
  std::vector<ProvenanceRow> provenance;
  double hot_case_temperature = 343.15, cold_case_temperature = 273.15;  // K, of the corners
  std::map<std::string, SourceLocation> places;  // of the names "link", "link.segment" and "link.segment.stage"
};

/// A message about a link that is already read, behind the place in its file that it means: the stage or segment that
/// the message names, else the link. Messages that begin with a file stay as they are.
std::string located(const LinkScenario& scenario, const std::string& message);

/// A study that compares links.
struct Study {
  std::string name, description;
  std::string kind = "compare";
  std::vector<LinkScenario> links;
};

/// Refuses links whose Touchstone channel was given no file. @throws ConfigError at the stage, naming --touchstone.
void require_channel_files(const Study& study);

/// What reading a link again may take over from the last time: datasheets, and stages whose tables did not change. For
/// one thread at a time, one library and one folder.
class ReadCache {
 public:
  struct StageReading {
    ConfigTable table;
    CornerChoice corner;
    Stage stage;
    ParameterMap given;
    std::vector<ProvenanceRow> provenance;
    std::vector<MeasuredEntry> measured;
  };
  std::map<std::string, Part> parts;           // by name
  std::map<std::string, StageReading> stages;  // by link.segment.stage
};

struct ScenarioOptions {
  std::vector<std::string> sets;                     // PATH=VALUE, see docs/guides/scenario_files.md
  std::optional<std::filesystem::path> touchstone;   // takes the place of the file of the touchstone_channel stage
  std::optional<std::string> corner = std::nullopt;  // takes the place of link.corner
  ReadCache* cache = nullptr;
};

/// The word for it in link files and reports.
std::string_view boundary_name(Boundary boundary);

/// Reads a link file.
///
/// Conventions: files are relative to the folder of the file that names them; `--set` paths are `link.key`,
/// `segment.key`, `segment.stage.parameter`, `segment.coupling.key`, `overhead.name.parameter`.
/// Source: none.
/// Theory: docs/guides/scenario_files.md
/// @throws IoError; ConfigError `file:line:col: …` for unknown keys (nearest named), wrong dimensions, bare numbers,
/// missing parts, and a line rate that does not carry the payload with its code. A link at the corner `worst` is read
/// hot and cold, and the one with the smaller margin stays.
LinkScenario read_link(const std::filesystem::path& path, const Library& library, const std::vector<ModelInfo>& models,
                       const ScenarioOptions& options = {});

/// The same from a tree that is already read. `folder` is where relative files start.
LinkScenario read_link(ConfigTable tree, const std::filesystem::path& folder, const Library& library,
                       const std::vector<ModelInfo>& models, const ScenarioOptions& options = {});

/// Reads a study, or a link file as a study of one link. `--set` paths of a study begin with the link's name.
Study read_study(const std::filesystem::path& path, const Library& library, const std::vector<ModelInfo>& models,
                 const ScenarioOptions& options = {});

/// Bits on the line per payload bit: 1.0625 with kp4 (544/514 x 257/256), 1.03125 with kr4, 66/64 for none.
double line_overhead(const FecSpec& fec);

/// The scenario with every default written, readable by read_link: a stored case survives a changed default.
ConfigTable resolved_scenario(const LinkScenario& scenario);

/// Applies `PATH=VALUE` to a link file's tree. @throws ConfigError naming the path and the nearest known name.
void apply_override(ConfigTable& tree, const std::string& set);
/// The same for a file of one table [header] and named entries [[list]]: paths `header.key` and `NAME.key`.
void apply_override(ConfigTable& tree, const std::string& set, const std::string& header, const std::string& list);

/// The same for a path and a value. Errors of the path stand at `where`, errors of the value where the value stands.
void apply_override(ConfigTable& tree, const std::string& path, ConfigValue value, const SourceLocation& where);

}  // namespace tessera

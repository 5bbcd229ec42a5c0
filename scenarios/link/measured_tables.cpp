#include "scenarios/link/measured_tables.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "phy/link/measured_files.hpp"
#include "phy/link/measured_stage.hpp"

namespace tessera {
namespace {

const std::vector<std::string>& known_keys(std::string_view key) {
  static const std::vector<std::string> kResponse{"file",   "convention", "phase", "lowest_frequency",
                                                  "source", "status"},
      kNoise{"file", "mechanism", "source", "status"}, kLiv{"file", "temperature", "source", "status"},
      kSpectrum{"file", "source", "status"};
  return key == "measured_response" ? kResponse
         : key == "measured_noise"  ? kNoise
         : key == "measured_liv"    ? kLiv
                                    : kSpectrum;
}

template <class Value>
Value choice(const ConfigTable& table, const std::string& key, std::string_view owner,
             const std::vector<std::pair<std::string, Value>>& values) {
  const std::string word = require_text(table, key, owner);
  std::string list;
  for (const auto& [name, value] : values) {
    if (name == word) return value;
    list += (list.empty() ? "" : " | ") + name;
  }
  throw ConfigError(table.find(key)->where, key + " must be " + list + ", got \"" + word + "\"");
}

// A convention is never guessed: a factor of two in decibels looks plausible either way.
MagnitudeConvention convention_of(const ConfigTable& table) {
  if (table.find("convention") == nullptr)
    throw ConfigError(table.where,
                      "measured_response must have a key \"convention\": electrical_db (20 log10 of an amplitude), "
                      "optical_db (10 log10 of an optical power) or linear");
  return choice<MagnitudeConvention>(table, "convention", "measured_response",
                                     {{"electrical_db", MagnitudeConvention::electrical_db},
                                      {"optical_db", MagnitudeConvention::optical_db},
                                      {"linear", MagnitudeConvention::linear}});
}

template <class Quantity>
Quantity quantity_of(const ConfigTable& table, const ParameterInfo& info) {
  Quantity value{};
  read_field(info, parameter_text(info.name, *table.find(info.name)), value);
  return value;
}

MeasuredTable read_response(const ConfigTable& table, const std::filesystem::path& path) {
  ResponseFile file{path, convention_of(table), {}, 0.0};
  if (table.find("phase") != nullptr)
    file.phase =
        choice<PhaseRule>(table, "phase", "measured_response",
                          {{"minimum", PhaseRule::minimum}, {"file", PhaseRule::file}, {"zero", PhaseRule::zero}});
  if (table.find("lowest_frequency") != nullptr)
    file.lowest_frequency = quantity_of<Frequency>(table, {"lowest_frequency", "GHz", 0.0, 1e4, ""}).si();
  return std::make_shared<const MeasuredResponse>(read_measured_response(file));
}

MeasuredTable read_noise(const ConfigTable& table, const std::filesystem::path& path) {
  MeasuredNoise noise = read_measured_noise(path);
  if (table.find("mechanism") != nullptr) noise.mechanism = require_text(table, "mechanism", "measured_noise");
  return std::make_shared<const MeasuredNoise>(std::move(noise));
}

MeasuredTable read_liv(const ConfigTable& table, const std::filesystem::path& path) {
  LivCurve curve = read_measured_liv(path);
  if (table.find("temperature") != nullptr)
    curve.temperature = quantity_of<Temperature>(table, {"temperature", "degC", -200.0, 400.0, ""}).si();
  return std::make_shared<const LivCurve>(std::move(curve));
}

MeasuredTable read_data(std::string_view key, const ConfigTable& table, const std::filesystem::path& path) {
  if (key == "measured_response") return read_response(table, path);
  if (key == "measured_noise") return read_noise(table, path);
  if (key == "measured_liv") return read_liv(table, path);
  return std::make_shared<const OpticalSpectrum>(read_measured_spectrum(path));
}

void check_origin(std::string_view key, const ConfigTable& table) {
  ConfigTable origin{{}, table.where};
  origin.set("value", {std::string(key), table.where});
  for (const std::string_view name : {"source", "status"})
    if (const ConfigValue* value = table.find(name)) origin.set(std::string(name), *value);
  parameter_text(key, {std::move(origin), table.where});  // refuses a status that is none
}

bool takes(const AnyModel& model, std::string_view key) {
  if (key == "measured_response") return takes_response(model);
  if (key == "measured_noise") return !replaceable_noise(model).empty();
  return key == "measured_liv" ? model.takes_liv() : model.takes_spectrum();
}

std::string takers(const std::vector<ModelInfo>& models, std::string_view key) {
  std::string list;
  for (const ModelInfo& info : models) {
    try {
      if (takes(info.make({}), key)) list += (list.empty() ? "" : ", ") + std::string(info.type);
    } catch (const Error&) {
      continue;  // cannot be made without parameters
    }
  }
  return list;
}

}  // namespace

bool is_measured_key(std::string_view key) {
  static constexpr std::array<std::string_view, 4> kKeys{"measured_response", "measured_noise", "measured_liv",
                                                         "measured_spectrum"};
  return std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end();
}

MeasuredEntry read_measured_entry(const ConfigEntry& entry, const std::filesystem::path& folder) {
  const std::string& key = entry.key;
  if (entry.value.table() == nullptr)
    throw ConfigError(entry.value.where, key + " must be a table such as { file = \"my.csv\", source = \"…\" }");
  MeasuredEntry result{key, *entry.value.table(), {}, entry.where};
  ConfigTable& table = result.table;
  if (table.where.line == 0) table.where = entry.where;
  check_keys(table, known_keys(key), key);
  check_origin(key, table);
  ConfigValue file = require(table, "file", key);
  std::filesystem::path path = require_text(table, "file", key);
  if (path.is_relative() && !file.where.file.starts_with("--")) path = folder / path;
  file.value = path.string();
  table.set("file", file);
  try {
    result.data = read_data(key, table, path);
  } catch (const IoError& error) {
    throw ConfigError(file.where, error.what());
  }
  return result;
}

void merge_measured(std::vector<MeasuredEntry>& entries, MeasuredEntry entry) {
  const auto same = [&](const MeasuredEntry& e) { return e.key == entry.key; };
  if (const auto it = std::find_if(entries.begin(), entries.end(), same); it != entries.end())
    *it = std::move(entry);
  else
    entries.push_back(std::move(entry));
}

void put_measured(Stage& stage, const std::vector<MeasuredEntry>& entries, const std::vector<ModelInfo>& models) {
  for (const MeasuredEntry& entry : entries) {
    if (!takes(stage.model, entry.key))
      throw ConfigError(entry.where, "model " + std::string(stage.model.type()) + " of stage " + stage.name +
                                         " takes no " + entry.key + "; models that do: " + takers(models, entry.key));
    try {
      with_measured(stage.model, {entry.data});
    } catch (const ConfigError& error) {
      throw ConfigError(entry.where, entry.key + " of stage " + stage.name + ": " + error.what());
    }
    stage.measured.push_back(entry.data);
  }
  stage.model = with_measured(std::move(stage.model), stage.measured);
}

ParameterText provenance_text(const MeasuredEntry& entry) {
  const auto word = [&](std::string_view key) {
    return entry.table.find(key) != nullptr ? require_text(entry.table, key, entry.key) : std::string();
  };
  ParameterText text;
  const std::string convention = word("convention");
  text.value = word("file") + (convention.empty() ? "" : " (" + convention + ")");
  text.where = entry.table.find("file")->where;
  text.source = word("source");
  text.status = word("status");
  return text;
}

}  // namespace tessera

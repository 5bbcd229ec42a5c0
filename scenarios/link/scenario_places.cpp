#include <algorithm>

#include "scenarios/link/scenario_reader.hpp"

namespace tessera {
namespace {

bool word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

bool names(const std::string& message, const std::string& word) {
  for (auto at = message.find(word); at != std::string::npos; at = message.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !word_character(message[at - 1])) && (end == message.size() || !word_character(message[end])))
      return true;
  }
  return false;
}

}  // namespace

std::string located(const LinkScenario& scenario, const std::string& message) {
  const Link& link = scenario.link;
  const auto placed = [&](const std::string& path) {
    const auto it = scenario.places.find(path);
    return it == scenario.places.end() ? message : to_prefix(it->second) + message;
  };
  const auto given_place = [&](const auto& entry) {
    return !entry.second.file.empty() && message.starts_with(entry.second.file);
  };
  if (std::any_of(scenario.places.begin(), scenario.places.end(), given_place) || message.starts_with("--"))
    return message;
  for (const Segment& segment : link.segments) {
    const std::string path = link.name + "." + segment.name;
    for (const Stage& stage : segment.stages)
      if (names(message, "stage " + stage.name)) return placed(path + "." + stage.name);
    if (names(message, "segment " + segment.name)) return placed(path);
  }
  return placed(link.name);
}

void require_channel_files(const Study& study) {
  for (const LinkScenario& scenario : study.links) {
    for (const Segment& segment : scenario.link.segments) {
      for (const Stage& stage : segment.stages) {
        if (stage.model.type() != "touchstone_channel") continue;
        const auto file = stage.model.parameters().find("file");
        const auto* name =
            file != stage.model.parameters().end() ? std::get_if<std::string>(&file->second.value) : nullptr;
        if (name != nullptr && !name->empty()) continue;
        throw ConfigError(scenario.places.at(scenario.link.name + "." + segment.name + "." + stage.name),
                          "stage " + stage.name + " has no Touchstone file: give --touchstone FILE, or the key file");
      }
    }
  }
}

}  // namespace tessera

#pragma once

#include <map>
#include <string>

#include "scenarios/fabric/export/export.hpp"
#include "tests/support/process.hpp"

namespace tessera::test {

/// An export as files: paths by name, in a folder that lives as long as this value.
class Exported {
 public:
  Exported(const FabricGraph& graph, const std::string& format, const ExportOptions& options = {}) {
    for (const ExportFile& file : export_fabric(graph, format, options).files)
      paths_[file.name] = folder_.file(file.name, file.text);
  }
  std::string folder() const { return folder_.path().string(); }
  const std::string& path(const std::string& name) const { return paths_.at(name); }

 private:
  testing_support::TemporaryFolder folder_;
  std::map<std::string, std::string> paths_;
};

}  // namespace tessera::test

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>

#include "tools/docgen/model_pages.hpp"

namespace tessera::docgen {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The page's first sentence, so that the index says what the page says; it may run over several lines.
std::string summary(const std::string& page) {
  std::istringstream lines(page);
  std::string line, text;
  while (std::getline(lines, line)) {
    if (line.starts_with('#') || (line.empty() && text.empty())) continue;
    if (line.empty() || line.starts_with("<!--") || line.starts_with("```")) break;
    text += text.empty() ? line : " " + line;
  }
  const auto end = text.find(". ");
  return end == std::string::npos ? text : text.substr(0, end + 1);
}

/// Writes pages that are out of date, or only counts them. The folder holds one page per model and the index.
class Pages {
 public:
  explicit Pages(bool check_only) : check_only_(check_only) {}

  void put(const fs::path& path, const std::string& text) {
    if (read(path) == text) return;
    ++stale_;
    std::cout << path.string() << (check_only_ ? ": out of date\n" : ": written\n");
    if (check_only_) return;
    std::ofstream file(path, std::ios::binary);
    if (!(file << text) || !file.flush()) throw IoError("cannot write " + path.string());
  }
  int stale() const { return stale_; }

 private:
  bool check_only_;
  int stale_ = 0;
};

int update(const fs::path& folder, bool check_only) {
  Pages pages(check_only);
  const auto models = all_models();
  std::vector<std::string> summaries;
  int broken = 0;
  for (const ModelInfo& info : models) {
    const fs::path path = folder / (std::string(info.type) + ".md");
    const auto page = read(path);
    summaries.push_back(page ? summary(*page) : "");
    if (!page) continue;  // lint.docs misses it
    try {
      pages.put(path, with_parameter_table(*page, info));
    } catch (const ConfigError& e) {
      std::cout << path.string() << ": " << e.what() << '\n';
      ++broken;
    }
  }
  pages.put(folder / "index.md", model_index(models, summaries));
  if (check_only && pages.stale() > 0) std::cout << "build the target docs_tables to update\n";
  return broken > 0 || (check_only && pages.stale() > 0) ? 1 : 0;
}

}  // namespace
}  // namespace tessera::docgen

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.empty() || arguments.size() > 2 || (arguments.size() == 2 && arguments[1] != "--check")) {
    std::cerr << "usage: tessera_docgen FOLDER [--check]\n\nBrings the parameter tables and the index of the model "
                 "pages in FOLDER up to "
                 "date;\n--check only says which are not, and exits with 1.\n";
    return 2;
  }
  try {
    return tessera::docgen::update(arguments[0], arguments.size() == 2);
  } catch (const std::exception& e) {
    std::cerr << "tessera_docgen: " << e.what() << '\n';
    return 4;
  }
}

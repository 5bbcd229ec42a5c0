#pragma once

#include <string>
#include <vector>

#include "phy/link/models.hpp"

namespace tessera::docgen {

/// The parameters of one model as a Markdown table: name, unit, default, range, meaning.
std::string parameter_table(const ModelInfo& info);

/// `page` with its parameter table brought up to date: what stands between `<!-- parameters:begin -->` and
/// `<!-- parameters:end -->` is replaced, or a line `<!-- parameters -->` becomes such a block.
/// @throws ConfigError if the page has neither, or a block that does not end.
std::string with_parameter_table(const std::string& page, const ModelInfo& info);

/// The page that lists all models by family. `summaries[i]` is the first sentence of model i's page, empty where there
/// is no page.
std::string model_index(const std::vector<ModelInfo>& models, const std::vector<std::string>& summaries);

}  // namespace tessera::docgen

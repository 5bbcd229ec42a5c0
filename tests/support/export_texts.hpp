#pragma once

#include <gtest/gtest.h>

#include <string>

#include "phy/core/error.hpp"
#include "scenarios/fabric/export/export.hpp"

namespace tessera::test {

/// One file of an export.
inline std::string text_of(const FabricExport& out, const std::string& name) {
  for (const ExportFile& file : out.files)
    if (file.name == name) return file.text;
  ADD_FAILURE() << "no file " << name;
  return {};
}

/// Why a fabric is not exported, or "accepted".
inline std::string refusal(const FabricGraph& graph, const std::string& format, const ExportOptions& options = {}) {
  try {
    export_fabric(graph, format, options);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "accepted";
}

/// The graph with the same loss on all links.
inline FabricGraph with_loss(FabricGraph graph, double log10_loss = -14.0) {
  for (FabricLink& link : graph.links) link.log10_frame_loss = log10_loss;
  return graph;
}

}  // namespace tessera::test

#pragma once

#include "scenarios/fabric/export/export.hpp"
#include "scenarios/fabric/export/merged_links.hpp"

namespace tessera {

/// HPCC's topology file, which ASTRA-sim's ns-3 backend reads too, with the lines that its configuration needs.
///
/// Conventions: `nodes switches links`, the switches' ids, then `src dst rate delay p` for each link; p is the loss of a
///   frame of `graph.frame_bytes`, in both directions. One link for each pair of nodes. Latency of switches stands in
///   the links.
/// Source: hpcc-simulator
/// Theory: docs/guides/exports.md
/// @throws ConfigError for 65,536 nodes or more.
FabricExport export_hpcc(const FabricGraph& graph, const ExportOptions& options);

namespace export_text {

/// A line `src dst rate delay p`.
std::string hpcc_link(std::uint64_t a, std::uint64_t b, double rate, double latency, double p);
/// The head of the file: counts, and ids of all nodes but GPUs.
std::string hpcc_head(const FabricGraph& graph, std::size_t links);
/// @throws ConfigError if the ids do not fit the client's 16 bits.
void require_short_ids(std::size_t nodes, const std::string& client);
/// What users of HPCC's RDMA stack and its descendants must know of any fabric.
void warn_rdma_client(const FabricGraph& graph, const std::vector<MergedLink>& links, const ExportOptions& options,
                      std::vector<std::string>& warnings);
/// Every class's rate once, merged cables included.
std::vector<double> rates_of(const FabricGraph& graph);

}  // namespace export_text
}  // namespace tessera

#include "scenarios/fabric/export/json.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "phy/core/error.hpp"
#include "scenarios/fabric/export/csv.hpp"
#include "scenarios/fabric/export/link_text.hpp"

namespace tessera {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<FabricNodeKind, 4> kNodeKinds{FabricNodeKind::kGpu, FabricNodeKind::kScaleUpSwitch,
                                                   FabricNodeKind::kSwitch, FabricNodeKind::kOpticalCircuitSwitch};
constexpr std::array<std::pair<FabricDimension::Kind, const char*>, 3> kDimensionKinds{
    {{FabricDimension::Kind::kRing, "ring"},
     {FabricDimension::Kind::kFullyConnected, "fully_connected"},
     {FabricDimension::Kind::kSwitch, "switch"}}};

Json classes_json(const FabricGraph& graph) {
  Json classes = Json::array();
  for (const FabricLinkClass& kind : graph.classes)
    classes.push_back({{"name", kind.name},
                       {"technology", kind.technology},
                       {"rate_bps", kind.rate},
                       {"latency_s", kind.latency},
                       {"length_m", kind.length},
                       {"watts_idle", kind.watts_idle},
                       {"watts_busy", kind.watts_busy},
                       {"fit", kind.fit}});
  return classes;
}

Json nodes_json(const FabricGraph& graph) {
  Json kinds = Json::array(), levels = Json::array(), groups = Json::array();
  for (const FabricNode& node : graph.nodes) {
    kinds.push_back(std::string(export_text::kind_name(node.kind)));
    levels.push_back(node.level);
    groups.push_back(node.group);
  }
  return {{"kind", std::move(kinds)}, {"level", std::move(levels)}, {"group", std::move(groups)}};
}

Json links_json(const FabricGraph& graph) {
  Json a = Json::array(), b = Json::array(), kind = Json::array(), ber = Json::array(), loss = Json::array();
  for (const FabricLink& link : graph.links) {
    a.push_back(link.a);
    b.push_back(link.b);
    kind.push_back(link.link_class);
    ber.push_back(link.log10_pre_fec_ber);
    loss.push_back(link.log10_frame_loss);
  }
  return {{"a", std::move(a)},
          {"b", std::move(b)},
          {"class", std::move(kind)},
          {"log10_pre_fec_ber", std::move(ber)},
          {"log10_frame_loss", std::move(loss)}};
}

Json dimensions_json(const FabricGraph& graph) {
  Json dimensions = Json::array();
  for (const FabricDimension& d : graph.dimensions) {
    std::string kind;
    for (const auto& [value, name] : kDimensionKinds)
      if (value == d.kind) kind = name;
    dimensions.push_back({{"kind", kind},
                          {"size", d.size},
                          {"class", d.link_class},
                          {"links_per_node", d.links_per_node},
                          {"hops", d.hops}});
  }
  return dimensions;
}

Json tree_json(const FabricGraph& graph) {
  Json tree = Json::array();
  for (const FatTreeLevel& level : graph.fat_tree)
    tree.push_back({{"radix_down", level.radix_down},
                    {"radix_up", level.radix_up},
                    {"bundle", level.bundle},
                    {"down_class", level.down_class}});
  return tree;
}

// Members by name, with an error that names them.
class Reader {
 public:
  Reader(const Json& json, std::string where) : json_(json), where_(std::move(where)) {}

  Reader at(const char* name) const {
    if (!json_.is_object() || !json_.contains(name)) throw ConfigError(where_ + ": member \"" + name + "\" is missing");
    return {json_.at(name), where_ + "." + name};
  }
  template <class T>
  T as(const char* name) const {
    const Reader member = at(name);
    try {
      return member.json_.template get<T>();
    } catch (const nlohmann::json::exception&) {
      throw ConfigError(member.where_ + " has the wrong type or a value out of range");
    }
  }
  std::vector<Reader> list(const char* name) const {
    const Reader member = at(name);
    if (!member.json_.is_array()) throw ConfigError(member.where_ + " must be an array");
    std::vector<Reader> all;
    for (std::size_t i = 0; i < member.json_.size(); ++i)
      all.emplace_back(member.json_.at(i), member.where_ + "[" + std::to_string(i) + "]");
    return all;
  }
  const std::string& where() const { return where_; }

 private:
  const Json& json_;
  std::string where_;
};

FabricNodeKind node_kind(const std::string& name, const std::string& where) {
  for (FabricNodeKind kind : kNodeKinds)
    if (export_text::kind_name(kind) == name) return kind;
  throw ConfigError(where + ": unknown kind of node \"" + name + "\"");
}

void require_equal(std::size_t got, std::size_t wanted, const std::string& where) {
  if (got != wanted) throw ConfigError(where + ": its columns differ in length");
}

void read_nodes(const Reader& nodes, FabricGraph& graph) {
  const auto kinds = nodes.as<std::vector<std::string>>("kind");
  const auto levels = nodes.as<std::vector<int>>("level"), groups = nodes.as<std::vector<int>>("group");
  require_equal(levels.size(), kinds.size(), nodes.where());
  require_equal(groups.size(), kinds.size(), nodes.where());
  for (std::size_t i = 0; i < kinds.size(); ++i)
    graph.nodes.push_back({node_kind(kinds[i], nodes.where()), levels[i], groups[i]});
}

void read_links(const Reader& links, FabricGraph& graph) {
  const auto a = links.as<std::vector<std::uint32_t>>("a"), b = links.as<std::vector<std::uint32_t>>("b"),
             kind = links.as<std::vector<std::uint32_t>>("class");
  const auto ber = links.as<std::vector<double>>("log10_pre_fec_ber"),
             loss = links.as<std::vector<double>>("log10_frame_loss");
  for (std::size_t size : {b.size(), kind.size(), ber.size(), loss.size()})
    require_equal(size, a.size(), links.where());
  for (std::size_t i = 0; i < a.size(); ++i) graph.links.push_back({a[i], b[i], kind[i], ber[i], loss[i]});
}

FabricDimension read_dimension(const Reader& json) {
  FabricDimension d;
  const auto name = json.as<std::string>("kind");
  bool known = false;
  for (const auto& [value, text] : kDimensionKinds)
    if (name == text) {
      d.kind = value;
      known = true;
    }
  if (!known) throw ConfigError(json.where() + ": unknown kind of dimension \"" + name + "\"");
  d.size = json.as<std::int64_t>("size");
  d.link_class = json.as<std::uint32_t>("class");
  d.links_per_node = json.as<double>("links_per_node");
  d.hops = json.as<int>("hops");
  return d;
}

FabricGraph read_graph(const Reader& json) {
  FabricGraph graph;
  graph.name = json.as<std::string>("name");
  graph.frame_bytes = json.as<int>("frame_bytes");
  graph.gpus = json.as<std::int64_t>("gpus");
  graph.switch_latency = json.as<double>("switch_latency_s");
  graph.pod_gpus = json.as<std::int64_t>("pod_gpus");
  for (const Reader& kind : json.list("classes"))
    graph.classes.push_back({kind.as<std::string>("name"), kind.as<std::string>("technology"),
                             kind.as<double>("rate_bps"), kind.as<double>("latency_s"), kind.as<double>("length_m"),
                             kind.as<double>("watts_idle"), kind.as<double>("watts_busy"), kind.as<double>("fit")});
  read_nodes(json.at("nodes"), graph);
  read_links(json.at("links"), graph);
  for (const Reader& d : json.list("dimensions")) graph.dimensions.push_back(read_dimension(d));
  for (const Reader& level : json.list("fat_tree"))
    graph.fat_tree.push_back({level.as<int>("radix_down"), level.as<int>("radix_up"), level.as<int>("bundle"),
                              level.as<std::uint32_t>("down_class")});
  return graph;
}

}  // namespace

FabricExport export_json(const FabricGraph& graph, const ExportOptions&) {
  const Json document{{"schema", 1},
                      {"fabric_graph",
                       {{"name", graph.name},
                        {"frame_bytes", graph.frame_bytes},
                        {"gpus", graph.gpus},
                        {"switch_latency_s", graph.switch_latency},
                        {"pod_gpus", graph.pod_gpus},
                        {"classes", classes_json(graph)},
                        {"nodes", nodes_json(graph)},
                        {"links", links_json(graph)},
                        {"dimensions", dimensions_json(graph)},
                        {"fat_tree", tree_json(graph)}}}};
  FabricExport out;
  out.files.push_back({"fabric_graph.json", document.dump() + "\n"});
  const export_text::Companion page{
      "programs of your own, as JSON",
      {{"fabric_graph.json",
        "`fabric_graph`: classes of links, nodes and links as columns, dimensions, levels of a fat-tree"}},
      "`log10_frame_loss` is its base-10 logarithm, `log10_pre_fec_ber` that of the ratio of wrong bits before the "
      "correction.",
      "`tessera export fabric_graph.json --to ns3 --out DIR` makes every other export from it. Units are SI and stand "
      "in the names."};
  out.files.push_back(export_text::companion(page, graph, out.warnings));
  return out;
}

FabricGraph read_graph_json(std::string_view text, const std::string& name) {
  const Json document = Json::parse(text, nullptr, false);
  if (document.is_discarded()) throw ConfigError(name + ": this is no JSON");
  if (document.is_object() && !document.contains("fabric_graph") &&
      (document.contains("fabric") || document.contains("links")))
    throw ConfigError(name + ": JSON of `tessera " + (document.contains("fabric") ? "fabric" : "run") +
                      "` holds no nodes and links; give the fabric's own file, its HDF5 of "
                      "`tessera fabric --out`, or the fabric_graph.json of `tessera export --to json`");
  const Reader root(document, name);
  FabricGraph graph = read_graph(root.at("fabric_graph"));
  try {
    check(graph);
  } catch (const ConfigError& error) {
    throw ConfigError(name + ": " + error.what());
  }
  return graph;
}

}  // namespace tessera

#include "scenarios/fabric/fabric_defaults.hpp"

#include <algorithm>
#include <initializer_list>
#include <string>

#include "scenarios/fabric/fabric_tables.hpp"

namespace tessera {
namespace {

using namespace fabric_tables;

template <class Table>
void complete(ConfigTable& table, std::initializer_list<std::string_view> left_out = {}) {
  const typename Table::Params defaults;
  Table::visit(defaults, [&](const ParameterInfo& info, const auto& field) {
    if (table.find(info.name) == nullptr && std::find(left_out.begin(), left_out.end(), info.name) == left_out.end())
      table.set(std::string(info.name), config_value(write_field(info, field)));
  });
}

template <class Table>
void complete_section(ConfigTable& tree, const char* name) {
  if (tree.find(name) == nullptr) tree.set(name, {ConfigTable{{}, tree.where}, tree.where});
  if (auto* table = std::get_if<ConfigTable>(&tree.find(name)->value)) complete<Table>(*table);
}

}  // namespace

void add_defaults(ConfigTable& tree) {
  if (ConfigValue* fabric = tree.find("fabric"))
    if (auto* table = std::get_if<ConfigTable>(&fabric->value))
      complete<FabricTable>(*table, {"name", "description", "gpus", "gpu_rate"});
  const bool shaped = tree.find("topology") != nullptr;
  if (shaped) complete_section<TopologyTable>(tree, "topology");
  complete_section<TransportTable>(tree, "transport");
  complete_section<WorkloadTable>(tree, "workload");
  complete_section<OperationTable>(tree, "operation");
  ConfigValue* tiers = tree.find("tier");
  auto* list = tiers != nullptr ? std::get_if<ConfigArray>(&tiers->value) : nullptr;
  if (list == nullptr) return;
  for (ConfigValue& tier : *list) {
    auto* table = std::get_if<ConfigTable>(&tier.value);
    if (table == nullptr) continue;
    complete<TierTable>(*table, {"name", "ports", "port_rate", "crossings", "length_to", "length_mode"});
    const TierTable::Params defaults;
    if (!shaped && table->find("crossings") == nullptr) table->set("crossings", {std::int64_t{defaults.crossings}, {}});
  }
}

}  // namespace tessera

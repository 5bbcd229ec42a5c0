#include "scenarios/fabric/fabric_sections.hpp"

#include <initializer_list>

#include "phy/core/nearest_name.hpp"
#include "scenarios/fabric/fabric_tables.hpp"

namespace tessera::fabric_sections {
namespace {

using namespace fabric_tables;

template <class Enum>
Enum word(const ConfigTable& table, std::string_view key, const std::string& name, std::initializer_list<Enum> all) {
  std::vector<std::string> known;
  for (const Enum value : all) {
    known.emplace_back(to_string(value));
    if (known.back() == name) return value;
  }
  const ConfigValue* found = table.find(key);
  throw ConfigError(found != nullptr ? found->where : table.where,
                    "no " + std::string(key) + " \"" + name + "\"" + suggestion(name, known));
}

Topology topology(const ConfigTable& table, const Fabric& fabric) {
  const TopologyTable::Params p = read_table<TopologyTable>(table);
  Topology t;
  t.kind = word(table, "kind", p.kind, {TopologyKind::fat_tree, TopologyKind::scale_up, TopologyKind::torus});
  t.gpus = fabric.gpus;
  t.tiers = p.tiers;
  t.radix = p.radix;
  t.oversubscription = p.oversubscription;
  t.core_oversubscription = p.core_oversubscription;
  t.leaf_down = p.leaf_down;
  t.leaf_up = p.leaf_up;
  t.pod_gpus = p.pod_gpus;
  t.aggregates_per_pod = p.aggregates;
  t.cores = p.cores;
  t.rails = p.rails;
  t.planes = p.planes;
  t.gpu_planes = p.gpu_planes;
  t.scale_up_gpus = p.scale_up_gpus;
  t.scale_up_switches = p.scale_up_switches;
  t.scale_up_ports = p.scale_up_ports;
  t.x = p.x;
  t.y = p.y;
  t.z = p.z;
  t.block = p.block;
  try {
    (void)count(t);
  } catch (const ConfigError& error) {
    throw ConfigError(table.where, error.what());
  }
  return t;
}

Transport transport(const ConfigTable& table) {
  const TransportTable::Params p = read_table<TransportTable>(table);
  Transport t;
  t.kind = word(table, "kind", p.kind,
                {TransportKind::go_back_n, TransportKind::go_back_0, TransportKind::selective_repeat,
                 TransportKind::link_retry, TransportKind::pcie6_flit});
  t.round_trip = p.round_trip.si();
  t.link_round_trip = p.link_round_trip.si();
  t.mtu = p.mtu;
  t.message = p.message;
  t.timeout_exponent = p.timeout_exponent;
  t.retries = p.retries;
  t.replays = p.replays;
  return t;
}

Workload workload(const ConfigTable& table, const Fabric& fabric) {
  const WorkloadTable::Params p = read_table<WorkloadTable>(table);
  Workload w;
  w.exposed = p.exposed;
  w.collective.kind =
      word(table, "collective", p.collective, {CollectiveKind::ring, CollectiveKind::tree, CollectiveKind::all_to_all});
  w.collective.bytes = p.bytes;
  w.collective.ranks = p.ranks;
  w.collective.lossy_links = p.lossy_links;
  if (p.ranks == 1 || p.ranks > fabric.gpus)
    throw ConfigError(table.find("ranks")->where, "ranks must be 0 or in [2, gpus]");
  return w;
}

Operation operation(const ConfigTable& table) {
  const OperationTable::Params p = read_table<OperationTable>(table);
  Operation o;
  o.gpu_watts = p.gpu_power.si();
  o.nic_watts = p.nic_power.si();
  o.switch_watts = p.switch_power.si();
  o.optical_switch_watts = p.optical_switch_power.si();
  o.pue = p.pue;
  o.training_time = p.training.si();
  o.repair_time = p.repair.si();
  o.checkpoint = p.checkpoint.si();
  o.restart = p.restart.si();
  o.gpu_fit = p.gpu_fit;
  o.flap_fit = p.flap_fit;
  o.flap_outage = p.flap_outage.si();
  return o;
}

}  // namespace

void read(const ConfigTable& tree, Fabric& fabric) {
  if (const ConfigTable* table = optional_table(tree, "topology")) fabric.topology = topology(*table, fabric);
  if (const ConfigTable* table = optional_table(tree, "transport")) fabric.transport = transport(*table);
  if (const ConfigTable* table = optional_table(tree, "workload")) fabric.workload = workload(*table, fabric);
  if (const ConfigTable* table = optional_table(tree, "operation")) fabric.operation = operation(*table);
}

}  // namespace tessera::fabric_sections

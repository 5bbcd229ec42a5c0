#pragma once

#include <string>
#include <string_view>

#include "phy/core/parameter.hpp"

/// The tables of a fabric file, listed once: reading, range checks and defaults follow.
namespace tessera::fabric_tables {

struct FabricTable {
  static constexpr std::string_view kType = "[fabric]";
  struct Params {
    std::string name, description;
    int gpus = 0;
    BitRate gpu_rate;
    double load = 1.0;
    Time switch_latency;
  };
  template <class P, class V>
  static void visit(P& p, V&& v) {
    v({"name", "", 0, 0, "name in reports"}, p.name);
    v({"description", "", 0, 0, "one sentence"}, p.description);
    v({"gpus", "1", 1, 1e8, "accelerators that the fabric joins"}, p.gpus);
    v({"gpu_rate", "Gbit/s", 1e-3, 1e7, "payload that one GPU sends at full load, one direction"}, p.gpu_rate);
    v({"load", "1", 1e-6, 1.0, "share of gpu_rate sent on average"}, p.load);
    v({"switch_latency", "ns", 0.0, 1e9, "of one switch, in graphs"}, p.switch_latency);
  }
};

struct TopologyTable {
  static constexpr std::string_view kType = "[topology]";
  struct Params {
    std::string kind = "fat_tree";
    int tiers = 2, radix = 64, leaf_down = 0, leaf_up = 0, pod_gpus = 0, aggregates = 0, cores = 0;
    double oversubscription = 1.0, core_oversubscription = 1.0;
    int rails = 1, planes = 1, gpu_planes = 1;
    int scale_up_gpus = 0, scale_up_switches = 0, scale_up_ports = 0;
    int x = 0, y = 0, z = 0, block = 4;
  };
  template <class P, class V>
  static void visit(P& p, V&& v) {
    v({"kind", "", 0, 0, "fat_tree | scale_up | torus"}, p.kind);
    v({"tiers", "1", 1, 3, "levels of switches of a fat_tree"}, p.tiers);
    v({"radix", "1", 2, 1e5, "ports of one switch"}, p.radix);
    v({"oversubscription", "1", 1e-3, 1e3, "downlinks over uplinks of a leaf"}, p.oversubscription);
    v({"core_oversubscription", "1", 1e-3, 1e3, "downlinks over uplinks of a pod"}, p.core_oversubscription);
    v({"leaf_down", "1", 0, 1e5, "ports of a leaf towards GPUs; 0: from radix and oversubscription"}, p.leaf_down);
    v({"leaf_up", "1", 0, 1e5, "ports of a leaf upwards; 0: from leaf_down and oversubscription"}, p.leaf_up);
    v({"pod_gpus", "1", 0, 1e8, "GPUs of a pod and plane, three tiers; 0: as many as fit"}, p.pod_gpus);
    v({"aggregates", "1", 0, 1e6, "switches of the second level in a pod and plane; 0: as few as carry it"},
      p.aggregates);
    v({"cores", "1", 0, 1e6, "switches of the third level in a plane; 0: as few as carry it"}, p.cores);
    v({"rails", "1", 1, 1e4, "neighbouring GPUs that stand on leaves of their own"}, p.rails);
    v({"planes", "1", 1, 1e4, "trees beside each other"}, p.planes);
    v({"gpu_planes", "1", 1, 1e4, "planes in which a GPU has a port: 1 or all"}, p.gpu_planes);
    v({"scale_up_gpus", "1", 0, 1e6, "GPUs joined by scale-up switches; 0: none"}, p.scale_up_gpus);
    v({"scale_up_switches", "1", 0, 1e6, "switches of one such group"}, p.scale_up_switches);
    v({"scale_up_ports", "1", 0, 1e6, "ports of one GPU towards them"}, p.scale_up_ports);
    v({"x", "1", 0, 1e6, "nodes along the first axis of a torus"}, p.x);
    v({"y", "1", 0, 1e6, "nodes along the second axis"}, p.y);
    v({"z", "1", 0, 1e6, "nodes along the third axis"}, p.z);
    v({"block", "1", 2, 1e6, "side of the cubes between which circuits are switched"}, p.block);
  }
};

struct TierTable {
  static constexpr std::string_view kType = "[[tier]]";
  struct Params {
    std::string name;
    int ports = 0, crossings = 2, spares = 0;
    BitRate port_rate;
    Length length_to, length_mode;
    double margin_rms = 0.0, weak_share = 0.0, weak_margin = 0.0;
  };
  template <class P, class V>
  static void visit(P& p, V&& v) {
    v({"name", "", 0, 0, "name of the tier"}, p.name);
    v({"ports", "1", 1, 1e9, "logical links of the tier, each both ways; with a topology its number"}, p.ports);
    v({"port_rate", "Gbit/s", 1e-3, 1e7, "payload of one port, one direction"}, p.port_rate);
    v({"length_to", "m", 0.0, 1e6, "longest cable; length is then the shortest"}, p.length_to);
    v({"length_mode", "m", 0.0, 1e6, "most frequent length: triangular instead of uniform"}, p.length_mode);
    v({"crossings", "1", 0, 1000, "how often the longest path crosses the tier; with a topology its number"},
      p.crossings);
    v({"spares", "1", 0, 1e8, "links that may be down without stopping a job"}, p.spares);
    v({"margin_rms", "1", 0.0, 20.0, "standard deviation of the links' margins, electrical dB"}, p.margin_rms);
    v({"weak_share", "1", 0.0, 1.0, "share of links that are worse than the others"}, p.weak_share);
    v({"weak_margin", "1", 0.0, 40.0, "by how much, electrical dB"}, p.weak_margin);
  }
};

/// One length in text: `length` is a single one or a list.
struct LengthTable {
  static constexpr std::string_view kType = "[[tier]]";
  struct Params {
    Length length;
  };
  template <class P, class V>
  static void visit(P& p, V&& v) {
    v({"length", "m", 0.0, 1e6, "of every link of the tier; the link file's own where left out"}, p.length);
  }
};

struct TransportTable {
  static constexpr std::string_view kType = "[transport]";
  struct Params {
    std::string kind = "go_back_n";
    Time round_trip = Time::from_si(10e-6), link_round_trip = Time::from_si(1e-6);
    int mtu = 4096, timeout_exponent = 20, retries = 7, replays = 3;
    double message = 1e9;
  };
  template <class P, class V>
  static void visit(P& p, V&& v) {
    v({"kind", "", 0, 0, "go_back_n | go_back_0 | selective_repeat | link_retry | pcie6_flit"}, p.kind);
    v({"round_trip", "us", 1e-3, 1e6, "end to end"}, p.round_trip);
    v({"link_round_trip", "us", 1e-3, 1e6, "of one link that repeats by itself"}, p.link_round_trip);
    v({"mtu", "1", 1, 1e6, "bytes of payload of a packet"}, p.mtu);
    v({"message", "1", 1, 1e15, "bytes of a message"}, p.message);
    v({"timeout_exponent", "1", 0, 31, "timeout 4.096 us x 2^this"}, p.timeout_exponent);
    v({"retries", "1", 0, 1000, "timeouts in a row before a connection breaks"}, p.retries);
    v({"replays", "1", 0, 1000, "of one packet by a link"}, p.replays);
  }
};

struct WorkloadTable {
  static constexpr std::string_view kType = "[workload]";
  struct Params {
    std::string collective = "ring";
    double exposed = 0.3, bytes = 1e9;
    int ranks = 0, lossy_links = 0;
  };
  template <class P, class V>
  static void visit(P& p, V&& v) {
    v({"exposed", "1", 0.0, 1.0, "share of a step that is communication which nothing hides, without loss"}, p.exposed);
    v({"collective", "", 0, 0, "ring | tree | all_to_all"}, p.collective);
    v({"bytes", "1", 1, 1e15, "that the collective works on"}, p.bytes);
    v({"ranks", "1", 0, 1e8, "that take part; 0: every GPU, at most 16384"}, p.ranks);
    v({"lossy_links", "1", 0, 1e8, "paths between ranks that lose; 0: all"}, p.lossy_links);
  }
};

struct OperationTable {
  static constexpr std::string_view kType = "[operation]";
  struct Params {
    Power gpu_power = Power::from_si(1275.0), nic_power, switch_power, optical_switch_power;
    double pue = 1.0, gpu_fit = 17754.0, flap_fit = 0.0;
    Time training = Time::from_si(54.0 * 86400.0), repair = Time::from_si(4.0 * 3600.0);
    Time checkpoint = Time::from_si(60.0), restart = Time::from_si(600.0), flap_outage = Time::from_si(5.0);
  };
  template <class P, class V>
  static void visit(P& p, V&& v) {
    v({"gpu_power", "W", 0.0, 1e6, "of the servers, per GPU, without network"}, p.gpu_power);
    v({"nic_power", "W", 0.0, 1e6, "of network cards, per GPU, without modules"}, p.nic_power);
    v({"switch_power", "W", 0.0, 1e6, "of one switch, without modules"}, p.switch_power);
    v({"optical_switch_power", "W", 0.0, 1e6, "of one optical circuit switch"}, p.optical_switch_power);
    v({"pue", "1", 1.0, 10.0, "power of the facility over that of the equipment"}, p.pue);
    v({"gpu_fit", "1", 0.0, 1e9, "failures in 1e9 h of one GPU and all that stops a job but links"}, p.gpu_fit);
    v({"flap_fit", "1", 0.0, 1e9, "flaps of one link in 1e9 h"}, p.flap_fit);
    v({"flap_outage", "s", 1e-6, 1e6, "mean outage of a flap"}, p.flap_outage);
    v({"training", "s", 1.0, 1e10, "length of a training run"}, p.training);
    v({"repair", "s", 1e-3, 1e9, "mean time until a failed link is back"}, p.repair);
    v({"checkpoint", "s", 0.0, 1e6, "that writing a checkpoint stops the job"}, p.checkpoint);
    v({"restart", "s", 0.0, 1e6, "from an interruption to the first new step"}, p.restart);
  }
};

struct AlternativeTable {
  static constexpr std::string_view kType = "[[alternative]]";
  struct Params {
    std::string name, tier;
  };
  template <class P, class V>
  static void visit(P& p, V&& v) {
    v({"name", "", 0, 0, "name in reports"}, p.name);
    v({"tier", "", 0, 0, "tier that it is for"}, p.tier);
  }
};

}  // namespace tessera::fabric_tables

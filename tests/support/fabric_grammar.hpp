#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// Readers of the files of simulators that no distribution packages, written from their sources: what such a program
/// accepts by luck or turns into something else (a tab, a comment, a rate in Tbps, a missing column) is an error here.
namespace tessera::test {

/// "line 3: …"
class GrammarError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct TopologyLink {
  std::uint64_t a = 0, b = 0;
  double rate = 0.0, delay = 0.0, loss = 0.0;  // bit/s, s, probability
};

struct HpccTopology {
  std::uint64_t nodes = 0;
  std::vector<std::uint64_t> switches;
  std::vector<TopologyLink> links;
};
/// HPCC, ASTRA-sim's ns-3 backend: hosts must be 0 … nodes-switches-1.
HpccTopology parse_hpcc(std::string_view text);

struct SimaiTopology {
  std::uint64_t nodes = 0, gpus_per_server = 0;
  std::string gpu_type;
  std::vector<std::uint64_t> nvswitches, switches;
  std::vector<TopologyLink> links;
};
SimaiTopology parse_simai(std::string_view text);

/// Bus bandwidths of SimAI's analytical mode in GB/s, by group and operation; empty: null.
using BusBandwidths = std::map<std::string, std::map<std::string, std::optional<double>>>;
BusBandwidths parse_busbw(std::string_view text);

/// `KMAX_MAP`, `KMIN_MAP` or `PMAX_MAP` of a configuration of HPCC or SimAI: value by rate.
std::map<std::uint64_t, double> parse_rate_map(std::string_view text, const std::string& key);

struct AstraNetwork {
  std::vector<std::string> topology;
  std::vector<std::int64_t> npus_count;
  std::vector<double> bandwidth, latency;
};
AstraNetwork parse_astra(std::string_view text);

struct HtsimTier {
  std::int64_t speed_gbps = 0, radix_down = 0, radix_up = 0, latency_ns = 0, switch_latency_ns = 0, oversubscribed = 1,
               bundle = 1;
};
struct HtsimTopology {
  std::int64_t nodes = 0, podsize = 0;
  std::vector<HtsimTier> tiers;
};
HtsimTopology parse_htsim(std::string_view text);

struct HtsimFailure {
  std::int64_t switch_id = 0, link_id = 0;
};
std::vector<HtsimFailure> parse_htsim_failures(std::string_view text);

struct AnynetChannel {
  std::uint64_t from = 0, to = 0;  // routers
  std::int64_t cycles = 0;
};
struct Anynet {
  std::map<std::uint64_t, std::uint64_t> router_of_node;
  std::uint64_t routers = 0;
  std::vector<AnynetChannel> channels;
};
Anynet parse_anynet(std::string_view text);

}  // namespace tessera::test

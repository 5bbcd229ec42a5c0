#include "tests/support/fabric_grammar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

namespace tessera::test {
namespace {

[[noreturn]] void fail(std::size_t line, const std::string& why) {
  throw GrammarError("line " + std::to_string(line) + ": " + why);
}

// Words separated by exactly one space; anything else between or around them is refused.
std::vector<std::string> words(const std::string& line, std::size_t number) {
  if (line.find('\t') != std::string::npos) fail(number, "has a tab");
  if (line.find('#') != std::string::npos) fail(number, "has a comment");
  if (line.find('\r') != std::string::npos) fail(number, "ends in CR");
  std::vector<std::string> all;
  if (line.empty()) return all;
  all.emplace_back();
  for (char c : line) {
    if (c == ' ')
      all.emplace_back();
    else
      all.back() += c;
  }
  for (const std::string& word : all)
    if (word.empty()) fail(number, "has more than one space between words");
  return all;
}

std::vector<std::string> lines(std::string_view text) {
  std::vector<std::string> all;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) throw GrammarError("the last line does not end");
    all.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return all;
}

template <class T>
T value(const std::string& word, std::size_t line, const char* what) {
  T number{};
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size())
    fail(line, std::string(what) + " is no number: " + word);
  return number;
}

double with_unit(const std::string& word, std::size_t line, const std::vector<std::pair<std::string, double>>& units,
                 const char* what) {
  const std::size_t unit = word.find_first_not_of("0123456789.");
  if (unit == 0 || unit == std::string::npos) fail(line, std::string(what) + " needs a number and a unit: " + word);
  for (const auto& [name, factor] : units)
    if (word.substr(unit) == name) return value<double>(word.substr(0, unit), line, what) * factor;
  fail(line, std::string(what) + " has a unit that ns-3 does not know: " + word);
}

double rate_of(const std::string& word, std::size_t line) {
  return with_unit(word, line, {{"bps", 1.0}, {"kbps", 1e3}, {"Mbps", 1e6}, {"Gbps", 1e9}}, "rate");
}

double delay_of(const std::string& word, std::size_t line) {
  const double seconds = with_unit(word, line, {{"s", 1.0}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}}, "delay");
  if (std::abs(seconds * 1e9 - std::round(seconds * 1e9)) > 1e-3) fail(line, "delay is cut to whole ns: " + word);
  return seconds;
}

TopologyLink link_of(const std::string& text, std::size_t number, std::uint64_t nodes) {
  const auto w = words(text, number);
  if (w.size() != 5) fail(number, "a link has 5 columns, got " + std::to_string(w.size()));
  TopologyLink link{value<std::uint64_t>(w[0], number, "source"), value<std::uint64_t>(w[1], number, "destination"),
                    rate_of(w[2], number), delay_of(w[3], number), value<double>(w[4], number, "loss")};
  if (link.a >= nodes || link.b >= nodes || link.a == link.b) fail(number, "a link joins two different nodes");
  if (!(link.loss >= 0.0 && link.loss <= 1.0)) fail(number, "loss is a probability");
  if (!(link.rate > 0.0)) fail(number, "rate is above 0");
  return link;
}

std::vector<TopologyLink> links_of(const std::vector<std::string>& all, std::uint64_t count, std::uint64_t nodes) {
  if (all.size() != count + 2)
    fail(all.size(), "there are " + std::to_string(all.size() - 2) + " links, not " + std::to_string(count));
  std::vector<TopologyLink> links;
  std::set<std::pair<std::uint64_t, std::uint64_t>> pairs;
  for (std::size_t i = 2; i < all.size(); ++i) {
    links.push_back(link_of(all[i], i + 1, nodes));
    const auto [low, high] = std::minmax(links.back().a, links.back().b);
    if (!pairs.emplace(low, high).second) fail(i + 1, "two links join the same nodes; the second replaces the first");
  }
  return links;
}

// Ids must be the highest ones, in order: ASTRA-sim and SimAI take 0 … as GPUs.
std::vector<std::uint64_t> ids_of(const std::string& text, std::uint64_t first, std::uint64_t nodes) {
  std::vector<std::uint64_t> ids;
  for (const std::string& word : words(text, 2)) ids.push_back(value<std::uint64_t>(word, 2, "id"));
  if (ids.size() != nodes - first) fail(2, "there are " + std::to_string(ids.size()) + " ids of switches");
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (ids[i] != first + i) fail(2, "switches must follow the GPUs");
  return ids;
}

std::vector<std::string> head_and_links(std::string_view text) {
  std::vector<std::string> all = lines(text);
  if (all.size() < 2) throw GrammarError("a topology has a head of two lines");
  return all;
}

}  // namespace

HpccTopology parse_hpcc(std::string_view text) {
  const auto all = head_and_links(text);
  const auto head = words(all[0], 1);
  if (head.size() != 3) fail(1, "the head has 3 numbers");
  HpccTopology topology;
  topology.nodes = value<std::uint64_t>(head[0], 1, "nodes");
  const auto switches = value<std::uint64_t>(head[1], 1, "switches");
  if (topology.nodes > 65536 || switches > topology.nodes) fail(1, "ids have 16 bits");
  topology.switches = ids_of(all[1], topology.nodes - switches, topology.nodes);
  topology.links = links_of(all, value<std::uint64_t>(head[2], 1, "links"), topology.nodes);
  return topology;
}

SimaiTopology parse_simai(std::string_view text) {
  const auto all = head_and_links(text);
  const auto head = words(all[0], 1);
  if (head.size() != 6) fail(1, "the head has 5 numbers and the type of GPU");
  SimaiTopology topology;
  topology.nodes = value<std::uint64_t>(head[0], 1, "nodes");
  topology.gpus_per_server = value<std::uint64_t>(head[1], 1, "gpus_per_server");
  const auto nvswitches = value<std::uint64_t>(head[2], 1, "nvswitches"),
             switches = value<std::uint64_t>(head[3], 1, "switches");
  topology.gpu_type = head[5];
  constexpr std::array<std::string_view, 4> kTypes{"A100", "A800", "H100", "H800"};
  if (std::find(kTypes.begin(), kTypes.end(), topology.gpu_type) == kTypes.end()) fail(1, "unknown type of GPU");
  if (nvswitches == 0) fail(1, "without NVSwitches the program crashes");
  if (topology.nodes > 65536 || nvswitches + switches >= topology.nodes) fail(1, "more switches than nodes");
  const std::uint64_t gpus = topology.nodes - nvswitches - switches;
  if (topology.gpus_per_server == 0 || gpus % topology.gpus_per_server != 0) fail(1, "GPUs do not fill servers");
  const auto ids = ids_of(all[1], gpus, topology.nodes);
  topology.nvswitches.assign(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(nvswitches));
  topology.switches.assign(ids.begin() + static_cast<std::ptrdiff_t>(nvswitches), ids.end());
  topology.links = links_of(all, value<std::uint64_t>(head[4], 1, "links"), topology.nodes);
  return topology;
}

// The client drops the first line, takes a line that ends in a colon for a group (a key without a value, too), passes
// over groups and keys that it does not know, and keeps tabs and CR as parts of keys.
BusBandwidths parse_busbw(std::string_view text) {
  const std::vector<std::string> all = lines(text);
  if (all.empty() || all.front().empty() || all.front().back() == ':')
    throw GrammarError("line 1: must be a title; the program drops it");
  BusBandwidths groups;
  std::map<std::string, std::optional<double>>* group = nullptr;
  const std::set<std::string> operations{"allreduce,", "allgather,", "reducescatter,", "alltoall,"};
  std::string name;
  for (std::size_t i = 1; i < all.size(); ++i) {
    const auto w = words(all[i], i + 1);
    if (w.empty()) fail(i + 1, "is empty");
    const std::string key = w[0].substr(0, w[0].size() - 1);
    if (w[0].back() != ':') fail(i + 1, "has no colon behind its key: " + w[0]);
    if (w.size() == 1) {
      if (key.ends_with(",") || key == "busbw") fail(i + 1, key + " has no value and would begin a group");
      if (!std::set<std::string>{"TP", "DP", "EP", "PP"}.contains(key)) fail(i + 1, "unknown group " + key);
      if (groups.contains(key)) fail(i + 1, "group " + key + " stands twice");
      group = &groups[name = key];
      continue;
    }
    if (group == nullptr) fail(i + 1, key + " stands before the first group");
    if (w.size() != 2) fail(i + 1, "has something behind its value");
    if (!(name == "PP" ? key == "busbw" : operations.contains(key))) fail(i + 1, "unknown key " + key + " in " + name);
    const std::string operation = name == "PP" ? key : key.substr(0, key.size() - 1);
    if (group->contains(operation)) fail(i + 1, key + " stands twice");
    std::optional<double>& bandwidth = (*group)[operation];
    if (w[1] != "null") bandwidth = value<double>(w[1], i + 1, "bandwidth");
    if (bandwidth && !(*bandwidth > 0.0)) fail(i + 1, "bandwidth is above 0");
  }
  if (groups.size() != 4) throw GrammarError("the groups are TP, DP, EP and PP");
  return groups;
}

std::map<std::uint64_t, double> parse_rate_map(std::string_view text, const std::string& key) {
  std::size_t number = 0;
  for (const std::string& line : lines(text)) {
    const auto w = words(line, ++number);
    if (w.empty() || w[0] != key) continue;
    if (w.size() < 2) fail(number, "a map has a count");
    const auto count = value<std::uint64_t>(w[1], number, "count");
    if (w.size() != 2 + 2 * count) fail(number, "a map has a rate and a value for each entry");
    std::map<std::uint64_t, double> map;
    for (std::size_t i = 2; i < w.size(); i += 2)
      map[value<std::uint64_t>(w[i], number, "rate")] = value<double>(w[i + 1], number, "value");
    return map;
  }
  throw GrammarError("there is no " + key);
}

namespace {

// `key: [ a, b ]`, trailing comments and tabs refused.
std::vector<std::string> yaml_list(const std::string& line, std::size_t number) {
  if (line.find('\t') != std::string::npos) fail(number, "has a tab");
  const std::size_t open = line.find("[ "), close = line.find(" ]");
  if (open == std::string::npos || close == std::string::npos || close + 2 != line.size())
    fail(number, "needs a list [ … ]");
  std::vector<std::string> all;
  std::string_view rest = std::string_view(line).substr(open + 2, close - open - 2);
  while (true) {
    const std::size_t comma = rest.find(", ");
    all.emplace_back(rest.substr(0, comma));
    if (comma == std::string_view::npos) return all;
    rest.remove_prefix(comma + 2);
  }
}

}  // namespace

AstraNetwork parse_astra(std::string_view text) {
  AstraNetwork network;
  std::set<std::string> seen;
  std::size_t number = 0;
  for (const std::string& line : lines(text)) {
    ++number;
    const std::string key = line.substr(0, line.find(": "));
    const auto list = yaml_list(line, number);
    if (!seen.insert(key).second) fail(number, key + " stands twice");
    for (const std::string& word : list) {
      if (key == "topology") {
        if (word != "Ring" && word != "FullyConnected" && word != "Switch") fail(number, "unknown topology " + word);
        network.topology.push_back(word);
      } else if (key == "npus_count") {
        network.npus_count.push_back(value<std::int64_t>(word, number, "npus_count"));
        if (network.npus_count.back() < 2) fail(number, "npus_count is above 1");
      } else if (key == "bandwidth" || key == "latency") {
        auto& values = key == "bandwidth" ? network.bandwidth : network.latency;
        values.push_back(value<double>(word, number, key.c_str()));
        if (!(values.back() > 0.0) && key == "bandwidth") fail(number, "bandwidth is above 0");
      } else if (!key.starts_with("phy_")) {
        fail(number, "unknown key " + key);
      }
    }
  }
  const std::size_t n = network.topology.size();
  if (n == 0 || network.npus_count.size() != n || network.bandwidth.size() != n || network.latency.size() != n)
    throw GrammarError("topology, npus_count, bandwidth and latency need equal length");
  return network;
}

namespace {

struct HtsimReader {
  HtsimTopology topology;
  std::int64_t tiers = 0, tier = -1;
  std::set<std::string> seen;  // of the current tier

  void head(const std::string& key, std::int64_t number, std::size_t line) {
    if (key == "nodes") {
      topology.nodes = number;
    } else if (key == "tiers") {
      tiers = number;
      if (number < 2 || number > 3) fail(line, "2 or 3 tiers");
    } else if (key == "podsize") {
      topology.podsize = number;
    } else {
      fail(line, "unknown key, silently read over: " + key);
    }
  }
  void next_tier(std::int64_t number, std::size_t line) {
    if (number != tier + 1 || number >= tiers) fail(line, "tiers come in order");
    tier = number;
    seen.clear();
    topology.tiers.emplace_back();
  }
  void set(const std::string& key, std::int64_t number, std::size_t line) {
    if (key == "queue_up" || key == "queue_down") fail(line, "Duplicate " + key + ": the default is set before");
    HtsimTier& here = topology.tiers.back();
    const std::map<std::string, std::int64_t*> members{{"downlink_speed_gbps", &here.speed_gbps},
                                                       {"radix_down", &here.radix_down},
                                                       {"radix_up", &here.radix_up},
                                                       {"downlink_latency_ns", &here.latency_ns},
                                                       {"switch_latency_ns", &here.switch_latency_ns},
                                                       {"oversubscribed", &here.oversubscribed},
                                                       {"bundle", &here.bundle}};
    const auto member = members.find(key);
    if (member == members.end()) fail(line, "unknown key, silently read over: " + key);
    if (!seen.insert(key).second) fail(line, "Duplicate " + key);
    if (key == "radix_up" && tier + 1 == tiers) fail(line, "no uplinks from the top");
    *member->second = number;
  }
  void finish() const {
    if (topology.nodes < 1 || topology.podsize < 1 || tiers == 0) throw GrammarError("Missing Nodes, Tiers or Podsize");
    if (static_cast<std::int64_t>(topology.tiers.size()) != tiers)
      throw GrammarError("No configuration found for a tier");
    for (std::size_t i = 0; i < topology.tiers.size(); ++i) {
      const HtsimTier& t = topology.tiers[i];
      if (t.speed_gbps < 1 || t.latency_ns < 1 || t.radix_down < 1)
        throw GrammarError("Missing in tier " + std::to_string(i));
      if (i + 1 < topology.tiers.size() && t.radix_up < 1)
        throw GrammarError("Missing radix_up in tier " + std::to_string(i));
    }
    divide();
  }
  // What the constructor asserts, with its own whole-number arithmetic.
  void divide() const {
    const auto& t = topology.tiers;
    const auto whole = [](std::int64_t a, std::int64_t b, const char* what) {
      if (b == 0 || a % b != 0) throw GrammarError(std::string(what) + " do not divide");
      return a / b;
    };
    const std::int64_t pods = whole(topology.nodes, topology.podsize, "pods");
    whole(topology.podsize, t[0].radix_down, "first switches");
    std::int64_t up = whole(topology.nodes * t[0].speed_gbps, t[1].speed_gbps * t[0].oversubscribed, "first uplinks");
    if (whole(topology.nodes, t[0].radix_down, "first switches") * t[0].radix_up != up)
      throw GrammarError("Radix_Up of tier 0 does not fit its oversubscription");
    if (t.size() == 2) {
      whole(up, t[1].radix_down, "second switches");
      return;
    }
    whole(up, pods * t[1].radix_down, "second switches");
    up = whole(up * t[1].speed_gbps, t[2].speed_gbps * t[1].oversubscribed, "second uplinks");
    whole(up, t[2].radix_down, "top switches");
  }
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return text;
}

}  // namespace

HtsimTopology parse_htsim(std::string_view text) {
  HtsimReader reader;
  std::size_t number = 0;
  for (const std::string& line : lines(text)) {
    ++number;
    if (line.starts_with("#")) continue;
    const auto w = words(line, number);
    if (w.empty()) continue;
    if (w.size() != 2) fail(number, "a key and a value");
    const auto whole = value<std::int64_t>(w[1], number, "a whole value");
    const std::string key = lower(w[0]);
    if (key == "tier")
      reader.next_tier(whole, number);
    else if (reader.tier < 0)
      reader.head(key, whole, number);
    else
      reader.set(key, whole, number);
  }
  reader.finish();
  return reader.topology;
}

std::vector<HtsimFailure> parse_htsim_failures(std::string_view text) {
  std::vector<HtsimFailure> failures;
  std::size_t number = 0;
  std::int64_t wanted = -1;
  for (const std::string& line : lines(text)) {
    const auto w = words(line, ++number);
    if (w.size() == 2 && w[0] == "Failures") {
      wanted = value<std::int64_t>(w[1], number, "Failures");
    } else if (w.size() == 7 && w[0] == "failure") {
      if (w[1] != "switch_type" || w[2] != "AGG" || w[3] != "switch_id" || w[5] != "link_id")
        fail(number, "failure switch_type AGG switch_id i link_id j");
      failures.push_back(
          {value<std::int64_t>(w[4], number, "switch_id"), value<std::int64_t>(w[6], number, "link_id")});
    } else if (w.size() != 2 || (w[0] != "Nodes" && w[0] != "Connections")) {
      fail(number, "unknown line");
    }
  }
  if (wanted != static_cast<std::int64_t>(failures.size())) throw GrammarError("Mismatch in failure count");
  return failures;
}

namespace {

// One line: router R, then `node N` or `router S cycles`.
void read_router(const std::vector<std::string>& w, std::size_t line, Anynet& net) {
  if (w.size() < 2 || w[0] != "router") fail(line, "begins with router");
  const auto router = value<std::uint64_t>(w[1], line, "router");
  net.routers = std::max(net.routers, router + 1);
  for (std::size_t i = 2; i < w.size();) {
    const bool node = w[i] == "node";
    if (!node && w[i] != "router") fail(line, "expects node or router, got " + w[i]);
    if (i + 1 >= w.size()) fail(line, w[i] + " needs an id");
    const auto id = value<std::uint64_t>(w[i + 1], line, "id");
    const bool number = i + 2 < w.size() && w[i + 2] != "node" && w[i + 2] != "router";
    if (node) {
      if (number) fail(line, "a number behind node becomes a link of the router to itself");
      if (!net.router_of_node.emplace(id, router).second) fail(line, "a node has one router");
      i += 2;
    } else {
      if (!number) fail(line, "a channel without latency gets 1 cycle");
      const auto cycles = value<std::int64_t>(w[i + 2], line, "cycles");
      if (cycles < 1) fail(line, "a latency is at least 1 cycle");
      net.channels.push_back({router, id, cycles});
      net.routers = std::max(net.routers, id + 1);
      i += 3;
    }
  }
}

}  // namespace

Anynet parse_anynet(std::string_view text) {
  Anynet net;
  std::size_t number = 0;
  for (const std::string& line : lines(text)) read_router(words(line, number + 1), number + 1, net), ++number;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::int64_t> directions;
  for (const AnynetChannel& channel : net.channels) {
    if (channel.from == channel.to) throw GrammarError("a router is linked to itself");
    if (!directions.emplace(std::pair(channel.from, channel.to), channel.cycles).second)
      throw GrammarError("two channels between the same routers");
  }
  for (const auto& [ends, cycles] : directions)
    if (!directions.contains({ends.second, ends.first}))
      throw GrammarError("the way back of router " + std::to_string(ends.first) + " to " + std::to_string(ends.second) +
                         " is missing and would take 1 cycle");
  std::uint64_t next = 0;
  for (const auto& [node, router] : net.router_of_node)
    if (node != next++) throw GrammarError("nodes are 0, 1, …");
  return net;
}

}  // namespace tessera::test

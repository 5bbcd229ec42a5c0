// ns3_program packet|bit|shared|path|schedule FOLDER PACKETS, ns3_program rate WORD
//
// A user's ns-3 program, which knows Tessera's exported files and tessera_links.hpp and nothing else (C++17: the
// headers of ns-3 3.37 are no C++20). Sends PACKETS over each link of FOLDER/topology.txt and prints for each `sent
// lost`; `path` sends UDP from node 0 to node 1 over all of them; `schedule` takes the losses of link 0 from
// FOLDER/loss_schedule.csv and prints their times.
#include <ns3/core-module.h>
#include <ns3/internet-module.h>
#include <ns3/network-module.h>
#include <ns3/point-to-point-module.h>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "scenarios/fabric/export/tessera_links.hpp"

namespace {

using ns3::Ptr;
using Unit = ns3::RateErrorModel::ErrorUnit;

struct FileLink {
  std::uint32_t a = 0, b = 0;
  std::string rate, delay;
  double loss = 0.0;
};

struct Topology {
  std::uint32_t nodes = 0;
  std::vector<FileLink> links;
};

// As HPCC's program reads it: a stream of words.
Topology read_topology(const std::string& folder) {
  std::ifstream file(folder + "/topology.txt");
  Topology topology;
  std::size_t links = 0, switches = 0;
  file >> topology.nodes >> switches >> links;
  for (std::size_t i = 0, id = 0; i < switches; ++i) file >> id;
  for (std::size_t i = 0; i < links; ++i) {
    FileLink link;
    file >> link.a >> link.b >> link.rate >> link.delay >> link.loss;
    topology.links.push_back(link);
  }
  if (!file) throw std::runtime_error(folder + ": no topology");
  return topology;
}

Ptr<ns3::RateErrorModel> error_model(double rate, Unit unit, std::int64_t stream) {
  auto model = ns3::CreateObject<ns3::RateErrorModel>();
  model->SetUnit(unit);
  model->SetRate(rate);
  model->AssignStreams(stream);
  return model;
}

ns3::NetDeviceContainer connect(const ns3::NodeContainer& nodes, const FileLink& link) {
  ns3::PointToPointHelper helper;
  helper.SetDeviceAttribute("DataRate", ns3::StringValue(link.rate));
  helper.SetDeviceAttribute("Mtu", ns3::UintegerValue(9000));
  helper.SetChannelAttribute("Delay", ns3::StringValue(link.delay));
  return helper.Install(nodes.Get(link.a), nodes.Get(link.b));
}

// Counts what a device drops and lets through.
struct Counter {
  std::uint64_t lost = 0, received = 0;
  void drop(Ptr<const ns3::Packet>) { ++lost; }
  void take(Ptr<const ns3::Packet>) { ++received; }
  void watch(const Ptr<ns3::NetDevice>& device) {
    device->TraceConnectWithoutContext("PhyRxDrop", ns3::MakeCallback(&Counter::drop, this));
    device->TraceConnectWithoutContext("MacRx", ns3::MakeCallback(&Counter::take, this));
  }
};

void send_one(Ptr<ns3::NetDevice> device, std::uint32_t bytes) {
  device->Send(ns3::Create<ns3::Packet>(bytes), device->GetBroadcast(), 0x0800);
}

// One packet after the other, each when the last one has left.
void send(Ptr<ns3::NetDevice> device, std::uint32_t bytes, std::uint32_t left, ns3::Time gap) {
  if (left == 0) return;
  send_one(device, bytes);
  ns3::Simulator::Schedule(gap, &send, device, bytes, left - 1, gap);
}

// `stream`: of link i, whose two directions are 2 i and 2 i + 1; or one for all.
int run_links(const std::string& mode, const std::string& folder, std::uint32_t packets) {
  const Topology topology = read_topology(folder);
  const auto table = tessera_links::read_links(folder + "/links.csv");
  const bool bits = mode == "bit", shared = mode == "shared";
  ns3::NodeContainer nodes;
  nodes.Create(topology.nodes);
  std::vector<Counter> counters(topology.links.size());
  for (std::size_t i = 0; i < topology.links.size(); ++i) {
    const ns3::NetDeviceContainer devices = connect(nodes, topology.links[i]);
    const double rate = bits ? std::pow(10.0, table[i].log10_pre_fec_ber) : topology.links[i].loss;
    const Unit unit = bits ? ns3::RateErrorModel::ERROR_UNIT_BIT : ns3::RateErrorModel::ERROR_UNIT_PACKET;
    for (std::uint32_t end = 0; end < 2; ++end)
      devices.Get(end)->SetAttribute(
          "ReceiveErrorModel",
          ns3::PointerValue(error_model(rate, unit, shared ? 50 : static_cast<std::int64_t>(2 * i + 1 - end))));
    counters[i].watch(devices.Get(1));
    const std::uint32_t bytes = bits ? 4096 : static_cast<std::uint32_t>(table[i].frame_bytes);
    const ns3::Time gap = ns3::DataRate(topology.links[i].rate).CalculateBytesTxTime(bytes + 2) + ns3::NanoSeconds(1);
    send(devices.Get(0), bytes, packets, gap);
  }
  ns3::Simulator::Run();
  for (const Counter& counter : counters)
    std::printf("%llu %llu\n", static_cast<unsigned long long>(counter.lost + counter.received),
                static_cast<unsigned long long>(counter.lost));
  return 0;
}

std::uint64_t arrived = 0;

void take_udp(Ptr<ns3::Socket> socket) {
  while (socket->Recv()) ++arrived;
}

void send_udp(Ptr<ns3::Socket> socket, std::uint32_t left) {
  if (left == 0) return;
  socket->Send(ns3::Create<ns3::Packet>(4096));
  ns3::Simulator::Schedule(ns3::NanoSeconds(100), &send_udp, socket, left - 1);
}

int run_path(const std::string& folder, std::uint32_t packets) {
  const Topology topology = read_topology(folder);
  ns3::NodeContainer nodes;
  nodes.Create(topology.nodes);
  ns3::InternetStackHelper().Install(nodes);
  ns3::Ipv4AddressHelper addresses("10.0.0.0", "255.255.255.0");
  ns3::Ipv4Address sink;
  for (std::size_t i = 0; i < topology.links.size(); ++i) {
    const FileLink& link = topology.links[i];
    const ns3::NetDeviceContainer devices = connect(nodes, link);
    for (std::uint32_t end = 0; end < 2; ++end)
      devices.Get(end)->SetAttribute("ReceiveErrorModel",
                                     ns3::PointerValue(error_model(link.loss, ns3::RateErrorModel::ERROR_UNIT_PACKET,
                                                                   static_cast<std::int64_t>(2 * i + 1 - end))));
    const ns3::Ipv4InterfaceContainer interfaces = addresses.Assign(devices);
    addresses.NewNetwork();
    if (link.a == 1) sink = interfaces.GetAddress(0);
    if (link.b == 1) sink = interfaces.GetAddress(1);
  }
  ns3::Ipv4GlobalRoutingHelper::PopulateRoutingTables();
  const auto type = ns3::TypeId::LookupByName("ns3::UdpSocketFactory");
  const Ptr<ns3::Socket> receiver = ns3::Socket::CreateSocket(nodes.Get(1), type);
  receiver->Bind(ns3::InetSocketAddress(ns3::Ipv4Address::GetAny(), 9));
  receiver->SetRecvCallback(ns3::MakeCallback(&take_udp));
  const Ptr<ns3::Socket> sender = ns3::Socket::CreateSocket(nodes.Get(0), type);
  sender->Connect(ns3::InetSocketAddress(sink, 9));
  ns3::Simulator::Schedule(ns3::Seconds(1), &send_udp, sender, packets);
  ns3::Simulator::Run();
  std::printf("%llu %llu\n", static_cast<unsigned long long>(packets),
              static_cast<unsigned long long>(packets - arrived));
  return 0;
}

// Loses one frame each time that it is armed.
class OneLoss {
 public:
  explicit OneLoss(Ptr<ns3::NetDevice> device) : model_(error_model(1.0, ns3::RateErrorModel::ERROR_UNIT_PACKET, 0)) {
    model_->Disable();
    device->SetAttribute("ReceiveErrorModel", ns3::PointerValue(model_));
    device->TraceConnectWithoutContext("PhyRxDrop", ns3::MakeCallback(&OneLoss::drop, this));
  }
  void arm() { model_->Enable(); }
  std::vector<double> times;

 private:
  void drop(Ptr<const ns3::Packet>) {
    model_->Disable();
    times.push_back(ns3::Simulator::Now().GetSeconds());
  }
  Ptr<ns3::RateErrorModel> model_;
};

// Time is passed over between frames: one at each scheduled loss, and `packets` others spread over the whole time.
int run_schedule(const std::string& folder, std::uint32_t packets) {
  const Topology topology = read_topology(folder);
  const auto table = tessera_links::read_links(folder + "/links.csv");
  const auto schedule = tessera_links::read_schedule(folder + "/loss_schedule.csv");
  if (!table[0].scheduled()) throw std::runtime_error("link 0 has no schedule");
  ns3::NodeContainer nodes;
  nodes.Create(topology.nodes);
  const ns3::NetDeviceContainer devices = connect(nodes, topology.links[0]);
  OneLoss losses(devices.Get(1));
  Counter counter;
  counter.watch(devices.Get(1));
  const auto bytes = static_cast<std::uint32_t>(table[0].frame_bytes);
  std::uint64_t scheduled = 0;
  for (const auto& loss : schedule) {
    if (loss.link != 0 || loss.direction != 0) continue;
    ++scheduled;
    ns3::Simulator::Schedule(ns3::Seconds(loss.time_s), &OneLoss::arm, &losses);
    ns3::Simulator::Schedule(ns3::Seconds(loss.time_s), &send_one, devices.Get(0), bytes);
  }
  const double end = schedule.back().time_s;
  for (std::uint32_t i = 0; i < packets; ++i)
    ns3::Simulator::Schedule(ns3::Seconds(end * (i + 0.5) / packets), &send_one, devices.Get(0), bytes);
  ns3::Simulator::Run();
  std::printf("%llu %llu\n%llu %zu\n", static_cast<unsigned long long>(scheduled + packets),
              static_cast<unsigned long long>(counter.lost + counter.received),
              static_cast<unsigned long long>(scheduled), losses.times.size());
  for (double time : losses.times) std::printf("%.17g\n", time);
  return 0;
}

int run(const std::vector<std::string>& words) {
  if (words.size() == 2 && words[0] == "rate") {
    std::printf("%llu\n", static_cast<unsigned long long>(ns3::DataRate(words[1]).GetBitRate()));
    return 0;
  }
  if (words.size() != 3) throw std::runtime_error("wrong arguments");
  ns3::RngSeedManager::SetSeed(1);
  ns3::RngSeedManager::SetRun(1);
  const auto packets = static_cast<std::uint32_t>(std::stoul(words[2]));
  const int status = words[0] == "path"       ? run_path(words[1], packets)
                     : words[0] == "schedule" ? run_schedule(words[1], packets)
                                              : run_links(words[0], words[1], packets);
  ns3::Simulator::Destroy();
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}

#include "tools/tessera/arguments.hpp"

namespace tessera::cli {
namespace {

constexpr const char* kExportFooter =
    "FORMAT is one of\n"
    "  ns3        topology, links as CSV, losses too rare to draw; header tessera_links.hpp reads them\n"
    "  hpcc       HPCC, and ASTRA-sim's ns-3 backend: topology and the configuration's rate maps\n"
    "  astra-sim  ASTRA-sim's analytical network: network.yml\n"
    "  simai      SimAI's ns-3: topology with NVSwitches, rate maps\n"
    "  htsim      fat-tree .topo, failed links as .cm\n"
    "  booksim    anynet and configuration\n"
    "  simgrid    platform with the energy of each link\n"
    "  netem      lines of tc qdisc ... netem\n"
    "  csv, json  for programs of your own; json can be exported again\n"
    "DIR gets a README.md: what the client's loss number means, how to load the files, and every warning.\n"
    "Loss is per frame of --frame bytes, one link, one direction: not a bit error ratio.\n"
    "Examples:\n"
    "  tessera export nvl72 --to simai --out simai_nvl72\n"
    "  tessera export my_fabric.toml --to ns3 --out ns3 --frame 9018 --seed 3 --seconds 10\n"
    "  tessera fabric llama3_24k --out llama.h5 && tessera export llama.h5 --to hpcc --out hpcc\n"
    "  tessera export nvl72 --to json --out graph && tessera export graph/fabric_graph.json --to booksim --out bs";

}  // namespace

void add_export(CLI::App& parent, ExportCommandOptions& o, int& exit_code) {
  CLI::App& app = *parent.add_subcommand(
      "export",
      "a fabric in the files of ns-3, HPCC, ASTRA-sim, SimAI, htsim, BookSim, SimGrid, tc netem, CSV or JSON");
  o.input.cables = true;
  add_fabric_input(app, o.input,
                   "fabric file, a name in the library's fabrics/, a result of `tessera fabric --out`, or a "
                   "fabric_graph.json");
  app.add_option("--to", o.format, "the client, see below")->required()->type_name("FORMAT");
  app.add_option("--out", o.out, "folder for the files; made if its parent is there")->required()->type_name("DIR");
  app.add_option_function<int>(
         "--frame", [&o](int bytes) { o.frame_bytes = bytes; },
         "frame that the loss is for, in bytes (default 4158: RoCEv2 with an MTU of 4096)")
      ->transform(whole_number("65536"))
      ->type_name("BYTES");
  app.add_option("--seed", o.values.seed, "of the links' spread, of loss schedules and of failed links")
      ->transform(whole_number("18446744073709551615"))
      ->capture_default_str();
  app.add_option("--seconds", o.values.schedule_seconds, "ns3, csv: time that a loss schedule covers")
      ->check(positive_number())
      ->capture_default_str()
      ->type_name("S");
  app.add_option("--flow", o.values.flow_bytes, "hpcc, simai: bytes of one message, for the risk of a hang")
      ->check(positive_number())
      ->capture_default_str()
      ->type_name("BYTES");
  app.add_option("--recovery", o.recovery,
                 "astra-sim, simgrid, htsim, simai: how lost frames come again: go-back-n | selective-repeat")
      ->capture_default_str()
      ->type_name("NAME");
  app.add_option("--hours", o.values.failure_hours, "htsim: time in which links fail without repair")
      ->check(positive_number())
      ->capture_default_str()
      ->type_name("H");
  app.add_option("--gpus-per-server", o.values.gpus_per_server, "simai: where the fabric has no scale-up switches")
      ->transform(whole_number("1024"))
      ->capture_default_str()
      ->type_name("N");
  app.add_option("--gpu", o.values.gpu_type, "simai: A100 | A800 | H100 | H800")
      ->capture_default_str()
      ->type_name("NAME");
  app.add_option("--flit", o.values.flit_bits, "booksim: bits of a flit")
      ->transform(whole_number("65536"))
      ->capture_default_str()
      ->type_name("BITS");
  app.add_flag("--force", o.force, "replace files that are there");
  add_console(app, o.console);
  app.footer(kExportFooter);
  app.callback([&] { exit_code = export_files(o); });
}

}  // namespace tessera::cli

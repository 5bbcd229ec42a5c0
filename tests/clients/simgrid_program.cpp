// simgrid_program PLATFORM FROM TO BYTES [--cfg=…]: one message over an exported platform; with BYTES = 0 one second of
// rest. Prints the time it took, then the joules of every link.
#include <simgrid/plugins/energy.h>
#include <simgrid/s4u.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace sg = simgrid::s4u;

int main(int argc, char** argv) {
  sg::Engine engine(&argc, argv);
  sg_link_energy_plugin_init();
  if (argc != 5) return 2;
  engine.load_platform(argv[1]);
  const double bytes = std::strtod(argv[4], nullptr);
  sg::Mailbox* box = sg::Mailbox::by_name("box");
  const auto finish = [&engine] {
    std::printf("time %.17g\n", sg::Engine::get_clock());
    for (sg::Link* link : engine.get_all_links())
      if (link->get_name() != "__loopback__")
        std::printf("%s %.17g\n", link->get_cname(), sg_link_get_consumed_energy(link));
  };
  if (bytes > 0.0) {
    sg::Actor::create("from", engine.host_by_name(argv[2]), [box, bytes] {
      static std::string words = "message";
      box->put(&words, static_cast<std::uint64_t>(bytes));
    });
    sg::Actor::create("to", engine.host_by_name(argv[3]), [box, finish] {
      box->get<std::string>();
      finish();
    });
  } else {
    sg::Actor::create("rest", engine.host_by_name(argv[2]), [finish] {
      sg::this_actor::sleep_for(1.0);
      finish();
    });
  }
  engine.run();
  return 0;
}

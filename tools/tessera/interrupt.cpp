#include "tools/tessera/interrupt.hpp"

#include <csignal>

namespace tessera::cli {
namespace {

// A signal handler can reach nothing but an object of static storage.
volatile std::sig_atomic_t& pressed() {
  static volatile std::sig_atomic_t flag = 0;
  return flag;
}

void on_interrupt(int) {
  pressed() = 1;
  std::signal(SIGINT, SIG_DFL);
}

}  // namespace

void catch_interrupts() {
  pressed() = 0;
  std::signal(SIGINT, on_interrupt);
}

bool interrupted() { return pressed() != 0; }

}  // namespace tessera::cli

#pragma once

namespace tessera::cli {

/// From here on Ctrl-C asks the program to finish early with what it has; a second one ends it at once.
void catch_interrupts();

/// Whether Ctrl-C was pressed.
bool interrupted();

}  // namespace tessera::cli

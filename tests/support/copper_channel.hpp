#pragma once

#include <string>
#include <vector>

#include "phy/link/link.hpp"

namespace tessera::copper {

/// A shipped link by name, with overrides as on the command line.
Link shipped_link(const std::string& name, const std::vector<std::string>& sets = {});

/// The same link with `db` more (or less) loss of its two host boards together at Nyquist.
Link with_host_loss(const std::string& name, double db);

/// Networks of the first segment from one stage to another, both included, between 100 ohm ends. [frequency.size()]
/// complex S21.
std::vector<Complex> through(const Link& link, const std::string& first, const std::string& last,
                             const std::vector<double>& frequency);

/// -20 log10 |S21| of that run at one frequency.
double insertion_loss_db(const Link& link, const std::string& first, const std::string& last, double frequency);

/// The same of one stage alone.
double stage_loss_db(const Link& link, const std::string& stage, double frequency);

}  // namespace tessera::copper

#pragma once

#include "phy/engine/link_report.hpp"

namespace tessera {

/// Closed-form estimate: all interference and noise Gaussian, penalties as rows of dB with their reason. Microseconds
/// to a millisecond; for wide maps and a first look.
SegmentResult run_budget(const PreparedSegment& segment);
EngineResult run_budget(const PreparedLink& link);

}  // namespace tessera

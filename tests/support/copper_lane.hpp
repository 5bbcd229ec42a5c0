#pragma once

#include "phy/link/prepare.hpp"

namespace tessera::test {

/// A 106.25 Gb/s PAM4 lane as the 802.3ck cable clauses have them: 26 dB of skin and dielectric loss at 26.56 GHz, 0.75
/// f_b noise filter, CTLE, 16-tap FFE with 5 pre-cursors, 1-tap DFE, SNR_TX 33 dB, R_LM 0.95, A_DD 0.02 UI, 0.01 UI
/// rms; on request three FEXT aggressors of the same shape 40 dB down.
PreparedSegment copper_lane(bool with_crosstalk);

}  // namespace tessera::test

#include <cmath>

#include "channels/fiber/optical_connector.hpp"
#include "devices/receiver/pin_photodiode.hpp"
#include "devices/receiver/transimpedance_amplifier.hpp"
#include "phy/noise/gaussian_tail.hpp"
#include "tools/tessera/validation/rows.hpp"

namespace tessera::validation {
namespace {

double dbm(double watts) { return 10.0 * std::log10(1e3 * watts); }

// OMA in dBm behind a loss, penalties counted as loss.
double behind(double oma_dbm, double channel_loss_db, double penalties_db) {
  OpticalConnector::Params path;
  path.insertion_loss = Decibel{channel_loss_db + penalties_db};
  const LaneState light{Port::optical_field, {0.0, 1e-3 * std::pow(10.0, 0.1 * oma_dbm)}, {1e-3, 1311e-9, 0.0, 0.0}};
  return dbm(OpticalConnector(path).operate(light).swing());
}

// OMA in dBm at which thermal noise of 18 pA/sqrt(Hz) in half the symbol rate leaves a PAM4 symbol error ratio, 0.6
// A/W.
double thermal_oma(double symbol_rate, double symbol_error_ratio) {
  const FrequencyGrid grid{symbol_rate, 64, 32};
  const LaneState current = PinPhotodiode().operate({Port::optical_field, {0.0, 1.0}, {}});  // A per W of OMA
  const double density = TransimpedanceAmplifier().noise(grid, current).front().s0.front();
  const double q = pam_symbol_error_ratio_inverse(4, Log10Probability::from_value(symbol_error_ratio));
  return dbm(6.0 * q * std::sqrt(density * 0.5 * symbol_rate) / current.swing());
}

}  // namespace

std::vector<ValidationRow> optics_rows() {
  const std::string dr4 = "IEEE 802.3-2022 clause 124, 400GBASE-DR4: ",
                    fr4 = "IEEE 802.3-2022 clause 151, 400GBASE-FR4: ";
  const std::string thermal = "OMA = 6 Q i_n sqrt(B)/R, B = half the symbol rate, evaluated apart from this code";
  return {
      {"optics.dr4.sensitivity", "arithmetic", "OMA of -0.8 dBm behind 3.0 dB and 0.1 dB of interference (dBm)", -3.9,
       1e-6, behind(-0.8, 3.0, 0.1), dr4 + "receiver sensitivity at a TDECQ of 1.4 dB"},
      {"optics.dr4.stressed", "arithmetic", "OMA of -2.2 dBm and TDECQ of 3.4 dB behind 3.0 and 0.1 dB (dBm)", -1.9,
       1e-6, behind(-2.2 + 3.4, 3.0, 0.1), dr4 + "stressed receiver sensitivity"},
      {"optics.fr4.sensitivity", "arithmetic", "OMA of -0.3 dBm behind 4.0 dB and 0.3 dB of penalties (dBm)", -4.6,
       1e-6, behind(-0.3, 4.0, 0.3), fr4 + "receiver sensitivity at a TDECQ of 1.4 dB"},
      {"optics.fr4.stressed", "arithmetic", "OMA of -1.7 dBm and TDECQ of 3.4 dB behind 4.0 and 0.3 dB (dBm)", -2.6,
       1e-6, behind(-1.7 + 3.4, 4.0, 0.3), fr4 + "stressed receiver sensitivity"},
      {"optics.sr8.sensitivity", "arithmetic", "OMA of -4.5 dBm behind 1.9 dB and 0.1 dB of penalties (dBm)", -6.5,
       1e-6, behind(-4.5, 1.9, 0.1), "IEEE 802.3cm-2020 clause 138, 400GBASE-SR8: receiver sensitivity"},
      {"optics.sr8.stressed", "arithmetic", "OMA of -5.9 dBm and TDECQ of 4.5 dB behind 1.9 and 0.1 dB (dBm)", -3.4,
       1e-6, behind(-5.9 + 4.5, 1.9, 0.1), "IEEE 802.3cm-2020 clause 138, 400GBASE-SR8: stressed receiver sensitivity"},
      {"optics.sr.stressed", "arithmetic", "OMA of -4.4 dBm and TDECQ of 4.4 dB behind 1.9 and 0.1 dB (dBm)", -2.0,
       1e-6, behind(-4.4 + 4.4, 1.9, 0.1), "IEEE 802.3db-2022 clause 167, SR: stressed receiver sensitivity"},
      {"optics.thermal.53", "closed-form", "OMA for SER 4.8e-4 at 53.125 GBd, thermal noise alone (dBm)", -10.0, 0.1,
       thermal_oma(53.125e9, 4.8e-4), thermal},
      {"optics.thermal.106", "closed-form", "OMA for SER 4.8e-4 at 106.25 GBd, thermal noise alone (dBm)", -8.5, 0.1,
       thermal_oma(106.25e9, 4.8e-4), thermal},
      {"optics.thermal.113", "closed-form", "OMA for SER 9.6e-3 at 113.4375 GBd, thermal noise alone (dBm)", -9.7, 0.1,
       thermal_oma(113.4375e9, 9.6e-3), thermal},
  };
}

}  // namespace tessera::validation

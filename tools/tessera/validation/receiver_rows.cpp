#include "tools/tessera/validation/optical_receiver.hpp"
#include "tools/tessera/validation/rows.hpp"

namespace tessera::validation {

// Receivers of the shipped links, through prepare and the statistical engine.
std::vector<ValidationRow> receiver_rows() {
  const std::string thermal =
      "OMA = 6 Q i_n sqrt(B)/R, 18 pA/sqrt(Hz), 0.6 A/W, B half the symbol rate, evaluated apart from this code";
  const auto between = [](std::string id, std::string quantity, double low, double high, double got,
                          std::string source) {
    return ValidationRow{std::move(id),      "modelled", std::move(quantity), 0.5 * (low + high),
                         0.5 * (high - low), got,        std::move(source)};
  };
  return {
      {"receiver.thermal.53", "closed-form", "OMA that the receiver of dr8_dsp_800g needs for SER 4.8e-4 (dBm)", -10.0,
       0.3, thermally_limited_oma("dr8_dsp_800g", 53.125e9, 4.8e-4), thermal},
      {"receiver.thermal.106", "closed-form", "OMA that the receiver of dr8_dsp_1600g needs for SER 4.8e-4 (dBm)", -8.5,
       0.3, thermally_limited_oma("dr8_dsp_1600g", 106.25e9, 4.8e-4), thermal},
      {"receiver.thermal.113", "closed-form",
       "OMA that the receiver of dr8_dsp_1600g needs for SER 9.6e-3 at 113.4375 GBd (dBm)", -9.7, 0.3,
       thermally_limited_oma("dr8_dsp_1600g", 113.4375e9, 9.6e-3), thermal},
      between("receiver.dr4.clause",
              "OMA at TP3 that dr8_dsp_800g needs for BER 2.4e-4, from thermal noise alone to the clause (dBm)", -10.0,
              -3.9, required_at_tp3("dr8_dsp_800g", 2.4e-4).required_oma,
              "IEEE 802.3-2022 clause 124: receiver sensitivity max(-3.9, SECQ - 5.3) dBm"),
      between("receiver.fr4.clause",
              "OMA at TP3 that retimed_2xfr4_800g needs for BER 2.4e-4, from thermal noise alone to the clause (dBm)",
              -10.0, -4.6, required_at_tp3("retimed_2xfr4_800g", 2.4e-4).required_oma,
              "IEEE 802.3-2022 clause 151: receiver sensitivity max(-4.6, SECQ - 6.0) dBm"),
  };
}

}  // namespace tessera::validation

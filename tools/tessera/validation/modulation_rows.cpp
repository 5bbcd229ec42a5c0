#include <cmath>

#include "phy/noise/gaussian_tail.hpp"
#include "tools/tessera/validation/rows.hpp"

namespace tessera::validation {
namespace {

// Mean signal power over noise variance of equidistant PAM4 with half level distance q noise rms: levels ±1, ±3 have
// mean square 5.
double pam4_snr_db(double bit_error_ratio) {
  const double q = pam_symbol_error_ratio_inverse(4, Log10Probability::from_value(2.0 * bit_error_ratio));
  return 10.0 * std::log10(5.0 * q * q);
}

double nrz_snr_db(double bit_error_ratio) {
  return 20.0 * std::log10(pam_symbol_error_ratio_inverse(2, Log10Probability::from_value(bit_error_ratio)));
}

}  // namespace

std::vector<ValidationRow> modulation_rows() {
  const std::string formula = "SER = 1.5 Q(sqrt(SNR/5)), BER = SER/2, evaluated apart from this code";
  const auto q_of = [](double ser) { return pam_symbol_error_ratio_inverse(4, Log10Probability::from_value(ser)); };
  return {
      {"pam4.q.4.8e-4", "standard", "Q of PAM4 at SER 4.8e-4", 3.414, 5e-4, q_of(4.8e-4),
       "IEEE 802.3-2022 clause 121.8.5.3: Q_t = 3.414 of TDECQ"},
      {"pam4.q.5e-4", "standard", "Q of PAM4 at SER 5e-4", 3.403, 5e-4, q_of(5e-4),
       "OIF CEI, Q at SER 5e-4 printed as 3.403"},
      {"pam4.q.9.6e-3", "closed-form", "Q of PAM4 at SER 9.6e-3", 2.4893, 1e-4, q_of(9.6e-3), "1.5 Q(q) = SER"},
      {"pam4.gain.inner", "arithmetic", "threshold of KP4 from BER 2.4e-4 to 4.8e-3 behind an inner code (optical dB)",
       1.37, 0.005, 10.0 * std::log10(q_of(4.8e-4) / q_of(9.6e-3)), "10 log10 of Q(SER 4.8e-4)/Q(SER 9.6e-3)"},
      {"pam4.cost.baud", "arithmetic", "noise of 113.4375 over 106.25 GBd (optical dB)", 0.14, 0.005,
       5.0 * std::log10(113.4375 / 106.25), "5 log10 of the ratio of bandwidths"},
      {"pam4.snr.2.4e-4", "closed-form", "SNR of PAM4 at BER 2.4e-4 (dB)", 17.66, 0.005, pam4_snr_db(2.4e-4), formula},
      {"pam4.snr.1e-6", "closed-form", "SNR of PAM4 at BER 1e-6 (dB)", 20.42, 0.005, pam4_snr_db(1e-6), formula},
      {"pam4.snr.1e-12", "closed-form", "SNR of PAM4 at BER 1e-12 (dB)", 23.88, 0.005, pam4_snr_db(1e-12), formula},
      {"nrz.snr.1e-12", "closed-form", "SNR of NRZ at BER 1e-12 (dB)", 16.94, 0.005, nrz_snr_db(1e-12),
       "BER = Q(sqrt(SNR))"},
      {"nrz.snr.1e-15", "closed-form", "SNR of NRZ at BER 1e-15 (dB)", 18.00, 0.005, nrz_snr_db(1e-15),
       "BER = Q(sqrt(SNR))"},
  };
}

}  // namespace tessera::validation

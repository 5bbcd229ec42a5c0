#include <iostream>

#include "phy/core/log10_probability.hpp"
#include "phy/core/version.hpp"
#include "phy/link/models.hpp"
#include "phy/signal/fft.hpp"

// Uses one function of each kind that a consumer links against: own code, FFTW behind it, and the generated model list.
int main() {
  const auto rare = tessera::Log10Probability::from_log10(-433.0) * tessera::Log10Probability::from_log10(-1.0);
  const std::vector<double> impulse{1.0, 0.0, 0.0, 0.0};
  const auto spectrum = tessera::real_fft(impulse);
  std::cout << "tessera " << tessera::version() << ": " << tessera::all_models().size() << " models\n";
  return rare.log10() == -434.0 && spectrum.size() == 3 && !tessera::version().empty() ? 0 : 1;
}

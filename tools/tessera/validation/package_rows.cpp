#include <algorithm>
#include <array>
#include <complex>

#include "channels/electrical/package.hpp"
#include "tools/tessera/validation/rows.hpp"

namespace tessera::validation {
namespace {

struct GoldenPoint {
  double gigahertz;
  std::complex<double> s11, s21;
};

constexpr std::array<GoldenPoint, 9> kGolden{{
    {0.01, {-0.000200582259, -0.001221337344}, {0.9984500773, -0.007792823705}},
    {1.0, {-0.05463235144, -0.07505506313}, {0.7878767797, -0.5777737487}},
    {5.0, {-0.01087175158, -0.09051692585}, {-0.9421936467, -0.05198618014}},
    {10.01, {-0.01657211077, -0.1806665353}, {0.8907425224, 0.1237457872}},
    {20.01, {0.02685107352, -0.3186957912}, {0.7640588399, 0.2543605934}},
    {26.51, {-0.236940573, -0.4648566378}, {-0.6269753811, 0.2775572826}},
    {30.01, {0.0695995576, -0.3000441972}, {0.6333089128, 0.383678558}},
    {40.01, {-0.05239779036, -0.2002347148}, {0.4427562238, 0.5354013409}},
    {50.0, {-0.2890397611, -0.228590814}, {0.1782913332, 0.5753115465}},
}};

}  // namespace

std::vector<ValidationRow> package_rows() {
  Package::Params params;
  params.line_lengths = {13e-3, 1.8e-3};
  const Package package(params);
  const std::string source = "COM reference code release 3.70, make_full_pkg with the 120F transmitter values";
  // One row for each parameter: nine frequencies of one network are one comparison, not nine.
  double s11 = 0.0, s21 = 0.0;
  for (const GoldenPoint& point : kGolden) {
    const std::array<double, 1> frequency{point.gigahertz * 1e9};
    const SParameters s = package.s_parameters(frequency);
    s21 = std::max(s21, std::abs(s.at(0, 1, 0) - point.s21));
    s11 = std::max(s11, std::abs(s.at(0, 0, 0) - point.s11));
  }
  return {{"package.s21", "independent-code", "largest |S21 - reference| of a package, 0.01 to 50 GHz", 0.0, 1e-9, s21,
           source},
          {"package.s11", "independent-code", "largest |S11 - reference| of a package, 0.01 to 50 GHz", 0.0, 1e-9, s11,
           source}};
}

}  // namespace tessera::validation

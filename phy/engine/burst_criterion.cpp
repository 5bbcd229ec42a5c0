#include "phy/engine/burst_criterion.hpp"

#include <algorithm>
#include <cmath>

#include "phy/fec/burst_model.hpp"

namespace tessera {
namespace {

constexpr double kNoBurst = 1.0 + 1e-9;
constexpr double kWorstSymbolError = 0.25;  // beyond, every codeword is lost whatever the bursts

}  // namespace

std::optional<Log10Probability> burst_codeword_error_ratio(const Link& link,
                                                           const std::vector<SegmentResult>& segments) {
  const std::optional<RsCode> code = rs_code(link.fec.code);
  const auto bursts = [](const SegmentResult& s) { return s.burst_mean > kNoBurst; };
  if (!code || segments.size() > link.segments.size() || std::none_of(segments.begin(), segments.end(), bursts))
    return std::nullopt;
  std::vector<BurstChannel> path;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const double bits = link.segments[i].modulation.bits_per_symbol;
    const int whole = static_cast<int>(std::lround(bits));
    if (whole < 1 || std::abs(bits - whole) > 1e-9 || code->bits_per_symbol % whole != 0) return std::nullopt;
    if (segments[i].symbol_error_ratio.log10() > std::log10(kWorstSymbolError)) return Log10Probability();
    path.push_back({segments[i].symbol_error_ratio.scaled(1.0 / bits), continuation_of_mean(segments[i].burst_mean),
                    whole, false, link.fec.interleave});
  }
  return codeword_error_ratio(*code, path);
}

}  // namespace tessera

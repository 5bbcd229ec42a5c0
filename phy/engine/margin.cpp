#include "phy/engine/margin.hpp"

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>
#include <string>

#include "phy/core/error.hpp"
#include "phy/noise/gaussian_tail.hpp"

namespace tessera {
namespace {

constexpr int kCriterionFrameBytes = 64;
constexpr std::size_t kMostClasses = 256;  // beyond, lanes are merged into the mean: the error is conservative

struct LaneQ {
  double share = 1.0;
  double q = 0.0;
};

// A segment as a function of one number: the factor by which all its Q are divided.
struct SegmentCurve {
  int order = 2;
  double log10_bits_per_symbol_error = 0.0;  // log10(BER/SER)
  std::vector<LaneQ> lanes;

  Log10Probability bit_error_ratio(const LaneQ& lane, double factor) const {
    const double log10_ser = pam_symbol_error_ratio(order, lane.q / factor).log10();
    return Log10Probability::from_log10(std::min(log10_ser + log10_bits_per_symbol_error, std::log10(0.5)));
  }
};

SegmentCurve make_curve(const SegmentResult& result, int order) {
  SegmentCurve curve{order, result.pre_fec_ber.log10() - result.symbol_error_ratio.log10(), {}};
  const auto q_of = [&](Log10Probability ber) {
    return equivalent_q(Log10Probability::from_log10(ber.log10() - curve.log10_bits_per_symbol_error), order);
  };
  for (const LaneErrorRatio& lane : result.lane_error_ratios)
    curve.lanes.push_back({lane.share, q_of(lane.bit_error_ratio)});
  if (curve.lanes.empty()) curve.lanes.push_back({1.0, equivalent_q(result.symbol_error_ratio, order)});
  return curve;
}

struct BitClass {
  double share = 1.0;
  Log10Probability bit_error_ratio;
};

Log10Probability mean(const std::vector<BitClass>& classes) {
  Log10Probability sum = classes.front().bit_error_ratio.scaled(classes.front().share);
  for (std::size_t i = 1; i < classes.size(); ++i) sum = sum + classes[i].bit_error_ratio.scaled(classes[i].share);
  return sum;
}

std::vector<BitClass> segment_classes(const SegmentCurve& curve, double factor) {
  std::vector<BitClass> classes;
  for (const LaneQ& lane : curve.lanes) classes.push_back({lane.share, curve.bit_error_ratio(lane, factor)});
  return classes;
}

// Every bit crosses all segments: error ratios add, and classes of lanes multiply.
std::vector<BitClass> path_classes(const std::vector<SegmentCurve>& curves, double factor) {
  std::vector<BitClass> path = segment_classes(curves.front(), factor);
  for (std::size_t s = 1; s < curves.size(); ++s) {
    std::vector<BitClass> next = segment_classes(curves[s], factor);
    if (path.size() * next.size() > kMostClasses) next = {{1.0, mean(next)}};
    std::vector<BitClass> product;
    for (const BitClass& a : path)
      for (const BitClass& b : next) product.push_back({a.share * b.share, a.bit_error_ratio + b.bit_error_ratio});
    path = std::move(product);
  }
  return path;
}

Log10Probability codeword_error(const RsCode& code, const std::vector<BitClass>& path) {
  std::vector<SymbolClass> symbols;
  for (const BitClass& c : path)
    symbols.push_back({c.share, rs_symbol_error_ratio(c.bit_error_ratio, code.bits_per_symbol)});
  return symbols.size() == 1 ? codeword_error_ratio(code, symbols.front().symbol_error_ratio)
                             : codeword_error_ratio(code, symbols);
}

Log10Probability frame_loss(const Link& link, const std::optional<RsCode>& code, const std::vector<BitClass>& path,
                            int bytes) {
  if (!code) return uncoded_frame_loss_ratio(mean(path), bytes);
  return frame_loss_ratio(*code, link.fec.interleave, codeword_error(*code, path), bytes);
}

double log10_limit(const Link& link) {
  if (!(link.frame_loss_limit > 0.0 && link.frame_loss_limit < 1.0))
    throw ConfigError("frame_loss_limit must be in (0, 1), got " + std::to_string(link.frame_loss_limit));
  return std::log10(link.frame_loss_limit);
}

double solve_margin(const Link& link, const std::optional<RsCode>& code, const std::vector<SegmentCurve>& curves) {
  const double limit = log10_limit(link);
  const auto excess = [&](double log_factor) {
    return frame_loss(link, code, path_classes(curves, std::exp(log_factor)), kCriterionFrameBytes).log10() - limit;
  };
  double low = 0.0, high = 0.0;  // natural logarithms of the factor; excess rises with it
  while (excess(low) > 0.0 && low > -40.0) low -= 0.5;
  while (excess(high) < 0.0 && high < 40.0) high += 0.5;
  const double at_low = excess(low), at_high = excess(high);
  if (at_low >= 0.0) return std::exp(low);
  if (at_high <= 0.0) return std::exp(high);
  std::uintmax_t iterations = 100;
  const auto bracket = boost::math::tools::toms748_solve(excess, low, high, at_low, at_high,
                                                         boost::math::tools::eps_tolerance<double>(48), iterations);
  return std::exp(0.5 * (bracket.first + bracket.second));
}

Log10Probability post_fec(const std::optional<RsCode>& code, const std::vector<BitClass>& path,
                          Log10Probability codeword_error_ratio) {
  const Log10Probability ber = mean(path);
  if (!code) return ber;
  if (path.size() == 1) return post_fec_bit_error_ratio(*code, ber);
  // Lanes differ: a failed codeword holds at least t + 1 wrong symbols, with one wrong bit each, and hardly ever more.
  const double bits = static_cast<double>(code->correctable + 1) / code->codeword_bits();
  return std::min(codeword_error_ratio.scaled(bits), ber);
}

const Segment& segment_of(const Link& link, std::size_t i) {
  if (i >= link.segments.size())
    throw ConfigError("a link of " + std::to_string(link.segments.size()) + " segments got more segment results");
  return link.segments[i];
}

}  // namespace

double equivalent_q(Log10Probability symbol_error_ratio, int order) {
  const Log10Probability worst = pam_symbol_error_ratio(order, kLeastQ);
  return symbol_error_ratio >= worst ? kLeastQ : pam_symbol_error_ratio_inverse(order, symbol_error_ratio);
}

Log10Probability required_bit_error_ratio(const Link& link) {
  const auto limit = Log10Probability::from_log10(log10_limit(link));
  return bit_error_ratio_for_frame_loss(rs_code(link.fec.code), link.fec.interleave, limit, kCriterionFrameBytes);
}

double required_q(const Link& link, int order, double bit_errors_per_symbol_error) {
  if (!(bit_errors_per_symbol_error > 0.0)) throw NumericError("bit errors per symbol error must be positive");
  return equivalent_q(required_bit_error_ratio(link).scaled(1.0 / bit_errors_per_symbol_error), order);
}

bool has_optical_port(const Link& link) {
  const auto optical = [](Port p) { return p == Port::optical_power || p == Port::optical_field; };
  for (const Segment& segment : link.segments)
    for (const Stage& stage : segment.stages) {
      const ModelKind kind = stage.model.kind();
      if (kind == ModelKind::signal_stage && (optical(stage.model.input()) || optical(stage.model.output())))
        return true;
      if (kind == ModelKind::transmitter && optical(stage.model.output())) return true;
    }
  return false;
}

LinkVerdict evaluate_criterion(const Link& link, const std::vector<SegmentResult>& segments) {
  if (segments.empty()) throw ConfigError("a criterion needs the result of at least one segment");
  const std::optional<RsCode> code = rs_code(link.fec.code);
  std::vector<SegmentCurve> curves;
  for (std::size_t i = 0; i < segments.size(); ++i)
    curves.push_back(make_curve(segments[i], segment_of(link, i).modulation.order));

  LinkVerdict verdict;
  const std::vector<BitClass> path = path_classes(curves, 1.0);
  verdict.pre_fec_ber = mean(path);
  verdict.required_ber = required_bit_error_ratio(link);
  if (code) verdict.codeword_error_ratio = codeword_error(*code, path);
  verdict.post_fec_ber = post_fec(code, path, verdict.codeword_error_ratio.value_or(Log10Probability()));
  for (int bytes : kReportedFrameBytes) verdict.frame_loss_ratio[bytes] = frame_loss(link, code, path, bytes);
  verdict.closes = verdict.frame_loss_ratio[kCriterionFrameBytes].log10() <= log10_limit(link);

  verdict.margin_q = solve_margin(link, code, curves);
  verdict.margin_electrical_db = 20.0 * std::log10(verdict.margin_q);
  if (has_optical_port(link)) verdict.margin_optical_db = 10.0 * std::log10(verdict.margin_q);
  double most = -HUGE_VAL;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    verdict.required_q.push_back(equivalent_q(segments[i].symbol_error_ratio, curves[i].order) / verdict.margin_q);
    const double log10_share = mean(segment_classes(curves[i], verdict.margin_q)).log10();
    if (log10_share > most) verdict.limiting_segment = segments[i].name;
    most = std::max(most, log10_share);
  }
  return verdict;
}

}  // namespace tessera

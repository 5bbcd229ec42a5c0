#include "phy/engine/error_propagation.hpp"

#include <algorithm>
#include <cmath>
#include <compare>
#include <cstdint>
#include <map>
#include <numeric>
#include <utility>

#include "phy/engine/error_surroundings.hpp"

namespace tessera {
namespace {

constexpr int kLongest = 10'000;    // a burst is followed for so many symbols …
constexpr double kRest = 1e-6;      // … while more than this share of them goes on …
constexpr double kLargest = 100.0;  // … and up to so many errors
// Paths below these are dropped; of many taps, whose registers share the paths among them, they first forget their
// older half.
constexpr double kNegligible = 1e-6, kForgetful = 1e-9, kNegligibleOfMany = 1e-11;
constexpr std::size_t kMany = 8;
constexpr std::size_t kMostStates = 20'000;
constexpr std::size_t kMostTaps = 40;  // 3^40 states fit 64 bits

// Errors that feedback still holds: the newest by its eye (0 none, 1 + index of Chances), the older ones by direction
// only, in base 3 with the newer in the lower digits (0 none, 1 upwards, 2 downwards).
struct State {
  std::size_t newest = 0;
  std::uint64_t older = 0;

  auto operator<=>(const State&) const = default;
};

class Feedback {
 public:
  Feedback(std::vector<double> taps, const Decision& decision) : taps_(std::move(taps)) {
    for (std::size_t e = 0; e < decision.thresholds.size(); ++e)
      spacing_.push_back(decision.amplitudes[e + 1] - decision.amplitudes[e]);
    mean_ = std::accumulate(spacing_.begin(), spacing_.end(), 0.0) / static_cast<double>(spacing_.size());
    for (std::size_t j = 2; j < taps_.size(); ++j) oldest_ *= 3;
    for (std::size_t j = 0; j < std::min<std::size_t>(taps_.size() / 2, 8); ++j) coarse_ *= 3;
  }

  double kick(const State& s) const {
    double kick = 0.0;
    if (s.newest > 0) kick -= taps_[0] * (upwards(s.newest) ? 1.0 : -1.0) * spacing_[(s.newest - 1) % spacing_.size()];
    std::uint64_t digits = s.older;
    for (std::size_t j = 1; j < taps_.size(); ++j, digits /= 3)
      kick -= digits % 3 == 1 ? taps_[j] * mean_ : digits % 3 == 2 ? -taps_[j] * mean_ : 0.0;
    return kick;
  }

  std::size_t taps() const { return taps_.size(); }

  /// The same without its older half.
  State coarse(const State& s) const { return {s.newest, s.older % coarse_}; }

  State after(const State& s, std::size_t newest) const {
    if (taps_.size() == 1) return {newest, 0};
    const std::uint64_t digit = s.newest == 0 ? 0 : upwards(s.newest) ? 1 : 2;
    return {newest, s.older % oldest_ * 3 + digit};
  }

 private:
  bool upwards(std::size_t newest) const { return newest <= spacing_.size(); }

  std::vector<double> taps_, spacing_;
  double mean_ = 0.0;
  std::uint64_t oldest_ = 1, coarse_ = 1;
};

// Paths that end in one state: their probability, and what their last samples say, weighted by it.
struct Paths {
  double probability = 0.0;
  ErrorSurroundings::Tilts told{};

  ErrorSurroundings::Tilts mean_told() const {
    ErrorSurroundings::Tilts mean = told;
    for (double& t : mean) t /= probability;
    return mean;
  }
};

double burst_of(const ErrorSurroundings& surroundings, const Feedback& feedback) {
  std::map<State, Paths> now, next;
  const std::vector<double> primary = surroundings.primary();
  for (std::size_t i = 0; i < primary.size(); ++i)
    if (primary[i] > kNegligible) now[{i + 1, 0}].probability = primary[i];
  double total = 1.0, going = 1.0;
  const bool many = feedback.taps() > kMany;
  double forgetful = many ? kForgetful : kNegligible;
  const double negligible = many ? kNegligibleOfMany : kNegligible;
  ErrorSurroundings::Chances chances;
  for (int k = 1; k < kLongest && total < kLargest && going > kRest; ++k) {
    surroundings.at(k, 0.0, {}, chances);
    const double unprovoked = chances.any();
    next.clear();
    going = 0.0;
    if (now.size() > kMostStates) forgetful *= 3.0;
    for (const auto& entry : now) {
      const State& state = entry.first;
      const Paths& paths = entry.second;
      const ErrorSurroundings::Tilts told = paths.mean_told();
      surroundings.at(k, feedback.kick(state), told, chances);
      const double wrong = chances.any();
      total += paths.probability * (wrong - unprovoked);
      const auto go = [&](std::size_t newest, double chance, double tilt) {
        const double p = paths.probability * chance;
        State to = feedback.after(state, newest);
        if (many && p < forgetful) to = feedback.coarse(to);
        if (p <= negligible || to == State{}) return;
        Paths& there = next[to];
        there.probability += p;
        going += p;
        there.told[0] += paths.probability * tilt;
        for (std::size_t j = 1; j < told.size(); ++j) there.told[j] += p * told[j - 1];
      };
      const double tilt = std::accumulate(chances.tilt.begin(), chances.tilt.end(), 0.0);
      go(0, 1.0 - std::min(1.0, wrong), -tilt);
      for (std::size_t i = 0; i < chances.probability.size(); ++i) go(i + 1, chances.probability[i], chances.tilt[i]);
    }
    std::swap(now, next);
  }
  return std::max(total, 1.0);
}

// Levels and thresholds that mirror at 0: errors upwards and downwards are alike.
bool mirrored(const Decision& decision, const std::vector<double>& levels) {
  const auto mirrors = [](const std::vector<double>& v) {
    for (std::size_t i = 0; i < v.size(); ++i)
      if (std::abs(v[i] + v[v.size() - 1 - i]) > 1e-6 * std::abs(v.front() - v.back())) return false;
    return true;
  };
  return mirrors(decision.amplitudes) && mirrors(decision.thresholds) && mirrors(levels);
}

}  // namespace

double mean_burst(const PreparedSegment& segment, const DecisionPoint& point, const Decision& decision,
                  double jitter_rms, const std::vector<OffsetShare>& offsets) {
  std::vector<double> taps = point.receiver.taps.dfe;
  while (!taps.empty() && taps.back() == 0.0) taps.pop_back();
  if (taps.size() > kMostTaps) taps.resize(kMostTaps);
  if (taps.empty()) return 1.0;
  const Feedback feedback(std::move(taps), decision);
  const auto noise_at = noise_autocorrelation(segment, point.receiver);
  const Interference settled = point.at(segment, 0.0);
  const bool alike = mirrored(decision, settled.synchronous.front().levels);
  const std::vector<double> directions = alike ? std::vector{1.0} : std::vector{1.0, -1.0};
  double sum = 0.0;
  for (const OffsetShare& where : offsets) {
    const Interference at_error = point.at(segment, where.offset_ui);
    for (const double direction : directions)
      sum += where.share *
             burst_of({point, decision, settled, at_error, noise_at, jitter_rms * jitter_rms, direction}, feedback);
  }
  return sum / static_cast<double>(directions.size());
}

}  // namespace tessera

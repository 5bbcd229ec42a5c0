#include "phy/engine/lane_kernel.hpp"

#include <algorithm>
#include <string>

#include "phy/core/error.hpp"
#include "phy/core/multiversion.hpp"
#include "phy/noise/gaussian_noise.hpp"

namespace tessera {
namespace {

constexpr std::size_t kRun = 4096;

// Selection instead of a table: the compiler has vector instructions for it on every machine.
TESSERA_MULTIVERSION void map_levels(const std::uint8_t* s, const float* levels, std::size_t order, std::size_t count,
                                     float* v) {
  for (std::size_t i = 0; i < count; ++i) v[i] = levels[0];
  for (std::size_t m = 1; m < order; ++m) {
    const float step = levels[m];
    for (std::size_t i = 0; i < count; ++i) v[i] = s[i] == m ? step : v[i];
  }
}

// The four levels of PAM4 in one pass.
TESSERA_MULTIVERSION void map_four(const std::uint8_t* s, const float* levels, std::size_t count, float* v) {
  const float a = levels[0], b = levels[1], c = levels[2], d = levels[3];
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t k = s[i];
    const float low = (k & 1U) != 0U ? b : a, high = (k & 1U) != 0U ? d : c;
    v[i] = k >= 2U ? high : low;
  }
}

void amplitudes(std::span<const std::uint8_t> s, std::span<const float> levels, std::span<float> v) {
  if (levels.size() == 4) return map_four(s.data(), levels.data(), s.size(), v.data());
  map_levels(s.data(), levels.data(), levels.size(), s.size(), v.data());
}

TESSERA_MULTIVERSION void add(const float* a, std::size_t count, float* sum) {
  for (std::size_t i = 0; i < count; ++i) sum[i] += a[i];
}

TESSERA_MULTIVERSION void multiply_add(const float* a, const float* b, std::size_t count, float* sum) {
  for (std::size_t i = 0; i < count; ++i) sum[i] += a[i] * b[i];
}

void check(const LaneParameters& p) {
  const std::size_t order = p.modulation.levels.size();
  if (p.channel.empty()) throw ConfigError("a lane needs a channel of at least one tap");
  if (!p.levels.empty() && p.levels.size() != order) throw ConfigError("a lane needs a level for each symbol");
  if (p.decision_levels.size() != order) throw ConfigError("a lane needs a decision level for each symbol");
  if (p.noise_rms.size() > 1 && p.noise_rms.size() != order)
    throw ConfigError("noise has one rms for all levels or one for each, got " + std::to_string(p.noise_rms.size()));
}

// Adds the block's noise; `about` are the symbols that decide its rms.
void add_noise(LaneKernel& lane, std::uint64_t first, std::span<const std::uint8_t> about, std::span<float> v) {
  const auto& rms = lane.parameters.noise_rms;
  if (rms.empty()) return;
  const auto w = std::span(lane.noise_samples).first(v.size());
  gaussian_noise(lane.noise, first, w, rms.size() == 1 ? rms[0] : 1.0F);
  if (!lane.noise_shape.taps.empty()) fir_filter(lane.noise_shape, w, w);
  if (rms.size() == 1) return add(w.data(), v.size(), v.data());
  const auto scale = std::span(lane.noise_samples).subspan(kRun, v.size());
  amplitudes(about, rms, scale);
  multiply_add(w.data(), scale.data(), v.size(), v.data());
}

void equalize_block(LaneKernel& lane, std::span<float> v, std::span<const std::uint8_t> about,
                    std::span<std::uint8_t> decisions) {
  if (!lane.adaptive) {
    if (!lane.ffe.taps.empty()) fir_filter(lane.ffe, v, v);
    return decide(lane.slicer, v, decisions);
  }
  const std::uint64_t left = lane.training - std::min(lane.training, lane.position);
  const auto trained = static_cast<std::size_t>(std::min<std::uint64_t>(left, v.size()));
  if (trained > 0) equalize(*lane.adaptive, v.first(trained), about.first(trained), decisions.first(trained));
  if (trained < v.size()) equalize(*lane.adaptive, v.subspan(trained), {}, decisions.subspan(trained));
}

}  // namespace

LaneKernel::LaneKernel(LaneParameters lane, SymbolPattern symbols, const StreamKey& noise_key)
    : parameters(std::move(lane)), pattern(std::move(symbols)), noise(noise_key) {
  LaneParameters& p = parameters;
  check(p);
  if (p.levels.empty()) p.levels.assign(p.modulation.levels.begin(), p.modulation.levels.end());
  if (p.thresholds.empty()) p.thresholds = middle_thresholds(p.decision_levels);
  channel = StreamingFir(p.channel);
  if (!p.noise_shape.empty()) noise_shape = StreamingFir(p.noise_shape);
  if (!p.ffe.empty()) ffe = StreamingFir(p.ffe);
  slicer = DecisionFeedback(p.levels, p.thresholds, p.dfe);
  errors = SymbolTally(p.modulation, p.dfe.size());
  sent.resize(p.delay + kRun);
  decided.resize(kRun);
  signal.resize(kRun);
  noise_samples.resize(2 * kRun);
}

void run_lane(LaneKernel& lane, std::uint64_t symbols) {
  const LaneParameters& p = lane.parameters;
  const std::uint64_t settled =
      std::max<std::uint64_t>(lane.training, p.delay + p.channel.size() + p.ffe.size() + p.noise_shape.size());
  for (std::uint64_t done = 0; done < symbols;) {
    const auto run = static_cast<std::size_t>(std::min<std::uint64_t>(kRun, symbols - done));
    const auto now = std::span(lane.sent).subspan(p.delay, run);
    const std::span<const std::uint8_t> about = std::span(lane.sent).first(run);
    const auto v = std::span(lane.signal).first(run);
    lane.pattern.fill(lane.position, now);
    amplitudes(now, p.levels, v);
    fir_filter(lane.channel, v, v);
    add_noise(lane, lane.position, about, v);
    const auto d = std::span(lane.decided).first(run);
    equalize_block(lane, v, about, d);
    const std::size_t skip =
        lane.position >= settled ? 0 : static_cast<std::size_t>(std::min<std::uint64_t>(run, settled - lane.position));
    tally(lane.errors, about.subspan(skip), d.subspan(skip));
    std::copy_n(lane.sent.begin() + static_cast<std::ptrdiff_t>(run), p.delay, lane.sent.begin());
    lane.position += run;
    done += run;
  }
}

}  // namespace tessera

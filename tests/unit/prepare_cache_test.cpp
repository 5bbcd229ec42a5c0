#include "phy/link/prepare.hpp"

#include <gtest/gtest.h>

#include "phy/engine/statistical_engine.hpp"
#include "scenarios/link/scenario_reader.hpp"
#include "tests/support/locations.hpp"

namespace tessera {
namespace {

Link copper(const std::vector<std::string>& sets = {}) {
  const std::filesystem::path library = test::library_dir();
  ScenarioOptions options;
  options.sets = sets;
  return read_link(library / "links/copper_dac_800g.toml", {library}, all_models(), options).link;
}

void expect_same(const PreparedSegment& a, const PreparedSegment& b) {
  EXPECT_EQ(a.grid, b.grid);
  EXPECT_EQ(a.levels, b.levels);
  EXPECT_EQ(a.channel.values, b.channel.values);
  EXPECT_EQ(a.channel.bulk_delay, b.channel.bulk_delay);
  ASSERT_EQ(a.noise.size(), b.noise.size());
  for (std::size_t i = 0; i < a.noise.size(); ++i) {
    EXPECT_EQ(a.noise[i].stage, b.noise[i].stage);
    EXPECT_EQ(a.noise[i].s0, b.noise[i].s0);
    EXPECT_EQ(a.noise[i].to_decision.values, b.noise[i].to_decision.values);
  }
  ASSERT_EQ(a.crosstalk.size(), b.crosstalk.size());
  for (std::size_t i = 0; i < a.crosstalk.size(); ++i) {
    EXPECT_EQ(a.crosstalk[i].response.values, b.crosstalk[i].response.values);
    EXPECT_EQ(a.crosstalk[i].gains, b.crosstalk[i].gains);
  }
  EXPECT_EQ(a.receiver.front_end.values, b.receiver.front_end.values);
  EXPECT_EQ(a.receiver.input_noise_psd, b.receiver.input_noise_psd);
  EXPECT_EQ(a.receiver.ffe.taps, b.receiver.ffe.taps);
  EXPECT_EQ(a.jitter.random_rms_ui, b.jitter.random_rms_ui);
  EXPECT_EQ(a.jitter.dual_dirac_ui, b.jitter.dual_dirac_ui);
  EXPECT_EQ(a.insertion_loss_total_db, b.insertion_loss_total_db);
}

// Whatever was prepared before: the equaliser alone, the front end, the termination, a coupling, a stage changed.
TEST(PrepareCache, GivesWhatPreparationWithoutItGives) {
  PrepareCache cache;
  for (const std::vector<std::string>& sets :
       std::vector<std::vector<std::string>>{{},
                                             {"copper.rx.ffe_taps=24"},
                                             {"copper.rx.input_noise=3e-8 V^2/GHz"},
                                             {"copper.rx.random_jitter=0.02"},
                                             {"copper.rx.bandwidth=30 GHz"},
                                             {},
                                             {"copper.rx.termination=45 ohm"},
                                             {"copper.fext.gain=-30 dB"},
                                             {"copper.next.aggressors=2"},
                                             {"copper.cable.length=1 m"},
                                             {"link.case_temperature=70 degC"},
                                             {"copper.rx.ffe_taps=8", "copper.tx.swing=0.3 V"}}) {
    SCOPED_TRACE(sets.empty() ? "as shipped" : sets.front());
    const Link link = copper(sets);
    const PreparedLink cached = prepare(link, &cache), plain = prepare(link);
    expect_same(cached.segments[0], plain.segments[0]);
    EXPECT_EQ(cached.notes.size(), plain.notes.size());
  }
}

TEST(PrepareCache, HoldsNoMoreThanItsLimit) {
  constexpr std::size_t kLimit = std::size_t{16} << 20;
  PrepareCache cache(kLimit);
  std::size_t largest = 0;
  for (const char* length : {"0.5 m", "1 m", "1.5 m", "2 m", "2.5 m", "3 m"}) {
    prepare(copper({std::string("copper.cable.length=") + length}), &cache);
    largest = std::max(largest, cache.bytes());
  }
  EXPECT_LE(largest, kLimit);
  EXPECT_GT(largest, kLimit / 2);
}

// The engine leaves what depends on channel and CTLE alone beside the cached segment; nothing may be taken for
// another's.
TEST(PrepareCache, EngineGivesTheSameBitsWithWhatItRemembers) {
  PrepareCache cache;
  for (const std::vector<std::string>& sets :
       std::vector<std::vector<std::string>>{{},
                                             {"copper.rx.ffe_taps=24"},
                                             {"copper.rx.input_noise=3e-8 V^2/GHz"},
                                             {"copper.rx.ctle_zero=12 GHz"},
                                             {"copper.rx.ctle_low_frequency_pole=1 GHz"},
                                             {"copper.cable.length=1 m"},
                                             {}}) {
    SCOPED_TRACE(sets.empty() ? "as shipped" : sets.front());
    const Link link = copper(sets);
    const SegmentResult cached = run_statistical(prepare(link, &cache).segments[0]),
                        plain = run_statistical(prepare(link).segments[0]);
    EXPECT_EQ(cached.symbol_error_ratio.log10(), plain.symbol_error_ratio.log10());
    EXPECT_EQ(cached.equalizer.ffe, plain.equalizer.ffe);
  }
}

TEST(Memo, ComputesOnceAKey) {
  Memo memo;
  int calls = 0;
  const auto make = [&] { return ++calls; };
  EXPECT_EQ(*memo.get<int>("a", make), 1);
  EXPECT_EQ(*memo.get<int>("a", make), 1);
  EXPECT_EQ(*memo.get<int>("b", make), 2);
}

}  // namespace
}  // namespace tessera

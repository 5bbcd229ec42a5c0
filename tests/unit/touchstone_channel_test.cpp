#include "channels/electrical/touchstone_channel.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "phy/core/error.hpp"
#include "phy/link/models.hpp"

namespace tessera {
namespace {

namespace fs = std::filesystem;

class TouchstoneChannelFile : public testing::Test {
 protected:
  TouchstoneChannelFile() {
    std::string name = (fs::temp_directory_path() / "tessera_channel_XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~TouchstoneChannelFile() override { fs::remove_all(folder_); }

  // Uncoupled matched legs 1-2 and 3-4 of magnitude 0.8, delay 1 ns.
  std::string four_port(const std::string& reference = "50") const {
    const fs::path path = folder_ / "legs.s4p";
    std::ofstream out(path);
    out << "# MHz S MA R " << reference << '\n';
    for (int f = 10; f <= 20000; f += 10) {
      const std::string through = "0.8 " + std::to_string(-0.36 * f), none = "0 0";
      out << f << ' ' << none << ' ' << through << ' ' << none << ' ' << none << '\n'
          << through << ' ' << none << ' ' << none << ' ' << none << '\n'
          << none << ' ' << none << ' ' << none << ' ' << through << '\n'
          << none << ' ' << none << ' ' << through << ' ' << none << '\n';
    }
    return path.string();
  }

  fs::path folder_;
};

TEST_F(TouchstoneChannelFile, IsAMixedModeNetworkOnTheAskedAxis) {
  const TouchstoneChannel channel({.file = four_port()});
  const std::vector<double> f{0.0, 1.234e9, 15e9};
  const SParameters s = channel.s_parameters(f);
  ASSERT_EQ(s.ports, 4);
  for (std::size_t k = 0; k < f.size(); ++k) {
    EXPECT_LT(std::abs(s.at(k, 2, 0) - std::polar(0.8, -2e-9 * M_PI * f[k])), 1e-6);
    EXPECT_LT(std::abs(s.at(k, 3, 0)), 1e-12);
  }
  const AnyModel any(channel);
  EXPECT_EQ(any.kind(), ModelKind::network_stage);
}

TEST_F(TouchstoneChannelFile, AnotherReferenceImpedanceIsRenormalised) {
  // A line matched to 75 ohm seen from 50 ohm: S21 = (1 - r^2) p/(1 - r^2 p^2), r = (75 - 50)/(75 + 50).
  const TouchstoneChannel channel({.file = four_port("75")});
  const std::vector<double> f{1.2e9, 10e9};
  const SParameters s = channel.s_parameters(f);
  for (std::size_t k = 0; k < f.size(); ++k) {
    const Complex p = std::polar(0.8, -2e-9 * M_PI * f[k]);
    EXPECT_LT(std::abs(s.at(k, 2, 0) - (1.0 - 0.04) * p / (1.0 - 0.04 * p * p)), 1e-6);
  }
}

TEST_F(TouchstoneChannelFile, SwappedPortsAndWrongCountsNameTheFile) {
  const std::string file = four_port();
  const auto refusal = [](const TouchstoneChannel::Params& params) {
    try {
      TouchstoneChannel channel(params);
    } catch (const ConfigError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_TRUE(refusal({.file = file, .port_order = "1 2 3 4"})
                  .starts_with(file + ": port_order \"1 2 3 4\" contradicts the file"));
  EXPECT_EQ(refusal({.file = file, .port_order = "1 3 2 4"}), "accepted");
  std::ofstream(folder_ / "one.s1p") << "# GHz S RI R 50\n1 0 0\n";
  EXPECT_EQ(refusal({.file = (folder_ / "one.s1p").string()}),
            (folder_ / "one.s1p").string() + ": a channel needs 2 or 4 ports, the file has 1");
  EXPECT_THROW(TouchstoneChannel({.file = (folder_ / "absent.s4p").string()}), IoError);
  const std::vector<double> f{1e9};
  EXPECT_THROW(TouchstoneChannel().s_parameters(f), ConfigError);
}

TEST_F(TouchstoneChannelFile, TwoPortStandsForOneLegOfThePair) {
  std::ofstream(folder_ / "leg.s2p") << "# GHz S RI R 50\n1 0.1 0 0.7 0 0.7 0 0.1 0\n2 0.1 0 0.7 0 0.7 0 0.1 0\n";
  const std::vector<double> f{1.5e9};
  const SParameters s = TouchstoneChannel({.file = (folder_ / "leg.s2p").string()}).s_parameters(f);
  EXPECT_EQ(s.ports, 2);
  EXPECT_EQ(s.reference_impedance, 100.0);
  EXPECT_NEAR(s.at(0, 1, 0).real(), 0.7, 1e-12);
}

TEST_F(TouchstoneChannelFile, NotesAFileThatEndsTooEarly) {
  const TouchstoneChannel channel({.file = four_port()});  // to 20 GHz at -1.94 dB
  EXPECT_TRUE(channel.validity(FrequencyGrid{25e9}, {}).empty());
  const std::vector<ValidityNote> notes = channel.validity(FrequencyGrid{53.125e9}, {});
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_NEAR(notes.front().value, 20.0 * std::log10(0.8), 1e-6);
}

}  // namespace
}  // namespace tessera

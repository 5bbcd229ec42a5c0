#include "phy/io/touchstone.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

namespace fs = std::filesystem;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "tessera_touchstone_XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() { fs::remove_all(path_); }
  fs::path write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path_ / name;
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// The message without the folder in front of it.
std::string refusal(const std::string& name, const std::string& text) {
  const TemporaryFolder folder;
  const fs::path file = folder.write(name, text);
  try {
    read_touchstone(file);
  } catch (const ConfigError& error) {
    const std::string message = error.what();
    return message.substr(message.find(folder.path().string()) + folder.path().string().size() + 1);
  }
  return "accepted";
}

TEST(Touchstone, TwoPortColumnsAreS11S21S12S22) {
  const SParameters s = parse_touchstone("# Hz S RI R 75\n1 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8\n", "t", 2);
  EXPECT_EQ(s.reference_impedance, 75.0);
  EXPECT_EQ(s.at(0, 0, 0), Complex(0.1, 0.2));
  EXPECT_EQ(s.at(0, 1, 0), Complex(0.3, 0.4));
  EXPECT_EQ(s.at(0, 0, 1), Complex(0.5, 0.6));
  EXPECT_EQ(s.at(0, 1, 1), Complex(0.7, 0.8));
}

TEST(Touchstone, ThreePortRowsAreRowMajorAndMayWrap) {
  const SParameters s = parse_touchstone(
      "! three\n#kHz S MA\n 1 1 0 2 0 3 0 ! row 1\n 4 0 5 0 6 0\n 7 0\n 8 0 9 0\n2 1 0 1 0 1 0\n1 0 1 0 1 0\n1 0 1 0 1 "
      "0\n",
      "t", 3);
  ASSERT_EQ(s.frequency, (std::vector<double>{1e3, 2e3}));
  for (int i = 0; i < 9; ++i) EXPECT_EQ(s.at(0, i / 3, i % 3), Complex(i + 1.0, 0.0));
}

TEST(Touchstone, FormatsAndUnitsMeanTheSame) {
  const SParameters ri = parse_touchstone("# GHz RI\n2 0 0.5\n", "t", 1);
  const SParameters ma = parse_touchstone("# mhz s ma r 50\r\n2e3 0.5 90\r\n", "t", 1);
  const SParameters db = parse_touchstone("#\tHz\tS\tDB\n+2.0E9\t-6.020599913279624\t+90", "t", 1);
  for (const SParameters* s : {&ri, &ma, &db}) {
    EXPECT_EQ(s->frequency.front(), 2e9);
    EXPECT_LT(std::abs(s->at(0, 0, 0) - Complex(0.0, 0.5)), 1e-15);
  }
  const SParameters defaults = parse_touchstone("#\n1 1 180\n", "t", 1);  // GHz S MA R 50
  EXPECT_EQ(defaults.frequency.front(), 1e9);
  EXPECT_NEAR(defaults.at(0, 0, 0).real(), -1.0, 1e-15);
}

TEST(Touchstone, SecondOptionLineIsIgnoredAndBomSkipped) {
  EXPECT_EQ(parse_touchstone("\xef\xbb\xbf# Hz RI\n1 1 0\n# GHz Y\n2 1 0\n", "t", 1).frequency[1], 2.0);
}

TEST(Touchstone, NoiseParametersAreReadOver) {
  TouchstoneReport report;
  const SParameters s = parse_touchstone(
      "# GHz S RI\n1 0 0 1 0 1 0 0 0\n2 0 0 1 0 1 0 0 0\n1 0.5 0.1 20 0.3\n2 0.6 0.1 30 0.3\n", "t", 2, &report);
  EXPECT_EQ(s.frequency.size(), 2u);
  EXPECT_EQ(report.noise_rows, 2u);
}

constexpr const char* kHead =
    "! v2\n[Version] 2.0\n# GHz S RI R 50\n[Number of Ports] 2\n[Two-Port Data Order] 12_21\n";

TEST(Touchstone, VersionTwoReadsItsKeywords) {
  TouchstoneReport report;
  const std::string text =
      std::string(kHead) +
      "[Number of Frequencies] 2\n[Number of Noise Frequencies] 1\n[Reference]\n75\n75\n[Begin Information]\n"
      "free [text] # !\n[End Information]\n[Network Data]\n1 1 0 2 0 3 0 4 0\n2 1 0 2 0\n3 0 4 0\n"
      "[Noise Data]\n1 0.5 0.1 20 0.3\n[End]\nwhatever";
  const SParameters s = parse_touchstone(text, "t", 0, &report);
  EXPECT_EQ(report.version, 2);
  EXPECT_EQ(s.reference_impedance, 75.0);
  EXPECT_EQ(s.at(1, 0, 1).real(), 2.0);
  EXPECT_EQ(s.at(1, 1, 0).real(), 3.0);
}

TEST(Touchstone, LowerAndUpperMatricesAreSymmetric) {
  const std::string head = "[Version] 2.0\n# GHz S RI\n[Number of Ports] 3\n[Number of Frequencies] 1\n";
  const SParameters low =
      parse_touchstone(head + "[Matrix Format] Lower\n[Network Data]\n1 1 0\n2 0 3 0\n4 0 5 0 6 0\n[End]", "t", 3);
  const SParameters up =
      parse_touchstone(head + "[Matrix Format] upper\n[Network Data]\n1 1 0 2 0 4 0\n3 0 5 0\n6 0\n[End]", "t", 3);
  EXPECT_EQ(low.data, up.data);
  EXPECT_EQ(low.at(0, 2, 1), Complex(5.0, 0.0));
  EXPECT_EQ(low.at(0, 1, 2), Complex(5.0, 0.0));
}

TEST(Touchstone, BadFilesAreRefusedWithTheirPlace) {
  const std::string two = "# GHz S MA R 50\n1 0 0 1 0 1 0 0 0\n";
  EXPECT_EQ(refusal("a.s2p", ""), "a.s2p: the file is empty");
  EXPECT_EQ(refusal("a.s2p", " \n\n"), "a.s2p: the file is empty");
  EXPECT_EQ(refusal("a.s2p", "! only words\n"),
            "a.s2p:2:1: no option line (such as \"# GHz S MA R 50\") and no data: not a Touchstone file");
  EXPECT_EQ(refusal("a.s2p", "# GHz S MA R 50\n"), "a.s2p:2:1: the file has no data");
  EXPECT_EQ(refusal("a.s2p", "! c\n1 0 0 1 0 1 0 0 0\n"),
            "a.s2p:2:1: the option line (such as \"# GHz S MA R 50\") is missing before the first number");
  EXPECT_EQ(
      refusal("a.s2p", two + "2 0 0 1 0"),
      "a.s2p:3:10: a point of a 2-port needs 9 numbers, got 5 on its line: truncated, or another number of ports");
  EXPECT_EQ(refusal("a.s3p", "# GHz\n1 1 0 1 0 1 0\n1 0 1 0 1 0\n1 0 1 0"),
            "a.s3p:4:8: a point of a 3-port needs 19 numbers, got 17: the file is truncated");
  EXPECT_EQ(refusal("a.s2p", two + "0.5 0 0 1 0 1 0 0 0\n"),
            "a.s2p:3:1: frequencies must rise: 500 MHz comes after 1 GHz");
  EXPECT_EQ(refusal("a.s2p", two + "1 0 0 1 0 1 0 0 0\n"), "a.s2p:3:1: frequency 1 GHz stands twice");
  EXPECT_EQ(refusal("a.s2p", "# GHz\n-1 0 0 1 0 1 0 0 0\n"), "a.s2p:2:1: a frequency must be >= 0 Hz, got -1 GHz");
  EXPECT_EQ(refusal("a.s2p", two + "2 nan 0 1 0 1 0 0 0\n"), "a.s2p:3:3: expected a finite number, got \"nan\"");
  EXPECT_EQ(refusal("a.s2p", two + "2 0 0 -inf 0 1 0 0 0\n"), "a.s2p:3:7: expected a finite number, got \"-inf\"");
  EXPECT_EQ(refusal("a.s2p", two + "2 0 0 1,0 0 1 0 0 0\n"), "a.s2p:3:7: expected a finite number, got \"1,0\"");
  EXPECT_EQ(refusal("a.s2p", two + "2 0 0 1e999 0 1 0 0 0\n"), "a.s2p:3:7: number \"1e999\" is out of range");
  EXPECT_EQ(refusal("a.s2p", "# GHz S MA\n1 0 0\n2 0 0\n3 0 0\n"),
            "a.s2p:2:6: a point of a 2-port needs 9 numbers, got 3 on its line: truncated, or another number of ports");
  EXPECT_EQ(refusal("a.s1p", two),
            "a.s1p:2:7: a point of a 1-port has 3 numbers and this line goes on: check the number of ports");
  EXPECT_EQ(refusal("a.s4p", two + "2 0 0 1 0 1 0 0 0\n3 0 0 1 0 1 0 0 0\n4 0 0 1 0 1 0 0 0\n"),
            "a.s4p:5:13: a point of a 4-port has 33 numbers and this line goes on: check the number of ports");
  EXPECT_EQ(refusal("a.s2p", "# GHz Y MA R 50\n"),
            "a.s2p:1:7: y-parameters are not read; convert the file to S parameters");
  EXPECT_EQ(refusal("a.s2p", "# GHz Z MA R 50\n"),
            "a.s2p:1:7: z-parameters are not read; convert the file to S parameters");
  EXPECT_EQ(refusal("a.s2p", "# GHz S XY R 50\n"), "a.s2p:1:9: unknown word \"xy\" in the option line");
  EXPECT_EQ(refusal("a.s2p", "# GHz S MA R\n"), "a.s2p:1:13: the reference impedance is missing");
  EXPECT_EQ(refusal("a.s2p", "# GHz S MA R 0\n"), "a.s2p:1:14: the reference impedance must be positive, got 0 ohm");
  EXPECT_EQ(refusal("a.s2p", "# GHz S MA R 50 75\n"),
            "a.s2p:1:17: ports with different reference impedances are not read: 50 and 75 ohm");
  EXPECT_EQ(refusal("a.s2p", std::string("\x7f"
                                         "ELF\x02\x01\x01\0\0\xff",
                                         10)),
            "a.s2p:1:1: the option line (such as \"# GHz S MA R 50\") is missing before the first number");
  EXPECT_EQ(refusal("a.s2p", two + std::string("\xff\x00\x01 1\n", 6)),
            "a.s2p:3:1: expected a finite number, got \"???\"");
  EXPECT_EQ(refusal("a.txt", two),
            "a.txt:2:1: the number of ports is unknown: the file's name must end in .s1p, .s2p, … .sNp");
  EXPECT_EQ(refusal("a.s0p", two), "a.s0p: 1 to 128 ports are read, the name says 0");
  EXPECT_EQ(refusal("a.s2p", two + "[End]\n"), "a.s2p:3:1: keyword [end] needs [Version] 2.0 first");
}

TEST(Touchstone, BadVersionTwoFilesAreRefused) {
  const std::string head = kHead;
  const std::string point = "1 1 0 2 0 3 0 4 0\n";
  EXPECT_EQ(refusal("a.ts", "[Version] 3.0\n"), "a.ts:1:11: version must be 2.0, got \"3.0\"");
  EXPECT_EQ(refusal("a.ts", head + "[Number of Frequencies] 2\n[Network Data]\n" + point + "[End]\n"),
            "a.ts:9:6: [Number of Frequencies] says 2, the file has 1: truncated?");
  EXPECT_EQ(refusal("a.ts", head + "[Number of Frequencies] 1\n[Network Data]\n" + point),
            "a.ts:9:1: [End] is missing: the file is truncated");
  EXPECT_EQ(refusal("a.ts", head + "[Network Data]\n" + point + "2 1 0 2 0\n[End]\n"),
            "a.ts:9:1: a point of a 2-port needs 9 numbers, got 5: the data are truncated");
  EXPECT_EQ(refusal("a.ts", head + point), "a.ts:6:1: [Network Data] is missing before the first number");
  EXPECT_EQ(refusal("a.ts", "[Version] 2.0\n# GHz S RI\n[Number of Ports] 2\n[Network Data]\n" + point),
            "a.ts:5:1: [Two-Port Data Order] is missing");
  EXPECT_EQ(refusal("a.s4p", head), "a.s4p:4:19: the file's name says 4 ports, [Number of Ports] says 2");
  EXPECT_EQ(refusal("a.ts", head + "[Mixed-Mode Order] D1,2\n"),
            "a.ts:6:1: mixed-mode files are not read; convert the file to single-ended S parameters");
  EXPECT_EQ(refusal("a.ts", head + "[Colour] red\n"), "a.ts:6:1: unknown keyword \"[colour]\"");
  EXPECT_EQ(refusal("a.ts", head + "[Colour red\n"), "a.ts:6:1: a keyword lacks its closing bracket");
  EXPECT_EQ(refusal("a.ts", head + "[Matrix Format] Diagonal\n"),
            "a.ts:6:17: the matrix format must be Full, Lower or Upper, got \"diagonal\"");
  EXPECT_EQ(refusal("a.ts", head + "[Number of Frequencies] 1.5\n"),
            "a.ts:6:25: the number of frequencies must be a whole number >= 1, got 1.5");
}

TEST(Touchstone, MissingFileAndDirectoryAreSystemErrors) {
  const TemporaryFolder folder;
  EXPECT_THROW(read_touchstone(folder.path() / "absent.s4p"), IoError);
  EXPECT_THROW(read_touchstone(folder.path()), IoError);
  EXPECT_THROW(read_touchstone("/dev/null"), IoError);
}

// Every prefix and single-byte damage either reads or is refused; nothing else escapes, nothing not finite gets
// through.
TEST(Touchstone, DamagedFilesReadOrAreRefused) {
  const std::string good =
      std::string(kHead) + "[Number of Frequencies] 2\n[Network Data]\n1 1 0 2 0 3 0 4 0\n2 1 0 2 0 3 0 4 0\n[End]\n";
  std::mt19937 random(5);
  const auto attempt = [](const std::string& text, int ports) {
    try {
      for (const Complex& value : parse_touchstone(text, "t", ports).data) EXPECT_TRUE(std::isfinite(std::norm(value)));
    } catch (const ConfigError&) {
    }
  };
  for (std::size_t n = 0; n < good.size(); ++n) attempt(good.substr(0, n), 0);
  for (int i = 0; i < 20000; ++i) {
    std::string text = i % 2 == 0 ? good : "# MHz S DB R 50\n1 1 0 2 0 3 0 4 0\n2 1 0 2 0 3 0 4 0\n1 1 2 3 4\n";
    for (int n = 0; n < 3; ++n) text[random() % text.size()] = static_cast<char>(random());
    attempt(text, i % 2 == 0 ? 0 : 2);
  }
}

}  // namespace
}  // namespace tessera

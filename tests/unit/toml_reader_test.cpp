#include "phy/io/toml_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

std::string refusal(auto&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

constexpr const char* kPart = R"(model = "pin_photodiode"
zeta = 1
[responsivity]
value = "0.55 A/W"
source = "IEEE 802.3-2022, 95.8"
status = "standard"
[taps]
value = [1, 0.5]
)";

TEST(TomlReader, EveryValueKnowsItsPlace) {
  const TomlValue root = parse_toml(kPart, "p.toml");
  EXPECT_EQ(root.require("model", "part").text("model"), "pin_photodiode");
  const TomlValue& value = root.require("responsivity", "part").require("value", "responsivity");
  EXPECT_EQ(value.where(), (SourceLocation{"p.toml", 4, 9}));
  EXPECT_EQ(root.table("part").front().key, "model");  // file order, not alphabet
  EXPECT_EQ(root.table("part")[1].key, "zeta");
  EXPECT_EQ(root.find("absent"), nullptr);
}

TEST(TomlReader, ParametersCarryValueSourceAndStatus) {
  const ParameterMap map = parameters_of(parse_toml(kPart, "p.toml"), {"model", "zeta"});
  ASSERT_EQ(map.size(), 2u);
  const ParameterText& text = map.at("responsivity");
  EXPECT_EQ(std::get<std::string>(text.value), "0.55 A/W");
  EXPECT_EQ(text.source, "IEEE 802.3-2022, 95.8");
  EXPECT_EQ(text.status, "standard");
  EXPECT_EQ(text.where.line, 4);
  using Scalar = ParameterText::Scalar;
  EXPECT_EQ(std::get<std::vector<Scalar>>(map.at("taps").value), (std::vector<Scalar>{std::int64_t{1}, 0.5}));
}

TEST(TomlReader, MessagesNameFileLineColumnAndRule) {
  const auto read = [](const std::string& text) { return parse_toml(text, "s.toml"); };
  EXPECT_EQ(refusal([&] { read("a = 1").require("link", "scenario"); }),
            "s.toml:1:1: [scenario] lacks the key \"link\"");
  EXPECT_EQ(refusal([&] { read("[link]\nnmae = 1").require("link", "x").check_keys({"name", "reach"}, "link"); }),
            "s.toml:2:1: unknown key \"nmae\" in [link]; did you mean \"name\"?");
  EXPECT_EQ(refusal([&] { read("a = 1").require("a", "x").text("a"); }),
            "s.toml:1:5: a must be text in quotes, got a whole number");
  EXPECT_EQ(refusal([&] { read("a = 1.5").require("a", "x").integer("a"); }),
            "s.toml:1:5: a must be a whole number, got a number");
  EXPECT_EQ(refusal([&] { read("a = [1]").require("a", "x").table("a"); }),
            "s.toml:1:5: a must be a table, got a list");
  EXPECT_EQ(refusal([&] { read("a = \"x\"").require("a", "x").number("a"); }),
            "s.toml:1:5: a must be a number, got text");
  EXPECT_EQ(refusal([&] { read("a = 1").require("a", "x").flag("a"); }),
            "s.toml:1:5: a must be true or false, got a whole number");
  EXPECT_EQ(refusal([&] { read("a = nan"); }), "s.toml:1:5: numbers must be finite, got nan or inf");
  EXPECT_EQ(refusal([&] { read("a = 2020-01-01"); }),
            "s.toml:1:5: dates and times are not used here; put the value in quotes");
  EXPECT_EQ(refusal([&] { read("a = [[1]]").require("a", "x").parameter("a"); }),
            "s.toml:1:6: a[...] must be a plain value, got a list");
  EXPECT_EQ(refusal([&] { read("a = {valu = 1}").require("a", "x").parameter("a"); }),
            "s.toml:1:6: unknown key \"valu\" in [a]; did you mean \"value\"?");
  EXPECT_EQ(refusal([&] { read("a = {source = \"b\"}").require("a", "x").parameter("a"); }),
            "s.toml:1:5: [a] lacks the key \"value\"");
  EXPECT_EQ(refusal([&] { read("a = {value = 1, status = \"standart\"}").require("a", "x").parameter("a"); }),
            "s.toml:1:26: unknown status \"standart\" of a; did you mean \"standard\"?");
  EXPECT_EQ(refusal([&] { read("a = {value = 1, source = \" \"}").require("a", "x").parameter("a"); }),
            "s.toml:1:26: a.source must not be empty");
}

TEST(TomlReader, SyntaxErrorsAreConfigErrorsWithTheirPlace) {
  for (const char* text :
       {"a = ", "a = \"x", "[a\nb = 1", "a = 1\na = 2", "= 1", "a = 1 2", "\xff = 1", "[a]\n[a]\n", "a = [1, 2"}) {
    const std::string message = refusal([&] { parse_toml(text, "s.toml"); });
    EXPECT_TRUE(message.starts_with("s.toml:")) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    EXPECT_GT(std::count(message.begin(), message.end(), ':'), 2) << message;
  }
  EXPECT_TRUE(refusal([&] { parse_toml("a = 1\na = 2", "s.toml"); }).starts_with("s.toml:2:"));
}

TEST(TomlReader, HostileSizesAndDepthsAreRefused) {
  for (const char* open : {"[", "{a=", "[{a=", "a.", "[["}) {
    std::string text = std::string(open)[0] == 'a' ? "" : "x = ";
    for (int i = 0; i < 50000; ++i) text += open;
    EXPECT_TRUE(refusal([&] { parse_toml(text, "s.toml"); }).starts_with("s.toml:")) << open;
  }
  std::string dotted = "a";
  for (int i = 0; i < 1000000; ++i) dotted += ".a";
  EXPECT_EQ(refusal([&] { parse_toml(dotted + " = 1", "s.toml"); }),
            "s.toml:1:1: a dotted key has more than 1000 parts");
  EXPECT_EQ(refusal([&] { parse_toml("[" + dotted + "]", "s.toml"); }),
            "s.toml:1:1: a dotted key has more than 1000 parts");
  dotted.resize(201);
  EXPECT_NE(refusal([&] { parse_toml(dotted + " = 1", "s.toml"); }), "accepted");
  EXPECT_EQ(refusal([&] { parse_toml(std::string((std::size_t{8} << 20) + 1, ' '), "s.toml"); }),
            "s.toml: the file is longer than 8 MiB");
  EXPECT_THROW(read_toml_file("/nonexistent/x.toml"), IoError);
  EXPECT_THROW(read_toml_file("/"), IoError);
}

TEST(TomlReader, DamagedDocumentsReadOrAreRefused) {
  std::mt19937 random(2);
  int refused = 0;
  for (int i = 0; i < 5000; ++i) {
    std::string text = kPart;
    for (int n = 0; n < 4; ++n) text[random() % text.size()] = static_cast<char>(random());
    try {
      parameters_of(parse_toml(text, "s.toml"), {});
    } catch (const ConfigError& error) {
      ++refused;
      EXPECT_TRUE(std::string(error.what()).starts_with("s.toml:")) << error.what();
    }
  }
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace tessera

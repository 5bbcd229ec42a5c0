#include "phy/io/csv_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace tessera {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

std::string refusal(const std::string& text) {
  return message_of([&] { parse_csv(text, "my.csv"); });
}

TEST(CsvFile, HeadingsCarryNameAndUnit) {
  const CsvTable table = parse_csv("frequency [GHz], magnitude [dB]\n1, -0.5\n2.5e0,+1\n", "my.csv");
  ASSERT_EQ(table.columns.size(), 2u);
  EXPECT_EQ(table.columns[0].name, "frequency");
  EXPECT_EQ(table.columns[0].unit, "GHz");
  EXPECT_THAT(table.columns[0].values, ElementsAre(1.0, 2.5));
  EXPECT_THAT(table.columns[1].values, ElementsAre(-0.5, 1.0));
  EXPECT_THAT(si_values(table.columns[0], dim::kFrequency), ElementsAre(1e9, 2.5e9));
}

TEST(CsvFile, CommentsBlankLinesQuotesAndDosLinesAreRead) {
  const CsvTable table = parse_csv(
      "\xef\xbb\xbf# made by an instrument, with commas\r\n\r\n\"frequency [GHz]\",\"magnitude [dB]\"\r\n"
      "# between\r\n\"1\", \"2\"\r\n3,4",
      "my.csv");
  EXPECT_THAT(table.require("magnitude").values, ElementsAre(2.0, 4.0));
  EXPECT_EQ(table.require("magnitude").at(1), (SourceLocation{"my.csv", 6, 3}));
}

TEST(CsvFile, HeadingWithoutAUnitIsRefused) {
  EXPECT_THAT(refusal("frequency, magnitude [dB]\n1,2\n"),
              HasSubstr("my.csv:1:1: column \"frequency\" must name its unit in brackets"));
  EXPECT_THAT(refusal("# x\nfrequency [GHz], magnitude []\n"),
              HasSubstr("my.csv:2:18: the unit of column \"magnitude\" must not be empty"));
  EXPECT_THAT(refusal("1,2\n3,4\n"), HasSubstr("must name its unit"));
  EXPECT_THAT(refusal("frequency [GHz]; magnitude [dB]\n1;2\n"), HasSubstr("columns have a comma between them"));
}

TEST(CsvFile, ColumnThatStandsTwiceIsRefused) {
  EXPECT_THAT(refusal("a [1], a [1]\n"), HasSubstr("my.csv:1:8: column \"a\" stands twice"));
}

TEST(CsvFile, WhatIsNoFiniteNumberIsRefusedWithItsPlace) {
  const std::string head = "frequency [GHz], magnitude [dB]\n1, 2\n";
  EXPECT_THAT(refusal(head + "2, nan\n"),
              HasSubstr("my.csv:3:4: column \"magnitude\" expects a finite number, got \"nan\""));
  EXPECT_THAT(refusal(head + "inf, 1\n"), HasSubstr("my.csv:3:1: column \"frequency\""));
  EXPECT_THAT(refusal(head + "2, 1e999\n"), HasSubstr("my.csv:3:4"));
  EXPECT_THAT(refusal(head + "2, 3 dB\n"), HasSubstr("got \"3 dB\""));
  EXPECT_THAT(refusal(head + "2, \n"), HasSubstr("got \"\""));
}

TEST(CsvFile, LineWithMoreOrFewerFieldsIsRefused) {
  EXPECT_THAT(refusal("a [1], b [1]\n1,2,3\n"), HasSubstr("my.csv:2:1: the headings name 2 columns, this line has 3"));
  EXPECT_THAT(refusal("a [1], b [1]\n1\n"), HasSubstr("this line has 1"));
  EXPECT_THAT(refusal("a [1], b [1]\n\"1,2\n"), HasSubstr("my.csv:2:1: a text in quotes must end on its line"));
}

TEST(CsvFile, EmptyFileIsRefused) {
  EXPECT_THAT(refusal(""), HasSubstr("my.csv: the file has no line of headings"));
  EXPECT_THAT(refusal("# only words\n\n"), HasSubstr("no line of headings"));
}

TEST(CsvFile, MissingFileIsAnIoError) { EXPECT_THROW(read_csv("/nowhere/my.csv"), IoError); }

TEST(CsvFile, MissingColumnNamesThoseThatAreThere) {
  const CsvTable table = parse_csv("frequency [GHz], magnitude [dB]\n1,2\n", "my.csv");
  EXPECT_THAT(message_of([&] { table.require("phase"); }),
              HasSubstr("my.csv:1:1: the file must have a column \"phase\", it has: frequency, magnitude"));
}

TEST(CsvFile, UnknownColumnNamesTheNearest) {
  const CsvTable table = parse_csv("frequency [GHz], magnitud [dB]\n1,2\n", "my.csv");
  EXPECT_THAT(message_of([&] { check_columns(table, {"frequency", "magnitude"}); }),
              HasSubstr("my.csv:1:18: unknown column \"magnitud\"; did you mean \"magnitude\"?"));
}

TEST(CsvFile, UnitOfAnotherDimensionIsRefused) {
  const CsvTable table = parse_csv("frequency [nm]\n1\n", "my.csv");
  EXPECT_THAT(message_of([&] { si_values(table.columns[0], dim::kFrequency); }),
              HasSubstr("my.csv:1:1: column \"frequency\" must be a frequency, its unit is nm"));
}

TEST(CsvFile, AxisThatDoesNotRiseIsRefusedAtItsPlace) {
  const CsvTable table = parse_csv("f [GHz]\n1\n2\n2\n", "my.csv");
  EXPECT_THAT(message_of([&] { require_rising(table.columns[0]); }),
              HasSubstr("my.csv:4:1: f must rise from row to row: 2 comes after 2 GHz"));
  EXPECT_THAT(message_of([&] { require_rows(table, 4); }),
              HasSubstr("my.csv: at least 4 rows of numbers are needed, got 3"));
}

}  // namespace
}  // namespace tessera

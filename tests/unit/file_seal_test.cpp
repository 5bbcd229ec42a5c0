#include "phy/io/file_seal.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "phy/io/hdf5_file.hpp"
#include "phy/io/text_file.hpp"
#include "tests/support/process.hpp"

namespace tessera {
namespace {

// FNV-1a of 64 bits: the offset basis of the empty text, and "foobar" of its authors' test suite.
TEST(FileSeal, IsTheCheckSumOfEverythingBefore) {
  EXPECT_EQ(seal_of(""), "TESSEAL1cbf29ce484222325");
  EXPECT_EQ(seal_of("foobar"), "TESSEAL185944171f73967e8");
}

TEST(FileSeal, EveryChangedByteAndEveryMissingOneIsFound) {
  const std::string whole = "some data" + seal_of("some data");
  EXPECT_EQ(check_seal(whole), SealState::whole);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] ^= 4;
    EXPECT_NE(check_seal(changed), SealState::whole) << i;
    EXPECT_NE(check_seal(whole.substr(0, i)), SealState::whole) << i;
  }
  EXPECT_EQ(check_seal("some data"), SealState::missing);
  EXPECT_EQ(check_seal(""), SealState::missing);
}

TEST(FileSeal, Hdf5ReadsOverIt) {
  const testing_support::TemporaryFolder folder;
  const auto path = folder.path() / "sealed.h5";
  Hdf5Writer file(path, 1);
  file.scalar("/x", 2.5, "V");
  file.finish(true);
  EXPECT_EQ(check_seal(read_text_file(path)), SealState::whole);
  EXPECT_EQ(Hdf5Reader(path).dataset("/x").values.at(0), 2.5);
}

}  // namespace
}  // namespace tessera

#include "phy/io/hdf5_file.hpp"

#include <gtest/gtest.h>
#include <hdf5.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

namespace fs = std::filesystem;

class Hdf5File : public testing::Test {
 protected:
  Hdf5File() {
    std::string name = (fs::temp_directory_path() / "tessera_hdf5_XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~Hdf5File() override { fs::remove_all(folder_); }

  void write_small(const fs::path& path) const {
    Hdf5Writer writer(path, 3);
    writer.axis("/links/a/length", std::vector<double>{1, 2, 3}, "m");
    writer.axis("/links/a/phase", std::vector<double>{0, 0.5}, "1");
    writer.dataset("/links/a/ber", std::vector<double>{1e-12, 1e-9, 1e-300}, "1", "/links/a/length");
    writer.dataset("/links/a/eye", std::vector<double>{1, 2, 3, 4, 5, 6}, 3, 2, "V", "/links/a/length",
                   "/links/a/phase");
    writer.scalar("/links/a/margin", 1.25, "dB");
    writer.text("/scenario", "µLED\n");
    writer.texts("/provenance", {"a", "", "ü"});
    writer.group("/fabric");
    writer.attribute("/links/a", "technology", "copper_dac");
    writer.attribute("/links/a", "seed", std::int64_t{-7});
    writer.attribute("/links/a/ber", "floor", 1e-18);
    writer.finish();
  }

  static std::string refusal(auto&& call) {
    try {
      call();
    } catch (const IoError& error) {
      return error.what();
    }
    return "no IoError";
  }

  std::size_t entries() const { return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), {})); }

  fs::path folder_;
};

TEST_F(Hdf5File, ReadsBackWhatWasWritten) {
  const fs::path path = folder_ / "r.h5";
  write_small(path);
  EXPECT_EQ(entries(), 1u);
  const Hdf5Reader reader(path);
  EXPECT_EQ(reader.format_version(), 3);
  const Hdf5Reader::Array eye = reader.dataset("/links/a/eye");
  EXPECT_EQ(eye.values, (std::vector<double>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(eye.shape, (std::vector<std::size_t>{3, 2}));
  EXPECT_EQ(eye.unit, "V");
  EXPECT_EQ(reader.axis_of("/links/a/eye", 0), "/links/a/length");
  EXPECT_EQ(reader.axis_of("/links/a/eye", 1), "/links/a/phase");
  EXPECT_EQ(reader.axis_of("/links/a/ber", 0), "/links/a/length");
  EXPECT_EQ(reader.dataset("/links/a/ber").values[2], 1e-300);
  EXPECT_TRUE(reader.dataset("/links/a/margin").shape.empty());
  EXPECT_EQ(reader.text("/scenario"), "µLED\n");
  EXPECT_EQ(reader.texts("/provenance"), (std::vector<std::string>{"a", "", "ü"}));
  EXPECT_EQ(reader.text_attribute("/links/a", "technology"), "copper_dac");
  EXPECT_EQ(reader.number_attribute("/links/a", "seed"), -7.0);
  EXPECT_EQ(reader.names("/"), (std::vector<std::string>{"fabric", "links", "provenance", "scenario"}));
  EXPECT_TRUE(reader.contains("/links/a/ber"));
  EXPECT_FALSE(reader.contains("/links/b/ber"));
}

TEST_F(Hdf5File, InterruptedRunLeavesTheOldFileOrNone) {
  const fs::path path = folder_ / "r.h5";
  {
    Hdf5Writer writer(path);
    writer.scalar("/x", 1.0, "V");
    EXPECT_FALSE(fs::exists(path));
  }
  EXPECT_EQ(entries(), 0u);
  write_small(path);
  {
    Hdf5Writer writer(path);
    writer.scalar("/x", 1.0, "V");
  }
  EXPECT_EQ(entries(), 1u);
  EXPECT_EQ(Hdf5Reader(path).format_version(), 3);
}

TEST_F(Hdf5File, SystemErrorsAreOneLine) {
  const fs::path path = folder_ / "r.h5";
  EXPECT_EQ(refusal([&] { Hdf5Writer(folder_ / "absent" / "r.h5"); }),
            "cannot write " + (folder_ / "absent" / "r.h5").string() + ": no such folder");
  EXPECT_EQ(refusal([&] { Hdf5Writer writer(folder_); }), "cannot write " + folder_.string() + ": it is a directory");
  EXPECT_EQ(refusal([&] { Hdf5Reader reader(path); }), "cannot read " + path.string() + ": no such file");
  EXPECT_EQ(refusal([&] { Hdf5Reader reader(folder_); }), "cannot read " + folder_.string() + ": not a regular file");
  Hdf5Writer writer(path);
  writer.axis("/f", std::vector<double>{1, 2}, "Hz");
  writer.scalar("/x", 1.0, "V");
  EXPECT_NE(refusal([&] { writer.scalar("/x", 1.0, "V"); }).find("/x"), std::string::npos);
  EXPECT_NE(refusal([&] {
              writer.dataset("/y", std::vector<double>{1, 2, 3}, "V", "/f");
            }).find("3 values along /f, which has 2"),
            std::string::npos);
  EXPECT_NE(refusal([&] { writer.dataset("/z", std::vector<double>{1, 2, 3}, "V", "/absent"); }).find("/absent"),
            std::string::npos);
  EXPECT_NE(refusal([&] { writer.dataset("/q", std::vector<double>{1, 2, 3}, 2, 2, "V"); }).find("3 values for 2 x 2"),
            std::string::npos);
}

TEST_F(Hdf5File, CutOrForeignFilesAreRefused) {
  const fs::path path = folder_ / "r.h5";
  write_small(path);
  std::ifstream in(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), {});
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{7}, std::size_t{100}, bytes.size() / 2, bytes.size() - 1}) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes.substr(0, size);
    const std::string message = refusal([&] { Hdf5Reader reader(path); });
    EXPECT_TRUE(message.starts_with("cannot read " + path.string() + ": ")) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos);
  }
  std::ofstream(path, std::ios::binary | std::ios::trunc) << std::string(5000, 'x');
  EXPECT_NE(refusal([&] { Hdf5Reader reader(path); }), "no IoError");
}

TEST_F(Hdf5File, FullDiskIsAnErrorAndLeavesNothing) {
  struct Limit {
    rlimit before{};
    void (*handler)(int) = SIG_DFL;
    Limit() {
      handler = std::signal(SIGXFSZ, SIG_IGN);
      getrlimit(RLIMIT_FSIZE, &before);
      const rlimit small{65536, before.rlim_max};
      setrlimit(RLIMIT_FSIZE, &small);
    }
    ~Limit() {
      setrlimit(RLIMIT_FSIZE, &before);
      std::signal(SIGXFSZ, handler);
    }
  };
  const fs::path path = folder_ / "r.h5";
  std::string message;
  {
    const Limit limit;
    message = refusal([&] {
      Hdf5Writer writer(path);
      writer.dataset("/x", std::vector<double>(100000, 1.0), "V");
      writer.finish();
    });
  }
  EXPECT_TRUE(message.starts_with("cannot write " + path.string() + ": ")) << message;
  EXPECT_EQ(entries(), 0u);
  write_small(path);  // the library is usable again
  EXPECT_EQ(Hdf5Reader(path).format_version(), 3);
}

TEST_F(Hdf5File, ErrorPrintingOfTheCallerIsLeftAsItWas) {
  H5E_auto2_t before = nullptr, after = nullptr;
  void *data_before = nullptr, *data_after = nullptr;
  H5Eget_auto2(H5E_DEFAULT, &before, &data_before);
  testing::internal::CaptureStderr();
  refusal([&] { Hdf5Reader reader(folder_ / "absent.h5"); });
  std::ofstream(folder_ / "bad.h5") << "no";
  refusal([&] { Hdf5Reader reader(folder_ / "bad.h5"); });
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  H5Eget_auto2(H5E_DEFAULT, &after, &data_after);
  EXPECT_EQ(before, after);
  EXPECT_EQ(data_before, data_after);
}

}  // namespace
}  // namespace tessera

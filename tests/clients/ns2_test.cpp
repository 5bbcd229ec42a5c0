#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "tests/clients/exported.hpp"
#include "tests/support/sample_fabrics.hpp"

// ns-2 reads our table by itself (a Tcl script) and loses what it says.
namespace tessera::test {
namespace {

TEST(Ns2, LosesWhatTheTableSays) {
  const Exported out(chain({-6.0, -3.0, -6.0}), "csv");
  const auto result = testing_support::run_process({NS2_PROGRAM, NS2_SCRIPT, out.path("links.csv"), "1", "0.01"});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  std::istringstream words(result.out);
  double sent = 0.0, arrived = 0.0;
  ASSERT_TRUE(words >> sent >> arrived) << result.out << result.error;
  // 300 Gbit/s for 10 ms are 91,553 packets of 4,096 bytes.
  EXPECT_NEAR(sent, 0.01 * 300e9 / (8.0 * 4096.0), 200.0);
  const double z = (sent - arrived - sent * 1e-3) / std::sqrt(sent * 1e-3);
  RecordProperty("z", std::to_string(z));
  EXPECT_LT(std::abs(z), 4.0) << sent - arrived << " of " << sent << " lost";
}

}  // namespace
}  // namespace tessera::test

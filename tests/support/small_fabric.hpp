#pragma once

namespace tessera::test {

/// 64 GPUs on 8 leaves of 16 ports, 4 spines, two cables from each leaf to each spine: every client loads it.
inline constexpr const char* kSmallFabric = R"([fabric]
name = "small"
gpus = 64
gpu_rate = "400 Gbit/s"
switch_latency = "300 ns"

[topology]
kind = "fat_tree"
tiers = 2
radix = 16

[[tier]]
name = "rack"
link = "copper_dac_800g"
port_rate = "400 Gbit/s"
length = "1.5 m"

[[tier]]
name = "spine"
link = "dr8_dsp_800g"
port_rate = "400 Gbit/s"
length = "50 m"
margin_rms = 1.0
)";

}  // namespace tessera::test

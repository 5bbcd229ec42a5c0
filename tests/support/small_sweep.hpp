#pragma once

namespace tessera::testing_support {

/// Four lanes of 25.78 GBd NRZ over a board: a link that closes, quick to compute.
inline constexpr const char* kSmallLink = R"([link]
name = "small"
technology = "backplane"
payload_rate = "100 Gbit/s"
fec = { code = "kr4", interleave = 1 }
reach = { stage = "trace", limit = "2 m" }

[[segment]]
name = "lane"
modulation = "nrz"
symbol_rate = "25.78125 GBd"
lanes = 4

[[segment.stage]]
name = "tx"
model = "serdes_driver"
boundary = "host"

[[segment.stage]]
name = "trace"
model = "pcb_trace"
length = "0.1 m"

[[segment.stage]]
name = "rx"
model = "serdes_receiver"
boundary = "host"
)";

inline constexpr const char* kSmallStudy = R"([study]
name = "small_sweep"
kind = "sweep"
link = "small.toml"

[[axis]]
path = "lane.trace.length"
range = { from = "0.1 m", to = "0.4 m", points = 4 }

[[axis]]
path = "lane.rx.ffe_taps"
values = [1, 5, 9]

[[axis]]
path = "lane.rx.input_noise"
range = { from = "1e-9 V^2/GHz", to = "1e-7 V^2/GHz", points = 3, scale = "log" }
)";

}  // namespace tessera::testing_support

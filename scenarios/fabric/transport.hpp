#pragma once

#include <string_view>

#include "phy/core/log10_probability.hpp"

namespace tessera {

enum class TransportKind { go_back_n, go_back_0, selective_repeat, link_retry, pcie6_flit };

std::string_view to_string(TransportKind kind);

/// How lost packets are sent again.
///
/// Conventions: bytes of payload; `round_trip` end to end, `link_round_trip` of one link with its retry circuits; a
///   timeout is 4.096 us x 2^timeout_exponent, as in the transport of InfiniBand and RoCE.
struct Transport {
  TransportKind kind = TransportKind::go_back_n;
  double round_trip = 10e-6;      // s
  double link_round_trip = 1e-6;  // s
  int mtu = 4096;                 // bytes of one packet
  double message = 1e9;           // bytes
  int timeout_exponent = 20;
  int retries = 7;  // timeouts in a row before the connection breaks
  int replays = 3;  // of one packet by a link before it gives up
};

/// What a path does to packets.
struct PathLoss {
  double rate = 0.0;             // bit/s
  Log10Probability packet_loss;  // of the whole path
  Log10Probability link_loss;    // of its worst link
  Log10Probability link_ber;     // of its worst link, before any code
  int links = 1;
};

/// Goodput and stalls of one connection.
struct TransportReport {
  double efficiency = 1.0;        // payload rate over line rate of an endless message without timeouts
  double goodput_fraction = 1.0;  // of messages, timeouts included
  double packets = 0.0;           // in one message
  Log10Probability repeated;      // a packet is sent again, end to end or by a link
  double repair_time = 0.0;       // s until it is there, where no timeout is needed
  Log10Probability residual;      // a packet is lost to both ends: all of `repeated`, but for links that repeat it
  Log10Probability message_loss;  // at least one packet of a message is lost
  Log10Probability stall;         // a message waits for at least one timeout
  double timeouts = 0.0;          // mean number of them in a message
  double timeout = 0.0;           // s
  double stall_budget = 0.0;      // s of outage that a connection survives
  double retry_latency = 0.0;     // s added to a packet that a link sends again; 0 without link retry
};

/// 4.096 us x 2^exponent [s]: the local ACK timeout of the InfiniBand architecture.
double retransmission_timeout(int exponent);

inline constexpr int kPacketHeaders = 62;  // bytes of a frame beside the payload, RoCEv2: 14 + 20 + 8 + 12 + 4 + 4

/// Packets in flight: rate x round trip / (8 bytes).
double window_packets(double rate, double round_trip, double bytes);

/// Share of the line that carries new packets when each loss repeats a window.
///
/// Equation: (1 - p)/(1 - p + W p)
/// Valid for: losses reported at once (NACK); W >= 0 packets.
/// Source: closed form
/// Theory: docs/theory/fabric.md
double go_back_n_efficiency(Log10Probability packet_loss, double window);

/// Share of the line that carries new messages when each loss restarts the message: (1 - p)^n.
double go_back_0_efficiency(Log10Probability packet_loss, double packets);

/// Probability of at least one loss among n packets: 1 - (1 - p)^n, by its sum where that is too small for 1 - x.
Log10Probability any_of(Log10Probability each, double n);

/// Retry probability of a flit of 256 bytes whose three interleaved groups each repair one error.
///
/// Equation: 1 - P(at most one of Poisson(2048 b/3))^3, b the rate of first errors of a burst per bit.
/// Conventions: a bound: two errors in one byte count as two.
/// Valid for: random first errors; escapes of the check sequence are not in it.
/// Source: closed form
/// Theory: docs/theory/fabric.md
Log10Probability flit_retry(Log10Probability bit_error_ratio);

/// Goodput and stalls of one connection over one path.
///
/// Equation: goodput = n t/(n t/efficiency + m x timeout), t the time of a packet, m the mean number of timeouts in a
///   message: p + 2 n p^2 for go-back-N (last packet lost, or a NACK or the repeated packet lost again), p for
///   selective repeat; stall = 1 - e^{-m}.
/// Conventions: link retry leaves p^{replays + 1} of each link to an end-to-end go-back-N.
/// Valid for: independent losses.
/// Source: closed form
/// Theory: docs/theory/fabric.md
/// @throws ConfigError for rates, sizes or times that are not positive.
TransportReport transport(const Transport& transport, const PathLoss& path);

/// Probability that a message stalls longer than `seconds`: stall x p^k with k timeouts inside.
Log10Probability stall_longer_than(const TransportReport& report, Log10Probability packet_loss, double seconds);

/// GPU utilisation relative to a loss-free network, when a share `exposed` of the step is communication that nothing
/// hides and the slowest path has `efficiency`.
///
/// Equation: 1/(1 - f + f/eta)
/// Source: closed form
/// Theory: docs/theory/fabric.md
/// @throws ConfigError unless f is in [0, 1] and eta in (0, 1].
double relative_utilisation(double exposed, double efficiency);

}  // namespace tessera

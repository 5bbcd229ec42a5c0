#pragma once

// Reads links.csv and loss_schedule.csv of `tessera export --to ns3` and `--to csv`. C++17, standard library only: copy
// it where you need it.

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace tessera_links {

/// A cable between two nodes, both directions alike.
struct Link {
  std::uint64_t index = 0;
  std::uint32_t a = 0, b = 0;
  std::string link_class, technology;
  double rate_bps = 0.0, latency_s = 0.0, length_m = 0.0;
  double log10_pre_fec_ber = 0.0, log10_frame_loss = 0.0;
  int frame_bytes = 0;
  double watts_idle = 0.0, watts_busy = 0.0;  // one end
  double fit = 0.0;                           // the whole link

  /// Chance that a frame of `frame_bytes` is lost, one direction: an ErrorRate of unit packet.
  double loss() const { return std::pow(10.0, log10_frame_loss); }
  /// Too rare for a generator of 32 bits: its losses stand in loss_schedule.csv.
  bool scheduled() const { return loss() <= 2.33e-10; }
};

/// One lost frame.
struct Loss {
  std::uint64_t link = 0;
  int direction = 0;        // 0: from a to b
  std::uint64_t frame = 0;  // frames of that direction before it
  double time_s = 0.0;      // if the direction is full from time 0 on
};

namespace detail {

// Fields of one line, with "quotes" and "" inside them.
inline std::vector<std::string> fields(const std::string& line) {
  std::vector<std::string> all(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted) {
      if (c != '"') {
        all.back() += c;
      } else if (i + 1 < line.size() && line[i + 1] == '"') {
        all.back() += line[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      all.emplace_back();
    } else if (c != '\r') {
      all.back() += c;
    }
  }
  return all;
}

// A table read line by line; columns by name.
class Table {
 public:
  explicit Table(const std::string& path) : path_(path), file_(path) {
    if (!file_) throw std::runtime_error(path + ": cannot be read");
    if (!next()) throw std::runtime_error(path + ": is empty");
    for (std::size_t i = 0; i < row_.size(); ++i) columns_[row_[i]] = i;
  }

  bool next() {
    std::string line;
    while (std::getline(file_, line)) {
      ++number_;
      if (line.empty() || line == "\r" || line[0] == '#') continue;
      row_ = fields(line);
      if (!columns_.empty() && row_.size() != columns_.size()) fail("has another number of fields than the heading");
      return true;
    }
    return false;
  }

  const std::string& text(const char* name) const {
    const auto column = columns_.find(name);
    if (column == columns_.end()) fail(std::string("there is no column ") + name);
    return row_[column->second];
  }

  template <class T>
  T value(const char* name) const {
    const std::string& words = text(name);
    T number{};
    const auto result = std::from_chars(words.data(), words.data() + words.size(), number);
    if (result.ec != std::errc() || result.ptr != words.data() + words.size())
      fail(std::string(name) + " is no number: " + words);
    return number;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw std::runtime_error(path_ + ":" + std::to_string(number_) + ": " + why);
  }

  std::string path_;
  std::ifstream file_;
  std::map<std::string, std::size_t> columns_;
  std::vector<std::string> row_;
  std::size_t number_ = 0;
};

}  // namespace detail

/// @throws std::runtime_error `file:line: …`
inline std::vector<Link> read_links(const std::string& path) {
  detail::Table table(path);
  std::vector<Link> links;
  while (table.next()) {
    Link link;
    link.index = table.value<std::uint64_t>("link");
    link.a = table.value<std::uint32_t>("a");
    link.b = table.value<std::uint32_t>("b");
    link.link_class = table.text("class");
    link.technology = table.text("technology");
    link.rate_bps = table.value<double>("rate_bps");
    link.latency_s = table.value<double>("latency_s");
    link.length_m = table.value<double>("length_m");
    link.log10_pre_fec_ber = table.value<double>("log10_pre_fec_ber");
    link.log10_frame_loss = table.value<double>("log10_frame_loss");
    link.frame_bytes = table.value<int>("frame_bytes");
    link.watts_idle = table.value<double>("watts_idle");
    link.watts_busy = table.value<double>("watts_busy");
    link.fit = table.value<double>("fit");
    links.push_back(link);
  }
  return links;
}

/// @throws std::runtime_error `file:line: …`
inline std::vector<Loss> read_schedule(const std::string& path) {
  detail::Table table(path);
  std::vector<Loss> losses;
  while (table.next())
    losses.push_back({table.value<std::uint64_t>("link"), table.value<int>("direction"),
                      table.value<std::uint64_t>("frame"), table.value<double>("time_s")});
  return losses;
}

}  // namespace tessera_links

#include "phy/io/touchstone.hpp"

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "phy/core/constants.hpp"
#include "phy/core/error.hpp"
#include "phy/core/quantity_text.hpp"
#include "phy/io/text_file.hpp"
#include "phy/io/touchstone_scanner.hpp"

namespace tessera {
namespace {

constexpr int kMostPorts = 128;

enum class Format { magnitude_angle, decibel_angle, real_imaginary };
using detail::lower;
using detail::printable;
using Scanner = detail::TouchstoneScanner;

enum class Matrix { full, lower, upper };

class Parser {
 public:
  Parser(std::string_view text, const std::string& name, int ports) : scanner_(text, name), named_ports_(ports) {
    data_.reserve(text.size() / 24);
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
      throw ConfigError({name, 0, 0}, "the file is empty");
  }

  SParameters parse(TouchstoneReport* report) {
    while (!finished_ && scanner_.seek_token()) {
      const char c = scanner_.peek();
      if (c == '#') {
        option_line();
      } else if (c == '[') {
        keyword();
      } else if (noise_) {
        noise_row();
      } else {
        point();
      }
    }
    finish();
    if (report != nullptr) *report = report_;
    SParameters s;
    s.frequency = std::move(frequency_);
    s.ports = ports_;
    s.reference_impedance = reference_;
    s.data = std::move(data_);
    return s;
  }

 private:
  void option_line() {
    scanner_.skip(1);
    if (option_seen_) return scanner_.next_line();  // later ones are ignored, as the format says
    option_seen_ = true;
    while (!scanner_.at_line_end()) option(lower(scanner_.token()));
  }

  void option(const std::string& word) {
    static constexpr std::array<std::pair<std::string_view, double>, 4> kScales{
        {{"hz", 1.0}, {"khz", 1e3}, {"mhz", 1e6}, {"ghz", 1e9}}};
    for (const auto& [unit, scale] : kScales) {
      if (word == unit) return void(report_.frequency_scale = scale);
    }
    if (word == "s") return;
    if (word == "ma") return set_format(Format::magnitude_angle, "MA");
    if (word == "db") return set_format(Format::decibel_angle, "DB");
    if (word == "ri") return set_format(Format::real_imaginary, "RI");
    if (word == "r") return set_references(false);
    if (word == "y" || word == "z" || word == "g" || word == "h")
      scanner_.fail(word + "-parameters are not read; convert the file to S parameters");
    scanner_.fail("unknown word " + printable(word) + " in the option line");
  }

  void set_format(Format format, const char* name) {
    format_ = format;
    report_.format = name;
  }

  // Version 2 may spread them over lines; several must agree, since the matrices know one.
  void set_references(bool over_lines) {
    std::size_t count = 0;
    while (over_lines ? scanner_.seek_token() && scanner_.peek() != '[' && scanner_.peek() != '#'
                      : !scanner_.at_line_end() &&
                            (std::isalpha(static_cast<unsigned char>(scanner_.peek())) == 0 || count == 0)) {
      const double value = scanner_.number();
      if (!(value > 0.0))
        scanner_.fail("the reference impedance must be positive, got " + format_number(value) + " ohm");
      if (count > 0 && value != reference_)
        scanner_.fail("ports with different reference impedances are not read: " + format_number(reference_) + " and " +
                      format_number(value) + " ohm");
      reference_ = value;
      ++count;
    }
    if (count == 0) scanner_.fail_here("the reference impedance is missing");
  }

  void keyword() {
    const std::string word = lower(scanner_.bracketed());
    if (word == "version") return version();
    if (report_.version != 2) scanner_.fail("keyword [" + word + "] needs [Version] 2.0 first");
    if (word == "number of ports") return declare_ports();
    if (word == "number of frequencies") return void(declared_points_ = count("the number of frequencies"));
    if (word == "number of noise frequencies") return void(count("the number of noise frequencies"));
    if (word == "two-port data order") return two_port_order();
    if (word == "reference") return set_references(true);
    if (word == "matrix format") return matrix_format();
    if (word == "network data") return void(network_seen_ = true);
    if (word == "noise data") return void(noise_ = true);
    if (word == "begin information") return skip_information();
    if (word == "end") return void(finished_ = true);
    if (word == "mixed-mode order")
      scanner_.fail("mixed-mode files are not read; convert the file to single-ended S parameters");
    scanner_.fail("unknown keyword " + printable("[" + word + "]"));
  }

  void version() {
    const std::string_view word = value_token("the version");
    if (word != "2.0" && word != "2.1") scanner_.fail("version must be 2.0, got " + printable(word));
    if (option_seen_ || !frequency_.empty()) scanner_.fail("[Version] must come first");
    report_.version = 2;
  }

  std::string_view value_token(const std::string& what) {
    if (scanner_.at_line_end()) scanner_.fail_here(what + " is missing");
    return scanner_.token();
  }

  std::size_t count(const std::string& what) {
    if (scanner_.at_line_end()) scanner_.fail_here(what + " is missing");
    const double value = scanner_.number();
    if (!(value >= 1.0) || value > 1e9 || value != std::floor(value))
      scanner_.fail(what + " must be a whole number >= 1, got " + format_number(value));
    return static_cast<std::size_t>(value);
  }

  void declare_ports() {
    const std::size_t ports = count("the number of ports");
    if (ports > kMostPorts) scanner_.fail("at most 128 ports are read, got " + std::to_string(ports));
    if (named_ports_ > 0 && named_ports_ != static_cast<int>(ports))
      scanner_.fail("the file's name says " + std::to_string(named_ports_) + " ports, [Number of Ports] says " +
                    std::to_string(ports));
    declared_ports_ = static_cast<int>(ports);
  }

  void two_port_order() {
    const std::string_view word = value_token("the two-port data order");
    if (word != "21_12" && word != "12_21")
      scanner_.fail("the two-port data order must be 21_12 or 12_21, got " + printable(word));
    columns_first_ = word == "21_12";
    order_seen_ = true;
  }

  void matrix_format() {
    const std::string word = lower(value_token("the matrix format"));
    if (word != "full" && word != "lower" && word != "upper")
      scanner_.fail("the matrix format must be Full, Lower or Upper, got " + printable(word));
    matrix_ = word == "full" ? Matrix::full : word == "lower" ? Matrix::lower : Matrix::upper;
  }

  void skip_information() {
    do {
      scanner_.next_line();
      if (!scanner_.seek_token()) scanner_.fail_here("[Begin Information] has no [End Information]");
    } while (scanner_.peek() != '[' || lower(scanner_.bracketed()) != "end information");
  }

  void start_data() {
    if (!option_seen_)
      scanner_.fail_here("the option line (such as \"# GHz S MA R 50\") is missing before the first number");
    if (report_.version == 2 && !network_seen_) scanner_.fail_here("[Network Data] is missing before the first number");
    ports_ = report_.version == 2 ? declared_ports_ : named_ports_;
    if (ports_ == 0 && report_.version == 2) scanner_.fail_here("[Number of Ports] is missing");
    if (ports_ == 0)
      scanner_.fail_here("the number of ports is unknown: the file's name must end in .s1p, .s2p, … .sNp");
    if (report_.version == 2 && ports_ == 2 && !order_seen_) scanner_.fail_here("[Two-Port Data Order] is missing");
    const auto n = static_cast<std::size_t>(ports_);
    pairs_ = matrix_ == Matrix::full ? n * n : n * (n + 1) / 2;
    row_.resize(pairs_);
  }

  void point() {
    if (ports_ == 0) start_data();
    const double f = scanner_.number() * report_.frequency_scale;
    if (is_noise_row(f)) return void(noise_ = true);
    check_frequency(f);
    for (std::size_t i = 0; i < pairs_; ++i) row_[i] = pair(i);
    if (!scanner_.at_line_end())
      scanner_.fail_here("a point of a " + std::to_string(ports_) + "-port has " + std::to_string(1 + 2 * pairs_) +
                         " numbers and this line goes on: check the number of ports");
    frequency_.push_back(f);
    store();
  }

  Complex pair(std::size_t index) {
    const double a = part(2 * index), b = part(2 * index + 1);
    if (format_ == Format::real_imaginary) return {a, b};
    const double magnitude = format_ == Format::magnitude_angle ? a : std::exp(a * (std::log(10.0) / 20.0));
    if (!std::isfinite(magnitude)) scanner_.fail("magnitude is out of range");
    const double angle = b * (constants::kPi / 180.0);
    return {magnitude * std::cos(angle), magnitude * std::sin(angle)};
  }

  double part(std::size_t done) {
    if (scanner_.at_line_end()) {
      // One- and two-ports of version 1 stand on one line each; a shorter line means other ports or a cut.
      const bool one_line = ports_ <= 2 && report_.version == 1;
      const std::string missing = "a point of a " + std::to_string(ports_) + "-port needs " +
                                  std::to_string(1 + 2 * pairs_) + " numbers, got " + std::to_string(1 + done);
      if (one_line) scanner_.fail_here(missing + " on its line: truncated, or another number of ports");
      if (!scanner_.seek_token()) scanner_.fail_here(missing + ": the file is truncated");
      if (scanner_.peek() == '[') scanner_.fail_here(missing + ": the data are truncated");
    }
    return scanner_.number();
  }

  void check_frequency(double f) {
    if (f < 0.0) scanner_.fail("a frequency must be >= 0 Hz, got " + format_engineering(f, "Hz", 9));
    if (frequency_.empty() || f > frequency_.back()) return;
    if (f == frequency_.back()) scanner_.fail("frequency " + format_engineering(f, "Hz", 9) + " stands twice");
    scanner_.fail("frequencies must rise: " + format_engineering(f, "Hz", 9) + " comes after " +
                  format_engineering(frequency_.back(), "Hz", 9));
  }

  // Version 1 two-ports may be followed by noise parameters: five numbers a line, beginning again at a low frequency.
  bool is_noise_row(double f) {
    if (report_.version != 1 || ports_ != 2 || frequency_.empty() || f > frequency_.back()) return false;
    Scanner ahead = scanner_;
    int numbers = 1;
    while (numbers <= 5 && !ahead.at_line_end()) {
      ahead.number();
      ++numbers;
    }
    if (numbers != 5) return false;
    scanner_.next_line();
    ++report_.noise_rows;
    return true;
  }

  void noise_row() {
    for (int i = 0; i < 5; ++i) {
      if (scanner_.at_line_end())
        scanner_.fail_here("a row of noise parameters needs 5 numbers, got " + std::to_string(i));
      scanner_.number();
    }
    if (!scanner_.at_line_end()) scanner_.fail_here("a row of noise parameters has 5 numbers and this line goes on");
    ++report_.noise_rows;
  }

  void store() {
    if (matrix_ == Matrix::full) {
      if (ports_ == 2 && columns_first_) std::swap(row_[1], row_[2]);
      data_.insert(data_.end(), row_.begin(), row_.end());
      return;
    }
    const auto n = static_cast<std::size_t>(ports_);
    const std::size_t base = data_.size();
    data_.resize(base + n * n);
    std::size_t next = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t first = matrix_ == Matrix::lower ? 0 : i, last = matrix_ == Matrix::lower ? i : n - 1;
      for (std::size_t j = first; j <= last; ++j) data_[base + i * n + j] = data_[base + j * n + i] = row_[next++];
    }
  }

  void finish() {
    if (frequency_.empty() && !option_seen_)
      scanner_.fail_here("no option line (such as \"# GHz S MA R 50\") and no data: not a Touchstone file");
    if (frequency_.empty()) scanner_.fail_here("the file has no data");
    if (report_.version == 1) return;
    if (declared_points_ && *declared_points_ != frequency_.size())
      scanner_.fail_here("[Number of Frequencies] says " + std::to_string(*declared_points_) + ", the file has " +
                         std::to_string(frequency_.size()) + ": truncated?");
    if (!finished_) scanner_.fail_here("[End] is missing: the file is truncated");
  }

  Scanner scanner_;
  TouchstoneReport report_;
  int named_ports_ = 0, declared_ports_ = 0, ports_ = 0;
  bool option_seen_ = false, network_seen_ = false, noise_ = false, finished_ = false, order_seen_ = false;
  bool columns_first_ = true;  // S11 S21 S12 S22
  Format format_ = Format::magnitude_angle;
  Matrix matrix_ = Matrix::full;
  std::optional<std::size_t> declared_points_;
  double reference_ = 50.0;
  std::size_t pairs_ = 0;
  std::vector<Complex> row_;
  std::vector<double> frequency_;
  std::vector<Complex> data_;
};

int ports_of(const std::filesystem::path& path) {
  const std::string extension = lower(path.extension().string());
  int ports = 0;
  if (extension.size() < 4 || extension[1] != 's' || extension.back() != 'p') return 0;
  const char* last = extension.data() + extension.size() - 1;
  const auto [stop, error] = std::from_chars(extension.data() + 2, last, ports);
  if (error != std::errc() || stop != last) return 0;
  if (ports < 1 || ports > kMostPorts)
    throw ConfigError({path.string(), 0, 0}, "1 to 128 ports are read, the name says " + std::to_string(ports));
  return ports;
}

}  // namespace

SParameters parse_touchstone(std::string_view text, const std::string& name, int ports, TouchstoneReport* report) {
  return Parser(text, name, ports).parse(report);
}

SParameters read_touchstone(const std::filesystem::path& path, TouchstoneReport* report) {
  const std::string text = read_text_file(path);
  return parse_touchstone(text, path.string(), ports_of(path), report);
}

}  // namespace tessera

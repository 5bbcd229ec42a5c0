#include <charconv>
#include <cstdint>
#include <vector>

#include "phy/core/fingerprint.hpp"
#include "scenarios/study/sweep_journal.hpp"

namespace tessera {
namespace {

constexpr char kSeparator = '\t';

std::string hexadecimal(double value) {
  char digits[40];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), value, std::chars_format::hex).ptr;
  return {std::begin(digits), end};
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '\t' || c == '\n') out += '\\';
    out += c == '\t' ? 't' : c == '\n' ? 'n' : c;
  }
  return out;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      ++i;
      out += text[i] == 't' ? '\t' : text[i] == 'n' ? '\n' : text[i];
    } else {
      out += text[i];
    }
  }
  return out;
}

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> fields;
  for (;;) {
    const std::size_t end = line.find(kSeparator);
    fields.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return fields;
    line.remove_prefix(end + 1);
  }
}

template <class Number, class... Format>
bool read(std::string_view text, Number& value, Format... format) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, format...);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string journal_line(std::size_t number, const SweepPoint& point) {
  std::string line = std::to_string(number);
  for (const SweepQuantity& quantity : kSweepQuantities) {
    line += kSeparator;
    line += hexadecimal(point.*quantity.field);
  }
  for (const double reading : point.probes) {
    line += kSeparator;
    line += hexadecimal(reading);
  }
  for (const std::string& field : {std::string(point.closes ? "1" : "0"), std::to_string(point.validity_notes),
                                   escaped(point.limited_by), escaped(point.error)}) {
    line += kSeparator;
    line += field;
  }
  const std::string checksum = fingerprint(line);
  line += kSeparator;
  line += checksum;
  return line;
}

bool read_journal_line(std::string_view line, std::size_t& number, SweepPoint& point) {
  const std::size_t last = line.rfind(kSeparator);
  if (last == std::string_view::npos || fingerprint(line.substr(0, last)) != line.substr(last + 1)) return false;
  const std::vector<std::string_view> fields = split(line.substr(0, last));
  constexpr std::size_t kOthers = kSweepQuantities.size() + 5;  // the number, then closes, notes, limit, message
  if (fields.size() < kOthers || !read(fields[0], number)) return false;
  point.probes.assign(fields.size() - kOthers, 0.0);
  std::size_t next = 1;
  for (const SweepQuantity& quantity : kSweepQuantities)
    if (!read(fields[next++], point.*quantity.field, std::chars_format::hex)) return false;
  for (double& reading : point.probes)
    if (!read(fields[next++], reading, std::chars_format::hex)) return false;
  point.closes = fields[next++] == "1";
  if (!read(fields[next++], point.validity_notes)) return false;
  point.limited_by = unescaped(fields[next++]);
  point.error = unescaped(fields[next]);
  return true;
}

}  // namespace tessera

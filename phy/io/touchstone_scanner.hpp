#pragma once

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>

#include "phy/core/error.hpp"

namespace tessera::detail {

inline bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; }

inline std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

inline std::string printable(std::string_view token) {
  std::string out;
  for (const char c : token.substr(0, 32)) out += std::isprint(static_cast<unsigned char>(c)) != 0 ? c : '?';
  return "\"" + out + "\"";
}

// Tokens with their place in the file; `!` starts a comment.
class TouchstoneScanner {
 public:
  TouchstoneScanner(std::string_view text, const std::string& name)
      : position_(text.data()), end_(text.data() + text.size()), line_start_(text.data()), name_(name) {
    if (text.starts_with("\xef\xbb\xbf")) position_ += 3;
  }

  /// Skips blanks and a comment; true if the line is over.
  bool at_line_end() {
    while (position_ != end_ && is_blank(*position_)) ++position_;
    if (position_ != end_ && *position_ == '!') {
      while (position_ != end_ && *position_ != '\n') ++position_;
    }
    return position_ == end_ || *position_ == '\n';
  }

  /// Goes to the next token on this or a later line; false at the end of the file.
  bool seek_token() {
    while (at_line_end()) {
      if (position_ == end_) return false;
      next_line();
    }
    return true;
  }

  void next_line() {
    while (position_ != end_ && *position_ != '\n') ++position_;
    if (position_ == end_) return;
    line_start_ = ++position_;
    ++line_;
  }

  void skip(std::ptrdiff_t characters) { position_ += characters; }
  char peek() const { return *position_; }

  /// The next token; empty at the end of the line. Call after seek_token or at_line_end.
  std::string_view token() {
    token_ = position_;
    while (position_ != end_ && !is_blank(*position_) && *position_ != '\n' && *position_ != '!') ++position_;
    return {token_, static_cast<std::size_t>(position_ - token_)};
  }

  double number() {
    token_ = position_;
    const char* first = position_ != end_ && *position_ == '+' ? position_ + 1 : position_;
    double value = 0.0;
    const auto [stop, error] = std::from_chars(first, end_, value);
    position_ = stop;
    const bool whole = stop == end_ || is_blank(*stop) || *stop == '\n' || *stop == '!';
    if (error == std::errc() && whole && std::isfinite(value) && (first == token_ || *first != '-')) return value;
    return bad_number(error);
  }

  std::string_view bracketed() {
    token_ = position_;
    const char* close = std::find_if(position_, end_, [](char c) { return c == ']' || c == '\n'; });
    if (close == end_ || *close != ']') fail("a keyword lacks its closing bracket");
    position_ = close + 1;
    return {token_ + 1, static_cast<std::size_t>(close - token_ - 1)};
  }

  [[noreturn]] void fail(const std::string& message) const {
    throw ConfigError({name_, line_, static_cast<int>(token_ < line_start_ ? 1 : token_ - line_start_ + 1)}, message);
  }
  [[noreturn]] void fail_here(const std::string& message) {
    token_ = position_;
    fail(message);
  }

 private:
  double bad_number(std::errc error) {
    position_ = token_;
    const std::string_view text = token();
    if (error == std::errc::result_out_of_range) {
      if (lower(text).find("e-") != std::string::npos) return 0.0;  // below the smallest double
      fail("number " + printable(text) + " is out of range");
    }
    fail("expected a finite number, got " + printable(text));
  }

  const char* position_;
  const char* end_;
  const char* line_start_;
  const char* token_ = position_;
  const std::string& name_;
  int line_ = 1;
};

}  // namespace tessera::detail

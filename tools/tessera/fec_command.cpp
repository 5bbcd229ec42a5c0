#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <string_view>
#include <variant>

#include "phy/core/error.hpp"
#include "phy/core/nearest_name.hpp"
#include "phy/core/version.hpp"
#include "phy/fec/codec_monte_carlo.hpp"
#include "phy/fec/frame_loss.hpp"
#include "phy/fec/hamming.hpp"
#include "phy/io/atomic_file.hpp"
#include "tools/report/text_table.hpp"
#include "tools/tessera/commands.hpp"
#include "tools/tessera/interrupt.hpp"
#include "tools/tessera/output_files.hpp"

namespace tessera::cli {
namespace {

using nlohmann::ordered_json;

constexpr std::uint64_t kWordsAtATime = 1U << 15U;

struct HammingCode {};
using Codec = std::variant<ReedSolomon, HammingCode, Bch>;

struct Selection {
  RsCode code;  // of symbols of one bit for the binary codes
  Codec codec;
};

int number_of(std::string_view text, const std::string& name) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    throw ConfigError("--code: bch:N,K needs two whole numbers, got \"" + name + "\"");
  return value;
}

Selection select(const std::string& name) {
  if (name == kKp4.name) return {kKp4, ReedSolomon(kKp4)};
  if (name == kKr4.name) return {kKr4, ReedSolomon(kKr4)};
  if (name == "hamming128") return {{"hamming128", kHammingBits, kHammingDataBits, 1, 1}, HammingCode{}};
  if (name.starts_with("bch:")) {
    const std::string_view numbers = std::string_view(name).substr(4);
    const std::size_t comma = std::min(numbers.find(','), numbers.size());
    const int n = number_of(numbers.substr(0, comma), name);
    Bch code = Bch::of_lengths(n, number_of(numbers.substr(std::min(comma + 1, numbers.size())), name));
    const RsCode parameters = code.code();
    return {parameters, std::move(code)};
  }
  throw ConfigError("--code: unknown code \"" + name + "\"" +
                    suggestion(name, {"kp4", "kr4", "hamming128", "bch:N,K"}));
}

int line_bits(const FecOptions& o) {
  const std::string name = o.modulation.value_or(o.code == "kp4" ? "pam4" : "nrz");
  if (name == "nrz") return 1;
  if (name == "pam4") return 2;
  throw ConfigError("--modulation must be nrz or pam4, got \"" + name + "\"");
}

struct Theory {
  Log10Probability codeword_error_ratio, post_fec_ber, frame_loss_ratio;
  std::optional<Log10Probability> input_ber;  // behind the precoder
};

bool has_bursts(const FecOptions& o) { return o.burst || o.precode; }

BurstChannel channel_of(const FecOptions& o) {
  return {Log10Probability::from_value(o.bit_error_ratio), o.burst.value_or(0.0), line_bits(o), o.precode,
          o.interleave};
}

Theory theory_of(const Selection& selected, const FecOptions& o) {
  const auto ber = Log10Probability::from_value(o.bit_error_ratio);
  const RsCode& code = selected.code;
  Theory t;
  if (has_bursts(o)) {
    const BurstResult result = decode_bursts(code, channel_of(o));
    t.codeword_error_ratio = result.codeword_error_ratio;
    t.post_fec_ber = result.post_fec_bit_error_ratio;
    t.input_ber = result.input_bit_error_ratio;
  } else {
    t.codeword_error_ratio = codeword_error_ratio(code, rs_symbol_error_ratio(ber, code.bits_per_symbol));
    const Bch* bch = std::get_if<Bch>(&selected.codec);
    t.post_fec_ber = bch != nullptr                                        ? bch_bit_error_ratio(*bch, ber)
                     : std::holds_alternative<HammingCode>(selected.codec) ? hamming_bit_error_ratio(ber)
                                                                           : post_fec_bit_error_ratio(code, ber);
  }
  t.frame_loss_ratio = frame_loss_ratio(code, o.interleave, t.codeword_error_ratio, o.frame_bytes);
  return t;
}

WordCount count_words(const Selection& selected, const FecOptions& o, std::uint64_t words, std::uint64_t seed) {
  const auto ber = Log10Probability::from_value(o.bit_error_ratio);
  if (const auto* rs = std::get_if<ReedSolomon>(&selected.codec))
    return has_bursts(o) ? count_bursts(*rs, channel_of(o), words, seed) : count_random_errors(*rs, ber, words, seed);
  if (const auto* bch = std::get_if<Bch>(&selected.codec)) return count_bch(*bch, ber, words, seed);
  return count_hamming(ber, words, seed);
}

// In pieces with seeds of their own, so that Ctrl-C ends it with what there is.
WordCount monte_carlo(const Selection& selected, const FecOptions& o) {
  WordCount sum;
  Progress progress(o.console, "thousand words");
  progress.set_total(static_cast<int>(std::min<std::uint64_t>(o.monte_carlo / 1000, 2000000000)));
  for (std::uint64_t piece = 0; sum.words < o.monte_carlo && !interrupted(); ++piece) {
    const std::uint64_t words = std::min(kWordsAtATime, o.monte_carlo - sum.words);
    sum += count_words(selected, o, words, o.seed + piece * 0xD1342543DE82EF95);
    progress.advance(static_cast<int>(words / 1000));
  }
  return sum;
}

// Codewords that are interleaved share their bursts: the interval is that of W times fewer words.
Interval interval_of(const WordCount& count, const FecOptions& o, double confidence) {
  const auto w = has_bursts(o) ? static_cast<std::uint64_t>(o.interleave) : std::uint64_t{1};
  const std::uint64_t words = std::max<std::uint64_t>(count.words / w, 1);
  const std::uint64_t fewest = count.lost() / w, most = std::min((count.lost() + w - 1) / w, words);
  return {clopper_pearson(std::min(fewest, words), words, confidence).low,
          clopper_pearson(most, words, confidence).high};
}

void put(ordered_json& json, const char* name, Log10Probability p) {
  constexpr double kSmallest = -300.0;
  json[name] = p.log10() < kSmallest ? ordered_json(nullptr) : ordered_json(p.value());
  json[std::string("log10_") + name] = p.log10();
}

ordered_json to_json(const WordCount& count, const FecOptions& o) {
  const auto share = [&](std::uint64_t part, std::uint64_t whole) {
    return static_cast<double>(part) / static_cast<double>(whole);
  };
  const Interval i95 = interval_of(count, o, 0.95), i999 = interval_of(count, o, 0.999);
  return {{"seed", o.seed},
          {"words", count.words},
          {"corrected", count.corrected},
          {"failed", count.failed},
          {"miscorrected", count.miscorrected},
          {"codeword_error_ratio", share(count.lost(), count.words)},
          {"codeword_error_ratio_95", {i95.low, i95.high}},
          {"codeword_error_ratio_99_9", {i999.low, i999.high}},
          {"input_ber", share(count.wrong_bits_in, count.bits)},
          {"post_fec_ber", share(count.wrong_bits_out, count.bits)}};
}

ordered_json to_json(const Selection& selected, const FecOptions& o, const Theory& theory) {
  ordered_json json{{"code", o.code},
                    {"symbols", selected.code.symbols},
                    {"data_symbols", selected.code.data_symbols},
                    {"bits_per_symbol", selected.code.bits_per_symbol},
                    {"correctable", selected.code.correctable},
                    {"interleave", o.interleave},
                    {"burst", o.burst ? ordered_json(*o.burst) : ordered_json(nullptr)},
                    {"precoded", o.precode},
                    {"frame_bytes", o.frame_bytes}};
  put(json, "ber", Log10Probability::from_value(o.bit_error_ratio));
  if (theory.input_ber) put(json, "input_ber", *theory.input_ber);
  put(json, "codeword_error_ratio", theory.codeword_error_ratio);
  put(json, "post_fec_ber", theory.post_fec_ber);
  put(json, "frame_loss_ratio", theory.frame_loss_ratio);
  return json;
}

std::string shown(Log10Probability p) {
  constexpr double kSmallest = -300.0;
  return p.log10() < kSmallest ? fmt::format("10^{:.2f}", p.log10()) : fmt::format("{:.4g}", p.value());
}

std::string table_of(const Selection& selected, const FecOptions& o, const Theory& theory,
                     const std::optional<WordCount>& count) {
  const RsCode& c = selected.code;
  std::string text =
      fmt::format("{}: {} of {} symbols of {} bit{} carry data, {} wrong ones are corrected\n\n", o.code,
                  c.data_symbols, c.symbols, c.bits_per_symbol, c.bits_per_symbol == 1 ? "" : "s", c.correctable);
  report::TextTable table{{{"quantity", false}, {"value"}}, {}};
  table.rows.push_back({"bit error ratio", shown(Log10Probability::from_value(o.bit_error_ratio))});
  if (theory.input_ber) table.rows.push_back({"  at the decoder's input", shown(*theory.input_ber)});
  table.rows.push_back({"codeword error ratio", shown(theory.codeword_error_ratio)});
  table.rows.push_back({"bit error ratio behind the decoder", shown(theory.post_fec_ber)});
  table.rows.push_back({fmt::format("frame loss ratio, {} bytes", o.frame_bytes), shown(theory.frame_loss_ratio)});
  if (count) {
    const Interval i = interval_of(*count, o, 0.95);
    table.rows.push_back({"counted: codewords", std::to_string(count->words)});
    table.rows.push_back({"  given up", std::to_string(count->failed)});
    table.rows.push_back({"  miscorrected", std::to_string(count->miscorrected)});
    table.rows.push_back({"  codeword error ratio, 95 %", fmt::format("{:.3g} to {:.3g}", i.low, i.high)});
    table.rows.push_back(
        {"  bit error ratio behind the decoder",
         fmt::format("{:.3g}", static_cast<double>(count->wrong_bits_out) / static_cast<double>(count->bits))});
  }
  return text + table.text(o.console.colour_out());
}

void check(const FecOptions& o) {
  if (!(o.bit_error_ratio > 0.0))
    throw ConfigError("--ber must be above 0: the ratio itself or what a double can hold of it is 0");
  if (o.interleave < 1) throw ConfigError("--interleave must be at least 1 codeword, got 0");
  if (o.frame_bytes < 1) throw ConfigError("--frame must be at least 1 byte, got 0");
  if (o.modulation && !has_bursts(o)) throw ConfigError("--modulation says something with --burst or --precode only");
  line_bits(o);
}

}  // namespace

int fec(const FecOptions& options) {
  check(options);
  check_writable(options.json);
  const Selection selected = select(options.code);
  if (has_bursts(options) && !std::holds_alternative<ReedSolomon>(selected.codec))
    throw ConfigError("--burst and --precode are for kp4 and kr4, got \"" + options.code + "\"");
  const Theory theory = theory_of(selected, options);
  std::optional<WordCount> count;
  if (options.monte_carlo > 0) {
    catch_interrupts();
    count = monte_carlo(selected, options);
  }
  const bool to_stdout = options.json && *options.json == "-";
  if (!options.console.quiet && !to_stdout) print(table_of(selected, options, theory, count));
  if (options.json) {
    ordered_json result = to_json(selected, options, theory);
    if (count && count->words > 0) result["monte_carlo"] = to_json(*count, options);
    const ordered_json document{
        {"schema", 1}, {"tessera", {{"version", version()}, {"commit", commit()}}}, {"fec", std::move(result)}};
    const std::string text = document.dump(2) + "\n";
    if (to_stdout)
      print(text);
    else
      write_file_atomically(*options.json, text);
  }
  return interrupted() ? kInterrupted : kDone;
}

}  // namespace tessera::cli

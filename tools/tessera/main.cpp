#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "phy/core/error.hpp"
#include "phy/core/nearest_name.hpp"
#include "phy/core/version.hpp"
#include "tools/tessera/arguments.hpp"
#include "tools/tessera/commands.hpp"
#include "tools/tessera/counting_arguments.hpp"

namespace tessera::cli {
namespace {

constexpr const char* kAbout =
    "Tessera simulates physical-layer links: from a scenario file to bit error ratio, reach, energy and failure rate.";

constexpr const char* kExamples =
    "Examples:\n"
    "  tessera run compare_800g                        compare links side by side\n"
    "  tessera run compare_800g --json r.json --out r.h5 --plots pictures\n"
    "  tessera run copper_dac_800g --set \"copper.cable.length=1 m\"\n"
    "  tessera run kr4_touchstone --touchstone my_channel.s4p\n"
    "  tessera run my_link.toml --measured-ber points.csv\n"
    "  tessera sweep sweep_copper_dac --csv s.csv      a grid of parameters; --resume goes on after a kill\n"
    "  tessera fec --code kp4 --ber 2.4e-4             what a code leaves of a bit error ratio\n"
    "  tessera export nvl72 --to ns3 --out ns3_nvl72   files for a fabric simulator\n"
    "  tessera check my_link.toml                      is the file right?\n"
    "  tessera models twinax_cable                     parameters of a model\n"
    "  tessera parts                                   datasheets in the library\n"
    "A scenario is a file, or a name in the library's links/ or studies/.\n"
    "Exit codes: 0 done, 2 wrong input, 3 numerical failure, 4 file or system error, 130 interrupted.";

void fail(const std::string& message) {
  std::string line = message;
  std::replace(line.begin(), line.end(), '\n', ' ');
  fmt::print(stderr, "tessera: {}\n", line);
}

void add_scenario(CLI::App& app, RunOptions& o) {
  app.add_option("scenario", o.scenario, "scenario file, or a name in the library")->required()->type_name("SCENARIO");
  app.add_option(
         "--set", o.sets,
         "PATH=VALUE puts a value in place of the file's: segment.stage.parameter, segment.key or link.key; in a "
         "study the path begins with the link's name; may be given many times")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  add_path(app, "--touchstone", o.touchstone, "puts a Touchstone file in place of the scenario's Touchstone channel",
           "FILE");
  add_path(app, "--corner", o.corner, "typical | hot | cold | worst, in place of link.corner", "NAME");
  add_path(app, "--library", o.library, "folder of parts, links and studies (also: environment TESSERA_LIBRARY)",
           "DIR");
  app.add_flag("--strict", o.strict, "a quantity outside a model's domain of validity is an error");
  add_console(app, o.console);
}

void add_run(CLI::App& parent, RunOptions& o, int& exit_code) {
  CLI::App& app =
      *parent.add_subcommand("run", "evaluate a link or a study: error ratios, margin, reach, energy, FIT, latency");
  add_scenario(app, o);
  add_path(app, "--out", o.hdf5, "write an HDF5 file", "FILE");
  add_path(app, "--json", o.json, "write JSON; - is standard output", "FILE");
  add_path(app, "--plots", o.plots, "write SVG pictures into a folder", "DIR");
  app.add_option("--engine", o.engine, "budget | statistical | bit_by_bit")->capture_default_str()->type_name("NAME");
  add_counting(app, o);
  app.add_option("--measured-ber", o.measured_ber,
                 "compares measured bit error ratios (CSV: ber [1] over length [m], received_oma [dBm] or "
                 "received_power [dBm]) with the model; in a study LINK=FILE; may "
                 "be given once for each link")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_flag("--no-reach", o.no_reach, "only the links' own lengths: no scan over length, no reach, no curve");
  app.add_flag("--waterfall", o.waterfall,
               "also error ratio against received OMA (links with light) and against SNR at the decision");
  app.add_flag("--probes", o.probes, "also print levels, noise and powers at the test points");
  app.add_option("--seed", o.seed, "seed of random draws, recorded in the results")
      ->transform(whole_number("18446744073709551615"))
      ->capture_default_str();
  app.add_option("--threads", o.threads, "threads; 0 uses all cores; results do not depend on it")
      ->transform(whole_number("1024"))
      ->capture_default_str();
  app.footer("Example: tessera run compare_800g --set \"copper_dac_800g.copper.cable.length=1 m\" --json - --quiet");
  app.callback([&] { exit_code = run(o); });
}

constexpr const char* kSweepFooter =
    "A study of kind sweep names a link and axes (docs/guides/sweeps.md):\n"
    "  [study]\n"
    "  name = \"my_sweep\"\n"
    "  kind = \"sweep\"\n"
    "  link = \"copper_dac_800g\"\n"
    "  [[axis]]\n"
    "  path = \"copper.cable.length\"                  any path that --set takes\n"
    "  range = { from = \"0.5 m\", to = \"4 m\", points = 8 }\n"
    "  [[axis]]\n"
    "  path = \"copper.rx.ffe_taps\"\n"
    "  values = [8, 16, 24]\n"
    "Examples:\n"
    "  tessera sweep my_sweep.toml --csv s.csv --plots pictures\n"
    "  tessera sweep sweep_copper_dac --out s.h5 --resume\n"
    "Points that are done stand in a journal beside the output until all are: after Ctrl-C, a kill or a full disk the\n"
    "same command with --resume goes on, and the result is the same bit for bit.";

void add_sweep(CLI::App& parent, SweepOptions& o, int& exit_code) {
  CLI::App& app = *parent.add_subcommand("sweep", "evaluate a link over a grid of parameters; resumable after a kill");
  app.add_option("study", o.study, "study file of kind sweep, or a name in the library")
      ->required()
      ->type_name("STUDY");
  add_path(app, "--out", o.hdf5, "write an HDF5 file: axes as dimension scales", "FILE");
  add_path(app, "--csv", o.csv, "write CSV, one row a point; - is standard output", "FILE");
  add_path(app, "--plots", o.plots, "write SVG pictures into a folder", "DIR");
  app.add_flag("--resume", o.resume, "go on with the journal of an interrupted sweep; begin if there is none");
  app.add_flag("--restart", o.restart, "throw the journal of an interrupted sweep away");
  add_path(app, "--journal", o.journal, "journal of the points that are done (default: output file + .journal)",
           "FILE");
  app.add_option_function<std::string>(
         "--engine", [&o](const std::string& name) { o.engine = name; },
         "in place of the study's: budget | statistical")
      ->type_name("NAME");
  app.add_option("--set", o.sets, "LINK.PATH=VALUE puts a value in place of a link file's; axes go before it")
      ->type_name("LINK.PATH=VALUE")
      ->allow_extra_args(false);
  app.add_option("--threads", o.threads, "threads; 0 uses all cores; results do not depend on it")
      ->transform(whole_number("1024"))
      ->capture_default_str();
  add_path(app, "--library", o.library, "folder of parts, links and studies (also: environment TESSERA_LIBRARY)",
           "DIR");
  add_console(app, o.console);
  app.footer(kSweepFooter);
  app.callback([&] { exit_code = sweep(o); });
}

void add_check(CLI::App& parent, RunOptions& o, int& exit_code) {
  CLI::App& app = *parent.add_subcommand("check", "read and prepare a scenario, compute nothing");
  add_scenario(app, o);
  app.footer("Example: tessera check my_link.toml --strict");
  app.callback([&] { exit_code = check(o); });
}

struct ListOptions {
  Console console;
  std::string name;
  std::optional<std::filesystem::path> library;
};

void add_lists(CLI::App& parent, ListOptions& o, int& exit_code) {
  CLI::App& models =
      *parent.add_subcommand("models", "every model; with NAME its parameters with unit, default, range and meaning");
  models.add_option("name", o.name, "model")->type_name("NAME");
  add_console(models, o.console);
  models.callback([&] { exit_code = list_models(o.console, o.name); });
  CLI::App& parts = *parent.add_subcommand("parts", "every datasheet; with NAME its numbers with source and status");
  parts.add_option("name", o.name, "part")->type_name("NAME");
  add_path(parts, "--library", o.library, "folder of parts, links and studies", "DIR");
  add_console(parts, o.console);
  parts.callback([&] { exit_code = list_parts(o.console, o.library, o.name); });
}

void add_fabric(CLI::App& parent, FabricOptions& o, int& exit_code) {
  CLI::App& app = *parent.add_subcommand(
      "fabric",
      "a cluster with a link technology per tier: links, watts, loss, goodput, failures, effective training time");
  add_fabric_input(app, o.input,
                   "fabric file, a name in the library's fabrics/, or a result of --out: its links are not evaluated "
                   "again");
  add_path(app, "--out", o.hdf5, "write HDF5", "FILE");
  add_path(app, "--json", o.json, "write JSON; - is standard output", "FILE");
  add_path(app, "--plots", o.plots, "write SVG pictures into a folder", "DIR");
  app.add_flag("--strict", o.strict, "a quantity outside a model's domain of validity is an error");
  add_console(app, o.console);
  app.footer(
      "Examples:\n"
      "  tessera fabric nvl72 --set \"spine.link=microled_1600g\" --json nvl72.json\n"
      "  tessera fabric llama3_24k --out llama.h5\n"
      "  tessera fabric llama.h5 --set transport.kind=selective_repeat   # other numbers, the same links");
  app.callback([&] { exit_code = fabric(o); });
}

CLI::Validator probability_text(double below, const char* rule) {
  return {[below, rule](const std::string& text) {
            char* end = nullptr;
            const double value = std::strtod(text.c_str(), &end);
            const bool number = !text.empty() && end == text.c_str() + text.size();
            return number && value >= 0.0 && value < below ? std::string()
                                                           : std::string("must be ") + rule + ", got \"" + text + "\"";
          },
          ""};
}

void add_fec(CLI::App& parent, FecOptions& o, int& exit_code) {
  CLI::App& app = *parent.add_subcommand(
      "fec", "what a code leaves of a bit error ratio: codeword errors, bit errors, lost frames; in theory or counted");
  app.add_option("--code", o.code, "kp4 | kr4 | hamming128 | bch:N,K")->capture_default_str()->type_name("NAME");
  app.add_option("--ber", o.bit_error_ratio,
                 "bit error ratio before the decoder (with --precode before the precoder's too)")
      ->required()
      ->check(probability_text(0.5, "a number above 0 and below 0.5"))
      ->type_name("B");
  app.add_option("--interleave", o.interleave, "codewords whose symbols take turns on the line")
      ->transform(whole_number("64"))
      ->capture_default_str()
      ->type_name("W");
  app.add_option_function<double>(
         "--burst", [&o](double a) { o.burst = a; },
         "errors come in bursts: the chance that a wrong symbol makes the next one wrong (a feedback tap: at worst "
         "0.75 "
         "PAM4, 0.5 NRZ)")
      ->check(probability_text(1.0, "a number from 0 to below 1"))
      ->type_name("A");
  app.add_option_function<std::string>(
         "--modulation", [&o](const std::string& name) { o.modulation = name; },
         "of the line, for bursts: nrz | pam4 (default: pam4 for kp4, else nrz)")
      ->type_name("NAME");
  app.add_flag("--precode", o.precode, "1/(1+D) precoding against bursts");
  app.add_option("--frame", o.frame_bytes, "frame size in bytes")
      ->transform(whole_number("1000000"))
      ->capture_default_str()
      ->type_name("BYTES");
  app.add_option("--monte-carlo", o.monte_carlo, "also send that many codewords through the actual decoder")
      ->transform(whole_number("1000000000000"))
      ->type_name("N");
  app.add_option("--seed", o.seed, "seed of --monte-carlo")
      ->transform(whole_number("18446744073709551615"))
      ->capture_default_str();
  add_path(app, "--json", o.json, "write JSON; - is standard output", "FILE");
  add_console(app, o.console);
  app.footer(
      "Examples:\n"
      "  tessera fec --code kp4 --ber 2.4e-4 --interleave 4\n"
      "  tessera fec --code kp4 --ber 2.4e-4 --burst 0.75 --precode\n"
      "  tessera fec --code kp4 --ber 1e-3 --monte-carlo 1000000 --seed 1 --json -\n"
      "  tessera fec --code bch:144,128 --ber 1e-4");
  app.callback([&] { exit_code = fec(o); });
}

void add_validate(CLI::App& parent, ValidateOptions& o, int& exit_code) {
  CLI::App& app = *parent.add_subcommand(
      "validate", "compare the library with standards, measurements, other codes and closed forms, row by row");
  add_path(app, "--json", o.json, "write JSON; - is standard output", "FILE");
  add_path(app, "--docs", o.docs, "write index.md into a folder", "DIR");
  add_console(app, o.console);
  app.callback([&] { exit_code = validate(o); });
}

// CLI11 speaks of "arguments not expected"; a mistyped command deserves the nearest one.
std::string command_error(const CLI::App& app, int argc, char** argv, const std::string& message) {
  std::vector<std::string> known;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
    known.push_back(sub->get_name());
  const std::string word = argc > 1 ? argv[1] : "";
  if (!word.empty() && word.front() != '-' && std::find(known.begin(), known.end(), word) == known.end())
    return "unknown command \"" + word + "\"" + suggestion(word, known);
  return message + " (see tessera --help)";
}

int parse_and_run(int argc, char** argv) {
  CLI::App app{kAbout, "tessera"};
  app.footer(kExamples);
  app.set_version_flag("--version", std::string(version()) + " (" + std::string(commit()) + ")");
  app.require_subcommand(1);
  int exit_code = kDone;
  RunOptions run_options, check_options;
  SweepOptions sweep_options;
  ListOptions list_options;
  ValidateOptions validate_options;
  FabricOptions fabric_options;
  ExportCommandOptions export_options;
  FecOptions fec_options;
  add_run(app, run_options, exit_code);
  add_sweep(app, sweep_options, exit_code);
  add_check(app, check_options, exit_code);
  add_lists(app, list_options, exit_code);
  add_fabric(app, fabric_options, exit_code);
  add_export(app, export_options, exit_code);
  add_fec(app, fec_options, exit_code);
  add_validate(app, validate_options, exit_code);
  if (argc <= 1) {
    fmt::print("{}", app.help());
    return kWrongInput;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    throw ConfigError(command_error(app, argc, argv, error.what()));
  }
  return exit_code;
}

int guarded(int argc, char** argv) {
  try {
    return parse_and_run(argc, argv);
  } catch (const ConfigError& error) {
    fail(error.what());
    return kWrongInput;
  } catch (const NumericError& error) {
    fail(error.what());
    return kNumericalFailure;
  } catch (const std::exception& error) {
    fail(error.what());
    return kSystemFailure;
  }
}

}  // namespace
}  // namespace tessera::cli

int main(int argc, char** argv) { return tessera::cli::guarded(argc, argv); }

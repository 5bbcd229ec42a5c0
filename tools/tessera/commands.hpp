#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/fabric/export/export.hpp"
#include "tools/tessera/console.hpp"
#include "tools/tessera/fabric_input.hpp"

namespace tessera::cli {

/// Exit codes of the program. A link that does not close is a result, not an error.
enum ExitCode { kDone = 0, kWrongInput = 2, kNumericalFailure = 3, kSystemFailure = 4, kInterrupted = 130 };

/// Receiver of the bit-by-bit engine, as it was asked for.
struct ReceiverArguments {
  std::optional<std::string> cdr, adaptation, detector, cdr_bandwidth, jitter_frequency;
  std::optional<int> mlse_memory;
  std::optional<std::uint64_t> training;                            // symbols
  std::optional<double> clock_phase, clock_ppm, sinusoidal_jitter;  // UI, ppm, UI
};

struct RunOptions {
  Console console;
  std::string scenario;
  std::optional<std::filesystem::path> library, hdf5, json, plots, touchstone;
  std::string engine = "statistical";
  std::vector<std::string> sets;
  std::vector<std::string> measured_ber;  // FILE or LINK=FILE
  std::optional<std::string> corner;
  std::uint64_t seed = 0;
  std::optional<std::uint64_t> errors, symbols;  // stop rules of the bit-by-bit engine
  std::optional<double> time;                    // s
  std::optional<std::string> pattern, method, jitter, path;
  ReceiverArguments receiver;
  int threads = 0;  // 0: all
  bool strict = false;
  bool probes = false;     // print the table of test points
  bool no_reach = false;   // only the links' own lengths
  bool waterfall = false;  // also error ratio against received OMA and against SNR
};

/// `tessera run`: evaluates a link or a study and writes what was asked for. @return exit code 0 or 130.
int run(const RunOptions& options);

/// `tessera check`: reads and prepares a scenario, computes nothing.
int check(const RunOptions& options);

/// `tessera models [NAME]`, `tessera parts [NAME]`: listings.
int list_models(const Console& console, const std::string& name);
int list_parts(const Console& console, const std::optional<std::filesystem::path>& library, const std::string& name);

struct SweepOptions {
  Console console;
  std::string study;
  std::optional<std::filesystem::path> library, hdf5, csv, plots, journal;
  std::optional<std::string> engine;  // in place of the study's
  std::vector<std::string> sets;
  int threads = 0;  // 0: all
  bool resume = false, restart = false;
};

/// `tessera sweep`: computes every point of a study of kind sweep. @return exit code 0, or 130 with a journal left.
int sweep(const SweepOptions& options);

/// `tessera check` of a study of kind sweep.
int check_sweep(const RunOptions& options, const std::filesystem::path& file);

struct FabricOptions {
  Console console;
  FabricInput input;
  std::optional<std::filesystem::path> hdf5, json, plots;
  bool strict = false;
};

/// `tessera fabric`: what the links of a cluster cost and lose, tier by tier. @return exit code 0 or 130.
int fabric(const FabricOptions& options);

struct ExportCommandOptions {
  Console console;
  FabricInput input;  // or a fabric_graph.json
  std::string format;
  std::filesystem::path out;
  std::optional<int> frame_bytes;
  std::string recovery = "go-back-n";
  ExportOptions values;
  bool force = false;
};

/// `tessera export`: a fabric in the files of another simulator, warnings on standard error. @return exit code 0 or
/// 130.
int export_files(const ExportCommandOptions& options);

struct FecOptions {
  Console console;
  std::optional<std::filesystem::path> json;
  std::string code = "kp4";  // kp4 | kr4 | hamming128 | bch:N,K
  double bit_error_ratio = 0.0;
  int interleave = 1, frame_bytes = 64;
  std::optional<double> burst;            // chance that an error burst goes on
  std::optional<std::string> modulation;  // of the line, for bursts: nrz | pam4
  bool precode = false;
  std::uint64_t monte_carlo = 0, seed = 0;  // words through the codec; 0: none
};

/// `tessera fec`: what a code leaves of a bit error ratio. @return exit code 0, or 130 if the count was cut short.
int fec(const FecOptions& options);

struct ValidateOptions {
  Console console;
  std::optional<std::filesystem::path> json, docs;
};

/// `tessera validate`: prints every validation row; 3 if one is outside its tolerance.
int validate(const ValidateOptions& options);

}  // namespace tessera::cli

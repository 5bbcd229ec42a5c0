#include "tests/support/copper_channel.hpp"

#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include "phy/core/quantity_text.hpp"
#include "phy/signal/transmission_line.hpp"
#include "scenarios/link/scenario_reader.hpp"
#include "tests/support/locations.hpp"

namespace tessera::copper {
namespace {

const Stage& find_stage(const Link& link, const std::string& name) {
  for (const Stage& stage : link.segments.front().stages) {
    if (stage.name == name) return stage;
  }
  throw Error("no stage " + name);
}

double length_of(const Stage& stage) {
  return parse_quantity(std::get<std::string>(stage.model.parameters().at("length").value), dim::kLength);
}

}  // namespace

Link shipped_link(const std::string& name, const std::vector<std::string>& sets) {
  const Library library = find_library(test::library_dir());
  ScenarioOptions options;
  options.sets = sets;
  return read_link(resolve_scenario(library, name), library, all_models(), options).link;
}

Link with_host_loss(const std::string& name, double db) {
  const Link link = shipped_link(name);
  const double nyquist = 0.5 * link.segments.front().symbol_rate;
  const double length = length_of(find_stage(link, "host_tx"));
  const double longer = length * (1.0 + 0.5 * db / stage_loss_db(link, "host_tx", nyquist));
  return shipped_link(name, {fmt::format("copper.host_tx.length={:.9g} m", longer),
                             fmt::format("copper.host_rx.length={:.9g} m", longer)});
}

std::vector<Complex> through(const Link& link, const std::string& first, const std::string& last,
                             const std::vector<double>& frequency) {
  std::vector<SParameters> run;
  bool inside = false;
  for (const Stage& stage : link.segments.front().stages) {
    inside = inside || stage.name == first;
    if (inside) run.push_back(stage.model.s_parameters(frequency));
    if (stage.name == last) break;
  }
  const SParameters s = cascade_in_order(run);
  std::vector<Complex> transmission(frequency.size());
  for (std::size_t k = 0; k < frequency.size(); ++k) transmission[k] = s.at(k, 1, 0);
  return transmission;
}

double insertion_loss_db(const Link& link, const std::string& first, const std::string& last, double frequency) {
  return -20.0 * std::log10(std::abs(through(link, first, last, {frequency}).front()));
}

double stage_loss_db(const Link& link, const std::string& stage, double frequency) {
  return insertion_loss_db(link, stage, stage, frequency);
}

}  // namespace tessera::copper

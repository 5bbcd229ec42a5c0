#include "phy/link/prepare_key.hpp"

#include <cstring>

namespace tessera {
namespace {

// Numbers by their bytes: exact, and quicker than text.
void add(std::string& key, double number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  key.append(bytes, sizeof number);
}

// A length in front keeps neighbouring texts apart.
void add(std::string& key, const std::string& text) {
  add(key, static_cast<double>(text.size()));
  key += text;
}

void add(std::string& key, const std::vector<double>& numbers) {
  add(key, static_cast<double>(numbers.size()));
  for (const double number : numbers) add(key, number);
}

void add(std::string& key, const Coupling& c) {
  add(key, c.name);
  add(key, c.injection);
  add(key, static_cast<double>(c.shape));
  add(key, static_cast<double>(c.direction));
  for (const double number : {c.synchronous ? 1.0 : 0.0, c.with_through_loss ? 1.0 : 0.0, c.swing,
                              c.reference_frequency, c.slope, c.network ? 1.0 : 0.0})
    add(key, number);
  add(key, c.gains);
  if (c.network) add(key, model_key(*c.network));
}

}  // namespace

std::string model_key(const AnyModel& model) {
  std::string key(model.type());
  for (const auto& [name, text] : model.parameters()) {
    key += '|';
    key += name;
    key += '=';
    key += to_toml(text);
  }
  return key;
}

std::string segment_key(const Segment& segment, double case_temperature) {
  std::string key = "segment";
  add(key, segment.name);
  add(key, segment.modulation.levels);
  for (const double number : {static_cast<double>(segment.modulation.order), segment.modulation.bits_per_symbol,
                              segment.symbol_rate, static_cast<double>(segment.lanes), segment.wavelength,
                              case_temperature, segment.launch ? segment.launch->average_power : 0.0})
    add(key, number);
  add(key, segment.launch ? segment.launch->stage : std::string());
  for (std::size_t i = 0; i + 1 < segment.stages.size(); ++i) {
    add(key, segment.stages[i].name);
    add(key, model_key(segment.stages[i].model));
    add(key, measured_key(segment.stages[i].measured));
  }
  add(key, segment.stages.back().name);
  add(key, segment.stages.back().model.input_resistance());
  for (const Coupling& coupling : segment.couplings) add(key, coupling);
  return key;
}

}  // namespace tessera

#include "scenarios/link/json_writer.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "phy/core/error.hpp"

namespace tessera {

using Json = nlohmann::ordered_json;

double JsonWriter::number(const std::string& field, double value) const {
  if (!std::isfinite(value)) throw NumericError("link " + name_ + ": " + field + " is not finite");
  return value;
}

Json JsonWriter::number(const std::string& field, const std::optional<double>& value) const {
  return value ? Json(number(field, *value)) : Json();
}

double JsonWriter::log10(const std::string& field, Log10Probability p) const {
  return number("log10 of " + field, p.log10());
}

Json JsonWriter::probability(const std::string& field, Log10Probability p) const {
  const double value = p.value();
  log10(field, p);
  return value < kSmallestProbability ? Json() : Json(value);
}

Json JsonWriter::numbers(const std::string& field, const std::vector<double>& values) const {
  Json list = Json::array();
  for (const double v : values) list.push_back(number(field, v));
  return list;
}

}  // namespace tessera

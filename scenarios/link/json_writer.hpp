#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "phy/core/log10_probability.hpp"

namespace tessera {

/// JSON has no way to say NaN or infinity, and neither has a report: a value that is not finite throws NumericError
/// with the name of the link and the field.
class JsonWriter {
 public:
  static constexpr double kSmallestProbability = 1e-300;

  explicit JsonWriter(std::string name) : name_(std::move(name)) {}

  double number(const std::string& field, double value) const;
  nlohmann::ordered_json number(const std::string& field, const std::optional<double>& value) const;
  double log10(const std::string& field, Log10Probability p) const;
  /// null below kSmallestProbability
  nlohmann::ordered_json probability(const std::string& field, Log10Probability p) const;
  nlohmann::ordered_json numbers(const std::string& field, const std::vector<double>& values) const;

 private:
  std::string name_;
};

}  // namespace tessera

#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "phy/link/models.hpp"

namespace tessera {

/// Whether a measured response can stand in place of a model's own: transmitters (edge), receivers (front end) and
/// signal stages, but not fibres, which act on the optical field, and not lasers, which pass the drive on.
bool takes_response(const AnyModel& model);

/// Noise mechanisms of a model that have a density of their own, S_0; "input" for receivers.
std::vector<std::string> replaceable_noise(const AnyModel& model);

/// The same model with a measured response in place of its own.
///
/// Equation: H_rc(f) -> H(f) H_rc(f)/H_00(f): every path of the stage takes the measured intensity response, and a
///   modulator keeps its chirp.
/// Conventions: levels, noise at its injection points, low cut and costs stay the model's. The bulk delay is the file's
/// (not below 0) where the phase is the file's, the model's own elsewhere.
/// Valid for: linear dynamics around the operating point; the processor filters samples by H behind the static curve, or
/// by H/H_00 in front of a stage that makes an optical field.
/// Source: own
/// Theory: docs/theory/measured_data.md
/// @throws ConfigError if the model does not take one.
AnyModel with_measured_response(const AnyModel& model, const std::shared_ptr<const MeasuredResponse>& response);

/// The same model with a measured density in place of S_0 of one noise mechanism; S_1 and S_2 stay.
/// @throws ConfigError if the model has no such mechanism or the unit is not that of its port.
AnyModel with_measured_noise(const AnyModel& model, const std::shared_ptr<const MeasuredNoise>& noise);

/// All tables of a stage, curves and spectra first. @throws ConfigError if the model does not take one.
AnyModel with_measured(AnyModel model, const std::vector<MeasuredTable>& tables);

}  // namespace tessera

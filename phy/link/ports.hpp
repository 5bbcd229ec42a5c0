#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "phy/signal/frequency_grid.hpp"

namespace tessera {

/// What a port carries. `optical_power` is incoherent light (LED, multimode), `optical_field` a complex envelope.
enum class Port { voltage, current, optical_power, optical_field };

std::string_view to_string(Port port);

/// Small-signal states of a port: 2 for a field, the pair (dP/2P0, dphi); 1 for everything else.
constexpr int state_count(Port port) { return port == Port::optical_field ? 2 : 1; }

/// A measured emission spectrum as light in equal cells of wavelength: share `weight[i]` (summing to 1) spread evenly
/// over a cell centred `offset[i]` from the centroid.
struct OpticalSpectrum {
  double centroid = 0.0;       // m, power-weighted mean of the wavelength
  double rms_width = 0.0;      // m, standard deviation
  double cell = 0.0;           // m
  std::vector<double> offset;  // m, rising
  std::vector<double> weight;  // [offset.size()]
};

/// Light that rides on a lane: put there by a laser (still unmodulated, beside a voltage port) or carried by a
/// modulated signal.
struct OpticalCarrier {
  double power = 0.0;               // W, continuous wave at the modulator's input; 0 where there is no light yet
  double wavelength = 0.0;          // m, vacuum
  double spectral_width = 0.0;      // m, full width at half maximum of an incoherent source; 0 for a laser line
  double rin_psd = 0.0;             // 1/Hz, one-sided relative intensity noise
  double source_diameter = 0.0;     // m, disc that incoherent light comes from; 0 where unknown
  double numerical_aperture = 0.0;  // sine that incoherent light fills, 1 for the half space; 0 where unknown
  std::shared_ptr<const OpticalSpectrum> spectrum =
      nullptr;  // around `wavelength`; null where the width is all that is known

  bool operator==(const OpticalCarrier&) const = default;
};

/// The operating point of a lane at one port: the large-signal level of each PAM symbol in V, A or W, lowest symbol
/// first.
struct LaneState {
  Port port = Port::voltage;
  std::vector<double> levels;
  OpticalCarrier carrier;
  double case_temperature = 313.15;  // K, of the whole link

  double mean() const;  // mean over equally likely symbols
  double swing()
      const;  // highest symbol minus lowest symbol; the OMA on an optical port. Negative if the stage inverts
};

/// A stage's linear dynamics around its operating point, normalised so that the intensity path is 1 at DC (the static
/// gain is in the levels). At each frequency a rows x cols matrix from the states of the input port to those of the
/// output port: SMF 2x2 rotation, modulator 2x1 column (1, alpha), photodiode 1x2 row, all others 1x1.
///
///   element(k, r, c) = values[(k * rows + r) * cols + c];  total = element * e^{-j 2 pi f bulk_delay}
struct StageResponse {
  FrequencyGrid grid;
  int rows = 1;
  int cols = 1;
  std::vector<Complex> values;
  double bulk_delay = 0.0;  // s
  double high_pass =
      0.0;  // Hz, first-order low corner kept off the grid (AC coupling); its baseline wander is added as noise

  Complex& at(std::size_t k, int r, int c) {
    return values[(k * static_cast<std::size_t>(rows) + static_cast<std::size_t>(r)) * static_cast<std::size_t>(cols) +
                  static_cast<std::size_t>(c)];
  }
  const Complex& at(std::size_t k, int r, int c) const {
    return values[(k * static_cast<std::size_t>(rows) + static_cast<std::size_t>(r)) * static_cast<std::size_t>(cols) +
                  static_cast<std::size_t>(c)];
  }

  static StageResponse zeros(const FrequencyGrid& grid, int rows, int cols) {
    return {grid, rows, cols, std::vector<Complex>(grid.frequency_count() * static_cast<std::size_t>(rows * cols)),
            0.0,  0.0};
  }
};

/// A quantity outside a model's domain of validity, but computable: printed, stored, and an error under `--strict`.
struct ValidityNote {
  std::string stage, quantity;
  double value = 0.0;
  std::string unit, range;
};

/// One noise mechanism of a stage, one-sided PSD in (unit of the port)^2/Hz at its injection point:
///
///   S(f, x) = s0(f) + s1 x + s2 x^2,   x = noise-free signal there (A: shot has s1 = 2q; W: RIN has s2)
struct NoiseSource {
  std::string_view name;   // thermal, shot, rin, …
  bool at_input = false;   // injected at the stage's input port, else at its output port
  std::vector<double> s0;  // size grid.frequency_count(), or empty for zero
  double s1 = 0.0;
  double s2 = 0.0;
};

}  // namespace tessera

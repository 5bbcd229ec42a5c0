#include "phy/signal/s_parameters.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Dense>

#include "phy/core/error.hpp"
#include "phy/core/quantity_text.hpp"

namespace tessera {
namespace {

using Block = std::array<Complex, 4>;  // 2 x 2, row-major

Block operator*(const Block& a, const Block& b) {
  return {a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3], a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3]};
}

Block operator+(const Block& a, const Block& b) { return {a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]}; }

[[noreturn]] void throw_singular(double frequency) {
  throw NumericError("the cascade is singular at " + format_engineering(frequency, "Hz") +
                     ": two total reflections face each other");
}

bool is_usable(Complex divisor) { return std::isfinite(std::norm(divisor)) && std::norm(divisor) > 1e-28; }

// (1 - m)^-1
Block inverse_of_one_minus(const Block& m, double frequency) {
  const Complex a = 1.0 - m[0], d = 1.0 - m[3];
  const Complex determinant = a * d - m[1] * m[2];
  if (!is_usable(determinant)) throw_singular(frequency);
  return {d / determinant, m[1] / determinant, m[2] / determinant, a / determinant};
}

Block block(const SParameters& s, std::size_t k, int row, int column) {
  return {s.at(k, row, column), s.at(k, row, column + 1), s.at(k, row + 1, column), s.at(k, row + 1, column + 1)};
}

void set_block(SParameters& s, std::size_t k, int row, int column, const Block& b) {
  s.at(k, row, column) = b[0];
  s.at(k, row, column + 1) = b[1];
  s.at(k, row + 1, column) = b[2];
  s.at(k, row + 1, column + 1) = b[3];
}

void cascade_two_port(const SParameters& a, const SParameters& b, std::size_t k, SParameters& out) {
  const Complex loop = 1.0 - a.at(k, 1, 1) * b.at(k, 0, 0);
  if (!is_usable(loop)) throw_singular(a.frequency[k]);
  out.at(k, 0, 0) = a.at(k, 0, 0) + a.at(k, 0, 1) * b.at(k, 0, 0) * a.at(k, 1, 0) / loop;
  out.at(k, 0, 1) = a.at(k, 0, 1) * b.at(k, 0, 1) / loop;
  out.at(k, 1, 0) = b.at(k, 1, 0) * a.at(k, 1, 0) / loop;
  out.at(k, 1, 1) = b.at(k, 1, 1) + b.at(k, 1, 0) * a.at(k, 1, 1) * b.at(k, 0, 1) / loop;
}

void cascade_four_port(const SParameters& a, const SParameters& b, std::size_t k, SParameters& out) {
  const Block a11 = block(a, k, 0, 0), a12 = block(a, k, 0, 2), a21 = block(a, k, 2, 0), a22 = block(a, k, 2, 2);
  const Block b11 = block(b, k, 0, 0), b12 = block(b, k, 0, 2), b21 = block(b, k, 2, 0), b22 = block(b, k, 2, 2);
  const Block left_loop = inverse_of_one_minus(b11 * a22, a.frequency[k]);
  const Block right_loop = inverse_of_one_minus(a22 * b11, a.frequency[k]);
  set_block(out, k, 0, 0, a11 + a12 * left_loop * b11 * a21);
  set_block(out, k, 0, 2, a12 * left_loop * b12);
  set_block(out, k, 2, 0, b21 * right_loop * a21);
  set_block(out, k, 2, 2, b22 + b21 * right_loop * a22 * b12);
}

void require_permutation(const PortOrder& order) {
  PortOrder sorted = order;
  std::sort(sorted.begin(), sorted.end());
  if (sorted != PortOrder{1, 2, 3, 4}) throw ConfigError("a port order must name each of the ports 1 2 3 4 once");
}

}  // namespace

SParameters SParameters::zeros(std::span<const double> frequency, int ports, double reference_impedance) {
  SParameters s;
  s.frequency.assign(frequency.begin(), frequency.end());
  s.ports = ports;
  s.reference_impedance = reference_impedance;
  s.data.assign(frequency.size() * static_cast<std::size_t>(ports) * static_cast<std::size_t>(ports), Complex());
  return s;
}

SParameters to_differential(const SParameters& four_port, const PortOrder& order) {
  if (four_port.ports != 4)
    throw ConfigError("a differential pair needs a four-port, got " + std::to_string(four_port.ports) + " ports");
  require_permutation(order);
  SParameters mixed = SParameters::zeros(four_port.frequency, 4, four_port.reference_impedance);
  for (std::size_t k = 0; k < mixed.frequency.size(); ++k) {
    for (int to = 0; to < 2; ++to) {
      for (int from = 0; from < 2; ++from) {
        const auto s = [&](std::size_t leg_to, std::size_t leg_from) {
          return four_port.at(k, order[2 * static_cast<std::size_t>(to) + leg_to] - 1,
                              order[2 * static_cast<std::size_t>(from) + leg_from] - 1);
        };
        const Complex pp = s(0, 0), pn = s(0, 1), np = s(1, 0), nn = s(1, 1);
        set_block(mixed, k, 2 * to, 2 * from,
                  {0.5 * (pp - pn - np + nn), 0.5 * (pp + pn - np - nn), 0.5 * (pp - pn + np - nn),
                   0.5 * (pp + pn + np + nn)});
      }
    }
  }
  return mixed;
}

SParameters differential_two_port(const SParameters& mixed) {
  if (mixed.ports == 2) return mixed;
  if (mixed.ports != 4)
    throw ConfigError("a differential two-port needs a mixed-mode four-port, got " + std::to_string(mixed.ports) +
                      " ports");
  SParameters two_port = SParameters::zeros(mixed.frequency, 2, 2.0 * mixed.reference_impedance);
  for (std::size_t k = 0; k < mixed.frequency.size(); ++k)
    set_block(two_port, k, 0, 0, {mixed.at(k, 0, 0), mixed.at(k, 0, 2), mixed.at(k, 2, 0), mixed.at(k, 2, 2)});
  return two_port;
}

SParameters cascade(const SParameters& left, const SParameters& right) {
  if (left.ports != right.ports || (left.ports != 2 && left.ports != 4))
    throw ConfigError("networks in a row need 2 or 4 ports each, got " + std::to_string(left.ports) + " and " +
                      std::to_string(right.ports));
  if (left.reference_impedance != right.reference_impedance)
    throw ConfigError("networks in a row need one reference impedance, got " + format_number(left.reference_impedance) +
                      " ohm and " + format_number(right.reference_impedance) + " ohm");
  if (left.frequency != right.frequency) throw ConfigError("networks in a row need the same frequency axis");
  SParameters out = SParameters::zeros(left.frequency, left.ports, left.reference_impedance);
  for (std::size_t k = 0; k < out.frequency.size(); ++k)
    left.ports == 2 ? cascade_two_port(left, right, k, out) : cascade_four_port(left, right, k, out);
  return out;
}

std::vector<Complex> terminated_transfer(const SParameters& network, double source_resistance, double load_resistance) {
  for (const double r : {source_resistance, load_resistance}) {
    if (!(r >= 0.0) || !std::isfinite(r))
      throw ConfigError("a termination must be >= 0 ohm, got " + std::to_string(r) + " ohm");
  }
  const SParameters s = differential_two_port(network);
  const double source = (source_resistance - s.reference_impedance) / (source_resistance + s.reference_impedance);
  const double load = (load_resistance - s.reference_impedance) / (load_resistance + s.reference_impedance);
  std::vector<Complex> transfer(s.frequency.size());
  for (std::size_t k = 0; k < transfer.size(); ++k) {
    const Complex s11 = s.at(k, 0, 0), s12 = s.at(k, 0, 1), s21 = s.at(k, 1, 0), s22 = s.at(k, 1, 1);
    const Complex denominator = 1.0 - s11 * source - s22 * load + source * load * (s11 * s22 - s12 * s21);
    if (!is_usable(denominator)) throw_singular(s.frequency[k]);
    transfer[k] = s21 * (1.0 - source) * (1.0 + load) / denominator;
  }
  return transfer;
}

SParameters renormalize(const SParameters& network, double reference_impedance) {
  if (!(reference_impedance > 0.0) || !std::isfinite(reference_impedance))
    throw ConfigError("a reference impedance must be positive, got " + std::to_string(reference_impedance) + " ohm");
  const double r =
      (reference_impedance - network.reference_impedance) / (reference_impedance + network.reference_impedance);
  if (r == 0.0) return network;
  using Matrix = Eigen::Matrix<Complex, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  SParameters out = SParameters::zeros(network.frequency, network.ports, reference_impedance);
  const auto stride = static_cast<std::size_t>(network.ports) * static_cast<std::size_t>(network.ports);
  const Matrix one = Matrix::Identity(network.ports, network.ports);
  for (std::size_t k = 0; k < out.frequency.size(); ++k) {
    const Eigen::Map<const Matrix> s(network.data.data() + k * stride, network.ports, network.ports);
    const Eigen::FullPivLU<Matrix> solver(one - r * s);
    if (!solver.isInvertible()) throw_singular(out.frequency[k]);
    Eigen::Map<Matrix>(out.data.data() + k * stride, network.ports, network.ports) = solver.solve(s - r * one);
  }
  return out;
}

}  // namespace tessera

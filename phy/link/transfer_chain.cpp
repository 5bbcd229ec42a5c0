#include "phy/link/transfer_chain.hpp"

#include <array>
#include <numeric>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

using States = std::array<std::vector<Complex>, 2>;  // both components of a port at every frequency

bool is_identity(const StageResponse& element) {
  if (element.rows != element.cols) return false;
  for (std::size_t k = 0; k < element.grid.frequency_count(); ++k)
    for (int r = 0; r < element.rows; ++r)
      for (int c = 0; c < element.cols; ++c)
        if (element.at(k, r, c) != (r == c ? 1.0 : 0.0)) return false;
  return true;
}

// state <- M state at every frequency.
void apply(const StageResponse& element, States& state) {
  const std::size_t count = state[0].size();
  if (element.rows == 1 && element.cols == 1) {
    for (std::size_t k = 0; k < count; ++k) state[0][k] *= element.values[k];
    return;
  }
  for (std::size_t k = 0; k < count; ++k) {
    std::array<Complex, 2> out{};
    for (int r = 0; r < element.rows; ++r)
      for (int c = 0; c < element.cols; ++c)
        out[static_cast<std::size_t>(r)] += element.at(k, r, c) * state[static_cast<std::size_t>(c)][k];
    state[0][k] = out[0];
    state[1][k] = out[1];
  }
}

// row <- row M at every frequency.
void apply_from_right(const StageResponse& element, States& row) {
  const std::size_t count = row[0].size();
  if (element.rows == 1 && element.cols == 1) return apply(element, row);
  for (std::size_t k = 0; k < count; ++k) {
    std::array<Complex, 2> out{};
    for (int r = 0; r < element.rows; ++r)
      for (int c = 0; c < element.cols; ++c)
        out[static_cast<std::size_t>(c)] += row[static_cast<std::size_t>(r)][k] * element.at(k, r, c);
    row[0][k] = out[0];
    row[1][k] = out[1];
  }
}

States unit(std::size_t count) {
  return {std::vector<Complex>(count, Complex(1.0)), std::vector<Complex>(count, Complex(0.0))};
}

}  // namespace

TransferChain::TransferChain(const std::vector<StageResponse>& elements) {
  if (elements.empty()) throw Error("a transfer chain needs at least one element");
  for (std::size_t i = 1; i < elements.size(); ++i)
    if (elements[i].cols != elements[i - 1].rows)
      throw Error("transfer chain: states of neighbouring ports do not match");
  grid_ = elements.front().grid;
  std::vector<bool> passes;
  for (const StageResponse& element : elements) {
    delays_.push_back(element.bulk_delay);
    high_pass_ += element.high_pass;
    passes.push_back(is_identity(element));
  }
  const auto note = [](Partial& partial, const States& state, bool known) {
    if (!known) partial.products.push_back(state[0]);
    partial.of.push_back(partial.products.size() - 1);
  };
  States state = unit(grid_.frequency_count());
  note(start_, state, false);
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (!passes[i]) apply(elements[i], state);
    note(start_, state, passes[i]);
  }
  state = unit(grid_.frequency_count());
  note(end_, state, false);
  for (std::size_t i = elements.size(); i-- > 0;) {
    if (!passes[i]) apply_from_right(elements[i], state);
    note(end_, state, passes[i]);
  }
}

double TransferChain::delay(std::size_t begin, std::size_t end) const {
  const auto at = [&](std::size_t i) { return delays_.begin() + static_cast<std::ptrdiff_t>(i); };
  return std::accumulate(at(begin), at(end), 0.0);
}

Response TransferChain::from_start(std::size_t end) const {
  return {grid_, start_.products[start_.of[end]], delay(0, end)};
}

Response TransferChain::to_end(std::size_t begin) const {
  return {grid_, end_.products[end_.of[size() - begin]], delay(begin, size())};
}

}  // namespace tessera

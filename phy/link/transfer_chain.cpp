#include "phy/link/transfer_chain.hpp"

#include <array>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

using State = std::array<Complex, 2>;

State apply(const StageResponse& element, std::size_t k, const State& in) {
  State out{};
  for (int r = 0; r < element.rows; ++r)
    for (int c = 0; c < element.cols; ++c)
      out[static_cast<std::size_t>(r)] += element.at(k, r, c) * in[static_cast<std::size_t>(c)];
  return out;
}

}  // namespace

TransferChain::TransferChain(std::vector<StageResponse> elements) : elements_(std::move(elements)) {
  if (elements_.empty()) throw Error("a transfer chain needs at least one element");
  for (std::size_t i = 1; i < elements_.size(); ++i)
    if (elements_[i].cols != elements_[i - 1].rows)
      throw Error("transfer chain: states of neighbouring ports do not match");
}

Response TransferChain::from_start(std::size_t end) const {
  Response response = Response::flat(grid());
  for (std::size_t i = 0; i < end; ++i) response.bulk_delay += elements_[i].bulk_delay;
  for (std::size_t k = 0; k < response.values.size(); ++k) {
    State state{Complex(1.0), Complex(0.0)};
    for (std::size_t i = 0; i < end; ++i) state = apply(elements_[i], k, state);
    response.values[k] = state[0];
  }
  return response;
}

Response TransferChain::to_end(std::size_t begin) const {
  Response response = Response::flat(grid());
  for (std::size_t i = begin; i < elements_.size(); ++i) response.bulk_delay += elements_[i].bulk_delay;
  for (std::size_t k = 0; k < response.values.size(); ++k) {
    State state{Complex(1.0), Complex(0.0)};
    for (std::size_t i = begin; i < elements_.size(); ++i) state = apply(elements_[i], k, state);
    response.values[k] = state[0];
  }
  return response;
}

double TransferChain::high_pass() const {
  double corner = 0.0;
  for (const StageResponse& element : elements_) corner += element.high_pass;
  return corner;
}

}  // namespace tessera

#include "phy/link/prepare.hpp"

namespace tessera {
namespace {

std::size_t bytes_of(const Response& r) { return r.values.size() * sizeof(Complex); }

std::size_t bytes_of(const PreparedSegment& s) {
  std::size_t sum = bytes_of(s.channel) + bytes_of(s.receiver.front_end) + bytes_of(s.transmitter.edge) +
                    s.receiver.input_noise_psd.size() * sizeof(double);
  for (const NoiseInjection& n : s.noise)
    sum += bytes_of(n.to_decision) + bytes_of(n.from_symbol) + n.s0.size() * sizeof(double);
  for (const CrosstalkPath& c : s.crosstalk) sum += bytes_of(c.response) + c.gains.size() * sizeof(double);
  if (s.memo) sum += 4 * bytes_of(s.channel);  // what engines are likely to leave there
  return sum;
}

std::size_t bytes_of(const SParameters& s) {
  return s.data.size() * sizeof(Complex) + s.frequency.size() * sizeof(double);
}

}  // namespace

PrepareCache::PrepareCache(std::size_t byte_limit) : byte_limit_(byte_limit) {}

const PrepareCache::Value* PrepareCache::touch(const std::string& key) const {
  const auto place = places_.find(key);
  if (place == places_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, place->second);
  return &place->second->value;
}

void PrepareCache::insert(const std::string& key, Value value, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  if (const auto place = places_.find(key); place != places_.end()) {
    bytes_ -= place->second->bytes;
    entries_.erase(place->second);
    places_.erase(place);
  }
  bytes += 2 * key.size();
  entries_.push_front({key, std::move(value), bytes});
  places_[key] = entries_.begin();
  bytes_ += bytes;
  while (bytes_ > byte_limit_ && entries_.size() > 1) {
    bytes_ -= entries_.back().bytes;
    places_.erase(entries_.back().key);
    entries_.pop_back();
  }
}

std::shared_ptr<const SParameters> PrepareCache::find(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const Value* value = touch(key);
  const auto* network = value != nullptr ? std::get_if<std::shared_ptr<const SParameters>>(value) : nullptr;
  return network != nullptr ? *network : nullptr;
}

void PrepareCache::store(const std::string& key, std::shared_ptr<const SParameters> value) {
  const std::size_t bytes = bytes_of(*value);
  insert(key, std::move(value), bytes);
}

std::shared_ptr<const PreparedSegment> PrepareCache::find_segment(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const Value* value = touch(key);
  const auto* segment = value != nullptr ? std::get_if<std::shared_ptr<const PreparedSegment>>(value) : nullptr;
  return segment != nullptr ? *segment : nullptr;
}

void PrepareCache::store_segment(const std::string& key, std::shared_ptr<const PreparedSegment> value) {
  const std::size_t bytes = bytes_of(*value);
  insert(key, std::move(value), bytes);
}

std::size_t PrepareCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace tessera

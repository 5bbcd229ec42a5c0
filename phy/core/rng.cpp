#include "phy/core/rng.hpp"

#include <algorithm>

#include "phy/core/avx2.hpp"
#include "phy/core/philox_tile.hpp"

namespace tessera {
namespace {

constexpr std::size_t kLanes = 16;  // counters in a tile

void portable_tile(const StreamKey& key, std::uint64_t tile, int rounds, std::uint32_t* words) {
  for (std::size_t i = 0; i < kLanes; ++i) {
    const std::uint64_t c = tile * kLanes + i;
    const auto block = philox4x32({static_cast<std::uint32_t>(c), static_cast<std::uint32_t>(c >> 32), key.stream, 0},
                                  key.key, rounds);
    for (std::size_t w = 0; w < 4; ++w) words[w * kLanes + i] = block[w];
  }
}

#if TESSERA_HAS_AVX2
template <int kRounds>
TESSERA_AVX2 void avx2_tiles(const StreamKey& key, std::uint64_t tile, std::size_t count, std::uint32_t* words) {
  avx2::PhiloxSchedule schedule;
  avx2::philox_schedule(key, schedule);
  for (std::size_t t = 0; t < count; ++t) {
    __m256i w[8];
    avx2::philox_sixteen<kRounds>(schedule, key.stream, (tile + t) * kLanes, w);
    for (std::size_t i = 0; i < 8; ++i)
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(words + t * kRandomTile + 8 * i), w[i]);
  }
}
#endif

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> c, std::array<std::uint32_t, 2> key, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    const std::uint64_t a = std::uint64_t{kPhiloxA} * c[0], b = std::uint64_t{kPhiloxB} * c[2];
    c = {static_cast<std::uint32_t>(b >> 32) ^ c[1] ^ key[0], static_cast<std::uint32_t>(b),
         static_cast<std::uint32_t>(a >> 32) ^ c[3] ^ key[1], static_cast<std::uint32_t>(a)};
    key[0] += kPhiloxStepA;
    key[1] += kPhiloxStepB;
  }
  return c;
}

// Philox as the block cipher of a Matyas-Meyer-Oseas hash: eight bytes of the text a step, the length last.
StreamKey stream_key(std::uint64_t seed, std::string_view path, std::uint64_t lane) {
  std::array<std::uint32_t, 4> state{0x7465'7373U, 0x6572'6131U, 0, 0};
  const auto absorb = [&state](std::uint64_t word) {
    const std::array<std::uint32_t, 4> block{static_cast<std::uint32_t>(word), static_cast<std::uint32_t>(word >> 32),
                                             state[2], state[3]};
    const auto mixed = philox4x32(block, {state[0], state[1]});
    for (std::size_t i = 0; i < 4; ++i) state[i] = mixed[i] ^ block[i];
  };
  absorb(seed);
  absorb(lane);
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < path.size(); ++i) {
    word |= std::uint64_t{static_cast<unsigned char>(path[i])} << (8 * (i % 8));
    if (i % 8 == 7) {
      absorb(word);
      word = 0;
    }
  }
  absorb(word);
  absorb(path.size());
  return {{state[0], state[1]}, state[2]};
}

void random_tiles(const StreamKey& key, std::uint64_t tile, std::size_t count, std::uint32_t* words, Rounds rounds) {
#if TESSERA_HAS_AVX2
  if (has_avx2())
    return rounds == Rounds::ten ? avx2_tiles<10>(key, tile, count, words) : avx2_tiles<7>(key, tile, count, words);
#endif
  for (std::size_t t = 0; t < count; ++t)
    portable_tile(key, tile + t, static_cast<int>(rounds), words + t * kRandomTile);
}

void random_words(const StreamKey& key, std::uint64_t first, std::span<std::uint32_t> words, Rounds rounds) {
  RandomTile partial;
  for (std::size_t done = 0; done < words.size();) {
    const std::uint64_t index = first + done;
    const std::size_t offset = index % kRandomTile;
    std::size_t run = std::min(kRandomTile - offset, words.size() - done);
    if (run == kRandomTile) {
      const std::size_t count = (words.size() - done) / kRandomTile;
      random_tiles(key, index / kRandomTile, count, words.data() + done, rounds);
      run = count * kRandomTile;
    } else {
      random_tiles(key, index / kRandomTile, 1, partial.data(), rounds);
      std::copy_n(partial.begin() + static_cast<std::ptrdiff_t>(offset), run,
                  words.begin() + static_cast<std::ptrdiff_t>(done));
    }
    done += run;
  }
}

std::uint64_t random_refinement(const StreamKey& key, std::uint64_t index) {
  const auto block =
      philox4x32({static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32), key.stream, 1}, key.key);
  return block[0] | std::uint64_t{block[1]} << 32;
}

void random_uniform(const StreamKey& key, std::uint64_t first, std::span<double> values) {
  RandomTile words;
  for (std::size_t done = 0; done < values.size();) {
    const std::size_t run = std::min(kRandomTile - (first + done) % kRandomTile, values.size() - done);
    random_words(key, first + done, std::span(words).first(run));
    for (std::size_t i = 0; i < run; ++i) values[done + i] = (words[i] + 0.5) * 0x1p-32;
    done += run;
  }
}

}  // namespace tessera

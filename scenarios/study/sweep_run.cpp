#include "scenarios/study/sweep_run.hpp"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <atomic>
#include <exception>
#include <mutex>

namespace tessera {
namespace {

// Takes points in order from a common counter, so that threads work side by side on one channel.
class Workers {
 public:
  Workers(const Sweep& sweep, const Library& library, const std::vector<ModelInfo>& models,
          std::vector<std::size_t> waiting, const SweepHooks& hooks)
      : sweep_(sweep), library_(library), models_(models), waiting_(std::move(waiting)), hooks_(hooks) {}

  void work() {
    ReadCache read;
    std::size_t last_link = sweep_.links.size();
    for (;;) {
      const std::size_t i = next_++;
      if (i >= waiting_.size() || failed_ || (hooks_.stop && hooks_.stop())) return;
      const std::size_t point = waiting_[i];
      if (sweep_.link_of(point) != last_link) read = {};
      last_link = sweep_.link_of(point);
      try {
        // Isolated: what waits inside a point must not begin another worker's points.
        const SweepPoint result = tbb::this_task_arena::isolate(
            [&] { return evaluate_point(sweep_, point, library_, models_, read, prepared_); });
        if (hooks_.finished) hooks_.finished(point, result);
      } catch (...) {
        const std::lock_guard lock(mutex_);
        if (!failure_) failure_ = std::current_exception();
        failed_ = true;
      }
    }
  }

  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  const Sweep& sweep_;
  const Library& library_;
  const std::vector<ModelInfo>& models_;
  const std::vector<std::size_t> waiting_;
  const SweepHooks& hooks_;
  PrepareCache prepared_;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> failed_{false};
  std::mutex mutex_;
  std::exception_ptr failure_;
};

}  // namespace

SweepPoint evaluate_point(const Sweep& sweep, std::size_t point, const Library& library,
                          const std::vector<ModelInfo>& models, ReadCache& read, PrepareCache& prepared) {
  EvaluationOptions options;
  options.engine = sweep.engine;
  options.eye = false;
  options.reach = false;
  options.cache = &prepared;
  options.port_noise = !sweep.probes.empty();
  try {
    const LinkScenario scenario = link_at(sweep, point, library, models, read);
    return sweep_point(evaluate_own_length(scenario.link, options), sweep.probes);
  } catch (const ConfigError& error) {
    return failed_point(error.what());
  } catch (const NumericError& error) {
    return failed_point(error.what());
  }
}

void run_sweep(const Sweep& sweep, const Library& library, const std::vector<ModelInfo>& models,
               const std::map<std::size_t, SweepPoint>& done, int threads, const SweepHooks& hooks) {
  std::vector<std::size_t> waiting;
  for (const std::size_t point : computing_order(sweep))
    if (!done.contains(point)) waiting.push_back(point);
  Workers workers(sweep, library, models, std::move(waiting), hooks);
  tbb::task_arena arena(threads > 0 ? threads : tbb::task_arena::automatic);
  arena.execute([&] {
    tbb::parallel_for(
        0, tbb::this_task_arena::max_concurrency(), 1, [&](int) { workers.work(); }, tbb::simple_partitioner());
  });
  workers.rethrow();
}

}  // namespace tessera

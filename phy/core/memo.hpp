#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace tessera {

/// Results of pure functions, kept for all who share the object. Explicit like every cache here: who passes none
/// computes anew, and gets the same bits.
///
/// Conventions: a key names the function and every argument that differs between callers; one key, one type.
/// Valid for: any number of threads; two that ask at once may both compute, and share what came first.
/// Source: none
/// Theory: docs/theory/preparation.md
class Memo {
 public:
  template <class T, class Make>
  std::shared_ptr<const T> get(const std::string& key, const Make& make) {
    {
      const std::lock_guard lock(mutex_);
      if (const auto place = entries_.find(key); place != entries_.end())
        return std::static_pointer_cast<const T>(place->second);
    }
    std::shared_ptr<const T> made = std::make_shared<T>(make());
    const std::lock_guard lock(mutex_);
    return std::static_pointer_cast<const T>(entries_.emplace(key, std::move(made)).first->second);
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const void>> entries_;
};

}  // namespace tessera

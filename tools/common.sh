# Shared by the scripts of this folder: sourced, not run.

say() { printf '\n== %s\n' "$*"; }

# One plain sentence on standard error, then the end.
fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# Two at most unless told: a translation unit may take a gigabyte.
default_jobs() {
  local cores
  cores=$(nproc 2>/dev/null || echo 1)
  echo $((cores < 2 ? cores : 2))
}

# build PRESET JOBS [TARGET]
build() {
  say "Configuring (preset $1)"
  cmake --preset "$1" || fail "CMake could not configure the build; the lines above say what it missed."
  say "Building with $2 jobs"
  cmake --build "build/$1" --parallel "$2" ${3:+--target "$3"} || fail "the build stopped at the error above."
}

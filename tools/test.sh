#!/usr/bin/env bash
# Installs what is missing, builds, runs every test.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/common.sh

usage() {
  cat <<'TEXT'
usage: tools/test.sh [options]

Installs missing packages (apt; asks sudo if not root), builds and runs every test. Safe to run again.

  --preset NAME   release (default), dev or asan: see CMakePresets.json
  --filter REGEX  only tests whose name matches, such as '^unit' or 'lint'
  --jobs N        compilers and tests at a time (default: cores, at most 2)
  --no-install    do not look for packages
  -h, --help      this text

Exit code: 0 if every test passed.
TEXT
}

preset=release
filter=.
jobs=$(default_jobs)
install=yes
while [ $# -gt 0 ]; do
  case $1 in
    --preset) preset=${2:?--preset needs a name}; shift ;;
    --filter) filter=${2:?--filter needs a pattern}; shift ;;
    --jobs) jobs=${2:?--jobs needs a number}; shift ;;
    --no-install) install=no ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; fail "unknown option $1" ;;
  esac
  shift
done

started=$SECONDS
[ $install = no ] || tools/install_dependencies.sh || exit 1
build "$preset" "$jobs"
built=$SECONDS
say "Testing"
status=0
ctest --preset "$preset" -R "$filter" --parallel "$jobs" || status=$?
echo
times="build $((built - started)) s, tests $((SECONDS - built)) s"
[ $status -eq 0 ] || fail "tests failed ($times); names and output stand above."
echo "All tests passed ($times)."

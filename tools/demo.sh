#!/usr/bin/env bash
# From a fresh machine to pictures: installs what is missing, builds, runs the main job.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/common.sh

usage() {
  cat <<'TEXT'
usage: tools/demo.sh [--jobs N] [--no-install]

Installs missing packages (apt; asks sudo if not root), builds the program and compares three 800 Gbit/s links: a table on the
terminal, and pictures, JSON and HDF5 in demo_output. Safe to run again.
TEXT
}

jobs=$(default_jobs)
install=yes
while [ $# -gt 0 ]; do
  case $1 in
    --jobs) jobs=${2:?--jobs needs a number}; shift ;;
    --no-install) install=no ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; fail "unknown option $1" ;;
  esac
  shift
done

[ $install = no ] || tools/install_dependencies.sh --build-only || exit 1
# The tests' libraries are not needed here, so the demo has a build folder of its own.
build demo "$jobs"

study=scenarios/library/studies/compare_800g.toml
output=demo_output
say "Running $study"
mkdir -p "$output"
build/demo/tools/tessera run "$study" --out "$output/compare_800g.h5" --json "$output/compare_800g.json" \
  --plots "$output" || fail "the run failed; the message above says why."

say "Results"
find "$PWD/$output" -type f | sort

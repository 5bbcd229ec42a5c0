#!/bin/sh
# Stores today's numbers as the golden ones and shows what moved. List accepted changes in CHANGELOG.md under "Changed results".
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
program=${1:-$root/build/tests/tests_golden}
TESSERA_ACCEPT_GOLDEN=1 "$program" --gtest_brief=1
git -C "$root" --no-pager diff --stat -- tests/golden/cases
git -C "$root" --no-pager diff -U0 -- tests/golden/cases | grep '^[-+] ' || echo "no number moved"

#!/usr/bin/env bash
# Installs the Debian packages that Tessera needs. Does nothing where they are there.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/common.sh

usage() {
  cat <<'TEXT'
usage: tools/install_dependencies.sh [--build-only] [--list]

Installs what is missing through apt (Debian 12 or a relative of it), as root or with sudo.

  --build-only  leave out what only the tests need
  --list        print the packages and stop
TEXT
}

build_packages=(g++ cmake ninja-build pkg-config git ccache
  libeigen3-dev libboost-dev libfftw3-dev libhdf5-dev libtbb-dev
  libfmt-dev libtomlplusplus-dev nlohmann-json3-dev libcli11-dev)
test_packages=(libgtest-dev libgmock-dev libbenchmark-dev librapidcheck-dev)
# Without these a test is skipped and says so.
optional_packages=(clang-format-19 libns3-dev ns2 libsimgrid-dev libyaml-cpp-dev iproute2)

packages=("${build_packages[@]}" "${test_packages[@]}")
list=no
while [ $# -gt 0 ]; do
  case $1 in
    --build-only) packages=("${build_packages[@]}"); optional_packages=() ;;
    --list) list=yes ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; fail "unknown option $1" ;;
  esac
  shift
done
if [ $list = yes ]; then
  printf '%s\n' "${packages[@]}" "${optional_packages[@]}"
  exit 0
fi

installed() { dpkg-query -W -f='${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed; }

say "Looking for packages"
command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
  fail "this system has no apt; install these by hand and use --no-install: ${packages[*]}"
required=() optional=()
for package in "${packages[@]}"; do
  installed "$package" || required+=("$package")
done
for package in "${optional_packages[@]}"; do
  installed "$package" || optional+=("$package")
done
if [ $((${#required[@]} + ${#optional[@]})) -eq 0 ]; then
  echo "All packages are installed."
  exit 0
fi
echo "Missing: ${required[*]} ${optional[*]}"

# Stops if something needed is missing; what is optional costs a test that is skipped.
stop_or_skip() {
  [ ${#required[@]} -eq 0 ] || fail "$1"
  echo "$1; the tests that need ${optional[*]} will be skipped."
  exit 0
}

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null ||
    stop_or_skip "packages are missing and there is no sudo; as root run: apt-get install ${required[*]} ${optional[*]}"
  as_root=(sudo)
  [ "${CI:-}" = true ] && as_root=(sudo -n)
fi

say "Installing"
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o Dpkg::Use-Pty=0)
"${apt[@]}" update || stop_or_skip "apt-get update failed; is there a network, and are the sources right?"
if [ ${#required[@]} -gt 0 ]; then
  "${apt[@]}" install --no-install-recommends "${required[@]}" ||
    fail "apt-get could not install: ${required[*]}"
fi
for package in "${optional[@]}"; do
  "${apt[@]}" install --no-install-recommends "$package" || echo "$package cannot be had; its test will be skipped."
done
echo "All packages are installed that can be had."

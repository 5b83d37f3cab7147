#!/usr/bin/env bash
# Leaves in .tools/stores what the tests of 'mvn -Pstores' and the benchmarks of the store need: Ceph's radosgw and HAProxy
# with the libraries that they load, from Debian's packages, which are unpacked and not installed; and versitygw.
#
# Usage: scripts/stores.sh
#
# Exit codes: 0 all is there, 1 something is missing, 2 wrong usage.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
stores=$repo/.tools/stores
versitygw=v1.8.0

fail() {
  printf 'stores: %s\n' "$1" >&2
  exit "${2:-1}"
}

# The libraries are all of Debian's, whatever this machine has, since the programs run in containers; but not the C library,
# which the containers have.
unpack() {
  local names package
  names=$(apt-get --option=Dir::State::status=/dev/null --simulate --no-install-recommends install \
    ceph-mon ceph-osd radosgw haproxy 2>"$work/log" |
    sed -nE '/^Inst libc6 /d; s/^Inst (ceph-(mon|osd|base|common)|radosgw|haproxy|lib[^ ]*) .*/\1/p') ||
    fail "Debian's packages: expected Ceph and HAProxy, found $(tail -n 1 "$work/log"); as root run apt-get update"
  echo "stores: downloading $(wc -w <<<"$names") packages" >&2
  # shellcheck disable=SC2086 # a list of names
  (cd "$work" && apt-get --option=APT::Sandbox::User="$(id -un)" download $names >"$work/log" 2>&1) ||
    fail "Debian's packages: expected to download them, found $(tail -n 1 "$work/log"); as root run apt-get update"
  for package in "$work"/*.deb; do dpkg-deb --extract "$package" "$work/stores"; done
  mv "$work/stores" "$stores"
}

main() {
  case $* in
    '') ;;
    --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" && exit ;;
    *) fail "arguments '$*': expected none, found some; see --help" 2 ;;
  esac
  local tool
  tool=$("$repo/scripts/go-tool.sh" github.com/versity/versitygw/cmd/versitygw "$versitygw")
  ln --symbolic --force "${tool##*/}" "$repo/.tools/versitygw"
  if [[ ! -d $stores ]]; then
    work=$(mktemp -d "$repo/.tools/.work-XXXXXX") # beside the target, so that it gets there whole or not at all
    trap 'rm -rf "$work"' EXIT
    unpack
  fi
}

main "$@"

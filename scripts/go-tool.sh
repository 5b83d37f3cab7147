#!/usr/bin/env bash
# Builds a tool in one version with Go, which checks its source against Go's checksum database, and prints the program's
# path. What is built already in .tools is not built again.
#
#   scripts/go-tool.sh PACKAGE VERSION
#
# Exit codes: 0 it is there, 1 it cannot be built, 2 wrong usage.
set -euo pipefail

fail() {
  printf 'go-tool: %s\n' "$*" >&2
  exit 1
}

main() {
  (($# == 2)) || {
    echo "go-tool: expected PACKAGE and VERSION, found '$*'" >&2
    exit 2
  }
  local package=$1 version=$2 tools name
  tools=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/.tools
  name=${package##*/}
  if [[ ! -x $tools/$name-$version ]]; then
    command -v go >/dev/null || fail "go: expected 1.25 or later, to build $name $version, found none; install Go"
    echo "go-tool: building $name $version" >&2
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    GOBIN=$work go install "$package@$version" >"$work/log" 2>&1 || {
      tail -n 15 "$work/log" >&2
      fail "$name '$version': expected Go to build it, found the error above; put that right and run again"
    }
    mkdir -p "$tools"
    mv "$work/$name" "$tools/$name-$version"
  fi
  echo "$tools/$name-$version"
}

main "$@"

#!/usr/bin/env bash
# Runs cosign in the one version that releases and rehearsals use. The first run builds it with Go, which checks its source
# against Go's checksum database, and takes minutes.
#
#   scripts/cosign.sh ARGUMENTS OF COSIGN
#
# Exit codes: cosign's own; 1 if it cannot be built.
set -euo pipefail

version=v2.6.5
tools=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/.tools
cosign=$tools/cosign-$version

fail() {
  printf 'cosign: %s\n' "$*" >&2
  exit 1
}

build() {
  command -v go >/dev/null || fail "go: expected 1.25 or later, to build cosign $version, found none; install Go"
  echo "cosign: building $version" >&2
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  GOBIN=$work go install "github.com/sigstore/cosign/v2/cmd/cosign@$version" >"$work/log" 2>&1 || {
    tail -n 15 "$work/log" >&2
    fail "version '$version': expected Go to build it, found the error above"
  }
  mkdir -p "$tools"
  mv "$work/cosign" "$cosign"
  rm -rf "$work"
}

[[ -x $cosign ]] || build
exec "$cosign" "$@"

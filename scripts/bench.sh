#!/usr/bin/env bash
# Measures this project's image side by side with one that a Dockerfile builds from the same pins: cold build and push,
# rebuilds, bytes uploaded, start, import, ingest. See src/bench.
#
# Usage: scripts/bench.sh [--quick | --pairs N] [--only builds|runs] [--with-buildah] [--publish]
#        scripts/bench.sh --only commit|faults|request_counts|s3a|tables: a table of docs/store.md or docs/lake.md, with the
#        image that was built last
#
# Leaves target/bench/bench.json; with --publish also docs/bench.svg and the table in README.md. It removes everything else
# that it makes.
# Exit codes: 0 measured, 1 something failed, 2 wrong usage.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

fail() {
  printf 'bench: %s\n' "$*" >&2
  exit 1
}

main() {
  cd "$repo"
  local registry=.tools/usr/bin/docker-registry
  docker version >/dev/null 2>&1 || fail "container engine: expected one that answers, found none; run scripts/setup.sh"
  command -v docker-registry >/dev/null || [[ -x $registry ]] || fail "docker-registry: expected on PATH or as $registry, found neither; run scripts/setup.sh"
  exec python3 -B src/bench/bench.py "$@"
}

main "$@"

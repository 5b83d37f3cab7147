#!/usr/bin/env bash
# Writes what follows from a changed version: the checksums of all that Maven resolves, in .mvn/checksums, and the generated
# blocks of README.md and docs. Then it runs the unit tests. docs/maintaining.md says when to run it; "git diff" shows what it did.
#
#   scripts/renew.sh [ARGUMENTS OF MAVEN]
#
# Exit codes: Maven's own.
set -euo pipefail

main() {
  if [[ ${1:-} == --help ]]; then
    sed -n '2,/^$/s/^# \?//p' "${BASH_SOURCE[0]}"
    return
  fi
  cd "$(dirname "${BASH_SOURCE[0]}")/.."
  local phase
  while read -r phase; do
    record --quiet "-P$phase" generate-resources "$@"
  done < <(grep -oP '<image\.phase>\K[^<]+' pom.xml)
  record -Ddocs.write=true test "$@"
}

record() { # record ARGUMENTS OF MAVEN
  scripts/maven.sh "$@" -Daether.artifactResolver.postProcessor.trustedChecksums=true \
    -Daether.artifactResolver.postProcessor.trustedChecksums.record=true
}

main "$@"

#!/usr/bin/env bash
# Builds the image, then builds it again under other circumstances, and compares the results byte for byte.
#
# Usage: scripts/reproduce.sh [-Dname=value | -Pphase]...
#
# The other builds are of a copy of the sources, with another path, umask, time zone, locale, host Python (if there is
# another one on PATH) and clock, and with empty caches. One runs on one busy CPU, after a build that was killed; one, with
# a changed byte in an input, which must give another image, makes the class archive by another container engine.
# Properties and profiles go to Maven. Needs root and dockerd, 3 GB in target/ and 4 GB of memory. This runs ReproduceIT, as
# 'mvn verify -Pfull' does.
# Exit codes: 0 reproducible, 1 not, or a build failed, 2 wrong usage.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

main() {
  local option
  for option; do
    case $option in
      -[DP]?*) ;;
      --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" && exit ;;
      *) echo "reproduce: argument '$option': expected -Dname=value, -Pphase or --help, found '$option'; see --help" >&2 && exit 2 ;;
    esac
  done
  cd "$repo"
  exec scripts/maven.sh --batch-mode verify -Pfull -Dit.test=ReproduceIT "$@"
}

main "$@"

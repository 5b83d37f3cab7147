#!/usr/bin/env bash
# Rehearses a release on this machine: pushes the image to a registry of its own, signs it with a key pair, attests its SBOM,
# its provenance and the VEX statements, and verifies all of it, with and without the registry. Then it tampers with each
# of them, and the verification must fail for that reason.
#
# Usage: scripts/rehearse-release.sh [-Dname=value | -Pphase]...
#
# Properties and profiles go to Maven. The first run builds cosign with Go, which takes minutes. This runs RehearsalIT, as
# 'mvn verify -Pfull' does.
# Exit codes: 0 all verified and each tampering refused, 1 not so, 2 wrong usage.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

main() {
  local option
  for option; do
    case $option in
      -[DP]?*) ;;
      --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" && exit ;;
      *) echo "rehearse-release: argument '$option': expected -Dname=value, -Pphase or --help, found '$option'; see --help" >&2 && exit 2 ;;
    esac
  done
  cd "$repo"
  [[ -z $(git status --porcelain) ]] || {
    echo "rehearse-release: clone '$repo': expected the last commit, which the provenance names, found changes; commit them" >&2
    exit 1
  }
  exec scripts/maven.sh --batch-mode verify -Pfull -Dit.test=RehearsalIT "$@"
}

main "$@"

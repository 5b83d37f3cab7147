#!/usr/bin/env bash
# Assembles a base image from Debian packages and PyPI's Spark, for machines that reach no container registry: the embedded
# base, or the test base, which stands in for the official image. docs/bases.md compares them.
#
# Usage: scripts/embedded-base.sh [--like official] [--output DIR]
#   --like    official: the test base, on Debian 11; without it: the embedded base, on Debian 12
#   --output  where base.tar and python-X.Y go (default: .base at the root of the repository, .base/official with --like)
#
# Needs root, mmdebstrap and Python with pip. Leaves DIR/base.tar (docker-save format, which Jib reads as tar://) and
# DIR/python-X.Y (the base's Python; its content is the suite and every Debian package with its version). The same
# package versions give the same bytes.
# Exit codes: 0 done, 1 failed (an earlier base in DIR stays as it was), 2 wrong usage.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
like='' output=''
needed_mb=2000 # the unpacked system, the layers and base.tar
work='' assembly=''
# What the machine's settings could change in the result.
export LC_ALL=C TZ=UTC
umask 022

fail() { # fail TEXT [EXIT CODE]
  printf 'embedded-base: %s\n' "$1" >&2
  exit "${2:-1}"
}

parse() {
  while (($#)); do
    case $1 in
      --like | --output)
        (($# > 1)) || fail "option '$1': expected a value, found none; see --help" 2
        printf -v "${1#--}" '%s' "$2"
        shift 2
        ;;
      --help)
        sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
        exit
        ;;
      *) fail "argument '$1': expected --like, --output or --help, found '$1'; see --help" 2 ;;
    esac
  done
  case $like in
    '') base=embedded suite=bookworm output=${output:-$repo/.base} ;;
    official) base=official suite=bullseye output=${output:-$repo/.base/official} ;;
    *) fail "option '--like': expected official, found '$like'; see --help" 2 ;;
  esac
}

free_mb() {
  df --output=avail -m "$output" | tail -n 1 | tr -d ' '
}

check_machine() {
  ((EUID == 0)) || fail "user '$(id -un)': expected root, found uid $EUID; run with sudo (installing Debian packages needs chroot)"
  local tool
  for tool in mmdebstrap python3 tar gzip sha256sum flock unshare setpriv; do
    command -v "$tool" >/dev/null ||
      fail "command '$tool': expected on PATH, found nothing; apt-get install mmdebstrap python3 tar gzip coreutils util-linux"
  done
  python3 -m pip --version >/dev/null 2>&1 ||
    fail "python3 '$(command -v python3)': expected the pip module, found none; apt-get install python3-pip"
  mkdir -p "$output"
  output=$(cd "$output" && pwd)
  exec 9<"$output"
  flock -n 9 || fail "directory '$output': expected no other assembly in it, found one; wait for it, or use --output"
  rm -rf --one-file-system "$output"/.work-* # left by kill -9
  (($(free_mb) >= needed_mb)) ||
    fail "disk '$output': expected $needed_mb MB free, found $(free_mb) MB; free some, or use --output"
}

cleanup() {
  trap - EXIT INT TERM HUP
  if [[ -n $assembly ]]; then
    kill -KILL "$assembly" 2>/dev/null || true
    wait "$assembly" 2>/dev/null || true
  fi
  if [[ -n $work ]]; then rm -rf --one-file-system "$work"; fi
}

# In the background, so that a signal is acted on at once. The assembly's processes and mounts are in namespaces of its
# own, which end with it; and it ends with this script, even on kill -9.
assemble() {
  setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child \
    "$repo/src/main/base/assemble.sh" "$base" "$suite" "$work" 2>"$work/log" 9<&- &
  assembly=$!
  wait "$assembly" || {
    assembly=''
    tail -n 15 "$work/log" >&2
    if grep -qi 'no space left' "$work/log" || (($(free_mb) < 50)); then
      fail "disk '$output': expected room for $(<"$work/step"), found $(free_mb) MB free; free about $needed_mb MB, or use --output"
    fi
    fail "$(<"$work/step"): expected to succeed, found the error above; put it right and run again (the network may have failed)"
  }
  assembly=''
}

main() {
  parse "$@"
  check_machine
  trap cleanup EXIT
  trap 'exit 1' INT TERM HUP
  work=$(mktemp -d "$output/.work-XXXXXX")
  assemble
  # In this order, a kill leaves no base.tar beside the marker of another one.
  sync "$work/base.tar"
  rm -f "$output/base.tar" "$output"/python-*
  mv "$work"/python-* "$output"
  mv "$work/base.tar" "$output"
  printf 'embedded-base: %s: %s\n' "$output/base.tar" "$(<"$work/step")"
}

main "$@"

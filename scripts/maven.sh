#!/usr/bin/env bash
# Runs Maven in the version that releases use, whatever Maven the machine has. The first run lets the machine's Maven fetch
# it, compares its sha256 and unpacks it into .tools.
#
# Usage: scripts/maven.sh ARGUMENTS OF MAVEN
#
# This is not Maven's own wrapper, which downloads from a host that its properties name: the machine's Maven goes through
# the mirror or proxy of the user's settings.
#
# Exit codes: those of Maven; 1 if it cannot be fetched.
set -euo pipefail

# Apache publishes the sha512 bcfe4fe305c962ac…d1a3ec956c9978 for the same archive.
version=3.9.11
sha256=4b7195b6a4f5c81af4c0212677a32ee8143643401bc6e1e8412e6b06ea82beac
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
maven=$repo/.tools/apache-maven-$version
archive=apache-maven-$version-bin.tar.gz

fail() {
  printf 'maven: %s\n' "$*" >&2
  exit 1
}

fetch() {
  local found
  command -v mvn >/dev/null || fail "mvn: expected any Maven on PATH, to fetch $version with, found none; run scripts/setup.sh"
  echo "maven: fetching $version" >&2
  mkdir -p "${maven%/*}"
  work=$(mktemp -d "$maven.XXXXXX") # beside its place, so that it gets there whole or not at all
  trap 'rm -rf "$work"' EXIT
  # The plugin's version is the POM's.
  mvn --file "$repo/pom.xml" --batch-mode --quiet dependency:copy -DoutputDirectory="$work" \
    -Dartifact="org.apache.maven:apache-maven:$version:tar.gz:bin" >"$work/log" 2>&1 || {
    tail -n 15 "$work/log" >&2
    fail "version '$version': expected '$(command -v mvn)' to fetch it, found the error above; put it right and run again"
  }
  found=$(sha256sum "$work/$archive" | cut -d ' ' -f 1)
  [[ $found == "$sha256" ]] ||
    fail "sha256 of '$archive': expected $sha256, found $found; delete org/apache/maven/apache-maven/$version from Maven's local repository and run again; if the hash stays the same, do not trust that mirror, nor anything else that came from it"
  tar -xzf "$work/$archive" -C "$work"
  # Another run may have been faster.
  mv -T "$work/${maven##*/}" "$maven" 2>/dev/null || [[ -x $maven/bin/mvn ]] ||
    fail "directory '$maven': expected that Maven can be moved there, found that it cannot; delete the directory and run again"
  rm -rf "$work"
}

[[ -x $maven/bin/mvn ]] || fetch
exec "$maven/bin/mvn" "$@"

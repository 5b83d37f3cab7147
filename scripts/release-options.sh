#!/usr/bin/env bash
# Prints the options with which Maven builds the release of a Git tag: v{spark-version}-{phase}[-cold][-rN]. The phase and
# the variant name profiles of pom.xml; the whole is the image's tag.
#
# Usage: scripts/release-options.sh TAG
#
# Exit codes: 0 printed, 1 the tag is none of a release, 2 wrong usage.
set -euo pipefail

pom=$(dirname "${BASH_SOURCE[0]}")/../pom.xml

fail() {
  printf "release-options: tag '%s': %s\n" "$tag" "$*" >&2
  exit 1
}

main() {
  case $# in
    1) ;;
    *) echo "release-options: arguments '$*': expected TAG; see --help" >&2 && exit 2 ;;
  esac
  if [[ $1 == --help ]]; then sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" && exit; fi
  local tag=$1 spark profile profiles
  spark=$(sed -n 's|^ *<base.spark.version>\([0-9.]*\)</base.spark.version>$|\1|p' "$pom")
  [[ $tag =~ ^v([0-9.]+)-(phase[0-9]+|prod)(-(cold))?(-r[1-9][0-9]*)?$ ]] ||
    fail "expected v{spark-version}-{phase}[-cold][-rN], such as v$spark-phase0-r1, found another form; give the commit such a tag"
  [[ ${BASH_REMATCH[1]} == "$spark" ]] || fail "expected Spark $spark, as in pom.xml, found ${BASH_REMATCH[1]}; tag it v$spark-…"
  profiles=${BASH_REMATCH[2]}${BASH_REMATCH[4]:+,${BASH_REMATCH[4]}}
  for profile in ${profiles//,/ }; do
    grep -q "^ *<id>$profile</id>$" "$pom" || fail "expected '$profile' to be a profile of pom.xml, found none of that name; tag another phase"
  done
  echo "-P$profiles -Dimage.tag=${tag#v}"
}

main "$@"

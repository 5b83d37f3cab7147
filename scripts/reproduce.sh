#!/usr/bin/env bash
# Builds the image of the last commit four times and compares the results, byte for byte.
#
#   scripts/reproduce.sh [-Dname=value | -Pphase]...
#
# Two clean clones that differ in path, umask, time zone, locale, host Python and clock must give the same image; one
# byte changed in an input must give another image, and a change of no input the first image again.
# Exit codes: 0 reproducible, 1 not, or a build failed, 2 wrong usage.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
properties=()
work=

usage() {
  cat <<'USAGE'
Usage: scripts/reproduce.sh [-Dname=value | -Pphase]...

Builds the last commit (with the base that is in .base/, if there is one) in two clones that have nothing in common but
~/.m2 and the wheels, and says in which layer and file they differ. Then shows that the comparison notices one changed
byte. Takes about five minutes on two cores, and 5 GB in target/. Properties and profiles go to Maven, as to 'mvn package'.
Optional: a second python3.* with pip, and faketime, on PATH.
USAGE
}

step() {
  printf 'reproduce: %s\n' "$*" >&2
}

fail() {
  step "$@"
  exit 1
}

parse() {
  while (($#)); do
    case $1 in
      -[DP]*) properties+=("$1") ;;
      --help)
        usage
        exit
        ;;
      *)
        step "argument '$1': expected -Dname=value, -Pphase or --help, found '$1'; see --help"
        exit 2
        ;;
    esac
    shift
  done
}

check_machine() {
  local javac changes
  changes=$(git -C "$repo" status --porcelain)
  [[ -z $changes ]] || step "the last commit is built, without your changes of $(wc -l <<<"$changes") files"
  javac=$("${JAVA_HOME:+$JAVA_HOME/bin/}javac" -version 2>&1)
  [[ $javac == 'javac 17'* ]] ||
    step "javac '$javac': expected 17, with which releases are built; its major version is an input, so the digest may differ from theirs"
}

# The host's Pythons that can build, one of each version.
pythons() {
  local name
  compgen -c python3 | grep -E '^python3(\.[0-9]+)?$' | sort --unique --version-sort |
    while read -r name; do
      printf '%s %s\n' "$("$name" -c 'import sys, pip; print(*sys.version_info[:2], sep=".")' 2>/dev/null)" "$name"
    done | sed '/^ /d' | sort --unique --key=1,1 --version-sort | cut -d ' ' -f 2
}

clone() { # clone DIRECTORY
  git clone --quiet "$repo" "$1"
  if [[ -d $repo/.base ]]; then
    cp -al "$repo/.base" "$1/.base"
  fi
}

# Builds with Jib caches of the clone's own, so that each layer's bytes are made anew.
build() { # build DIRECTORY PYTHON [WRAPPER...]
  local directory=$1 python=$2
  (cd "$directory" && exec "${@:3}" mvn --batch-mode --quiet package -DskipTests "${properties[@]}" "-Dpython=$python" \
    "-Djib.baseImageCache=$directory/.jib/base" "-Djib.applicationCache=$directory/.jib/application") >"$work/log" 2>&1 || {
    tail -n 30 "$work/log" >&2
    fail "build '$directory': expected to succeed, found the error above"
  }
  step "  $(digest "$directory")"
}

digest() {
  cat "$1/target/jib-image.digest"
}

# Which layer, and which file in it, two images differ in.
differences() {
  python3 - "$1/target/jib-image.tar" "$2/target/jib-image.tar" <<'PYTHON'
import gzip, hashlib, itertools, json, sys, tarfile

def member(image, name):
    return json.load(image.extractfile(name))

def entries(image, layer):
    result = {}
    if layer:
        with tarfile.open(fileobj=gzip.open(image.extractfile(layer)), mode='r|') as tar:
            for e in tar:
                content = hashlib.sha256(tar.extractfile(e).read()).hexdigest() if e.isfile() else e.linkname
                result[e.name] = (e.type.decode(), oct(e.mode), e.uid, e.gid, e.mtime, content)
    return result

one, two = (tarfile.open(name) for name in sys.argv[1:])
first, second = (member(image, 'manifest.json')[0]['Layers'] for image in (one, two))
found = []
for number, (a, b) in enumerate(itertools.zip_longest(first, second)):
    if a != b:
        found.append(f'layer {number}: {a} and {b}')
        old, new = entries(one, a), entries(two, b)
        names = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
        found += [f'  {name}: {old.get(name, "absent")} and {new.get(name, "absent")}' for name in names]
        if not names:
            found.append('  the same files: their order or the compression differs')
a, b = member(one, 'config.json'), member(two, 'config.json')
for key in sorted(a.keys() | b.keys()):
    if key != 'rootfs' and a.get(key) != b.get(key):
        found.append(f'configuration {key}: {a.get(key)} and {b.get(key)}')
print('\n'.join(found) or 'the same layers and configuration: the archive around them differs')
PYTHON
}

expect_same() { # expect_same DIRECTORY DIRECTORY
  if [[ $(digest "$1") != "$(digest "$2")" ]] || ! cmp --silent "$1"/target/jib-image.tar "$2"/target/jib-image.tar; then
    differences "$1" "$2" >&2
    fail "image '$(digest "$2")': expected $(digest "$1") and the same bytes, found the differences above"
  fi
}

main() {
  parse "$@"
  check_machine
  mkdir -p "$repo/target"
  work=$(mktemp -d "$repo/target/reproduce-XXXXXX")
  trap 'rm -rf "$work"' EXIT
  trap 'exit 1' INT TERM HUP

  local found one=$work/one two=$work/another/place/two later=()
  mapfile -t found < <(pythons)
  ((${#found[@]})) || fail "command 'python3': expected one with pip on PATH, found none; run scripts/setup.sh"
  if command -v faketime >/dev/null; then
    later=(faketime -f +13h)
  fi

  step "build 1: ${found[0]}, umask 022, UTC, C"
  (
    umask 022
    clone "$one"
    TZ=UTC LC_ALL=C build "$one" "${found[0]}"
  )
  step "build 2: ${found[-1]}, umask 077, Pacific/Kiritimati, C.UTF-8${later:+, 13 hours later}"
  (
    umask 077
    clone "$two"
    TZ=Pacific/Kiritimati LC_ALL=C.UTF-8 build "$two" "${found[-1]}" "${later[@]}"
  )
  expect_same "$one" "$two"

  local input=src/main/jib/etc/pip.conf
  step "build 3: one byte changed in $input"
  sed -i '1s/^./;/' "$one/$input"
  build "$one" "${found[0]}"
  [[ $(digest "$one") != "$(digest "$two")" ]] ||
    fail "input '$input': expected another image after a change of one byte, found $(digest "$two") again"

  step "build 4: $input as it was, a line added to README.md and to a test"
  git -C "$one" checkout --quiet "$input"
  echo 'One more line.' >>"$one/README.md"
  echo '// One more line.' >>"$one/src/test/java/io/github/ldamasio/rbs/pin/Project.java"
  build "$one" "${found[0]}"
  expect_same "$one" "$two"

  step "reproducible: $(digest "$two")"
}

main "$@"

#!/usr/bin/env bash
# Prepares a fresh Debian or Ubuntu machine to build and test the image. As root it installs what is missing; as another
# user it says what to install.
#
# Usage: scripts/setup.sh [--stores | --base official|embedded|like-official]
#   --stores  also radosgw, versitygw and HAProxy, for 'mvn -Pstores' and the benchmarks of the store
#   --base    official: apache/spark from Docker Hub; embedded: assembled here, into .base; like-official: the test base of
#             'mvn -Plike-official'. Without it an assembled base stays; else official if Docker Hub answers, else embedded.
#
# Exit codes: 0 ready, 1 something is missing, 2 wrong usage.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
base=$repo/.base dockerd_log=/var/log/rbs-spark-dockerd.log

say() { printf 'setup: %s\n' "$1" >&2; }

fail() { say "$1" && exit "${2:-1}"; } # fail TEXT [EXIT CODE]

found() { printf '%-10s %s\n' "$1" "$2"; }

# Runs a command of apt; once more after an update if that fails, because the package lists are missing or old.
apt() {
  { apt-get "$@" || { ((EUID == 0)) && apt-get update && apt-get "$@"; }; } >"$work/log" 2>&1 ||
    { tail -n 15 "$work/log" >&2 && fail "apt-get '$*': expected to succeed, found the error above; put it right and run again"; }
}

install() { # install NAME PACKAGE…
  if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
    fail "$1: expected to be installed, found nothing that will do; run as root: apt-get install --no-install-recommends ${*:2}"
  fi
  say "installing ${*:2}"
  DEBIAN_FRONTEND=noninteractive apt install -y --no-install-recommends "${@:2}"
}

# need NAME VERSION PACKAGES COMMAND…: installs the packages unless the command prints that version or a later one.
need() {
  local name=$1 least=$2 version
  enough() {
    # Maven 3.8 writes escape sequences even into a pipe.
    version=$("$@" 2>/dev/null | sed -nE '1{s/\x1b\[[0-9]*m//g; s/[^0-9]*([0-9.]+).*/\1/p}' || true)
    printf '%s\n%s\n' "$least" "$version" | sort --check=quiet --version-sort
  }
  if ! enough "${@:4}"; then
    # shellcheck disable=SC2086 # several packages
    install "$name" $3
    enough "${@:4}" ||
      fail "$name '$(command -v "$4")': expected version $least or later, found ${version:-none}; put that of Debian first on PATH, and unset JAVA_HOME"
  fi
  found "$name" "$version"
}

# Unpacked into .tools, not installed: that needs no root, and docker-registry would run as a service of this machine.
unpack() { # unpack PACKAGE FILE
  if ! command -v "$1" >/dev/null && ! compgen -G "$repo/.tools/$2" >/dev/null; then
    say "downloading $1" && mkdir -p "$repo/.tools"
    (cd "$work" && apt download "$1")
    dpkg-deb -x "$work/$1"_*.deb "$repo/.tools/part"
    cp -al "$repo/.tools/part/usr" "$repo/.tools" # links, so that a file is there whole or not at all
    rm -r "$repo/.tools/part"
  fi
}

engine() { timeout 10 docker version --format '{{.Server.Version}}' 2>/dev/null; }

start_engine() {
  [[ -z ${DOCKER_HOST:-} ]] ||
    fail "DOCKER_HOST '$DOCKER_HOST': expected a container engine that answers, found none (or no docker command); start it, or unset DOCKER_HOST"
  if ! command -v dockerd >/dev/null || ! command -v docker >/dev/null; then
    local packages=(docker.io)
    # From Debian 13 on, the command has a package of its own.
    if apt-cache show docker-cli >/dev/null 2>&1; then packages+=(docker-cli); fi
    # Where the kernel enforces AppArmor, the engine needs this.
    if grep -qs Y /sys/module/apparmor/parameters/enabled; then packages+=(apparmor); fi
    install 'container engine' "${packages[@]}"
  fi
  ((EUID == 0)) || fail "container engine: expected one that answers '$(id -un)', found none; start it (as root: dockerd) or join the group docker"
  if [[ -d /run/systemd/system ]]; then
    systemctl start docker || fail "docker.service: expected to start, found the error above; see journalctl -u docker"
  else
    say "starting dockerd, log in $dockerd_log"
    # In a session of its own and without our files, so that it outlives this script and no pipe waits for it.
    setsid dockerd </dev/null >"$dockerd_log" 2>&1 &
  fi
  local deadline=$((SECONDS + 60))
  until engine >/dev/null; do
    ((SECONDS < deadline)) || fail "dockerd: expected an answer within 60 s, found none; see $dockerd_log"
    sleep 0.5
  done
}

# Succeeds if Docker Hub's registry answers, with what a registry says and the error page of a proxy does not.
docker_hub_answers() {
  python3 - <<'PYTHON' 2>/dev/null
import urllib.error, urllib.request
try:
    answer = urllib.request.urlopen('https://registry-1.docker.io/v2/', timeout=4)
except urllib.error.HTTPError as e:  # 401: it wants a token even for public images
    answer = e
assert answer.headers.get('Docker-Distribution-Api-Version') == 'registry/2.0'
PYTHON
}

assemble() { # assemble DIRECTORY OPTION…, unless the base there is newer than all that it is made from
  if [[ -e $1/base.tar && -z $(find "$repo/src/main/base" -newer "$1/base.tar" -print -quit) ]]; then return; fi
  # gpg and distro-info tell mmdebstrap the keys of a suite and whether it has security updates.
  command -v mmdebstrap >/dev/null || install mmdebstrap mmdebstrap debian-archive-keyring gpg libdistro-info-perl
  "$repo/scripts/embedded-base.sh" "${@:2}"
}

check_base() { # check_base official|embedded|like-official|''
  local choice=$1 why='--base says so'
  if [[ -n $choice ]]; then :
  elif [[ -e $base/base.tar ]]; then choice=embedded why='.base/base.tar is there'
  elif docker_hub_answers; then choice=official why='Docker Hub answers'
  else choice=embedded why='Docker Hub does not answer'; fi
  found base "$choice, because $why"
  case $choice in
    official) rm -fv "$base"/base.tar "$base"/python-* ;;
    embedded) assemble "$base" ;;
    like-official) assemble "$base/official" --like official ;;
  esac
}

main() {
  case "$*" in
    '' | --stores | '--base official' | '--base embedded' | '--base like-official') ;;
    --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" && exit ;;
    *) fail "arguments '$*': expected --stores, --base official, embedded or like-official, or --help, found others; see --help" 2 ;;
  esac
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  chmod 755 "$work" # apt-get downloads as a user of its own

  need JDK 17 openjdk-17-jdk-headless "${JAVA_HOME:+$JAVA_HOME/bin/}javac" -version
  need Maven 3.8.7 maven mvn --version
  need pip 20.3 'python3 python3-pip' python3 -m pip --version
  need Go 1.19 golang-go go version
  engine >/dev/null || start_engine
  found engine "Docker $(engine) (${DOCKER_HOST:-default socket})"
  unpack docker-registry usr/bin/docker-registry
  unpack libfaketime 'usr/lib/*/faketime/libfaketime.so.1'
  "$repo/scripts/maven.sh" --version >/dev/null
  "$repo/scripts/kustomize.sh" version >/dev/null
  "$repo/scripts/spark-operator.sh" types >/dev/null
  if [[ ${1:-} == --stores ]]; then "$repo/scripts/stores.sh"; fi
  check_base "${2:-}"
}

main "$@"

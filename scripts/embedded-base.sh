#!/usr/bin/env bash
# Assembles the embedded base image, for machines that reach no container registry: Debian packages and the Spark
# distribution from PyPI. It honours the contract of the official apache/spark image (paths, uid, entrypoint).
#
#   scripts/embedded-base.sh [--suite bookworm|bullseye] [--output DIR]
#
# Leaves DIR/base.tar (docker-save format, what Jib reads as tar://) and DIR/python-X.Y (the base's Python, read by
# Maven's Enforcer; content: the suite and every Debian package). The same package versions give the same bytes.
# Exit codes: 0 done, 1 failed (an earlier base in DIR stays as it was), 2 wrong usage.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
suite=bookworm
output=$repo/.base
spark=3.5.0
needed_mb=2500 # the unpacked base, its layers and base.tar, all at once
cache=${XDG_CACHE_HOME:-$HOME/.cache}/rbs-spark

# Every time stamp in the image: the day Spark 3.5.0 was released. Not the build's time, or no two bases were equal.
export SOURCE_DATE_EPOCH=1694563200
# What the machine's settings could change in the result.
export LC_ALL=C TZ=UTC
umask 022

work=
child=

usage() {
  cat <<'USAGE'
Usage: scripts/embedded-base.sh [--suite bookworm|bullseye] [--output DIR]

Assembles a base image without a container registry. Needs root and mmdebstrap.
  --suite   bookworm: Python 3.11, OpenJDK 17 (default); bullseye: Python 3.9, OpenJDK 11
  --output  where base.tar and python-X.Y go (default: .base at the repository's root)
USAGE
}

step() {
  printf 'embedded-base: %s\n' "$*" >&2
}

fail() {
  printf 'embedded-base: %s\n' "$*" >&2
  exit 1
}

wrong_usage() {
  printf 'embedded-base: %s\n' "$*" >&2
  exit 2
}

parse() {
  while (($#)); do
    case $1 in
      --suite | --output)
        (($# > 1)) || wrong_usage "option '$1': expected a value, found none; see --help"
        printf -v "${1#--}" '%s' "$2"
        shift 2
        ;;
      --help)
        usage
        exit
        ;;
      *) wrong_usage "argument '$1': expected --suite, --output or --help, found '$1'; see --help" ;;
    esac
  done
  case $suite in
    bookworm) debian='Debian 12' ;;
    bullseye) debian='Debian 11' ;;
    *) wrong_usage "suite '$suite': expected bookworm or bullseye, found '$suite'; see --help" ;;
  esac
}

# Runs a long command so that a signal is acted on at once, not when the command has ended; and so that its descendants
# and mounts (mmdebstrap makes some) end with it, and it ends with this script, even on kill -9.
long() {
  local status=0
  setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child "$@" &
  child=$!
  wait "$child" || status=$?
  child=
  return "$status"
}

cleanup() {
  trap - EXIT INT TERM HUP
  if [[ -n $child ]]; then
    kill -KILL "$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  fi
  [[ -z $work ]] || rm -rf --one-file-system "$work"
}

free_mb() {
  df --output=avail -m "$output" | tail -n 1 | tr -d ' '
}

# What a failed step most often means, before the step's own words.
failed() {
  local log=$1 what=$2
  tail -n 15 "$log" >&2
  if grep -qi 'no space left' "$log" || (($(free_mb) < 50)); then
    fail "disk '$output': expected room for $what, found $(free_mb) MB free; free about $needed_mb MB, or use --output"
  fi
  fail "$what: expected to succeed, found the error above; run again, the network may have failed"
}

check_machine() {
  ((EUID == 0)) || fail "user '$(id -un)': expected root, found uid $EUID; run with sudo (installing Debian packages needs chroot)"
  local tool
  for tool in mmdebstrap python3 tar sha256sum flock unshare setpriv; do
    command -v "$tool" >/dev/null ||
      fail "command '$tool': expected on PATH, found nothing; apt-get install mmdebstrap python3 tar coreutils util-linux"
  done
  python3 -m pip --version >/dev/null 2>&1 ||
    fail "python3 '$(command -v python3)': expected the pip module, found none; apt-get install python3-pip"

  mkdir -p "$output"
  output=$(cd "$output" && pwd)
  # One build at a time: another one would take this one's work for a leftover.
  exec 9<"$output"
  flock -n 9 || fail "directory '$output': expected no other build in it, found one; wait for it, or use --output"
  rm -rf --one-file-system "$output"/.work-* # what a kill -9 left
  (($(free_mb) >= needed_mb)) ||
    fail "disk '$output': expected $needed_mb MB free, found $(free_mb) MB; free some, or use --output"
}

# The archive once per machine, its hash checked on each use: the requirements file holds it.
fetch_spark() {
  local file=$cache/pyspark-$spark.tar.gz expected found fresh
  expected=$(sed -n "s/^pyspark==$spark --hash=sha256://p" "$repo/src/main/base/requirements.txt")
  mkdir -p "$cache"
  if [[ ! -e $file ]]; then
    step "downloading Spark $spark from PyPI (317 MB)"
    fresh=$work/download
    long python3 -m pip download --quiet --disable-pip-version-check --no-cache-dir --no-deps --no-binary :all: \
      --require-hashes --requirement "$repo/src/main/base/requirements.txt" --dest "$fresh" >"$work/log" 2>&1 ||
      failed "$work/log" "the download of Spark $spark"
    # Copied under another name first: a kill must not leave half an archive in the cache.
    { cp "$fresh/pyspark-$spark.tar.gz" "$file.part" && mv "$file.part" "$file"; } ||
      fail "directory '$cache': expected to be writable with 317 MB free, found otherwise; free some, or set XDG_CACHE_HOME"
    rm -r "$fresh"
  fi
  found=$(sha256sum "$file" | cut -d ' ' -f 1)
  [[ $found == "$expected" ]] || fail "sha256 of '$file': expected $expected, found $found; delete the file and run again"
}

install_packages() {
  local packages
  packages=$(awk -v suite="[$suite]" '/^[a-z]/ && ($2 ~ /^#/ || $2 == suite) { print $1 }' \
    "$repo/src/main/base/packages.txt" | paste -s -d ,)
  step "installing $debian $suite packages"
  # No manual pages and translations; of the documentation the licences stay. The directories of the manual pages stay
  # too: without them OpenJDK 11 fails to install.
  long mmdebstrap --mode=root --variant=essential --include="$packages" \
    --dpkgopt='path-exclude=/usr/share/man/*/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/info/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*/*' \
    --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    "$suite" "$work/root" >"$work/log" 2>&1 || failed "$work/log" "installing the packages of $suite"
}

# Java's keystore notes when each certificate was added. Nobody reads that, but it differs from build to build: set it
# to our date, and renew the keystore's checksum ("JKS" format; the password is every Java's default).
fix_keystore() {
  python3 - "$1" "$SOURCE_DATE_EPOCH" <<'PYTHON'
import hashlib, struct, sys
path, seconds = sys.argv[1], int(sys.argv[2])
data = bytearray(open(path, 'rb').read()[:-20])
magic, version, count = struct.unpack_from('>III', data)
assert magic == 0xFEEDFEED and version == 2, 'not a JKS keystore: ' + path
at = 12
for _ in range(count):
    tag, length = struct.unpack_from('>IH', data, at)          # entry: tag, alias, date, type, certificate
    assert tag == 2, 'not a certificate'
    at += 6 + length
    struct.pack_into('>Q', data, at, seconds * 1000)
    at += 8
    at += 2 + struct.unpack_from('>H', data, at)[0]
    at += 4 + struct.unpack_from('>I', data, at)[0]
assert at == len(data), 'unknown content: ' + path
salt = 'changeit'.encode('utf-16-be') + b'Mighty Aphrodite'
open(path, 'wb').write(data + hashlib.sha1(salt + data).digest())
PYTHON
}

configure_system() {
  local root=$work/root
  echo 'spark:x:185:185:Spark:/home/spark:/bin/bash' >>"$root/etc/passwd"
  echo 'spark:x:185:' >>"$root/etc/group"
  install -d -o 185 -g 185 "$root/home/spark"
  # The own name is never asked of a name server that may not answer. (Debian 11 would ask.)
  sed -i 's/^hosts:.*/hosts:          files myhostname dns/' "$root/etc/nsswitch.conf"
  # OpenJDK 11 dumps its class data as it is installed, other bytes each time. (17 has it in the package.) Without it
  # the JVM starts 0.1 s later.
  if [[ $suite == bullseye ]]; then rm -f "$root"/usr/lib/jvm/*/lib/server/classes.jsa; fi
  # OpenSSL's, and so Python's, default file of trusted certificates. (Debian 11 has the directory only.)
  ln -sfn /etc/ssl/certs/ca-certificates.crt "$root/usr/lib/ssl/cert.pem"
  # No program of a job needs another's rights.
  find "$root/usr" -type f -perm /6000 -exec chmod ug-s {} +
  # The building machine's, and what only apt reads (which the image does not have).
  : >"$root/etc/resolv.conf"
  : >"$root/etc/hostname"
  rm -rf "$root"/etc/apt "$root"/var/lib/apt "$root"/var/cache/apt "$root"/var/log/apt "$root"/var/cache/debconf/*-old \
    "$root"/var/lib/dpkg/*-old "$root"/etc/{passwd,group}-
  fix_keystore "$root/etc/ssl/certs/java/cacerts"
}

# The layout of the official image; the source archive has its own.
install_spark() {
  local source=$work/pyspark-$spark target=$work/root/opt/spark
  step "unpacking Spark $spark"
  tar -xzf "$cache/pyspark-$spark.tar.gz" -C "$work" --no-same-owner
  mkdir -p "$target"/examples/src/main "$target"/python
  mv "$source"/deps/{bin,sbin,jars,data,licenses} "$target"
  mv "$source"/deps/examples "$target"/examples/src/main/python
  mv "$source"/lib "$target"/python
  # From the zip, not from beside it: the archive leaves out a package that the distribution has.
  python3 -m zipfile -e "$target/python/lib/pyspark.zip" "$target/python"
  rm -r "$source"
  # The revision: spark-version-info.properties in spark-common-utils.
  echo "Spark $spark (git revision ce5ddad990373636e94071e7cef2f31021add07b) built for Hadoop 3.3.4" >"$target/RELEASE"
  install -m 755 "$repo"/src/main/base/{entrypoint,decom}.sh "$work/root/opt"
  chmod -R u=rwX,go=rX "$target"
  # A job must not change its own runtime: all belongs to root but the directory that it works in.
  chown -R 0:0 "$target"
  install -d -o 185 -g 185 -m 775 "$target/work-dir"
}

# Byte code: no job could write it (root owns the directories), so each would compile anew. Checked by nothing, because
# the sources' time stamps, which it is checked by otherwise, are set to our date in the layers.
compile_python() {
  step "compiling Python's and PySpark's modules"
  find "$work/root" -name __pycache__ -prune -exec rm -r {} +
  # Python 2 leftovers in some tests do not compile, and need not.
  long chroot "$work/root" python3 -m compileall -q -j 2 --invalidation-mode unchecked-hash -x /tests/ \
    /usr/lib/python3 "/usr/lib/python$python" /opt/spark/python/pyspark >"$work/log" 2>&1 || true
}

# layer NAME PATH [TAR OPTION…]: $work/image/NAME/layer.tar with PATH of the root directory; each directory has an entry.
layer() {
  local name=$1 path=$2
  shift 2
  mkdir -p "$work/image/$name"
  long tar -C "$work/root" --create --file "$work/image/$name/layer.tar" --sort=name --numeric-owner --xattrs \
    --mtime="@$SOURCE_DATE_EPOCH" --format=pax --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime \
    "$@" "$path" 2>"$work/log" || failed "$work/log" "layer $name"
}

digest() {
  sha256sum "$@" | cut -d ' ' -f 1
}

write_image() {
  step "writing the image"
  layer system . --exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' --exclude='./run/*' --exclude='./tmp/*' --exclude='./opt/*'
  layer spark ./opt
  rm -rf --one-file-system "$work/root"

  local system spark_layer chain config created
  system=sha256:$(digest "$work/image/system/layer.tar")
  spark_layer=sha256:$(digest "$work/image/spark/layer.tar")
  # A base of its own has no manifest yet, so no digest. What identifies its content instead is the ChainID of its
  # layers, as defined by the OCI image specification (config.md).
  chain=sha256:$(printf '%s %s' "$system" "$spark_layer" | digest)
  created=$(date --utc --date="@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
  cat >"$work/image/config.json" <<JSON
{
  "architecture": "amd64",
  "os": "linux",
  "created": "$created",
  "config": {
    "User": "185",
    "WorkingDir": "/opt/spark/work-dir",
    "Entrypoint": ["/opt/entrypoint.sh"],
    "Env": [
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "LANG=C.UTF-8",
      "JAVA_HOME=$java_home",
      "SPARK_HOME=/opt/spark"
    ],
    "Labels": {
      "org.opencontainers.image.base.name": "rbs-spark embedded base ($debian $suite)",
      "org.opencontainers.image.base.digest": "$chain"
    }
  },
  "rootfs": {"type": "layers", "diff_ids": ["$system", "$spark_layer"]},
  "history": [
    {"created": "$created", "created_by": "$debian $suite packages"},
    {"created": "$created", "created_by": "Spark $spark from PyPI"}
  ]
}
JSON
  config=$(digest "$work/image/config.json")
  mv "$work/image/config.json" "$work/image/$config.json"
  cat >"$work/image/manifest.json" <<JSON
[{"Config": "$config.json", "RepoTags": ["rbs-spark-base:$suite"], "Layers": ["system/layer.tar", "spark/layer.tar"]}]
JSON
  long tar -C "$work/image" --create --file "$work/base.tar" --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
    --mtime="@$SOURCE_DATE_EPOCH" --format=ustar manifest.json "$config.json" system spark 2>"$work/log" ||
    failed "$work/log" "base.tar"
}

main() {
  parse "$@"
  trap cleanup EXIT
  trap 'exit 1' INT TERM HUP
  check_machine
  work=$(mktemp -d "$output/.work-XXXXXX")

  fetch_spark
  install_packages
  python=$(chroot "$work/root" python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  java_home=$(echo "$work"/root/usr/lib/jvm/java-[0-9][0-9]-openjdk-amd64)
  java_home=${java_home#"$work/root"}
  {
    echo "$suite"
    # shellcheck disable=SC2016 # dpkg-query's own variables
    chroot "$work/root" dpkg-query -W -f '${Package} ${Version}\n'
  } >"$work/marker"
  configure_system
  install_spark
  compile_python
  write_image

  # In this order a kill leaves no base.tar with another one's marker.
  sync "$work/base.tar"
  rm -f "$output/base.tar"
  rm -f "$output"/python-*
  mv "$work/marker" "$output/python-$python"
  mv "$work/base.tar" "$output/base.tar"
  step "$output/base.tar: $debian $suite, Python $python, Spark $spark"
}

main "$@"

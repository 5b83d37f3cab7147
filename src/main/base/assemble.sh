#!/usr/bin/env bash
# Assembles a base in a directory, for scripts/embedded-base.sh: WORK/base.tar and WORK/python-X.Y.
# WORK/step always holds the current step, for an error message.
#
#   src/main/base/assemble.sh embedded|official SUITE WORK
set -euo pipefail

base=$1 suite=$2 work=$3
here=$(dirname "${BASH_SOURCE[0]}")
root=$work/root
spark=$(sed -n 's/^pyspark==\([0-9.]*\) .*/\1/p' "$here/requirements.txt")
cache=${XDG_CACHE_HOME:-$HOME/.cache}/rbs-spark
# Every time stamp in the image: the day on which Spark 3.5.0 was released. With the time of the assembly, no two bases
# would have the same bytes.
export SOURCE_DATE_EPOCH=1694563200

step() {
  echo "$*" >"$work/step"
  echo "embedded-base: $*"
}

# Downloaded once per machine; its hash is checked on each use.
fetch_spark() {
  local archive=$cache/pyspark-$spark.tar.gz hash
  if [[ ! -e $archive ]]; then
    step "downloading Spark $spark from PyPI (317 MB)"
    python3 -m pip download --quiet --disable-pip-version-check --no-cache-dir --no-deps --no-binary :all: \
      --require-hashes --requirement "$here/requirements.txt" --dest "$work/download" >&2
    # Under another name first, so that a kill leaves no half archive in the cache.
    { mkdir -p "$cache" && cp "$work/download/${archive##*/}" "$archive.part" && mv "$archive.part" "$archive"; } 2>/dev/null || {
      echo "directory '$cache': expected to be writable with 317 MB free, found otherwise; free some, or set XDG_CACHE_HOME" >&2
      exit 1
    }
    rm -r "$work/download"
  fi
  step "checking '$archive'"
  hash=$(sed -n 's/^pyspark==.*--hash=sha256://p' "$here/requirements.txt")
  echo "$hash  $archive" | sha256sum --check --quiet >&2 || {
    echo "sha256 of '$archive': expected $hash, found $(sha256sum "$archive" | cut -d ' ' -f 1); delete the file and run again" >&2
    exit 1
  }
}

install_packages() {
  local packages
  packages=$(awk -v base="[$base]" '/^[a-z]/ && ($2 !~ /^\[/ || $2 == base) { print $1 }' "$here/packages.txt" | paste -s -d ,)
  step "installing the packages of Debian $suite"
  # No manual pages, no translations, nothing for the packages' developers; of the documentation, the licences stay. The
  # directories of the manual pages stay, too: without them OpenJDK 11 fails to install.
  mmdebstrap --mode=root --variant=essential --include="$packages" \
    --dpkgopt='path-exclude=/usr/share/man/*/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/info/*' \
    --dpkgopt='path-exclude=/usr/share/lintian/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*/*' \
    --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    "$suite" "$root" >&2
}

# What only the embedded base has.
configure_embedded() {
  echo 'spark:x:185:185:Spark:/home/spark:/bin/bash' >>"$root/etc/passwd"
  # The container's own name resolves without a name server, which may not answer.
  sed -i 's/^hosts:.*/hosts:          files myhostname dns/' "$root/etc/nsswitch.conf"
  # No program of a job needs the rights of another user.
  find "$root/usr" -type f -perm /6000 -exec chmod ug-s {} +
}

# What only the official image has.
configure_official() {
  echo 'spark:x:185:185::/home/spark:/bin/sh' >>"$root/etc/passwd" # and no such directory
  sed -i 's/^hosts:.*/hosts:          files dns/' "$root/etc/nsswitch.conf"
  chroot "$root" localedef -i en_US -f UTF-8 en_US.UTF-8 >&2
  install -d -g 50 -m 2775 "$root/usr/local/lib/python$python" "$root/usr/local/lib/python$python/dist-packages"
  # Java is found by PATH and JAVA_HOME alone.
  mkdir -p "$root/opt/java"
  mv "$root"/usr/lib/jvm/java-11-openjdk-amd64 "$root/opt/java/openjdk"
  chroot "$root" find /usr/bin /usr/lib/jvm /etc/alternatives -xtype l -delete
  # OpenJDK 11 dumps its class data when it is installed, with other bytes each time. Without it the JVM starts 0.1 s later.
  rm -f "$root/opt/java/openjdk/lib/server/classes.jsa"
}

configure_system() {
  step "configuring the system"
  echo 'spark:x:185:' >>"$root/etc/group"
  "configure_$base"
  # What comes from this machine, and what only apt reads (which the image does not have).
  install -m 644 /dev/null "$root/etc/resolv.conf"
  install -m 644 /dev/null "$root/etc/hostname"
  rm -rf "$root"/etc/apt "$root"/var/lib/apt "$root"/var/cache/apt "$root"/var/log/apt "$root"/var/cache/debconf/*-old \
    "$root"/var/lib/dpkg/*-old "$root"/etc/{passwd,group}-
  "$here/date_keystore.py" "$root/etc/ssl/certs/java/cacerts" "$SOURCE_DATE_EPOCH"
}

# In the layout of the official image, which is not that of the source archive.
install_spark() {
  local source=$work/pyspark-$spark target=$root/opt/spark
  step "unpacking Spark $spark"
  tar -xzf "$cache/pyspark-$spark.tar.gz" -C "$work" --no-same-owner
  mkdir -p "$target"/examples/src/main "$target"/python
  mv "$source"/deps/{bin,sbin,jars,data,licenses} "$target"
  mv "$source"/deps/examples "$target"/examples/src/main/python
  mv "$source"/lib "$target"/python
  # Not the unpacked copy in the archive: that lacks a package which the distribution has.
  python3 -m zipfile -e "$target/python/lib/pyspark.zip" "$target/python"
  rm -r "$source"
  # The revision is that of spark-version-info.properties in spark-common-utils.
  echo "Spark $spark (git revision ce5ddad990373636e94071e7cef2f31021add07b) built for Hadoop 3.3.4" >"$target/RELEASE"
  chmod -R u=rwX,go=rX "$target"
  install -d -m 775 "$target/work-dir"
  if [[ $base == official ]]; then
    install -m 755 "$here"/official/{entrypoint,decom}.sh "$root/opt"
    rm -r "$target/licenses"
    chown -R 185:185 "$target" "$root/opt/decom.sh"
  else
    install -m 755 "$here/decom.sh" "$root/opt"
    # A job must not change its own runtime: all but its working directory belongs to root.
    chown -R 0:0 "$target"
    chown 185:185 "$target/work-dir"
  fi
}

# Jobs cannot write byte code, because the directories belong to root; without it, each run would compile again. Python
# is told not to check it: by default it compares time stamps of the sources, which the layers set to our date.
# The official image has none of PySpark.
compile_python() {
  step "compiling Python's modules"
  local -a directories=(/usr/lib/python3 "/usr/lib/python$python")
  if [[ $base == embedded ]]; then directories+=(/opt/spark/python/pyspark); fi
  find "$root" -name __pycache__ -prune -exec rm -r {} +
  # In one process and with a fixed hash seed: otherwise the bytes differ between runs. Some tests are written in Python 2
  # and do not compile.
  PYTHONHASHSEED=0 chroot "$root" python3 -m compileall -q --invalidation-mode unchecked-hash -x /tests/ \
    "${directories[@]}" >&2
}

fetch_spark
install_packages
python=$(chroot "$root" python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
{
  echo "$suite"
  # shellcheck disable=SC2016 # the variables are dpkg-query's
  chroot "$root" dpkg-query -W -f '${Package} ${Version}\n'
} >"$work/python-$python"
configure_system
install_spark
compile_python
step "writing the image"
"$here/pack.sh" "$base" "$root" "$work/image"
mv "$work/image/base.tar" "$work"
echo "Debian $suite, Python $python, Spark $spark" >"$work/step"

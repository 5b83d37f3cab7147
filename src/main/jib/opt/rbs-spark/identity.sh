# shellcheck shell=bash
# Sourced before a program starts, by the entrypoint, by the commands in /usr/local/bin, by those in /opt/spark/bin through
# spark-env.sh, and by Python through a .pth file.
# With any uid, base and network, the program then has
#
#   a user name and a writable HOME   Hadoop's login fails without the name; Ivy and pip need the home
#   a UTF-8 locale                    the JVM would take text for US-ASCII
#   an address for its host name      Spark fails at start without one
#   the mounted certificates          where /etc/rbs-spark/ca has some; docs/ca.md
#
# /etc may be read-only, so nss_wrapper provides what is missing there. RBS_SPARK_IDENTITY holds the uid for which the
# environment was made: programs started from it skip all this.
# Returns 2, with a message, if SPARK_USER_NAME is not a user name, or if a mounted file holds no certificate.

# Prints the directory for the files that are made here, one for each uid. With a read-only root, /dev/shm may be the only place.
rbs_spark_directory() {
  local parent directory
  for parent in "${TMPDIR:-/tmp}" /tmp /dev/shm; do
    directory=$parent/rbs-spark-$EUID
    if { mkdir -m 700 "$directory" 2>/dev/null || [[ -d $directory && ! -L $directory ]]; } &&
      [[ -O $directory && -w $directory ]]; then
      printf '%s' "$directory"
      return
    fi
  done
  echo "directory '/tmp': expected to be writable for uid $EUID, found it is not; $1 without it: mount a volume there" >&2
  return 1
}

# Writes standard input to a file that other processes may be reading.
rbs_spark_write() {
  cat >"$1.$$" && mv "$1.$$" "$1"
}

rbs_spark_usable_home() {
  [[ $1 == /?* && -d $1 && -w $1 ]]
}

# In a container without a network, /etc/hosts lacks its own name, and only some bases have nss-myhostname.
rbs_spark_has_address() {
  local name=$1 interface
  while read -r interface _; do
    [[ $interface == Iface || $interface == lo ]] || return 0
  done </proc/net/route
  if [[ -r /proc/net/if_inet6 ]]; then
    while read -r _ _ _ _ _ interface; do
      [[ $interface == lo ]] || return 0
    done </proc/net/if_inet6
  fi
  getent hosts "$name" >/dev/null
}

rbs_spark_identity() {
  # C.UTF-8 is in the image's environment; a LC_ALL or LANG of the container's own may name a locale that the base lacks.
  if [[ ${LC_ALL:-} != C.UTF-8 && $(locale charmap 2>/dev/null) != UTF-8 ]]; then
    export LC_ALL=C.UTF-8
  fi

  local entry name='' home='' host user_missing='' host_missing=''
  entry=$(getent passwd "$EUID") || true
  IFS=: read -r name _ _ _ _ home _ <<<"$entry" || true
  if [[ -n $name ]] && ! rbs_spark_usable_home "${HOME:-}" && rbs_spark_usable_home "$home"; then
    export HOME=$home
  fi
  if [[ -z $name || ${HOME:-} != "$home" ]] || ! rbs_spark_usable_home "$home"; then
    user_missing=1
  fi
  read -r host </proc/sys/kernel/hostname
  rbs_spark_has_address "$host" || host_missing=1
  [[ -n $user_missing$host_missing ]] || return 0

  name=${name:-${SPARK_USER_NAME:-spark}}
  if [[ ! $name =~ ^[A-Za-z_][A-Za-z0-9_.-]*$ ]]; then
    echo "SPARK_USER_NAME '$name': expected a user name of letters, digits and _.-, found something else; set another one" >&2
    return 2
  fi
  local directory gid
  directory=$(rbs_spark_directory "the uid has no user name, home or host name") || return 0
  if [[ -n $user_missing ]]; then
    if ! rbs_spark_usable_home "${HOME:-}"; then
      export HOME=$directory/home
      mkdir -p "$HOME"
    fi
    gid=$(id -g)
    # First the new entry, then those that have neither its name nor its uid.
    {
      printf '%s:x:%s:%s:%s:%s:/bin/bash\n' "$name" "$EUID" "$gid" "$name" "$HOME"
      awk -F: -v name="$name" -v uid="$EUID" '$1 != name && $3 != uid' /etc/passwd
    } | rbs_spark_write "$directory/passwd"
    {
      cat /etc/group
      getent group "$gid" >/dev/null || printf 'group%s:x:%s:\n' "$gid" "$gid"
    } | rbs_spark_write "$directory/group"
    export NSS_WRAPPER_PASSWD=$directory/passwd NSS_WRAPPER_GROUP=$directory/group
  fi
  if [[ -n $host_missing ]]; then
    { cat /etc/hosts && printf '\n127.0.0.1 %s\n' "$host"; } | rbs_spark_write "$directory/hosts"
    export NSS_WRAPPER_HOSTS=$directory/hosts
  fi
  [[ ${LD_PRELOAD:-} == *libnss_wrapper.so* ]] || export LD_PRELOAD=libnss_wrapper.so${LD_PRELOAD:+:$LD_PRELOAD}
}

# Sets a variable unless the user did. What this file set for another uid does not count.
rbs_spark_default() {
  [[ -v $1 && ${!1} != */rbs-spark-[0-9]*/trusted-* ]] || export "$1=$2"
}

# Runs a class of the image's own JAR, in the JVM that starts fastest: rbs_spark_java CLASS ARGUMENT…
rbs_spark_java() {
  env -u JAVA_TOOL_OPTIONS -u JDK_JAVA_OPTIONS "${JAVA_HOME:+$JAVA_HOME/bin/}java" \
    -Xmx64m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "${SPARK_HOME:-/opt/spark}"/jars/rbs-spark-*.jar "$@"
}

# Trusts the certificates of /etc/rbs-spark/ca beside the public ones. Each set of certificates has a file name of its own.
rbs_spark_certificates() {
  local mounted=/etc/rbs-spark/ca directory sum trusted
  compgen -G "$mounted/*" >/dev/null || return 0
  directory=$(rbs_spark_directory "the certificates in $mounted have no effect") || return 0
  read -r sum _ < <(cat "$mounted"/* 2>/dev/null | cksum)
  trusted=$directory/trusted-$sum
  if [[ ! -e $trusted.jks ]]; then
    rbs_spark_java io.github.ldamasio.rbs.trust.TrustStore "$mounted" "$trusted" || return 2
  fi
  # Python's ssl, pyarrow and OpenSSL; then botocore and requests; then each JVM
  rbs_spark_default SSL_CERT_FILE "$trusted.pem"
  rbs_spark_default REQUESTS_CA_BUNDLE "$trusted.pem"
  local store="-Djavax.net.ssl.trustStore='$trusted.jks'"
  if [[ ${JAVA_TOOL_OPTIONS:-} != *-Djavax.net.ssl.trustStore=* || ${JAVA_TOOL_OPTIONS:-} == */rbs-spark-[0-9]*/trusted-* ]]; then
    export JAVA_TOOL_OPTIONS="${JAVA_TOOL_OPTIONS:+$JAVA_TOOL_OPTIONS }$store"
  fi
  # PostgreSQL's clients, libpq and JDBC
  local root=$HOME/.postgresql/root.crt
  if [[ ! -e $root || $(readlink "$root") == */rbs-spark-[0-9]*/trusted-* ]]; then
    mkdir -p "${root%/*}" && ln -sfn "$trusted.pem" "$root" || return 0
  fi
}

# The user's own options of a driver's JVM stand behind the image's, so that they win. Empty means neither: see docs/settings.md.
rbs_spark_options=@/opt/rbs-spark/defaults/java.options
[[ -z ${SPARK_SUBMIT_OPTS:-} || " $SPARK_SUBMIT_OPTS " == *" $rbs_spark_options "* ]] ||
  export SPARK_SUBMIT_OPTS="$rbs_spark_options $SPARK_SUBMIT_OPTS"

if [[ ${RBS_SPARK_IDENTITY:-} != "$EUID" ]]; then
  export RBS_SPARK_IDENTITY=$EUID
  rbs_spark_identity && rbs_spark_certificates
fi

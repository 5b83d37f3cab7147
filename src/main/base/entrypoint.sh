#!/usr/bin/env bash
# /opt/entrypoint.sh: how a container of this image starts.
#
#   driver ARGS…     spark-submit in client mode; what Spark on Kubernetes runs in the driver pod
#   executor         one executor; Spark on Kubernetes describes it in the environment
#   COMMAND ARGS…    anything else runs as it is
#
# Exit code: that of the command (143 after SIGTERM); 2 if the environment lacks a variable.
set -euo pipefail

SPARK_HOME=${SPARK_HOME:-/opt/spark}

fail() {
  printf 'entrypoint: %s\n' "$*" >&2
  exit 2
}

need() {
  local role=$1 name
  shift
  for name; do
    [[ -n ${!name:-} ]] ||
      fail "environment variable '$name': expected a value for the role '$role', found none; Spark on Kubernetes sets it, see its documentation"
  done
}

# Succeeds if a directory can serve as HOME.
usable_home() {
  [[ $1 == /?* && -d $1 && -w $1 ]]
}

# Java and Python find a user name and a writable home directory for any uid, and the environment names the same
# directory. Hadoop's login fails without the name; Ivy and pip need the home. /etc may be read-only, so nss_wrapper
# provides an entry that is missing there.
give_identity() {
  local uid gid entry name home dir
  uid=$(id -u)
  gid=$(id -g)
  entry=$(getent passwd "$uid" || true)
  IFS=: read -r name _ _ _ _ home _ <<<"$entry"

  if usable_home "${HOME:-}"; then
    [[ -n $entry && $HOME == "$home" ]] && return
  elif usable_home "$home"; then
    export HOME=$home
    return
  fi

  name=${name:-${SPARK_USER_NAME:-spark}}
  [[ $name =~ ^[A-Za-z_][A-Za-z0-9_.-]*$ ]] ||
    fail "SPARK_USER_NAME '$name': expected a user name of letters, digits and _.-; set another one"
  if ! dir=$(mktemp -d "${TMPDIR:-/tmp}/spark-user.XXXXXX" 2>/dev/null); then
    echo "entrypoint: ${TMPDIR:-/tmp}: not writable, so uid $uid has no home; mount a volume there" >&2
    return
  fi
  if ! usable_home "${HOME:-}"; then
    export HOME=$dir/home
    mkdir "$HOME"
  fi
  # First the new entry, then those that have neither its name nor its uid.
  {
    printf '%s:x:%s:%s:%s:%s:/bin/bash\n' "$name" "$uid" "$gid" "$name" "$HOME"
    awk -F: -v name="$name" -v uid="$uid" '$1 != name && $3 != uid' /etc/passwd
  } >"$dir/passwd"
  {
    cat /etc/group
    getent group "$gid" >/dev/null || printf 'group%s:x:%s:\n' "$gid" "$gid"
  } >"$dir/group"
  export NSS_WRAPPER_PASSWD=$dir/passwd NSS_WRAPPER_GROUP=$dir/group
  export LD_PRELOAD=libnss_wrapper.so${LD_PRELOAD:+:$LD_PRELOAD}
}

# The executor's class path, in the order of Spark's launcher: spark.executor.extraClassPath, which Spark on Kubernetes
# passes as SPARK_CLASSPATH, comes first. Empty parts are left out, because Java takes them for the working directory.
class_path() {
  local part path=
  for part in "${SPARK_CLASSPATH:-}" "${SPARK_CONF_DIR:-$SPARK_HOME/conf}" "${HADOOP_CONF_DIR:-}" "$SPARK_HOME/jars/*" \
    "${SPARK_EXTRA_CLASSPATH:-}" "$PWD" "${SPARK_DIST_CLASSPATH:-}"; do
    [[ -z $part ]] || path+=${path:+:}$part
  done
  printf '%s' "$path"
}

main() {
  (($#)) || fail "command: expected driver, executor or a program to run, found none; try spark-submit --version"
  give_identity

  # For a Spark without Hadoop: that of the user.
  if [[ -n ${HADOOP_HOME:-} && -z ${SPARK_DIST_CLASSPATH:-} ]]; then
    SPARK_DIST_CLASSPATH=$("$HADOOP_HOME/bin/hadoop" classpath)
    export SPARK_DIST_CLASSPATH
  fi

  local -a command
  case $1 in
    driver)
      shift
      need driver SPARK_DRIVER_BIND_ADDRESS
      command=("$SPARK_HOME/bin/spark-submit"
        --conf "spark.driver.bindAddress=$SPARK_DRIVER_BIND_ADDRESS"
        --conf "spark.executorEnv.SPARK_DRIVER_POD_IP=$SPARK_DRIVER_BIND_ADDRESS"
        --deploy-mode client
        "$@")
      ;;
    executor)
      shift
      need executor JAVA_HOME SPARK_DRIVER_URL SPARK_EXECUTOR_ID SPARK_EXECUTOR_CORES SPARK_EXECUTOR_MEMORY \
        SPARK_APPLICATION_ID SPARK_EXECUTOR_POD_IP SPARK_EXECUTOR_POD_NAME SPARK_RESOURCE_PROFILE_ID
      # spark.executor.extraJavaOptions, as SPARK_JAVA_OPT_0, _1, …: one option each.
      local -a options=()
      local variable
      while read -r variable; do
        if [[ $variable =~ ^SPARK_JAVA_OPT_[0-9]+$ && -n ${!variable} ]]; then
          options+=("${!variable}")
        fi
      done < <(printf '%s\n' "${!SPARK_JAVA_OPT_@}" | sort -t _ -k 4n)
      command=("$JAVA_HOME/bin/java" "${options[@]}"
        "-Xms$SPARK_EXECUTOR_MEMORY" "-Xmx$SPARK_EXECUTOR_MEMORY"
        -cp "$(class_path)"
        org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend
        --driver-url "$SPARK_DRIVER_URL"
        --executor-id "$SPARK_EXECUTOR_ID"
        --cores "$SPARK_EXECUTOR_CORES"
        --app-id "$SPARK_APPLICATION_ID"
        --hostname "$SPARK_EXECUTOR_POD_IP"
        --resourceProfileId "$SPARK_RESOURCE_PROFILE_ID"
        --podName "$SPARK_EXECUTOR_POD_NAME"
        "$@")
      ;;
    *)
      command=("$@")
      ;;
  esac

  # tini, because the kernel does not deliver signals to PID 1 that it has no handler for: python3 would ignore SIGTERM.
  exec tini -s -- "${command[@]}"
}

main "$@"

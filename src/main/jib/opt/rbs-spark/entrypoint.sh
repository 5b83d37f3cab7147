#!/usr/bin/env bash
# How a container of this image starts, on every base:
#
#   driver ARGS…     spark-submit in client mode; what Spark on Kubernetes runs in the driver pod
#   executor         one executor; Spark on Kubernetes describes it in the environment
#   COMMAND ARGS…    anything else runs as it is
#
# Each has a user name, a home, a UTF-8 locale, a host name (identity.sh), and tini above it.
# Exit code: that of the command (143 after SIGTERM); 2 if the environment lacks a variable, or if the driver's memory
# cannot fit the container.
set -euo pipefail

SPARK_HOME=${SPARK_HOME:-/opt/spark}
archive=/opt/rbs-spark/archive
# shellcheck source=src/main/jib/opt/rbs-spark/identity.sh
source /opt/rbs-spark/identity.sh

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

# Whether the container's cgroup says that it has no memory limit: "max" in version 2, a number near 2^63 in version 1.
is_unlimited() {
  local limit
  read -r limit 2>/dev/null </sys/fs/cgroup/memory.max ||
    read -r limit 2>/dev/null </sys/fs/cgroup/memory/memory.limit_in_bytes || return
  [[ $limit == max || ${#limit} -ge 19 ]]
}

# Where the image's default of SPARK_DRIVER_MEMORY does not fit the container, replaces it; ends where a driver's own
# setting cannot fit.
fit_driver_memory() {
  local heap
  ! is_unlimited || return 0
  heap=$(rbs_spark_java io.github.ldamasio.rbs.preflight.image.DriverMemory "$@")
  [[ -z $heap ]] || export SPARK_DRIVER_MEMORY=$heap
}

# The options that spark-defaults.conf has for drivers, where the arguments name another file without any of its own.
# Sets 'driver_archive'.
find_driver_archive() {
  local argument previous='' file=''
  driver_archive=()
  rbs_spark_has_archive || return 0
  for argument; do
    [[ $argument != --driver-class-path* && $argument != spark.driver.extraClassPath=* ]] || return 0
    [[ $previous != --properties-file ]] || file=$argument
    previous=$argument
  done
  if [[ -f $file ]] && ! grep -qE '^spark\.driver\.(extraClassPath|defaultJavaOptions)' "$file"; then
    driver_archive=(--driver-class-path "$archive/classpath.jar"
      --conf "spark.driver.defaultJavaOptions=-XX:SharedArchiveFile=$archive/spark.jsa -Xlog:cds*=off")
  fi
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
      fit_driver_memory "$@"
      find_driver_archive "$@"
      command=("$SPARK_HOME/bin/spark-submit"
        --conf "spark.driver.bindAddress=$SPARK_DRIVER_BIND_ADDRESS"
        --conf "spark.executorEnv.SPARK_DRIVER_POD_IP=$SPARK_DRIVER_BIND_ADDRESS"
        --deploy-mode client
        "${driver_archive[@]}"
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
      # Also where the driver's defaults, which name it, are hidden. A class path that the job gives comes first.
      if rbs_spark_has_archive && [[ -z ${SPARK_CLASSPATH:-} ]]; then
        SPARK_CLASSPATH=$archive/classpath.jar
        options=("-XX:SharedArchiveFile=$archive/spark.jsa" "-Xlog:cds*=off" "${options[@]}")
      elif [[ ${RBS_SPARK_ARCHIVE:-} == off ]]; then
        options+=(-Xshare:off)
      fi
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

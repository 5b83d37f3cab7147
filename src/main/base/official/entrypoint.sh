#!/usr/bin/env bash
# /opt/entrypoint.sh of the test base: what apache/spark:3.5.0 does there, its weak points included. Do not improve it.
#
#   driver ARGS…     spark-submit in client mode, under tini
#   executor         an executor, under tini; nothing of its environment is checked
#   COMMAND ARGS…    anything else: as it is, without tini and without a user name
set -eo pipefail

# A uid without a passwd entry gets one of nss_wrapper. The comment field is not expanded, and the home may not be writable.
name_uid() {
  if getent passwd "$(id -u)" >/dev/null; then return; fi
  NSS_WRAPPER_PASSWD=$(mktemp)
  NSS_WRAPPER_GROUP=$(mktemp)
  # shellcheck disable=SC2016 # so it is there
  echo "spark:x:$(id -u):$(id -g):"'${SPARK_USER_NAME:-anonymous uid}'":$SPARK_HOME:/bin/false" >"$NSS_WRAPPER_PASSWD"
  echo "spark:x:$(id -g):" >"$NSS_WRAPPER_GROUP"
  export NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP
  LD_PRELOAD=$(echo /usr/lib/*/libnss_wrapper.so)
  export LD_PRELOAD
}

run() { # run COMMAND…: under tini, and not as root
  name_uid
  local -a other_user=()
  if ((EUID == 0)); then other_user=(gosu spark); fi
  exec "${other_user[@]}" /usr/bin/tini -s -- "$@"
}

class_path() {
  local path="$SPARK_CLASSPATH:$SPARK_HOME/jars/*"
  path+=${SPARK_EXTRA_CLASSPATH:+:$SPARK_EXTRA_CLASSPATH}
  path=${HADOOP_CONF_DIR+$HADOOP_CONF_DIR:}$path
  echo "${SPARK_CONF_DIR-$SPARK_HOME/conf}:$path:$PWD:$SPARK_DIST_CLASSPATH"
}

if [[ -n $HADOOP_HOME && -z $SPARK_DIST_CLASSPATH ]]; then
  SPARK_DIST_CLASSPATH=$("$HADOOP_HOME/bin/hadoop" classpath)
  export SPARK_DIST_CLASSPATH
fi

case $1 in
  driver)
    run "$SPARK_HOME/bin/spark-submit" \
      --conf "spark.driver.bindAddress=$SPARK_DRIVER_BIND_ADDRESS" \
      --conf "spark.executorEnv.SPARK_DRIVER_POD_IP=$SPARK_DRIVER_BIND_ADDRESS" \
      --deploy-mode client "${@:2}"
    ;;
  executor)
    options=()
    for variable in "${!SPARK_JAVA_OPT_@}"; do options+=("${!variable}"); done
    run "$JAVA_HOME/bin/java" "${options[@]}" -Xms"$SPARK_EXECUTOR_MEMORY" -Xmx"$SPARK_EXECUTOR_MEMORY" -cp "$(class_path)" \
      org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend \
      --driver-url "$SPARK_DRIVER_URL" --executor-id "$SPARK_EXECUTOR_ID" --cores "$SPARK_EXECUTOR_CORES" \
      --app-id "$SPARK_APPLICATION_ID" --hostname "$SPARK_EXECUTOR_POD_IP" \
      --resourceProfileId "$SPARK_RESOURCE_PROFILE_ID" --podName "$SPARK_EXECUTOR_POD_NAME"
    ;;
  *) exec "$@" ;;
esac

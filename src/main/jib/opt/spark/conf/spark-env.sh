#!/usr/bin/env bash
# Read by each of Spark's commands, which export whatever is set here.

# For a command that is called by its full path, as manifests of the official image do.
set +a
# shellcheck source=src/main/jib/opt/rbs-spark/identity.sh
source /opt/rbs-spark/identity.sh || exit
set -a

# The JVM that only composes the command of the next one: nothing for a better compiler to win, and it need not look for its
# seven classes in 255 JARs.
launcher=("$SPARK_HOME"/jars/spark-launcher_*.jar)
export SPARK_LAUNCHER_OPTS=${SPARK_LAUNCHER_OPTS:--XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xbootclasspath/a:${launcher[0]}}
unset launcher

# For a driver that lives for less than a minute: the quick compiler, and the collector without threads of its own.
if [[ ${SPARK_SHORT_JOB:-} == true ]]; then
  export SPARK_SUBMIT_OPTS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC${SPARK_SUBMIT_OPTS:+ $SPARK_SUBMIT_OPTS}"
fi

#!/usr/bin/env bash
# Read by each of Spark's commands.

# The JVM that only composes the command of the next one: nothing for a better compiler to win.
export SPARK_LAUNCHER_OPTS=${SPARK_LAUNCHER_OPTS:--XX:TieredStopAtLevel=1 -XX:+UseSerialGC}

# For a driver that lives for less than a minute: the quick compiler, and the collector without threads of its own.
if [[ ${SPARK_SHORT_JOB:-} == true ]]; then
  export SPARK_SUBMIT_OPTS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC${SPARK_SUBMIT_OPTS:+ $SPARK_SUBMIT_OPTS}"
fi

# For whoever hunts a fault: the JVMs without the class archive.
if [[ ${RBS_SPARK_ARCHIVE:-} == off ]]; then
  export SPARK_SUBMIT_OPTS="${SPARK_SUBMIT_OPTS:+$SPARK_SUBMIT_OPTS }-Xshare:off"
fi

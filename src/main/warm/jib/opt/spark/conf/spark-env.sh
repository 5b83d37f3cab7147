
# shellcheck shell=bash
# The warm image. The JVM that only composes the command of the next one: nothing for a better compiler to win.
export SPARK_LAUNCHER_OPTS=${SPARK_LAUNCHER_OPTS:--XX:TieredStopAtLevel=1 -XX:+UseSerialGC}

# For a driver that lives for less than a minute: the quick compiler, and the collector without threads of its own.
if [[ ${SPARK_SHORT_JOB:-} == true ]]; then
  export SPARK_SUBMIT_OPTS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC${SPARK_SUBMIT_OPTS:+ $SPARK_SUBMIT_OPTS}"
fi


# shellcheck shell=bash
# The class archive also for Spark's daemons, unless they have a class path of their own. RBS_SPARK_ARCHIVE=off starts all
# JVMs without it.
if [[ ${RBS_SPARK_ARCHIVE:-} == off ]]; then
  export SPARK_SUBMIT_OPTS="${SPARK_SUBMIT_OPTS:+$SPARK_SUBMIT_OPTS }-Xshare:off"
elif [[ -z ${SPARK_DAEMON_CLASSPATH:-} ]]; then
  export SPARK_DAEMON_CLASSPATH=/opt/rbs-spark/archive/classpath.jar
  SPARK_DAEMON_JAVA_OPTS="-XX:SharedArchiveFile=/opt/rbs-spark/archive/spark.jsa -Xlog:cds*=off ${SPARK_DAEMON_JAVA_OPTS:-}"
  export SPARK_DAEMON_JAVA_OPTS
fi

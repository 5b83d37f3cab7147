#!/usr/bin/env bash
# /opt/decom.sh: Kubernetes runs this before it stops an executor pod, when spark.decommission.enabled is set.
# SIGPWR asks the executor to hand over its blocks and to end; the grace period of the pod bounds the wait.
# Exit code: 0, even if there is no executor any more.
set -euo pipefail

# Anchored at the java binary, because the command line of tini contains the class name, too.
if ! pid=$(pgrep -o -f '^[^ ]*java .*ExecutorBackend'); then
  echo "decom: no executor runs here"
  exit 0
fi
echo "decom: asking the executor (process $pid) to decommission"
kill -s PWR "$pid"
tail --pid="$pid" -f /dev/null
echo "decom: the executor has ended"

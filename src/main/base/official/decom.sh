#!/usr/bin/env bash
# /opt/decom.sh of the test base, as Spark 3.5.0 brings it: asks the last Java process to decommission and waits for a minute.
set -x
pid=$(ps -o pid= -C java | tail -n 1 | tr -d ' ')
kill -s PWR "$pid"
timeout 60 tail --pid="$pid" -f /dev/null
sleep 1

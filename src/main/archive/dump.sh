#!/usr/bin/env bash
# Dumps a class archive by the JVM of a base, in the root directory of the base: the same classes give the same file each
# time, but for one address (ArchiveFile.java removes it).
#
#   dump.sh DIRECTORY   needs classes and classpath.jar there; leaves spark.jsa and libjvm, the addresses of the JVM's code
#
# The archive replaces the JDK's own, so it has the classes of the JDK's list, too, without those that are made at run time.
# One CPU, the interpreter, and no garbage collection: whatever else runs at its own pace would change the order in which
# symbols are created. The finalizer's thread is left; it loads one class, jdk.internal.misc.VM, usually at once when it
# starts. If the log says that it came later, the dump starts again, which takes a tenth of a second.
set -euo pipefail

tries=100
options=(-Xshare:dump -Xint -XX:+UnlockExperimentalVMOptions -XX:+UseEpsilonGC -Xms4g -Xmx4g -Xrs -XX:-UsePerfData
  -XX:+DisableAttachMechanism)

# in_order LOG: 0 if the finalizer's thread came first, 1 if not, 2 if the log does not say yet.
in_order() {
  awk '
    /^java\.lang\.ref\.Finalizer\$FinalizerThread source/ { start = NR }
    start && NR == start + 2 && !/^jdk\.internal\.misc\.VM source/ { exit code = 1 }
    start && NR == start + 3 { exit code = !/ Initializing .jdk\/internal\/misc\/VM/ }
    BEGIN { code = 2 }
    END { exit code }' "$1"
}

main() {
  local directory=$1 log=/tmp/dump.log messages=/tmp/dump.messages all=/tmp/dump.classes java pid try order
  cd /
  java=$(readlink -f "$(command -v java)")
  { sed '/^[#@]/d; s/ .*//' "${java%/bin/java}/lib/classlist" && cat "$directory/classes"; } | sort -u >"$all"
  for ((try = 1; try <= tries; try++)); do
    : >"$log"
    taskset -c "$(awk '/Cpus_allowed_list/ { split($2, first, "[-,]"); print first[1] }' /proc/self/status)" \
      java "${options[@]}" -Xlog:disable -Xlog:class+load,class+init:"file=$log:none" \
      -XX:SharedClassListFile="$all" -XX:SharedArchiveFile="$directory/spark.jsa" \
      -cp "$directory/classpath.jar" >"$messages" 2>&1 &
    pid=$!
    order=2
    while ((order == 2)) && kill -0 "$pid" 2>/dev/null; do
      sleep 0.05
      in_order "$log" && order=0 || order=$?
    done
    if ((order == 0)); then
      grep -F libjvm.so "/proc/$pid/maps" >"$directory/libjvm"
      wait "$pid" || break
      return
    fi
    kill -KILL "$pid" 2>/dev/null || true
    if wait "$pid" 2>/dev/null || ((order == 2)); then break; fi
  done
  cat "$messages" >&2
  echo "dump: expected the JVM to dump within $tries attempts, found attempt $try ended without; see above" >&2
  exit 1
}

main "$@"

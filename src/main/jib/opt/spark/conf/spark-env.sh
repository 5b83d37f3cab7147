#!/usr/bin/env bash
# Read by each of Spark's commands, which export whatever is set here.

# For a command that is called by its full path, as manifests of the official image do.
set +a
# shellcheck source=src/main/jib/opt/rbs-spark/identity.sh
source /opt/rbs-spark/identity.sh || exit
set -a

#!/usr/bin/env bash
# Runs kustomize, with which the tests render the manifests, in the version that kubectl 1.27 has built in: the oldest one
# that the manifests support. The first run builds it with Go, which takes a minute.
#
# Usage: scripts/kustomize.sh ARGUMENTS OF KUSTOMIZE
#
# Exit codes: those of kustomize; 1 if it cannot be built.
set -euo pipefail

kustomize=$("$(dirname "${BASH_SOURCE[0]}")/go-tool.sh" sigs.k8s.io/kustomize/kustomize/v5 v5.0.1)
exec "$kustomize" "$@"

#!/usr/bin/env bash
# Runs cosign in the one version that releases and rehearsals use. The first run builds it with Go, and takes minutes.
#
#   scripts/cosign.sh ARGUMENTS OF COSIGN
#
# Exit codes: cosign's own; 1 if it cannot be built.
set -euo pipefail

cosign=$("$(dirname "${BASH_SOURCE[0]}")/go-tool.sh" github.com/sigstore/cosign/v2/cmd/cosign v2.6.5)
exec "$cosign" "$@"

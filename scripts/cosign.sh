#!/usr/bin/env bash
# Runs cosign in the version that releases and their rehearsal use. The first run builds it with Go, which takes minutes.
#
# Usage: scripts/cosign.sh ARGUMENTS OF COSIGN
#
# Exit codes: those of cosign; 1 if it cannot be built.
set -euo pipefail

cosign=$("$(dirname "${BASH_SOURCE[0]}")/go-tool.sh" github.com/sigstore/cosign/v2/cmd/cosign v2.6.5)
exec "$cosign" "$@"

#!/usr/bin/env bash
# The Spark operator that the tests use, from its Go module, which Go compares with its checksum database.
#
# Usage: scripts/spark-operator.sh types     prints the directory of its CustomResourceDefinitions
#        scripts/spark-operator.sh program   prints the path of the operator's program; builds it in .tools first
#
# Exit codes: 0 it is there, 1 Go cannot fetch or build it, 2 wrong usage.
set -euo pipefail

module=github.com/kubeflow/spark-operator/v2
version=v2.3.0

main() {
  case ${1:-} in
    --help)
      sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
      ;;
    types)
      go mod download "$module@$version" || {
        echo "spark-operator: module '$module@$version': expected Go to download it, found the error above; put it right and run again" >&2
        exit 1
      }
      echo "$(go env GOMODCACHE)/$module@$version/config/crd/bases"
      ;;
    program)
      "$(dirname "${BASH_SOURCE[0]}")/go-tool.sh" "$module/cmd/operator" "$version" "$module"
      ;;
    *)
      echo "spark-operator: argument '${1:-}': expected types or program; see --help" >&2
      exit 2
      ;;
  esac
}

main "$@"

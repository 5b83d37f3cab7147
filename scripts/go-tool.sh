#!/usr/bin/env bash
# Prints the path of a tool in one version, in .tools. Builds it there first, unless it is there already: with Go, which
# compares the source with Go's checksum database.
#
# Usage: scripts/go-tool.sh PACKAGE VERSION [MODULE]
#
# MODULE: the package's module, if its go.mod replaces other modules, which 'go install' refuses; it is built in its own directory.
#
# Exit codes: 0 the tool is there, 1 it cannot be built, 2 wrong usage.
set -euo pipefail

# For a machine whose Go is older than 1.21 (Debian 12's is); a later Go fetches by itself what a tool asks for.
toolchain=golang.org/toolchain@v0.0.1-go1.25.5.linux-amd64

fail() {
  printf 'go-tool: %s\n' "$*" >&2
  exit 1
}

# The path of a Go that can build the tools.
go_command() {
  local version directory
  version=$(go env GOVERSION 2>/dev/null) || fail "command 'go': expected on PATH, found none that runs; run scripts/setup.sh"
  if printf 'go1.21\n%s\n' "$version" | sort --check=quiet --version-sort; then
    echo go
    return
  fi
  echo "go-tool: fetching ${toolchain#*-}, found $version" >&2
  go mod download "$toolchain" ||
    fail "module '$toolchain': expected Go to download it, found the error above; put it right and run again"
  directory=$(go env GOMODCACHE)/$toolchain
  # The files of a module are not executable.
  chmod a+x "$directory"/bin/* "$directory"/pkg/tool/*/*
  echo "$directory/bin/go"
}

# Leaves the program at $work/$name.
build() {
  local go=$1
  export CGO_ENABLED=0 GOTOOLCHAIN=auto
  if [[ -z $module ]]; then
    GOBIN=$work "$go" install "$package@$version"
  else
    "$go" mod download "$module@$version" &&
      "$go" build -C "$("$go" env GOMODCACHE)/$module@$version" -trimpath -o "$work/$name" "$package"
  fi
}

main() {
  case ${1:-} in
    --help)
      sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
      exit
      ;;
  esac
  (($# == 2 || $# == 3)) || {
    echo "go-tool: arguments '$*': expected PACKAGE, VERSION and perhaps MODULE; see --help" >&2
    exit 2
  }
  local package=$1 version=$2 module=${3:-} tools name go
  tools=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/.tools
  # A module's major version, as in kustomize/v5, is no part of the program's name.
  name=$(basename "${package%/v[0-9]*}")
  if [[ ! -x $tools/$name-$version ]]; then
    go=$(go_command)
    echo "go-tool: building $name $version" >&2
    mkdir -p "$tools"
    work=$(mktemp -d "$tools/.work-XXXXXX") # beside the target, so that the program gets there whole or not at all
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' INT TERM HUP
    build "$go" >"$work/log" 2>&1 || {
      tail -n 15 "$work/log" >&2
      fail "$name '$version': expected Go to build it, found the error above; put it right and run again"
    }
    mv "$work/$name" "$tools/$name-$version"
  fi
  echo "$tools/$name-$version"
}

main "$@"

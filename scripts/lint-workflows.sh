#!/usr/bin/env bash
# Lints the GitHub workflows with actionlint, and checks what it does not: each action is pinned to a commit, no checkout
# keeps its credentials, no job has more rights than it names. The first run builds actionlint with Go.
#
# Usage: scripts/lint-workflows.sh [FILE…]
#
# Exit codes: 0 nothing found, 1 findings, or actionlint cannot be built.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
failed=0

finding() { # finding FILE TEXT
  printf '%s: %s\n' "${1#"$repo"/}" "$2" >&2
  failed=1
}

lint() { # lint FILE
  local line
  # Without shellcheck and pyflakes: their findings would depend on what the machine has installed.
  "$actionlint" -shellcheck= -pyflakes= "$1" || failed=1
  while read -r line; do
    finding "$1" "'$line': expected an action at a full commit with its version in a comment, or one of this repository"
  done < <(grep -P '^\s*(- )?uses:' "$1" | grep -vP 'uses: (\./\S+|\S+@[0-9a-f]{40} # v\d[\w.]*)$')
  [[ $(grep -c 'uses: actions/checkout@' "$1") == "$(grep -c 'persist-credentials: false' "$1")" ]] ||
    finding "$1" "expected 'persist-credentials: false' at each checkout, found one without"
  grep -q '^permissions:' "$1" || finding "$1" "expected 'permissions:' for the whole workflow, found none, which grants the default ones"
  while read -r line; do
    finding "$1" "'$line': expected an environment variable in a command, found a template, which runs whatever it holds"
  done < <(grep -P '^\s*(- )?run:.*\$\{\{' "$1" | grep -vP '\$\{\{ matrix\.\w+ \}\}')
}

main() {
  if [[ ${1:-} == --help ]]; then
    sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
    exit
  fi
  actionlint=$("$repo/scripts/go-tool.sh" github.com/rhysd/actionlint/cmd/actionlint v1.7.12)
  (($#)) || set -- "$repo"/.github/workflows/*.yml
  local file
  for file; do lint "$file"; done
  return "$failed"
}

main "$@"

#!/usr/bin/env bash
# Rehearses on this machine what a release does elsewhere: pushes the image of the last commit to a registry of its own,
# signs it with a key pair, attests its SBOM, its provenance and the VEX statements, and verifies all of it, at last without
# the registry. Then it tampers with each of them, and the verification must fail, for that reason.
#
#   scripts/rehearse-release.sh [-D… | -P… for Maven]
#
# Exit codes: 0 all verified and each tampering refused, 1 not so, 2 wrong usage.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cosign=$repo/scripts/cosign.sh
# No transparency log: its entries are public and for ever, which a rehearsal's must not be.
unlogged=(--key cosign.pub --insecure-ignore-tlog=true)
work='' registry_pid=''

usage() {
  cat <<'USAGE'
Usage: scripts/rehearse-release.sh [-D… | -P… for Maven]

Pushes the image of the last commit to a registry of its own, signs and attests it with a key pair, verifies that, and
shows that no tampering goes unseen. The first run builds cosign with Go, which takes minutes.
USAGE
}

fail() {
  printf 'rehearse-release: %s\n' "$*" >&2
  exit 1
}

say() {
  printf 'rehearse-release: %s\n' "$*"
}

clean_up() {
  [[ -z $registry_pid ]] || kill "$registry_pid" 2>/dev/null || true
  [[ -z $work ]] || rm -rf "$work"
}

# Runs a command whose output matters only if it fails.
quietly() {
  "$@" >"$work/log" 2>&1 || {
    tail -n 20 "$work/log" >&2
    fail "'$*': expected success, found the error above"
  }
}

start_registry() {
  local binary
  binary=$(command -v docker-registry || echo "$repo/.tools/usr/bin/docker-registry")
  [[ -x $binary ]] || fail "docker-registry: expected on PATH or in .tools, found neither; run scripts/setup.sh"
  printf 'version: 0.1\nhttp: {addr: "127.0.0.1:0"}\nstorage: {filesystem: {rootdirectory: %s}}\n' "$work/storage" >"$work/registry.yml"
  "$binary" serve "$work/registry.yml" >"$work/registry.log" 2>&1 &
  registry_pid=$!
  local deadline=$((SECONDS + 30))
  until address=localhost:$(grep -Pom1 'listening on 127\.0\.0\.1:\K\d+' "$work/registry.log"); do
    { kill -0 "$registry_pid" && ((SECONDS < deadline)); } || fail "docker-registry: expected a port within 30 s, found: $(tail -n 3 "$work/registry.log")"
    sleep 0.1
  done
}

# What was built, from what, with which command (https://slsa.dev/spec/v1.0/provenance).
provenance() {
  python3 - "$image" "$(git -C "$repo" rev-parse HEAD)" "$work/config.json" "$@" <<'PYTHON'
import json, os, sys
image, commit, config, *options = sys.argv[1:]
labels = json.load(open(config))["config"]["Labels"]
source, base = labels["org.opencontainers.image.source"], "org.opencontainers.image.base."
version = lambda line: os.popen(line + " 2>&1").readline().strip()
json.dump({
    "buildDefinition": {
        "buildType": source + "/blob/main/docs/verify.md#provenance",
        "externalParameters": {"source": source, "command": ["mvn", "package", "jib:build", *options]},
        "internalParameters": {"javac": version("javac -version"), "maven": version("mvn --batch-mode --version")},
        "resolvedDependencies": [
            {"uri": f"git+{source}@{commit}", "digest": {"gitCommit": commit}},
            {"uri": labels[base + "name"], "digest": dict([labels[base + "digest"].split(":")])},
        ],
    },
    "runDetails": {"builder": {"id": source + "/blob/main/scripts/rehearse-release.sh"}},
}, sys.stdout)
PYTHON
}

get() { # get blobs|manifests REFERENCE
  curl --fail --silent --show-error --location --header 'Accept: application/vnd.oci.image.manifest.v1+json' \
    --header 'Accept: application/vnd.docker.distribution.manifest.v2+json' "http://$address/v2/rbs-spark/$1/$2"
}

put_manifest() { # put_manifest TAG FILE
  curl --fail --silent --show-error --output /dev/null --upload-file "$2" \
    --header "Content-Type: $(field "$2" "['mediaType']")" "http://$address/v2/rbs-spark/manifests/$1"
}

put_blob() { # put_blob FILE
  local location
  location=$(curl --fail --silent --show-error --request POST --dump-header - "http://$address/v2/rbs-spark/blobs/uploads/" | sed -n 's/^Location: \(.*\)\r$/\1/p')
  curl --fail --silent --show-error --output /dev/null --upload-file "$1" --header 'Content-Type: application/octet-stream' \
    "$location&digest=$(digest_of "$1")"
}

digest_of() { # digest_of FILE
  echo "sha256:$(sha256sum <"$1" | cut -d ' ' -f 1)"
}

field() { # field FILE SUBSCRIPTS, as Python writes them
  python3 -c "import json, sys; print(json.load(open(sys.argv[1]))$2)" "$1"
}

# Replaces a regular expression in a file by a text of any length; fails if it is not there.
edit() { # edit FROM TO PATTERN TEXT
  python3 - "$@" <<'PYTHON'
import re, sys
source, target, pattern, text = sys.argv[1:]
edited, count = re.subn(pattern, text, open(source).read(), count=1)
assert count == 1, f"{pattern}: expected in {source}, found nothing"
open(target, "w").write(edited)
PYTHON
}

verify_all() { # verify_all IMAGE [OPTION…]: the signature, and each attestation with the very content
  quietly "$cosign" verify "${unlogged[@]}" "${@:2}" "$1"
  local type
  for type in cyclonedx slsaprovenance1 openvex; do
    "$cosign" verify-attestation "${unlogged[@]}" --type "$type" "${@:2}" "$1" >"$work/$type.dsse" 2>"$work/log" ||
      { tail -n 20 "$work/log" >&2 && fail "attestation '$type' of '$1': expected to verify, found the error above"; }
    same_content "$type" || fail "attestation '$type' of '$1': expected the content that was attested, found another"
  done
}

# Whether what was attested is what lies in a file here, but for the empty fields that cosign adds to a provenance.
same_content() { # same_content TYPE
  python3 - "$work/$1.dsse" "$work/$1.json" <<'PYTHON'
import base64, json, sys
def filled(value):
    if isinstance(value, dict):
        return {k: filled(v) for k, v in value.items() if filled(v) not in (None, "", [], {})}
    return [filled(v) for v in value] if isinstance(value, list) else value
attested = json.loads(base64.b64decode(json.load(open(sys.argv[1]))["payload"]))["predicate"]
sys.exit(filled(attested) != filled(json.load(open(sys.argv[2]))))
PYTHON
}

refused() { # refused TAMPERING REASON COMMAND…: the command must fail, and for this reason
  if "${@:3}" >"$work/log" 2>&1; then fail "$1: expected to be refused, found it accepted by '${*:3}'"; fi
  local reason
  reason=$(grep -oEm1 -- "$2" "$work/log") || {
    tail -n 20 "$work/log" >&2
    fail "$1: expected to be refused with '$2', found the error above"
  }
  say "refused: $1 ($reason)"
}

# The tags under which cosign keeps signatures (sig) and attestations (att) of a digest.
tag_of() { # tag_of DIGEST KIND
  echo "${1/:/-}.$2"
}

tamper() {
  local reference=$address/rbs-spark@$digest other=$address/rbs-spark:other sig att
  sig=$(tag_of "$digest" sig) att=$(tag_of "$digest" att)

  refused 'a signature by another key' 'invalid signature' "$cosign" verify --key other.pub --insecure-ignore-tlog=true "$reference"

  # Another manifest under the tag: the attacker has no signature of it, and copies the one there is.
  get manifests "$digest" >"$work/manifest"
  edit "$work/manifest" "$work/manifest.other" '"size":(\d)' '"size": \1'
  put_manifest other "$work/manifest.other"
  refused 'another manifest under the tag' 'no signatures found' "$cosign" verify "${unlogged[@]}" "$other"
  get manifests "$sig" >"$work/sig"
  put_manifest "$(tag_of "$(digest_of "$work/manifest.other")" sig)" "$work/sig"
  refused 'another manifest, with the signature of the first' 'no matching signatures: [a-z ]*' "$cosign" verify "${unlogged[@]}" "$other"

  # Another signature, then what was signed is another, too.
  edit "$work/sig" "$work/sig.other" '("dev.cosignproject.cosign/signature": ?".{20,30}?)[^A]' '\1A'
  put_manifest "$sig" "$work/sig.other"
  refused 'a changed signature' 'invalid signature' "$cosign" verify "${unlogged[@]}" "$reference"
  put_manifest "$sig" "$work/sig"

  # An SBOM with a component less, in the attestation with its old signature.
  get manifests "$att" >"$work/att"
  local layer
  layer=$(field "$work/att" "['layers'][0]['digest']")
  get blobs "$layer" >"$work/dsse"
  python3 - "$work/dsse" "$work/dsse.other" <<'PYTHON'
import base64, json, sys
envelope = json.load(open(sys.argv[1]))
statement = json.loads(base64.b64decode(envelope["payload"]))
statement["predicate"]["components"].pop()
envelope["payload"] = base64.b64encode(json.dumps(statement).encode()).decode()
json.dump(envelope, open(sys.argv[2], "w"))
PYTHON
  put_blob "$work/dsse.other"
  edit "$work/att" "$work/att.size" "$(stat -c '"size":%s' "$work/dsse")" "$(stat -c '"size":%s' "$work/dsse.other")"
  edit "$work/att.size" "$work/att.other" "$layer" "$(digest_of "$work/dsse.other")"
  put_manifest "$att" "$work/att.other"
  # cosign passes over what is not signed, and finds the other attestations only.
  refused 'a changed SBOM' 'none of the attestations matched the predicate type: cyclonedx' "$cosign" verify-attestation "${unlogged[@]}" --type cyclonedx "$reference"
  put_manifest "$att" "$work/att"

  # The SBOM that a user was handed, against the attested one.
  edit "$work/cyclonedx.json" "$work/cyclonedx.json" '"version" ?: ?"[^"]+"' '"version": "0"'
  if same_content cyclonedx; then fail 'an SBOM file other than the attested one: expected to be seen, found it equal'; fi
  say 'seen: an SBOM file other than the attested one'

  # A byte of a layer in the registry's storage: the manifest and its signature still hold, so who pulls must see it.
  layer=$(field "$work/manifest" "['layers'][-1]['digest']")
  python3 - "$work/storage/docker/registry/v2/blobs/sha256/${layer:7:2}/${layer:7}/data" <<'PYTHON'
import pathlib, sys
blob = pathlib.Path(sys.argv[1])
content = bytearray(blob.read_bytes())
content[len(content) // 2] ^= 1
blob.write_bytes(content)
PYTHON
  refused 'a changed layer' 'error verifying sha256 checksum' "$cosign" save --dir "$work/pulled" "$reference"
}

main() {
  case ${1:-} in
    --help) usage && exit ;;
    -[DP]* | '') ;;
    *) echo "rehearse-release: argument '$1': expected -D…, -P… or --help, found '$1'; see --help" >&2 && exit 2 ;;
  esac
  [[ -z $(git -C "$repo" status --porcelain) ]] || fail "clone '$repo': expected what the last commit holds, which the provenance names, found changes; commit them"
  work=$(mktemp -d)
  trap clean_up EXIT
  cd "$work"
  export COSIGN_PASSWORD=rehearsal

  quietly "$cosign" version
  start_registry
  image=$address/rbs-spark
  quietly mvn --file "$repo/pom.xml" --batch-mode package jib:build "-Dimage.repository=$image" -Djib.allowInsecureRegistries=true -DskipTests "$@"
  digest=$(<"$repo/target/jib-image.digest")
  local reference=$image@$digest
  say "pushed $digest"

  get manifests "$digest" >manifest
  get blobs "$(field manifest "['config']['digest']")" >config.json
  cp "$repo/target/sbom.json" cyclonedx.json
  cp "$repo/target/vex.openvex.json" openvex.json
  provenance "$@" >slsaprovenance1.json

  quietly "$cosign" generate-key-pair
  quietly "$cosign" generate-key-pair --output-key-prefix other
  quietly "$cosign" sign --key cosign.key --tlog-upload=false --yes "$reference"
  local type
  for type in cyclonedx slsaprovenance1 openvex; do
    quietly "$cosign" attest --key cosign.key --tlog-upload=false --yes --type "$type" --predicate "$type.json" "$reference"
  done
  say "signed, and attested SBOM, provenance and VEX"
  verify_all "$reference"
  say "verified, with the registry"
  quietly "$cosign" save --dir saved "$reference"
  tamper

  kill "$registry_pid" && wait "$registry_pid" 2>/dev/null || true
  registry_pid=''
  cp "$repo/target/sbom.json" cyclonedx.json
  verify_all saved --local-image
  say "verified, without the registry"
}

main "$@"

#!/usr/bin/env bash
# Builds real Kubo, as released and unchanged, with Go and from the Go module proxy alone, into a folder that keeps it.
# Prints the path of the program as the last line; says on stderr why there is none, and then exits 1.
#
#   build-kubo.sh [folder]      a folder per version below ~/.cache/sahara-ci, unless another is named
#   KUBO_BUILD_SECONDS=540      how long it may take
set -u
# The last release that needs no fork: v0.43.1 replaces go-libp2p by one, which `go install` refuses and proxies lack.
version=v0.43.0
folder=${1:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/sahara-ci/kubo-$version}
limit=${KUBO_BUILD_SECONDS:-540}

give_up() {
  echo "$1" >&2
  exit 1
}

if [ ! -x "$folder/ipfs" ]; then
  command -v go >/dev/null 2>&1 || give_up 'Go is not on this machine'
  mkdir -p "$folder" || give_up "$folder cannot be made"
  # Not `go install`: it asks for the list of all versions, too, which a proxy need not have. Built where its source is,
  # with the versions and checksums that its go.mod and go.sum say; nothing is written there.
  source=$(cd "$folder" && GOWORK=off timeout 120 go mod download -json "github.com/ipfs/kubo@$version" 2>&1 |
    tee build.log | sed -n 's/^\t"Dir": "\(.*\)",\{0,1\}$/\1/p')
  [ -d "$source" ] || give_up "go mod download: $(grep -m 1 -i error "$folder/build.log" | tr -s '[:space:]' ' ')"
  (
    cd "$source" || exit 1
    GOWORK=off GOFLAGS=-mod=readonly CGO_ENABLED=0 timeout --kill-after=10 "$limit" \
      go build -trimpath -buildvcs=false -tags nofuse -ldflags='-s -w' -o "$folder/ipfs.part" ./cmd/ipfs
  ) >"$folder/build.log" 2>&1 || {
    code=$?
    [ "$code" -lt 124 ] || give_up "go build was stopped after $limit s; what it compiled is kept for the next run"
    give_up "go build: $(tail -n 1 "$folder/build.log" | tr -s '[:space:]' ' ')"
  }
  mv "$folder/ipfs.part" "$folder/ipfs" || give_up "$folder/ipfs cannot be written"
fi
"$folder/ipfs" version >/dev/null 2>&1 || give_up "$folder/ipfs does not run"
printf '%s\n' "$folder/ipfs"

#!/usr/bin/env bash
# What scripts/check.sh is to other systems, for Windows, in Git's bash: the packages whose tests need no Unix, and the
# README's first run.
set -euo pipefail

cd "$(dirname "$0")/.."
go build ./...
go vet ./...
go test ./pkg/awsec2 ./pkg/batch ./pkg/clienttoken ./pkg/ensure ./pkg/idem ./pkg/render/... ./pkg/retry ./pkg/sandbox ./pkg/shape
go run ./cmd/awsidem version
line=$(grep -m1 '^go run \./cmd/awsidem sandbox exec -- ' README.md)
made=$(bash -c "$line")
[[ $made == *'"RouteTableId": "rtb-'* ]] || { echo "the README's first run printed no route table: $made" >&2; exit 1; }

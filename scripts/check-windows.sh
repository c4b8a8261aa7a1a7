#!/usr/bin/env bash
# The gate on Windows, in Git's bash: it tests the packages that need no Unix, and runs the README's first command.
set -euo pipefail

cd "$(dirname "$0")/.."
go build ./...
go vet ./...
go test ./pkg/awsec2 ./pkg/batch ./pkg/clienttoken ./pkg/ensure ./pkg/idem ./pkg/identity ./pkg/journal ./pkg/render/... ./pkg/retry \
	./pkg/runbook ./pkg/sandbox ./pkg/shape ./pkg/text
go run ./cmd/awsidem version
line=$(grep -m1 '^go run \./cmd/awsidem sandbox exec -- ' README.md)
made=$(bash -c "$line")
[[ $made == *'"RouteTableId": "rtb-'* ]] || { echo "the README's first command printed no route table: $made" >&2; exit 1; }

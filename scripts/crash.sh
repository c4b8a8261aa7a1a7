#!/bin/sh
# Runs TestKill without a time limit: it kills N processes (2,000) at random instants, resumes the open creates, and compares the journal with the
# resources that exist.
#
#   scripts/crash.sh [N [SEED]]
set -eu
cd "$(dirname "$0")/.."
exec go test ./cmd/awsidem -count=1 -timeout 1h -v -run '^TestKill$' -kills "${1:-2000}" -killseed "${2:-0}"

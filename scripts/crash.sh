#!/bin/sh
# Kill N processes (2,000) at random instants of their lives, resume what they left open, and hold the journal against what was
# made: TestKill, as long as it takes.
#
#   scripts/crash.sh [N [SEED]]
set -eu
cd "$(dirname "$0")/.."
exec go test ./cmd/awsidem -count=1 -timeout 1h -v -run '^TestKill$' -kills "${1:-2000}" -killseed "${2:-0}"

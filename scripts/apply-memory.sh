#!/usr/bin/env bash
# Measures the memory of awsidem apply with 200,000 entries of JSON Lines, from a file and from stdin.
#
#   scripts/apply-memory.sh [ENTRIES]     default: 200000
#
# Exits 1 unless all entries succeed and the peak of resident memory is below 80 MiB. The runs use --no-wait, because the sandbox is slow to
# describe so many resources.
set -euo pipefail
# shellcheck source=scripts/measure-lib.sh
. "$(dirname "$0")/measure-lib.sh"

count=${1:-200000}
prepare
manifest "$count" >"$dir/manifest.jsonl"
echo "$count entries, $(wc -c <"$dir/manifest.jsonl") bytes"

# measure NAME INPUT FLAGS... runs apply once with INPUT on stdin and checks its result.
measure() {
    local name=$1 input=$2
    shift 2
    awsidem sandbox exec -- peak awsidem apply "$@" <"$input" >"$dir/out" 2>"$dir/err"
    echo "$name: $(grep '^awsidem:' "$dir/err")"
    check "entries succeeded" "$(grep -c '"outcome":"succeeded"' "$dir/out")" '==' "$count"
    check "MiB of memory at the peak" "$(figure "$dir/err" '([0-9.]+) MiB$')" '<' 80
}
measure 'from a file, without the journal' /dev/null -f "$dir/manifest.jsonl" --no-wait --no-journal
measure 'from stdin, without the journal' "$dir/manifest.jsonl" -f - --no-wait --no-journal
exit $missed

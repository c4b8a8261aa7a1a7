#!/usr/bin/env bash
# How near awsidem apply comes to the limit of a throttle that it is not told, beside the AWS SDK's retryers.
#
#   scripts/apply-pace.sh
#
# 450 entries against buckets of the sandbox, the journal and the waiting until all is visible included. The limit is what an
# all-knowing client would need: (450 - capacity) / refill. Exits 1 unless apply takes at most 1.05 times that as a whole
# process, at most 3% of all calls are throttled, and nothing fails.
set -euo pipefail
# shellcheck source=scripts/apply-lib.sh
. "$(dirname "$0")/apply-lib.sh"

count=450 workers=16

# run BUCKET SHARE: SHARE is what another client takes of the refill, in calls a second.
run() {
    local bucket=$1 other=$2 capacity refill limit begun ended status=0 seconds
    capacity=${bucket%:*} refill=${bucket#*:}
    limit=$(awk "BEGIN { print ($count - $capacity) / ($refill - $other) }")
    echo "bucket $bucket$([ "$other" = 0 ] || echo ", another client makes $other calls a second"): the limit is $limit s"
    begun=$(date +%s.%N)
    awsidem sandbox exec --bucket "$bucket" -- bash "$0" --in-sandbox "$other" awsidem apply -f "$dir/manifest.jsonl" --concurrency $workers \
        >"$dir/out" 2>"$dir/err" || status=$?
    read -r begun ended <"$dir/times"
    seconds=$(awk "BEGIN { printf \"%.3f\", $ended - $begun }")
    local calls throttled succeeded
    # Of apply's own creates: those of the other client are its own matter.
    calls=$(among "$dir/err" '([0-9]+) CreateRouteTable') throttled=$(among "$dir/err" '([0-9]+) calls? throttled')
    if [ "$other" != 0 ]; then
        calls=$((calls - $(among "$dir/other" 'calls=([0-9]+)'))) throttled=$((throttled - $(among "$dir/other" 'throttled=([0-9]+)')))
    fi
    succeeded=$(grep -c '"outcome":"succeeded"' "$dir/out" || true)
    echo "  awsidem apply: $seconds s, $calls creates, $throttled throttled$(theirs)"
    check "times the limit" "$(awk "BEGIN { printf \"%.3f\", $seconds / $limit }")" '<=' 1.05
    check "% of the calls throttled" "$(awk "BEGIN { printf \"%.2f\", 100 * $throttled / ($calls + 1e-9) }")" '<=' 3
    check "entries succeeded" "$succeeded" '==' $count
    check "exit code" "$status" '==' 0
    for retryer in standard adaptive; do
        awsidem sandbox exec --bucket "$bucket" -- bash "$0" --in-sandbox "$other" many -retryer $retryer -workers $workers $count "$vpc" >"$dir/out" 2>"$dir/err"
        echo "  the SDK's $retryer retryer: $(cat "$dir/out") ($(awk "BEGIN { printf \"%.2f times the limit, %.1f%% throttled\", $(among "$dir/out" 'seconds=([0-9.]+)') / $limit, \
            100 * $(among "$dir/out" 'throttled=([0-9]+)') / $(among "$dir/out" 'calls=([0-9]+)') }")$(theirs))"
    done
}

# theirs says what became of another client's calls.
theirs() {
    if [ "$other" != 0 ]; then
        echo "; of the other client's $(among "$dir/other" 'calls=([0-9]+)') calls $(among "$dir/other" 'throttled=([0-9]+)') were throttled"
    fi
}

# in_sandbox SHARE COMMAND... runs a command, beside another client.
in_sandbox() {
    local other=$1 status=0 client=
    shift
    if [ "$other" != 0 ]; then
        many -rate "$other" 0 "$vpc" >"$dir/other" 2>/dev/null &
        client=$!
    fi
    local begun
    begun=$(date +%s.%N)
    "$@" || status=$?
    echo "$begun $(date +%s.%N)" >"$dir/times"
    if [ -n "$client" ]; then
        kill -TERM "$client"
        wait "$client" || true
    fi
    return $status
}

if [ "${1:-}" = --in-sandbox ]; then
    shift
    in_sandbox "$@"
    exit
fi
prepare
export dir
manifest $count >"$dir/manifest.jsonl"
run 50:20 0
run 20:10 0
run 100:50 0
run 50:20 10
exit $missed

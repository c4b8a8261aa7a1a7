#!/usr/bin/env bash
# Compares the pace of awsidem apply with the fastest possible pace under a throttle, and with the AWS SDK's retryers.
#
#   scripts/apply-pace.sh
#
# Creates 450 entries against token buckets of the sandbox, with the journal and --wait. The limit is the time that a client with full knowledge of
# the bucket would need: (450 - capacity) / refill. Exits 1 unless apply takes at most 1.05 times the limit as a whole process, at most 3% of
# all calls are throttled, and every entry succeeds.
set -euo pipefail
# shellcheck source=scripts/measure-lib.sh
. "$(dirname "$0")/measure-lib.sh"

count=450 workers=16

# run BUCKET SHARE measures one bucket. Another client makes SHARE calls a second.
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
    # The report counts both clients. Subtract the other one's calls.
    calls=$(figure "$dir/err" '([0-9]+) CreateRouteTable') throttled=$(figure "$dir/err" '([0-9]+) calls? throttled')
    if [ "$other" != 0 ]; then
        calls=$((calls - $(figure "$dir/other" 'calls=([0-9]+)'))) throttled=$((throttled - $(figure "$dir/other" 'throttled=([0-9]+)')))
    fi
    succeeded=$(grep -c '"outcome":"succeeded"' "$dir/out" || true)
    echo "  awsidem apply: $seconds s, $calls creates, $throttled throttled$(theirs)"
    check "times the limit" "$(awk "BEGIN { printf \"%.3f\", $seconds / $limit }")" '<=' 1.05
    check "% of the calls throttled" "$(awk "BEGIN { printf \"%.2f\", 100 * $throttled / ($calls + 1e-9) }")" '<=' 3
    check "entries succeeded" "$succeeded" '==' $count
    check "exit code" "$status" '==' 0
    for retryer in standard adaptive; do
        awsidem sandbox exec --bucket "$bucket" -- bash "$0" --in-sandbox "$other" many -retryer $retryer -workers $workers $count "$vpc" >"$dir/out" 2>"$dir/err"
        echo "  the SDK's $retryer retryer: $(cat "$dir/out") ($(awk "BEGIN { printf \"%.2f times the limit, %.1f%% throttled\", $(figure "$dir/out" 'seconds=([0-9.]+)') / $limit, \
            100 * $(figure "$dir/out" 'throttled=([0-9]+)') / $(figure "$dir/out" 'calls=([0-9]+)') }")$(theirs))"
    done
}

# theirs prints how many of the other client's calls were throttled.
theirs() {
    if [ "$other" != 0 ]; then
        echo "; of the other client's $(figure "$dir/other" 'calls=([0-9]+)') calls $(figure "$dir/other" 'throttled=([0-9]+)') were throttled"
    fi
}

# in_sandbox SHARE COMMAND... runs COMMAND while another client makes SHARE calls a second, and notes the times in $dir/times.
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
manifest $count >"$dir/manifest.jsonl"
run 50:20 0
run 20:10 0
run 100:50 0
run 50:20 10
exit $missed

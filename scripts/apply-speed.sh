#!/usr/bin/env bash
# How fast awsidem apply is where nothing throttles, beside as many goroutines that call the AWS SDK.
#
#   scripts/apply-speed.sh [ROUNDS]     how often each is run, 9 if not given
#
# 5,000 entries, 16 at once, against a fresh sandbox each time, in turn. The target is for the same work, without the journal and
# without waiting until all is visible: at least 0.85 times the rate of the bare calls, by the medians. The other rows say what
# those two cost on this disk. Exits 1 if the target is missed.
set -euo pipefail
# shellcheck source=scripts/apply-lib.sh
. "$(dirname "$0")/apply-lib.sh"

count=5000 workers=16

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }

# apply NAME FLAGS... notes the rate of one run. Journals stay until the end: on ext4 without a journal of its own a file is made
# slowly where many were deleted in the last minutes.
apply() {
    local name=$1
    shift
    awsidem sandbox exec -- env AWSIDEM_JOURNAL="$dir/journal-$name-$i" awsidem apply -f "$dir/manifest.jsonl" --concurrency $workers "$@" >"$dir/out" 2>"$dir/err"
    [ "$(grep -c '"outcome":"succeeded"' "$dir/out")" = $count ] || { echo "not all succeeded"; exit 1; }
    among "$dir/err" '([0-9.]+) a second' >>"$dir/$name.rates"
}

rounds=${1:-9}
prepare
manifest $count >"$dir/manifest.jsonl"
for ((i = 0; i < rounds; i++)); do
    awsidem sandbox exec -- many -retryer standard -workers $workers $count "$vpc" 2>/dev/null |
        sed -E 's/.*seconds=([0-9.]+).*/\1/' | awk "{ print $count / \$1 }" >>"$dir/bare.rates"
    apply same --no-journal --no-wait
    if ((i % 3 == 0)); then
        apply wait --no-journal
        apply journal --no-wait
        apply all
    fi
done
row() {
    printf '%10.0f a second  %5.2f  %s\n' "$(median "$dir/$1.rates")" "$(awk "BEGIN { print $(median "$dir/$1.rates") / $(median "$dir/bare.rates") }")" "$2"
}
echo "medians of $rounds rounds (of a third of them for the last three rows); the ratio is to the first row"
row bare "goroutines that call the SDK"
row same "awsidem apply --no-journal --no-wait"
row wait "awsidem apply --no-journal"
row journal "awsidem apply --no-wait"
row all "awsidem apply"
check "times the rate of bare calls" "$(awk "BEGIN { printf \"%.2f\", $(median "$dir/same.rates") / $(median "$dir/bare.rates") }")" '>=' 0.85
exit $missed

#!/usr/bin/env bash
# Compares the speed of awsidem apply with the speed of 16 goroutines that call the AWS SDK, without a throttle.
#
#   scripts/apply-speed.sh [ROUNDS]     default: 9
#
# Each run creates 5,000 entries, 16 at once, in a new sandbox. The programs run in turn. The target compares medians of the same work, without
# the journal and without --wait: at least 0.85 times the rate of the bare calls. The other rows show the cost of the journal and of --wait on
# this disk. Exits 1 if the target is missed.
set -euo pipefail
# shellcheck source=scripts/measure-lib.sh
. "$(dirname "$0")/measure-lib.sh"

count=5000 workers=16

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }

# apply NAME FLAGS... adds the rate of one run to $dir/NAME.rates. It keeps the journals: ext4 without its own journal creates files slowly after
# many were deleted.
apply() {
    local name=$1
    shift
    awsidem sandbox exec -- env AWSIDEM_JOURNAL="$dir/journal-$name-$i" awsidem apply -f "$dir/manifest.jsonl" --concurrency $workers "$@" >"$dir/out" 2>"$dir/err"
    [ "$(grep -c '"outcome":"succeeded"' "$dir/out")" = $count ] || { echo "not all succeeded"; exit 1; }
    figure "$dir/err" '([0-9.]+) a second' >>"$dir/$name.rates"
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
# row NAME TEXT prints the median rate of NAME and its ratio to the bare calls.
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

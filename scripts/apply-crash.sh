#!/usr/bin/env bash
# Checks that awsidem apply creates every entry exactly once despite faults, kills and a closed stdout.
#
#   scripts/apply-crash.sh [ENTRIES [SEED]]     default: 2000 1
#
# Run 1 has random faults before and after EC2 applies the change. Run 2 has the same faults, and SIGKILL ends awsidem ten times. Run 3 closes
# stdout early and starts again. Exits 1 unless each entry was created exactly once.
set -euo pipefail
# shellcheck source=scripts/measure-lib.sh
. "$(dirname "$0")/measure-lib.sh"

faults=()
for kind in throttle unavailable internal-error bad-gateway html empty reset drop lost-response drop-after unavailable-after \
    internal-error-after gateway-timeout html-after truncate half-document duplicate wrong-vpc wrong-token; do
    faults+=(--fault "$kind=0.01")
done

# verdict WHAT prints the report of a sandbox and checks the number of resources.
verdict() {
    local what=$1 made
    made=$(figure "$dir/err" '([0-9]+) resources? made')
    echo "$what: $(grep -c '^killed' "$dir/err" || true) kills; $(grep '^sandbox: .* faults given' "$dir/err" | cut -d: -f2), $(grep 'replayed' "$dir/err" | cut -d: -f2)"
    check "resources made for $count entries" "$made" '==' "$count"
    check "different resources in the results of the last run" "$(sed -nE 's/.*"outcome":"succeeded".*"resource_id":"([^"]+)".*/\1/p' "$dir/out" | sort -u | wc -l)" '==' "$count"
}

# killed_ten_times runs apply ten times, kills each run after some more results, and then lets one run finish.
killed_ten_times() {
    local kills=0 apply lines
    while [ $kills -lt 10 ]; do
        awsidem apply -f "$dir/manifest.jsonl" >"$dir/out" 2>"$dir/apply-err" &
        apply=$!
        lines=$((RANDOM % (count / 12) + count * kills / 40))
        while [ "$(wc -l <"$dir/out")" -lt $lines ] && kill -0 $apply 2>/dev/null; do :; done
        if kill -KILL $apply 2>/dev/null; then
            kills=$((kills + 1))
            echo "killed after $(wc -l <"$dir/out") results" >&2
        fi
        wait $apply || true
    done
    awsidem apply -f "$dir/manifest.jsonl" >"$dir/out"
    [ -z "$(awsidem journal list --outcome unknown --output text)" ] || { echo "the journal has unknown intents" >&2; exit 1; }
}

closed_early() {
    awsidem apply -f "$dir/manifest.jsonl" | head -n 20 >/dev/null || true
    awsidem apply -f "$dir/manifest.jsonl" >"$dir/out"
}

case ${1:-} in
--killed) RANDOM=$seed; killed_ten_times; exit ;;
--closed) closed_early; exit ;;
esac

count=${1:-2000} seed=${2:-1}
prepare
export count seed
manifest "$count" >"$dir/manifest.jsonl"
awsidem sandbox exec --seed "$seed" "${faults[@]}" -- awsidem apply -f "$dir/manifest.jsonl" >"$dir/out" 2>"$dir/err"
verdict 'random faults'
awsidem sandbox exec --seed "$seed" "${faults[@]}" -- bash "$0" --killed 2>"$dir/err"
verdict 'random faults, and killed'
awsidem sandbox exec --seed "$seed" -- bash "$0" --closed 2>"$dir/err"
verdict 'stdout closed'
exit $missed

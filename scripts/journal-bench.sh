#!/usr/bin/env bash
# Measures the cost of the journal with whole processes, which run in turn against one sandbox on this machine.
#
#   scripts/journal-bench.sh [RUNS [RECORDS]]     default: 300 runs, and a full journal of 100000 records
#
# TMPDIR chooses the disk of the journals. Exits 1 if awsidem misses a target: a create with a full journal takes at most 1.05 times the time of
# a create with an empty journal; the journal adds at most 15% to a create; journal list of a full journal takes less than 2 s.
set -euo pipefail
# shellcheck source=scripts/measure-lib.sh
. "$(dirname "$0")/measure-lib.sh"

main() {
    prepare
    # This script runs itself inside the sandbox.
    awsidem sandbox exec -- bash "$0" --in-sandbox "${1:-300}" "${2:-100000}" 2>"$dir/report" || { cat "$dir/report" >&2; return 1; }
}

in_sandbox() {
    local runs=$1 records=$2 create="awsidem create-route-table --vpc-id $vpc" journal
    missed=0
    for journal in empty full; do
        AWSIDEM_JOURNAL=$dir/$journal $create >"$dir/out"
    done
    fill "$dir/full" "$records"
    sync

    echo "a create, with a journal of one record and of $records:"
    bench -runs "$runs" -target 1.05 "1=AWSIDEM_JOURNAL=$dir/empty $create" "$records=AWSIDEM_JOURNAL=$dir/full $create" || missed=1
    echo "a create, without and with the journal:"
    bench -runs "$runs" -target 1.15 "without=AWSIDEM_JOURNAL=$dir/empty $create --no-journal" "with=AWSIDEM_JOURNAL=$dir/empty $create" || missed=1

    echo "journal list of $records:"
    list
    list --query "Intents[?Outcome=='unknown'].ClientToken"
    list --query 'Intents[].[ClientToken,Outcome,ResourceId]' --output text
    list --outcome unknown
    list --output text
    list --output yaml
    list --output table
    return $missed
}

# list FLAGS... prints the fastest of three runs of journal list. YAML and tables have no target.
list() {
    local best=999999 start took
    for _ in 1 2 3; do
        start=$(date +%s%N)
        AWSIDEM_JOURNAL=$dir/full awsidem journal list "$@" >"$dir/out"
        took=$((($(date +%s%N) - start) / 1000000))
        if [ "$took" -lt "$best" ]; then best=$took; fi
    done
    case "$*" in
    *yaml | *table) printf '  %s: %d ms\n' "journal list $*" "$best" ;;
    *) check "milliseconds for journal list $*:" "$best" '<' 2000 ;;
    esac
}

if [ "${1:-}" = --in-sandbox ]; then
    in_sandbox "$2" "$3"
else
    main "$@"
fi

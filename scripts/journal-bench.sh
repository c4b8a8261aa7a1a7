#!/usr/bin/env bash
# What the journal costs: whole processes, in turn, against one sandbox on this machine.
#
#   scripts/journal-bench.sh [RUNS [RECORDS]]     how often each is run (300), how many records are a full journal (100000)
#
# Exits 1 if a target is missed: with a full journal a create takes at most 1.05 times what it takes with an empty one; the
# journal adds at most 15% to a create; journal list of a full journal takes less than 2 s.
# TMPDIR says on which disk the journals are.
set -euo pipefail

vpc='vpc-00c84bd9dcad1d728'

main() {
    local runs=${1:-300} records=${2:-100000}
    cd "$(dirname "$0")/.."
    dir=$(mktemp -d)
    trap 'rm -rf "$dir"' EXIT
    CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o "$dir" ./cmd/awsidem ./scripts/bench ./scripts/bench/fill
    echo "$(date -u '+%Y-%m-%d %H:%M UTC'), commit $(git rev-parse --short HEAD), $(go env GOVERSION), $(getconf _NPROCESSORS_ONLN) cores, $(uname -srm)"
    echo "journals on $(df --output=source,fstype "$dir" | tail -1), load$(uptime | sed 's/.*load averages*:/ /; s/  */ /g')"

    unset "${!AWS_@}" "${!AWSIDEM_@}"
    export AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null PATH="$dir:$PATH" dir
    awsidem sandbox exec -- bash "$0" --in-sandbox "$runs" "$records" 2>"$dir/report" || { cat "$dir/report" >&2; return 1; }
}

in_sandbox() {
    local runs=$1 records=$2 missed=0 create="awsidem create-route-table --vpc-id $vpc" what
    for what in empty full; do
        AWSIDEM_JOURNAL=$dir/$what $create >"$dir/out"
    done
    fill "$dir/full" "$records"
    sync

    echo
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

# list says how long a list takes, the best of three. Only the first ones have a target.
list() {
    local best=999999 start took
    for _ in 1 2 3; do
        start=$(date +%s%N)
        AWSIDEM_JOURNAL=$dir/full awsidem journal list "$@" >"$dir/out"
        took=$((($(date +%s%N) - start) / 1000000))
        if [ "$took" -lt "$best" ]; then best=$took; fi
    done
    printf '  %5d ms  journal list %s\n' "$best" "$*"
    case "$*" in
        *yaml | *table) ;;
        *) if [ "$best" -ge 2000 ]; then echo "  MISSED: the target is 2000 ms" && missed=1; fi ;;
    esac
}

if [ "${1:-}" = --in-sandbox ]; then
    in_sandbox "$2" "$3"
else
    main "$@"
fi

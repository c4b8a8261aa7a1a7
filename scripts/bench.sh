#!/usr/bin/env bash
# What awsidem costs: whole processes, beside programs on the AWS SDK that make the same calls, beside an empty cobra program,
# and beside the AWS CLI where it is installed.
#
#   scripts/bench.sh [RUNS [TABLE...]]     how often each is run (200), and what is measured: alone, seen, startup, apply, cli (all)
#
# The rows of a table run in turn against one sandbox on this machine. Exits 1 if a target is missed: a create alone takes at
# most 1.1 times the wall time of the bare call; on record, created and seen at most 1.3 times that of the bare two calls; both
# at most 1.3 times the memory; --help at most 1.5 times the wall time of the empty program; the AWS CLI at least 50 times that
# of awsidem. What apply takes has a target in scripts/apply-speed.sh.
set -euo pipefail
# shellcheck source=scripts/apply-lib.sh
. "$(dirname "$0")/apply-lib.sh"

tables=(alone seen startup apply cli)
entries=500

main() {
    local runs=${1:-200} table program
    if [ $# -gt 1 ]; then tables=("${@:2}"); fi
    prepare
    export dir
    build -tags linked -o "$dir/linked" ./scripts/bench/bare
    for program in "$dir"/*; do # as installing does: what a linker wrote is in the page cache in small pieces, and starts slower
        cp "$program" "$program.copy"
        mv "$program.copy" "$program"
    done
    manifest $entries >"$dir/manifest.jsonl"
    echo "medians, after 2 runs that do not count; ratios are to the first row; memory is the peak"
    echo "$(wc -c <"$dir/awsidem") bytes awsidem, $(wc -c <"$dir/bare") bytes the bare program, journal on $(df -P "$dir" | awk 'END { print $1 }')"
    echo
    for table in "${tables[@]}"; do
        # This script again, with an endpoint.
        awsidem sandbox exec -- bash "$0" --in-sandbox "$table" "$runs" 2>"$dir/err" || { grep -v '^sandbox:' "$dir/err" >&2 || true; missed=1; }
    done
    return "$missed"
}

create="awsidem create-route-table --vpc-id $vpc"

# The third row is the floor of a program as big as awsidem.
alone() {
    bench -runs "$1" -target 1.1 -memory 1.3 \
        "bare SDK program: create=bare $vpc" \
        "awsidem --no-journal --no-wait=$create --no-journal --no-wait" \
        "bare SDK program, awsidem linked: create=linked $vpc"
}

seen() {
    bench -runs "$1" -target 1.3 -memory 1.3 \
        "bare SDK program: create, describe=bare -describe $vpc" \
        "awsidem=$create"
}

# The third row is the floor of a program with the SDK in it.
startup() {
    bench -runs "$1" -target 1.5 \
        "empty cobra program --help=emptycobra --help" \
        "awsidem --help=awsidem --help" \
        "bare SDK program -help=bare -help"
}

# Each run has a Region of its own: nothing is there, and no token was used.
apply() {
    bench -runs $(($1 / 10 + 1)) \
        "16 goroutines on the SDK, $entries creates=AWS_REGION=sdk-{} many -retryer standard -workers 16 $entries $vpc" \
        "awsidem apply --no-journal --no-wait=AWS_REGION=same-{} awsidem apply -f $dir/manifest.jsonl --no-journal --no-wait" \
        "awsidem apply=AWS_REGION=all-{} awsidem apply -f $dir/manifest.jsonl"
}

cli() {
    local aws name missed=0
    for aws in $(printf '%s\n' /usr/bin/aws "$(type -P aws || true)" | sort -u); do
        if [ ! -x "$aws" ]; then continue; fi
        name=$("$aws" --version 2>&1 | cut -d' ' -f1)
        bench -runs $(($1 / 10 + 1)) -least 50 \
            "awsidem=$create" \
            "$name=$aws --endpoint-url $AWS_ENDPOINT_URL_EC2 ec2 create-route-table --vpc-id $vpc" \
            "bare SDK program: create=bare $vpc" || missed=1
        bench -runs $(($1 / 10 + 1)) \
            "awsidem version=awsidem version" \
            "$name --version=$aws --version" || missed=1
    done
    return $missed
}

if [ "${1:-}" = --in-sandbox ]; then
    "$2" "$3"
else
    main "$@"
fi

#!/usr/bin/env bash
# Compares whole processes: awsidem, programs on the AWS SDK that make the same calls, an empty cobra program, and each installed AWS CLI.
#
#   scripts/bench.sh [RUNS [TABLE...]]     default: 200 runs of the tables alone, seen, startup, apply and cli
#
# The programs of a table run in turn against one sandbox on this machine. Exits 1 if awsidem misses a target:
#
#   alone     a create without journal and --wait: at most 1.1 times the wall time of the bare call, and 1.3 times its memory
#   seen      a whole create: at most 1.3 times the wall time and the memory of two bare calls, create and describe
#   startup   --help: at most 1.5 times the wall time of the empty program
#   apply     no target here: see scripts/apply-speed.sh
#   cli       the AWS CLI: at least 50 times the wall time of awsidem
set -euo pipefail
# shellcheck source=scripts/measure-lib.sh
. "$(dirname "$0")/measure-lib.sh"

tables=(alone seen startup apply cli)
entries=500

main() {
    local runs=${1:-200} table program
    if [ $# -gt 1 ]; then tables=("${@:2}"); fi
    prepare
    build -tags linked -o "$dir/linked" ./scripts/bench/bare
    for program in "$dir"/*; do # copy each program, as an installation does: the linker's own file is in small pieces in the page cache and starts slower
        cp "$program" "$program.copy"
        mv "$program.copy" "$program"
    done
    manifest $entries >"$dir/manifest.jsonl"
    echo "medians, after 2 warm-up runs; ratios to the first row; peak memory"
    echo "awsidem has $(wc -c <"$dir/awsidem") bytes, the bare program $(wc -c <"$dir/bare")"
    echo
    for table in "${tables[@]}"; do
        # This script runs itself inside the sandbox.
        awsidem sandbox exec -- bash "$0" --in-sandbox "$table" "$runs" 2>"$dir/err" || { grep -v '^sandbox:' "$dir/err" >&2 || true; missed=1; }
    done
    return "$missed"
}

create="awsidem create-route-table --vpc-id $vpc"

# The third row shows the cost of a program of the same size as awsidem.
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

# The third row shows the start of a program that links the SDK.
startup() {
    bench -runs "$1" -target 1.5 \
        "empty cobra program --help=emptycobra --help" \
        "awsidem --help=awsidem --help" \
        "bare SDK program -help=bare -help"
}

# Each run has its own Region, without resources and used tokens.
apply() {
    bench -runs $(($1 / 10 + 1)) \
        "16 goroutines on the SDK, $entries creates=AWS_REGION=sdk-{} many -retryer standard -workers 16 $entries $vpc" \
        "awsidem apply --no-journal --no-wait=AWS_REGION=same-{} awsidem apply -f $dir/manifest.jsonl --no-journal --no-wait" \
        "awsidem apply=AWS_REGION=all-{} awsidem apply -f $dir/manifest.jsonl"
}

cli() {
    local aws name missed=0
    for aws in $(clis); do
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

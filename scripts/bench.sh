#!/usr/bin/env bash
# What awsidem costs: whole processes, beside a bare program on the AWS SDK that makes the same call, beside an empty cobra
# program, and beside the AWS CLI where it is installed.
#
#   scripts/bench.sh [RUNS]     how often each is run, 200 if not given
#
# All run in turn against one sandbox on this machine. Exits 1 if a target is missed: a create takes at most 1.15 times the
# wall time of the bare program, --help at most 1.5 times that of the empty one.
set -euo pipefail

vpc='vpc-00c84bd9dcad1d728'

main() {
    local runs=${1:-200}
    cd "$(dirname "$0")/.."
    dir=$(mktemp -d)
    trap 'rm -rf "$dir"' EXIT
    CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o "$dir" ./cmd/awsidem ./scripts/bench ./scripts/bench/bare ./scripts/bench/emptycobra
    conditions "$runs"

    unset "${!AWS_@}" "${!AWSIDEM_@}"
    export AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
    export AWSIDEM_JOURNAL="$dir/journal" PATH="$dir:$PATH"
    awsidem sandbox exec -- bash "$0" --in-sandbox "$runs" # this script again, with an endpoint
}

conditions() {
    local cpu changed=
    cpu=$(sysctl -n machdep.cpu.brand_string 2>/dev/null || awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo)
    [ -z "$(git status --porcelain)" ] || changed=', with changes'
    echo "$(date -u '+%Y-%m-%d %H:%M UTC'), commit $(git rev-parse --short HEAD)$changed, $(go env GOVERSION)"
    echo "${cpu:-CPU unknown}, $(getconf _NPROCESSORS_ONLN) cores, $(uname -srm), load$(uptime | sed 's/.*load averages*:/ /; s/  */ /g')"
    echo "medians of $1 runs each in turn, after 2 that do not count; ratios are to the first row; memory is the peak"
    echo "$(wc -c <"$dir/awsidem") bytes awsidem, $(wc -c <"$dir/bare") bytes the bare program"
    echo
}

# Only two at a time: what runs more often than the other finds more of itself in the CPU's caches.
in_sandbox() {
    local runs=$1 missed=0 help flag cli
    local create=(awsidem create-route-table --vpc-id "$vpc") only=()

    # What the bare program does not do either is switched off first.
    help=$(awsidem create-route-table --help)
    for flag in --no-journal --no-wait; do
        if [[ $help == *" $flag "* ]]; then only+=("$flag"); fi
    done
    if [ ${#only[@]} -gt 0 ]; then
        bench -runs "$runs" -target 1.15 "bare SDK program=bare $vpc" "awsidem ${only[*]}=${create[*]} ${only[*]}" || missed=1
        bench -runs "$runs" "bare SDK program=bare $vpc" "awsidem=${create[*]}" || missed=1
    else
        bench -runs "$runs" -target 1.15 "bare SDK program=bare $vpc" "awsidem=${create[*]}" || missed=1
    fi
    bench -runs "$runs" -target 1.5 "empty cobra program --help=emptycobra --help" "awsidem --help=awsidem --help" || missed=1
    for cli in $(printf '%s\n' /usr/bin/aws "$(type -P aws || true)" | sort -u); do
        if [ -x "$cli" ]; then
            bench -runs 10 "awsidem=${create[*]}" \
                "$("$cli" --version 2>&1 | cut -d' ' -f1)=$cli --endpoint-url $AWS_ENDPOINT_URL_EC2 ec2 create-route-table --vpc-id $vpc" || missed=1
        fi
    done
    return $missed
}

if [ "${1:-}" = --in-sandbox ]; then
    in_sandbox "$2"
else
    main "$@"
fi

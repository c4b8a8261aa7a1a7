# shellcheck shell=bash disable=SC2034 # missed is what the scripts end with
# What the scripts that measure apply, and bench.sh, share. It is sourced.

vpc='vpc-00c84bd9dcad1d728'

# prepare builds the programs, as a release does, and makes the environment that of nobody.
prepare() {
    cd "$(dirname "$0")/.." || exit
    dir=$(mktemp -d)
    trap 'rm -rf "$dir"' EXIT
    build() { CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' "$@"; }
    build -o "$dir" ./cmd/awsidem ./scripts/bench/...
    unset "${!AWS_@}" "${!AWSIDEM_@}"
    export AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
    export PATH="$dir:$PATH"
    missed=0
    conditions
}

conditions() {
    local cpu changed=
    cpu=$(sysctl -n machdep.cpu.brand_string 2>/dev/null || awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo)
    [ -z "$(git status --porcelain)" ] || changed=', with changes'
    echo "$(date -u '+%Y-%m-%d %H:%M UTC'), commit $(git rev-parse --short HEAD)$changed, $(go env GOVERSION)"
    echo "${cpu:-CPU unknown}, $(getconf _NPROCESSORS_ONLN) cores, $(uname -srm), load$(uptime | sed 's/.*load averages*:/ /; s/  */ /g')"
    echo
}

# manifest COUNT writes so many entries in JSON Lines.
manifest() {
    seq "$1" | sed 's/.*/{"operation":"CreateRouteTable","input":{"VpcId":"'$vpc'"},"idempotency_key":"bench\/&"}/'
}

# among FILE PATTERN gives the group of a pattern, which begins with a number, in the first line that has it; 0 if none has.
among() {
    sed -nE "s/(^|.*[^0-9.])$2.*/\2/p" "$1" | head -n 1 | grep . || echo 0
}

# check WHAT VALUE OP TARGET says whether a figure is reached, and remembers if it is not.
check() {
    if awk -v a="$2" -v b="$4" "BEGIN { exit !(a $3 b) }"; then
        echo "  met: $1 $2 ($3 $4)"
    else
        echo "  MISSED: $1 $2 ($3 $4)"
        missed=1
    fi
}

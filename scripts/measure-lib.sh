# shellcheck shell=bash disable=SC2034 # the scripts that source this file use vpc and missed
# The functions that the measuring scripts share: builds, a clean environment, manifests, targets.

vpc='vpc-00c84bd9dcad1d728'

# prepare builds awsidem and the benchmark programs into $dir, as a release is built. It puts $dir on PATH, removes the user's AWS settings, and
# prints the conditions of the run.
prepare() {
    cd "$(dirname "$0")/.." || exit
    dir=$(mktemp -d)
    trap 'rm -rf "$dir"' EXIT
    build -o "$dir" ./cmd/awsidem ./scripts/bench/...
    unset "${!AWS_@}" "${!AWSIDEM_@}"
    export AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
    export PATH="$dir:$PATH" dir
    missed=0
    conditions
}

build() {
    CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' "$@"
}

conditions() {
    local cpu changed=
    cpu=$(sysctl -n machdep.cpu.brand_string 2>/dev/null || awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo)
    [ -z "$(git status --porcelain)" ] || changed=', with changes'
    echo "$(date -u '+%Y-%m-%d %H:%M UTC'), commit $(git rev-parse --short HEAD)$changed, $(go env GOVERSION)"
    echo "${cpu:-CPU unknown}, $(getconf _NPROCESSORS_ONLN) cores, $(uname -srm), load$(uptime | sed 's/.*load averages*:/ /; s/  */ /g')"
    echo "temporary files on $(df -P "$dir" | awk 'END { print $1 }')"
    echo
}

# manifest COUNT prints a manifest of COUNT entries as JSON Lines.
manifest() {
    seq "$1" | sed 's/.*/{"operation":"CreateRouteTable","input":{"VpcId":"'$vpc'"},"idempotency_key":"bench\/&"}/'
}

# figure FILE PATTERN prints the number that PATTERN's group matches in the first line that has one, and 0 if no line has one. PATTERN begins
# with the group.
figure() {
    sed -nE "s/(^|.*[^0-9.])$2.*/\2/p" "$1" | head -n 1 | grep . || echo 0
}

# clis prints the path of each AWS CLI on this machine.
clis() {
    local path
    for path in $(printf '%s\n' /usr/bin/aws "$(type -P aws || true)" | sort -u); do
        if [ -x "$path" ]; then echo "$path"; fi
    done
}

# check WHAT VALUE OPERATOR TARGET prints whether VALUE meets the target, and sets missed=1 if it does not.
check() {
    if awk -v a="$2" -v b="$4" "BEGIN { exit !(a $3 b) }"; then
        echo "  met: $1 $2 ($3 $4)"
    else
        echo "  MISSED: $1 $2 ($3 $4)"
        missed=1
    fi
}

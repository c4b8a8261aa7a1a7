#!/usr/bin/env bash
# Prints a table of the share of each dependency in the stripped binary for linux/amd64, in kB.
#
#   scripts/size.sh [N]     the N (12) biggest modules by name
#
# A module's size is its share of the machine code times the size of the file. This assumes that line tables, types, strings and data grow with
# the code. Code of the standard library counts for the standard library, even if only one module needs it.
#
# The last line is the cost of an operation: the difference to a binary with the table's first group alone, divided by the other operations.
set -euo pipefail

cd "$(dirname "$0")/.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export LC_ALL=C GOOS=linux GOARCH=amd64 CGO_ENABLED=0

go build -trimpath -ldflags='-s -w' -o "$dir/stripped" ./cmd/awsidem
go build -trimpath -ldflags=-w -o "$dir/symbols" ./cmd/awsidem
go list -deps -f '{{.ImportPath}} {{if not .Module}}Go standard library{{else if .Module.Main}}awsidem{{else}}{{.Module.Path}}{{end}}' \
    ./cmd/awsidem >"$dir/packages"
go tool nm -size -type "$dir/symbols" | awk '$3 ~ /^[Tt]$/ { print $2, $4 }' >"$dir/code"
bytes=$(stat -c %s "$dir/stripped")

awk '
    FNR == NR { package = $1; $1 = ""; module[package] = substr($0, 2); next }
    {
        size = $1; name = $2
        sub(/^type:\.(eq|hash)\./, "", name)
        sub(/[[({].*/, "", name) # type arguments and receivers
        slash = match(name, /[^\/]*$/)
        element = substr(name, slash)
        sub(/\..*/, "", element)
        gsub(/%2e/, ".", element)
        owner = module[substr(name, 1, slash - 1) element]
        if (name ~ /^main\./) owner = "awsidem"
        if (owner == "") owner = "Go standard library" # the runtime, in assembly
        cost[owner] += size; sum += size
    }
    END { for (m in cost) print cost[m] / sum, m }' "$dir/packages" "$dir/code" | sort -gr >"$dir/shares"

echo "| kB | $bytes bytes, go $(go env GOVERSION | tr -d go), $(git rev-parse --short HEAD) |"
echo '|---:|---|'
awk -v bytes="$bytes" -v top="${1:-12}" '
    { share = $1; $1 = ""; kb = share * bytes / 1000 }
    NR <= top { printf "| %d |%s |\n", kb + .5, $0; next }
    { rest += kb; n++ }
    END { if (n) printf "| %d | %d more |\n", rest + .5, n }' "$dir/shares"

# The overlay replaces the table by its first group. The binary is for its size alone.
operations=pkg/awsec2/operations.go
awk '{ print } /^\t}},$/ { print "}"; exit }' "$operations" >"$dir/operations.go"
printf '{"Replace": {"%s": "%s"}}' "$PWD/$operations" "$dir/operations.go" >"$dir/overlay.json"
go build -overlay="$dir/overlay.json" -trimpath -ldflags='-s -w' -o "$dir/first" ./cmd/awsidem
others=$(($(grep -c '{create: ' "$operations") - $(grep -c '{create: ' "$dir/operations.go")))
echo
echo "$(((bytes - $(stat -c %s "$dir/first")) / others / 1000)) kB an operation, of $others"

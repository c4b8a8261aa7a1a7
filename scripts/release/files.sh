#!/usr/bin/env bash
# Writes the other files of a release into a folder: completions, man pages, licences. The same commit produces the same bytes.
#
#   scripts/release/files.sh DIR
set -euo pipefail

platforms='linux darwin windows'

main() {
    local dir
    mkdir -p "$1"
    dir=$(cd "$1" && pwd)
    cd "$(dirname "$0")/../.."
    export LC_ALL=C
    rm -rf "$dir/man" "$dir/completions"
    SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
    export SOURCE_DATE_EPOCH
    go run ./scripts/docs "$dir/man/man1"
    gzip -9 -n "$dir"/man/man1/*.1
    completions "$dir/completions"
    third_party >"$dir/THIRD_PARTY_LICENSES"
    copyright >"$dir/copyright"
}

# completions DIR writes the completion scripts of all shells.
completions() {
    local shell
    mkdir -p "$1"
    for shell in bash zsh fish; do
        go run ./cmd/awsidem completion $shell >"$1/awsidem.$shell"
    done
    go run ./cmd/awsidem completion powershell >"$1/awsidem.ps1"
}

# third_party prints the licences of the standard library and of all modules in the binaries of all platforms.
third_party() {
    local module version dir file
    echo "awsidem contains the Go standard library and the modules below. These are their licences."
    licence "The Go standard library" "$(go env GOROOT)/LICENSE"
    while read -r module version dir; do
        file=$(find "$dir" -maxdepth 1 -type f \( -iname 'LICENSE*' -o -iname 'COPYING*' -o -iname 'NOTICE*' \) ! -name '*.go' | sort)
        [ -n "$file" ] || file=$(find "${dir%/*}" "${dir%/*/*}" -maxdepth 1 -type f -iname 'LICENSE*' | head -1)
        [ -n "$file" ] || { echo "files.sh: module $module has no licence file in $dir" >&2; return 1; }
        while read -r file; do
            licence "$module $version" "$file"
        done <<<"$file"
    done < <(modules | sort -u)
}

# modules prints the path, the version and the folder of each module.
modules() {
    local os
    for os in $platforms; do
        GOOS=$os CGO_ENABLED=0 go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' ./cmd/awsidem
    done
}

# licence TITLE FILE prints a licence.
licence() {
    printf '\n%s\n%s (%s)\n\n' '--------------------------------------------------------------------------------' "$1" "${2##*/}"
    cat "$2"
}

# copyright prints LICENSE in Debian's format.
copyright() {
    cat <<'END'
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: awsidem
Source: https://github.com/awsidem/awsidem
Comment: The licences of the modules in the binary are in /usr/share/doc/awsidem/THIRD_PARTY_LICENSES.

Files: *
Copyright: The awsidem authors
License: Apache-2.0
END
    sed -e 's/^$/./' -e 's/^/ /' LICENSE
}

main "$@"

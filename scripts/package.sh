#!/usr/bin/env bash
# Builds the packages of the commit as a release does, without signatures and SBOMs. It builds them in two clones and compares the checksums. Then
# it checks the packages' content, and installs, tries and removes the Debian package.
#
#   scripts/package.sh [DIR]      keep the packages in DIR
#
# Installing needs root and dpkg. Without them the step is skipped, or fails if CI=true.
set -euo pipefail

max_size=24000000 # bytes of the stripped binary for linux/amd64

main() {
    local goreleaser keep=
    if [ -n "${1:-}" ]; then
        mkdir -p "$1"
        keep=$(cd "$1" && pwd)
    fi
    cd "$(dirname "$0")/.."
    scratch=$(mktemp -d)
    installed=
    trap clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM

    unset GOOS GOARCH GOAMD64 GOARM64
    goreleaser=$(go tool -modfile=scripts/tools-release/go.mod -n goreleaser)
    git clone -q . "$scratch/first"
    git clone -q "$scratch/first" "$scratch/second" # a clone of ., which may have a new commit by now, could differ
    package "$goreleaser" "$scratch/first"
    package "$goreleaser" "$scratch/second"
    same checksums.txt
    same homebrew/Casks/awsidem.rb
    echo "both builds have these checksums:"
    cat "$scratch/first/dist/checksums.txt"

    cd "$scratch/first"
    size dist/awsidem_linux_amd64_v1/awsidem
    archives
    cask
    if [ "$(id -u)" = 0 ] && type dpkg >/dev/null 2>&1; then
        debian "dist/awsidem_$(version)_$(dpkg --print-architecture).deb"
    elif [ "${CI:-}" = true ]; then
        die "installing the Debian package needs root and dpkg"
    else
        echo "skipped installing the Debian package: it needs root and dpkg"
    fi
    if [ -n "$keep" ]; then
        (cd dist && cut -c67- checksums.txt | xargs cp -t "$keep" checksums.txt)
    fi
}

clean_up() {
    [ -z "$installed" ] || dpkg -r awsidem >/dev/null
    rm -rf "$scratch"
}

# package GORELEASER CLONE builds the packages of a clone.
package() {
    local out
    out=$(cd "$2" && "$1" check 2>&1 && "$1" release --snapshot --clean --skip=sbom,sign 2>&1) || die "$out"
}

# same FILE compares a file of both builds.
same() {
    diff "$scratch/first/dist/$1" "$scratch/second/dist/$1" >&2 || die "two builds of the same commit differ in $1"
}

size() {
    local bytes
    bytes=$(stat -c %s "$1")
    echo "the stripped binary for linux/amd64: $bytes bytes"
    [ "$bytes" -le "$max_size" ] || die "the binary is larger than $max_size bytes"
}

# version prints the packages' version in deb's spelling.
version() { sed -n 's/.*"version":"\([^"]*\)".*/\1/p' dist/metadata.json | tr - '~'; }

# archives checks that each archive has all files.
archives() {
    local archive file list
    for archive in dist/*.tar.gz dist/*.zip; do
        case $archive in
        *.zip) list=$(unzip -Z1 "$archive") ;;
        *) list=$(tar -tzf "$archive") ;;
        esac
        for file in LICENSE README.md THIRD_PARTY_LICENSES completions/awsidem.{bash,zsh,fish,ps1} man/man1/awsidem.1.gz awsidem; do
            case $file$archive in awsidem*windows*) file=awsidem.exe ;; esac
            grep -qxF "$file" <<<"$list" || die "$archive lacks $file"
        done
    done
}

# cask compares the man pages that the Homebrew cask names with the man pages of the release.
cask() {
    diff <(sed -n 's/^ *manpage "\(.*\)"$/\1/p' dist/homebrew/Casks/awsidem.rb | sort) <(cd build && find man/man1 -type f | sort) >&2 ||
        die "homebrew_casks.manpages in .goreleaser.yaml (<) differs from the man pages of the release (>)"
}

# debian PACKAGE installs, tries and removes a package.
debian() {
    local file files line made
    ! dpkg-query -W -f '${db:Status-Status}\n' awsidem 2>/dev/null | grep -qx installed || die "a package awsidem is installed: run dpkg -r awsidem first"
    installed=yes
    dpkg --path-include='/usr/share/*' -i "$1" >/dev/null # containers exclude documentation by default
    files=$(dpkg -L awsidem)
    for file in /usr/bin/awsidem /usr/share/man/man1/awsidem{,-create-route-table}.1.gz /usr/share/doc/awsidem/copyright \
        /usr/share/bash-completion/completions/awsidem /usr/share/zsh/vendor-completions/_awsidem \
        /usr/share/fish/vendor_completions.d/awsidem.fish; do
        grep -qxF "$file" <<<"$files" || die "$1 lacks $file"
        [ -f "$file" ] || die "installing $1 did not create $file"
    done
    pristine awsidem version
    [ "$(pristine awsidem version | sed -n 's/^commit //p')" = "$(git rev-parse HEAD)" ] || die "awsidem version does not print the commit"
    pristine bash -c '. /usr/share/bash-completion/completions/awsidem && complete -p awsidem' >/dev/null
    [[ $(gzip -dc /usr/share/man/man1/awsidem.1.gz) == *$'\n.SH'* ]] || die "awsidem.1 is no man page"

    # The README's first command, with the installed program.
    line=$(sed -n 's|^go run \./cmd/||; /^awsidem sandbox exec -- /{p;q}' README.md)
    echo "$line"
    made=$(pristine sh -c "$line")
    [[ $made == *'"RouteTableId": "rtb-'* ]] || die "the README's first command printed no route table: $made"

    dpkg -r awsidem >/dev/null
    installed=
    while read -r file; do
        [ -d "$file" ] || [ ! -e "$file" ] || die "removing the package left $file"
    done <<<"$files"
    echo "installed, tried and removed $1"
}

# pristine COMMAND... runs a command with the environment of a new login on a new machine.
pristine() { env -i HOME="$scratch/home" PATH=/usr/local/bin:/usr/bin:/bin "$@"; }

die() {
    echo "package.sh: $*" >&2
    exit 1
}

main "$@"

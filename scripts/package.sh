#!/usr/bin/env bash
# Makes the packages of what is committed, as a release does but for signatures and SBOMs, twice, in two clones: both must
# give the same checksums. Then looks into them, and installs, tries and removes the Debian package.
#
#   scripts/package.sh [DIR]      keep the packages in DIR
#
# Installing needs root and dpkg: without them it is left out, but for CI=true, where nothing may be.
set -euo pipefail

max_size=14000000 # bytes of the stripped binary for linux/amd64

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
    git clone -q "$scratch/first" "$scratch/second" # not of .: it may have moved on
    package "$goreleaser" "$scratch/first"
    package "$goreleaser" "$scratch/second"
    same checksums.txt
    same homebrew/Casks/awsidem.rb
    echo "two runs, the same checksums:"
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
        echo "the Debian package was not installed: that needs root and dpkg"
    fi
    if [ -n "$keep" ]; then
        (cd dist && cut -c67- checksums.txt | xargs cp -t "$keep" checksums.txt)
    fi
}

clean_up() {
    [ -z "$installed" ] || dpkg -r awsidem >/dev/null
    rm -rf "$scratch"
}

# package GORELEASER CLONE
package() {
    local out
    out=$(cd "$2" && "$1" check 2>&1 && "$1" release --snapshot --clean --skip=sbom,sign 2>&1) || die "$out"
}

same() {
    diff "$scratch/first/dist/$1" "$scratch/second/dist/$1" >&2 || die "two runs of one commit differ in $1"
}

size() {
    local bytes
    bytes=$(stat -c %s "$1")
    echo "the stripped binary for linux/amd64: $bytes bytes"
    [ "$bytes" -le "$max_size" ] || die "that is more than $max_size"
}

# version is what goreleaser calls the packages' version, as deb writes it.
version() { sed -n 's/.*"version":"\([^"]*\)".*/\1/p' dist/metadata.json | tr - '~'; }

archives() {
    local archive file list
    for archive in dist/*.tar.gz dist/*.zip; do
        case $archive in
        *.zip) list=$(unzip -Z1 "$archive") ;;
        *) list=$(tar -tzf "$archive") ;;
        esac
        for file in LICENSE README.md THIRD_PARTY_LICENSES completions/awsidem.{bash,zsh,fish,ps1} man/man1/awsidem.1.gz awsidem; do
            case $file$archive in awsidem*windows*) file=awsidem.exe ;; esac
            grep -qxF "$file" <<<"$list" || die "$archive has no $file"
        done
    done
}

# cask compares the man pages that the Homebrew cask names with those that there are.
cask() {
    diff <(sed -n 's/^ *manpage "\(.*\)"$/\1/p' dist/homebrew/Casks/awsidem.rb | sort) <(cd build && find man/man1 -type f | sort) >&2 ||
        die "homebrew_casks.manpages in .goreleaser.yaml does not name the man pages that there are (>)"
}

# debian installs, tries and removes a package.
debian() {
    local file files line made
    ! dpkg-query -W -f '${db:Status-Status}\n' awsidem 2>/dev/null | grep -qx installed || die "a package awsidem is installed: remove it first"
    installed=yes
    dpkg --path-include='/usr/share/*' -i "$1" >/dev/null # containers leave documentation out
    files=$(dpkg -L awsidem)
    for file in /usr/bin/awsidem /usr/share/man/man1/awsidem{,-create-route-table}.1.gz /usr/share/doc/awsidem/copyright \
        /usr/share/bash-completion/completions/awsidem /usr/share/zsh/vendor-completions/_awsidem \
        /usr/share/fish/vendor_completions.d/awsidem.fish; do
        grep -qxF "$file" <<<"$files" || die "$1 has no $file"
        [ -f "$file" ] || die "$file is not there after installing $1"
    done
    pristine awsidem version
    [ "$(pristine awsidem version | sed -n 's/^commit //p')" = "$(git rev-parse HEAD)" ] || die "awsidem version does not give the commit"
    pristine bash -c '. /usr/share/bash-completion/completions/awsidem && complete -p awsidem' >/dev/null
    [[ $(gzip -dc /usr/share/man/man1/awsidem.1.gz) == *$'\n.SH'* ]] || die "awsidem.1 is no man page"

    # What the README has newcomers type first, with the program that is installed.
    line=$(sed -n 's|^go run \./cmd/||; /^awsidem sandbox exec -- /{p;q}' README.md)
    echo "$line"
    made=$(pristine sh -c "$line")
    [[ $made == *'"RouteTableId": "rtb-'* ]] || die "that printed no route table: $made"

    dpkg -r awsidem >/dev/null
    installed=
    while read -r file; do
        [ -d "$file" ] || [ ! -e "$file" ] || die "$file is left after removing the package"
    done <<<"$files"
    echo "installed, tried and removed $1"
}

# pristine runs a command with an environment as after a login on a new machine.
pristine() { env -i HOME="$scratch/home" PATH=/usr/local/bin:/usr/bin:/bin "$@"; }

die() {
    echo "package.sh: $*" >&2
    exit 1
}

main "$@"

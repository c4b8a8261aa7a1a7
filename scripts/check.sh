#!/usr/bin/env bash
# The gate. CI runs it, and a developer runs it before each commit. Each step prints one line. If a step fails, its output follows, and the next
# steps still run. The last line counts the steps.
#
#   AWSIDEM_DYNALITE=FOLDER     also run the journal over a table of dynalite, in node_modules/dynalite (.ci/run installs it)
#   AWSIDEM_REQUIRE_CLIENTS=1   also run other EC2 clients against the sandbox (.ci/run installs them)
#   AWSIDEM_PACKAGES=1          also build and try the packages (scripts/package.sh)
#   CI=true                     skip nothing, and require a clean work tree at the end
set -euo pipefail

main() {
    cd "$(dirname "$0")/.."
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    local clients=${AWSIDEM_REQUIRE_CLIENTS:-}
    local packages=${AWSIDEM_PACKAGES:-}
    unset AWSIDEM_REQUIRE_CLIENTS AWSIDEM_PACKAGES # only their own steps may see them
    passed=0 failed=0

    step 'format' formatted
    step 'tidy modules' tidy
    step 'vet' go vet ./...
    step 'lint' go tool -modfile=scripts/tools/go.mod golangci-lint run
    step 'shell scripts' shell_scripts
    for os in linux darwin windows; do
        step "build and vet for $os" builds_for "$os"
    done
    step "README's first run" readme 'go run \./cmd/awsidem sandbox exec -- '
    loud "README's tests" readme 'go test '
    loud 'tests with -race' go test -race ./...
    step '10,000 schedules' env AWSIDEM_SCHEDULES=10000 go test -count=1 -run '^Test(Promise|Said|Runbooks)' ./pkg/cli ./cmd/awsidem
    if [ "$clients" = 1 ]; then
        loud "other people's clients" env AWSIDEM_REQUIRE_CLIENTS=1 go test -v -count=1 -timeout 30m -run '^Test(Clients|Moto|NextCommandCanUseIt|PassedOn)$|AsBotocore$' ./cmd/awsidem ./pkg/sandbox ./pkg/cli ./pkg/awsconfig ./pkg/journal
    fi
    if [ "$packages" = 1 ]; then
        loud 'packages' bash scripts/package.sh
    fi
    if [ "${CI:-}" = true ]; then
        step 'clean work tree' clean_tree
    fi
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}

# step NAME COMMAND... runs a command and shows the command's output only if it fails.
step() {
    local name=$1 from=$SECONDS status
    shift
    set +e
    (set -e; "$@") >"$log" 2>&1
    status=$?
    set -e
    [ "$status" -eq 0 ] || cat "$log"
    conclude "$name" $((SECONDS - from)) "$status"
}

# loud NAME COMMAND... runs a command and shows the command's output at once.
loud() {
    local name=$1 from=$SECONDS status
    shift
    set +e
    (set -e; "$@") 2>&1
    status=$?
    set -e
    conclude "$name" $((SECONDS - from)) "$status"
}

# conclude NAME SECONDS STATUS prints and counts the result of a step.
conclude() {
    if [ "$3" -eq 0 ]; then
        passed=$((passed + 1))
        printf 'ok    %4d s  %s\n' "$2" "$1"
    else
        failed=$((failed + 1))
        printf 'FAIL  %4d s  %s (exit %d)\n' "$2" "$1" "$3"
    fi
}

formatted() {
    local files
    files=$(gofmt -l cmd pkg scripts)
    [ -z "$files" ] || { echo "not formatted, run gofmt -w:" "$files"; return 1; }
}

tidy() {
    go mod tidy -diff
    go -C scripts/tools mod tidy -diff
}

shell_scripts() {
    if [ "${CI:-}" != true ] && ! type shellcheck >/dev/null 2>&1; then
        return # optional on a developer's machine
    fi
    git ls-files -z '*.sh' .ci/run ':!cmd/awsidem/testdata/runbook' | xargs -0 shellcheck # those are runbooks as people write them
}

builds_for() {
    GOOS=$1 go build ./...
    GOOS=$1 go vet ./...
}

# readme BEGINNING runs the line of README.md that starts with BEGINNING, which newcomers type first.
readme() {
    local line
    line=$(grep -m1 "^$1" README.md) || { echo "README.md has no line that starts with \"$1\""; return 1; }
    bash -c "$line"
}

clean_tree() {
    local changes
    changes=$(git status --porcelain)
    [ -z "$changes" ] || { echo "the steps above changed these files:"; echo "$changes"; return 1; }
}

main "$@"

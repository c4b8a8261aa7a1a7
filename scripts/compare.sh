#!/usr/bin/env bash
# Who is right after a fault: awsidem, a bare program on the AWS SDK, and each AWS CLI that is installed; 23 faults, one
# create each (scripts/compare/main.go). Exits 1 unless awsidem is right 23 times of 23.
set -euo pipefail

cd "$(dirname "$0")/.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
CGO_ENABLED=0 go build -o "$dir" ./cmd/awsidem ./scripts/compare ./scripts/bench/bare

unset "${!AWS_@}" "${!AWSIDEM_@}"
export AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
export AWSIDEM_JOURNAL="$dir/journal"

vpc='vpc-00c84bd9dcad1d728'
contestants=("awsidem=$dir/awsidem create-route-table --vpc-id $vpc" "bare SDK program=$dir/bare $vpc")
for cli in $(printf '%s\n' /usr/bin/aws "$(type -P aws || true)" | sort -u); do
    if [ -x "$cli" ]; then
        # --endpoint-url, since a CLI before 2.13 does not read AWS_ENDPOINT_URL_EC2.
        contestants+=("$("$cli" --version 2>&1 | cut -d' ' -f1)=$cli --endpoint-url \$ENDPOINT ec2 create-route-table --vpc-id $vpc")
    fi
done
"$dir/compare" "${contestants[@]}"

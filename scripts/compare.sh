#!/usr/bin/env bash
# Compares awsidem, a bare program on the AWS SDK, and each installed AWS CLI under 23 faults, with one create each
# (scripts/compare/main.go). Exits 1 unless awsidem is right in all 23 cases.
set -euo pipefail
# shellcheck source=scripts/measure-lib.sh
. "$(dirname "$0")/measure-lib.sh"

prepare
build -o "$dir" ./scripts/compare
export AWSIDEM_JOURNAL="$dir/journal"
contestants=("awsidem=$dir/awsidem create-route-table --vpc-id $vpc" "bare SDK program=$dir/bare $vpc")
for cli in $(clis); do # --endpoint-url, because a CLI before 2.13 does not read AWS_ENDPOINT_URL_EC2
    contestants+=("$("$cli" --version 2>&1 | cut -d' ' -f1)=$cli --endpoint-url \$ENDPOINT ec2 create-route-table --vpc-id $vpc")
done
compare "${contestants[@]}"

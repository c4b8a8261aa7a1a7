#!/usr/bin/env bash
# The command with its global flags is in a variable, and backticks and sed pick from the JSON.
set -euo pipefail
REGION=${REGION:-$(aws configure get region)}
EC2="aws --region $REGION --output json ec2"
rtb=`$EC2 create-route-table --vpc-id vpc-00c84bd9dcad1d728 | sed -n 's/.*"RouteTableId": "\(.*\)".*/\1/p'`
acl=`$EC2 create-network-acl --vpc-id vpc-00c84bd9dcad1d728 | grep -o 'acl-[0-9a-f]*' | head -1`
$EC2 associate-route-table --route-table-id "$rtb" --subnet-id subnet-1
printf '%s\n' "table: $rtb" "acl: $acl"

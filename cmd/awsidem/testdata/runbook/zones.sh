#!/bin/bash
# A table for each zone, with the name in its tags; all ids are kept in an array.
set -eu -o pipefail
project=demo
declare -a tables
for zone in a b c; do
    tables+=("$(aws ec2 create-route-table \
        --vpc-id vpc-00c84bd9dcad1d728 \
        --tag-specifications "ResourceType=route-table,Tags=[{Key=Name,Value=$project-$zone},{Key=Project,Value=$project}]" \
        --region us-east-1 \
        --query RouteTable.RouteTableId --output text)")
done
echo "${#tables[@]} tables: ${tables[*]}"

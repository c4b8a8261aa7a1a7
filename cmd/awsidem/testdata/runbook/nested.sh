#!/bin/bash
# Shells within shells: a subshell, bash -c, a here document, eval, and a pipeline into a loop.
set -euo pipefail
export VPC=vpc-03683f950edba6643
id='--query RouteTable.RouteTableId --output text'
(cd / && aws ec2 create-route-table --vpc-id "$VPC" $id)
bash -c 'aws ec2 create-route-table --vpc-id "$VPC" --query RouteTable.RouteTableId --output text'
bash -s <<'INNER'
aws ec2 create-network-acl --vpc-id "$VPC" --query NetworkAcl.NetworkAclId --output text
INNER
eval "aws ec2 create-network-acl --vpc-id $VPC --query NetworkAcl.NetworkAclId --output text"
echo "$VPC" | while read -r vpc; do
    aws ec2 create-route-table --vpc-id "$vpc" $id </dev/null
done

#!/bin/sh
# A line each, several at a time.
set -e
out=$(printf '%s\n' vpc-00c84bd9dcad1d728 vpc-03683f950edba6643 vpc-00c84bd9dcad1d728 vpc-03683f950edba6643 |
    xargs -P 2 -I{} aws ec2 create-network-acl --vpc-id {} --query NetworkAcl.NetworkAclId --output text)
echo "$out" | sort

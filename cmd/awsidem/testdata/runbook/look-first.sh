#!/bin/bash
# Makes what is not there, and goes on with what is.
set -euo pipefail
account=$(aws sts get-caller-identity --query Account --output text)
found=$(aws ec2 describe-network-acls --filters Name=tag:Name,Values=edge --query 'NetworkAcls[0].NetworkAclId' --output text)
if [ "$found" = "None" ]; then
    found=$(aws ec2 create-network-acl --vpc-id vpc-00c84bd9dcad1d728 --tag-specifications 'ResourceType=network-acl,Tags=[{Key=Name,Value=edge}]' --output text | awk '$1 == "NETWORKACL" {print $3}')
fi
aws ec2 create-network-acl-entry --network-acl-id "$found" --rule-number 100 --protocol tcp --port-range From=80,To=80 --cidr-block 0.0.0.0/0 --rule-action allow --ingress
echo "account $account: $found"

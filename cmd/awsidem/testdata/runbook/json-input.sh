#!/bin/bash
# The parameters are JSON: in a file, in a word, and once with a flag beside them.
set -euo pipefail
input=$(mktemp)
cat >"$input" <<JSON
{
  "VpcId": "vpc-00c84bd9dcad1d728",
  "TagSpecifications": [{"ResourceType": "network-acl", "Tags": [{"Key": "Name", "Value": "web"}]}]
}
JSON
aws ec2 create-network-acl --cli-input-json "file://$input" --query 'NetworkAcl.[NetworkAclId,Tags[0].Value]' --output text
rm -f "$input"
aws ec2 create-route-table --cli-input-json '{"VpcId":"vpc-00c84bd9dcad1d728"}' --query RouteTable.RouteTableId
aws ec2 create-route-table --cli-input-json '{"VpcId":"vpc-00c84bd9dcad1d728"}' --tag-spec '[{"ResourceType":"route-table","Tags":[{"Key":"Name","Value":"db"}]}]' --query 'RouteTable.Tags'

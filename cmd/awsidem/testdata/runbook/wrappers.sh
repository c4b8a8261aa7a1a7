#!/bin/bash
# The ways around a plain call: a function that logs, command, env, timeout, the path that command -v prints.
set -e
log() { echo "+ $*" >&2; "$@"; }
create() { log aws ec2 create-route-table --vpc-id vpc-00c84bd9dcad1d728 --query "RouteTable.[RouteTableId]" --output text; }
one=$(create 2>/dev/null)
two=$(command aws ec2 create-network-acl --vpc-id vpc-00c84bd9dcad1d728 --output text --query NetworkAcl.NetworkAclId)
three=$(AWS_PAGER="" AWS_DEFAULT_OUTPUT=text timeout 60 aws ec2 create-route-table --vpc-id=vpc-03683f950edba6643 --query=RouteTable.RouteTableId)
four=$("$(command -v aws)" ec2 create-network-acl --vpc-id vpc-03683f950edba6643 --no-cli-pager --out text --q NetworkAcl.NetworkAclId)
echo $one $two $three $four

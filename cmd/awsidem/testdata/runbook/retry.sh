#!/bin/bash
# A loop of its own around each create, and a list of what was made.
try() {
    local n
    for n in 1 2 3; do
        "$@" && return
        echo "attempt $n failed" >&2
    done
    echo "giving up: $*" >&2
    exit 1
}
first=$(try aws ec2 create-route-table --vpc-id vpc-00c84bd9dcad1d728 --query RouteTable.RouteTableId --output text) || exit
second=$(try aws ec2 create-route-table --vpc-id vpc-00c84bd9dcad1d728 --query RouteTable.RouteTableId --output text) || exit
echo "first=$first second=$second"

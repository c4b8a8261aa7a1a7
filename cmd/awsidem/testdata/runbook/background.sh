#!/usr/bin/env bash
# Steps in the background, with files for what they print.
set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
pids=()
for i in 1 2 3; do
    aws ec2 create-route-table --vpc-id vpc-00c84bd9dcad1d728 --query RouteTable.RouteTableId --output text >"$dir/$i" &
    pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid"; done
sort "$dir"/*

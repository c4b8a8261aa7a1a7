#!/usr/bin/env python3
"""Checks an EC2 endpoint with boto3. AWS_ENDPOINT_URL_EC2 is the endpoint."""
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

VPC, DEFAULT = "vpc-03683f950edba6643", "vpc-00c84bd9dcad1d728"


def client(region="us-west-2"):
    return boto3.client(
        "ec2",
        region_name=region,
        endpoint_url=os.environ["AWS_ENDPOINT_URL_EC2"],
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="secret",
        # The endpoint is what is checked here, not what boto3 itself refuses.
        config=Config(retries={"total_max_attempts": 1}, max_pool_connections=20, parameter_validation=False),
    )


def same(what, got, want):
    if got != want:
        sys.exit(f"boto3_client.py: {what}: got {got!r}, want {want!r}")


def fails(code, call, status=400, **params):
    try:
        answer = call(**params)
    except ClientError as e:
        same(f"{params} error", e.response["Error"]["Code"], code)
        same(f"{params} status", e.response["ResponseMetadata"]["HTTPStatusCode"], status)
        if len(e.response["ResponseMetadata"].get("RequestId", "")) != 36:
            sys.exit(f"boto3_client.py: no request id in {e.response}")
        return e.response["Error"]["Message"]
    sys.exit(f"boto3_client.py: {params} succeeded, want {code}: {answer}")


def takes_tokens(ec2):
    shape = ec2.meta.service_model.operation_model("CreateRouteTable").input_shape
    return "ClientToken" in shape.members


def tokens(ec2, create, kind):
    token = f"boto3-{kind}"
    tags = [{"ResourceType": kind, "Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]}]
    reversed_tags = [{"ResourceType": kind, "Tags": tags[0]["Tags"][::-1]}]

    def make(**more):
        answer = create(**{"VpcId": VPC, "ClientToken": token, "TagSpecifications": tags, **more})
        same("token echoed", answer["ClientToken"], token)
        member = answer.get("RouteTable") or answer["NetworkAcl"]
        same("VPC", member["VpcId"], VPC)
        return member.get("RouteTableId") or member["NetworkAclId"]

    with ThreadPoolExecutor(16) as pool:
        made = set(pool.map(lambda _: make(), range(32)))
    same("resources of 32 concurrent creates", len(made), 1)
    same("tags in another order", {make(TagSpecifications=reversed_tags)}, made)
    for other in ({"VpcId": DEFAULT}, {"TagSpecifications": []}):
        message = fails("IdempotentParameterMismatch", create, **{"VpcId": VPC, "ClientToken": token, "TagSpecifications": tags, **other})
        same("message", message, f"Wrong arguments for request with token {token}")
    for bad in ("x" * 65, "zoë"):
        fails("InvalidClientToken", create, VpcId=VPC, ClientToken=bad)
    fails("DryRunOperation", create, status=412, VpcId=VPC, ClientToken="dry", DryRun=True)
    fails("InvalidVpcID.NotFound", create, VpcId="vpc-0123456789abcdef0", ClientToken="dry")
    create(VpcId=VPC, ClientToken="dry")  # neither of the two above has used the token
    elsewhere = getattr(client("eu-central-1"), "create_" + kind.replace("-", "_"))(VpcId=DEFAULT, ClientToken=token)
    member = elsewhere.get("RouteTable") or elsewhere["NetworkAcl"]
    same("the token in another region", member.get("RouteTableId") in made or member.get("NetworkAclId") in made, False)


def paging(ec2):
    for i in range(12):
        ec2.create_route_table(VpcId=DEFAULT, TagSpecifications=[{"ResourceType": "route-table", "Tags": [{"Key": "page", "Value": str(i)}]}])
    pages = list(ec2.get_paginator("describe_route_tables").paginate(Filters=[{"Name": "tag-key", "Values": ["page"]}], PaginationConfig={"PageSize": 5}))
    same("page sizes", [len(p["RouteTables"]) for p in pages], [5, 5, 2])
    same("distinct ids", len({t["RouteTableId"] for p in pages for t in p["RouteTables"]}), 12)
    rows = list(ec2.get_paginator("describe_tags").paginate(Filters=[{"Name": "key", "Values": ["page"]}], PaginationConfig={"PageSize": 5}))
    same("pages of tags", [len(p["Tags"]) for p in rows], [5, 5, 2])
    for size in (4, 101):
        fails("InvalidParameterValue", ec2.describe_route_tables, MaxResults=size)
    fails("InvalidPaginationToken", ec2.describe_route_tables, NextToken="nonsense")


def main():
    ec2 = client()
    same("VPCs", [v["VpcId"] for v in ec2.describe_vpcs()["Vpcs"]], [DEFAULT, VPC])
    table = ec2.create_route_table(VpcId=VPC)["RouteTable"]
    same("routes", table["Routes"], [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "Origin": "CreateRouteTable", "State": "active"}])
    same("lists", [table["Associations"], table["PropagatingVgws"], table["Tags"]], [[], [], []])
    acl = ec2.create_network_acl(VpcId=VPC)["NetworkAcl"]
    same("entries", sorted((e["RuleNumber"], e["Egress"], e["RuleAction"]) for e in acl["Entries"]), [(32767, False, "deny"), (32767, True, "deny")])
    same("default", acl["IsDefault"], False)
    fails("InvalidParameterValue", ec2.create_tags, Resources=[table["RouteTableId"]], Tags=[{"Key": "aws:x", "Value": "y"}])
    fails("TagLimitExceeded", ec2.create_tags, Resources=[table["RouteTableId"]], Tags=[{"Key": str(i), "Value": ""} for i in range(51)])
    paging(ec2)
    if takes_tokens(ec2):
        tokens(ec2, ec2.create_route_table, "route-table")
        tokens(ec2, ec2.create_network_acl, "network-acl")
    else:
        print("boto3_client.py: no ClientToken on create_route_table: tokens not checked")
    print(f"boto3_client.py: boto3 {boto3.__version__} agrees")


main()

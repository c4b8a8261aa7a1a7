#!/usr/bin/env python3
"""Creates, repeats, describes, tags and deletes with every operation of operations.tsv that a client knows.

The argument is the client: boto3, awscli, which runs in this process, or js, whose requests call.mjs sends. The endpoint is
AWS_ENDPOINT_URL_EC2. The values of the parameters come from botocore's model of EC2, so that the names on the wire are those that
AWS gave to its clients, not those that the sandbox expects.
"""
import contextlib
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jmespath

VPC, DEFAULT = "vpc-03683f950edba6643", "vpc-00c84bd9dcad1d728"
SCALARS = ("string", "integer", "long", "boolean")
# Members of a description that have the name of a parameter, and another meaning.
OTHER_MEANING = {"ClientToken"}

ENDPOINT = os.environ["AWS_ENDPOINT_URL_EC2"]
problems = []
os.environ.update(
    AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY="secret", AWS_DEFAULT_REGION="us-west-2", AWS_PAGER="",
    AWS_MAX_ATTEMPTS="1", AWS_CONFIG_FILE="/dev/null", AWS_SHARED_CREDENTIALS_FILE="/dev/null",
)


class Refused(Exception):
    """The endpoint answered with an error of this code."""

    @property
    def code(self):
        return self.args[0]


class Boto3:
    def __init__(self):
        import boto3

        self.version = f"boto3 {boto3.__version__}"
        self.ec2 = boto3.client("ec2", endpoint_url=ENDPOINT)
        self.model = self.ec2.meta.service_model
        self.xform_name = __import__("botocore").xform_name

    def call(self, operation, params):
        from botocore.exceptions import ClientError

        try:
            return getattr(self.ec2, self.xform_name(operation))(**params)
        except ClientError as e:
            raise Refused(e.response["Error"]["Code"]) from e


class AWSCLI:
    def __init__(self):
        import awscli
        import awscli.clidriver

        try:
            from awscli import botocore  # version 2 has a copy of its own
        except ImportError:
            import botocore
        self.version = f"AWS CLI {awscli.__version__}"
        self.xform_name = botocore.xform_name
        self.driver = awscli.clidriver.create_clidriver()
        self.model = self.driver.session.get_service_model("ec2")

    def call(self, operation, params):
        args = ["ec2", self.xform_name(operation, "-"), "--endpoint-url", ENDPOINT, "--output", "json", "--cli-input-json", json.dumps(params)]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = self.driver.main(args)
        if status == 0:
            return json.loads(out.getvalue() or "{}")
        found = re.search(r"An error occurred \((.*?)\)", err.getvalue())
        if not found:
            raise RuntimeError(f"{' '.join(args)}: {err.getvalue()}")
        raise Refused(found.group(1))


class JavaScript:
    def __init__(self):
        import boto3

        script = str(Path(__file__).with_name("call.mjs"))
        self.node = subprocess.Popen(["node", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        start = json.loads(self.node.stdout.readline())
        self.version, self.operations = f"@aws-sdk/client-ec2 {start['version']}", start["operations"]
        self.model = boto3.client("ec2").meta.service_model

    def call(self, operation, params):
        self.node.stdin.write(json.dumps({"operation": operation, "params": params}) + "\n")
        reply = json.loads(self.node.stdout.readline())
        if "code" in reply:
            raise Refused(reply["code"])
        if "problem" in reply:
            raise RuntimeError(reply["problem"])
        return reply["answer"]


client = {"boto3": Boto3, "awscli": AWSCLI, "js": JavaScript}[sys.argv[1]]()
model = client.model


def call(operation, **params):
    return client.call(operation, params)


def same(what, got, want):
    if got != want:
        problems.append(f"{what}: got {got!r}, want {want!r}")


def fails(what, code, operation, **params):
    try:
        call(operation, **params)
    except Refused as e:
        same(what, e.code, code)
        return
    problems.append(f"{what}: succeeded, want {code}")


def value(name, shape):
    """Returns a value of a shape, with its required members alone."""
    if shape.type_name == "structure":
        members = {n: value(n, m) for n, m in shape.members.items() if n in shape.required_members}
        if not members:  # an empty structure is not sent
            members = {n: value(n, m) for n, m in shape.members.items() if m.type_name in SCALARS}
        if not members:
            members = {n: value(n, m) for n, m in list(shape.members.items())[:1]}
        return members
    if shape.type_name == "list":
        return [value(name, shape.member)]
    if name == "VpcId":
        return VPC
    if getattr(shape, "enum", None):
        return shape.enum[0]
    return {"string": "value", "integer": 1, "long": 1, "boolean": True, "timestamp": "2030-01-01T00:00:00Z", "blob": b"x", "double": 1.5, "float": 1.5}[shape.type_name]


def request(operation):
    """Returns parameters of a create: the required ones, and the optional ones that are scalars."""
    shape = model.operation_model(operation).input_shape
    params = {}
    for name, member in shape.members.items():
        if name in shape.required_members or member.type_name in SCALARS and name not in ("DryRun", "ClientToken", "LaunchTemplateName"):
            params[name] = value(name, member)
    if operation == "CreateLaunchTemplate":
        params["LaunchTemplateName"] = "name"
    if operation == "CreateLaunchTemplateVersion":
        params["LaunchTemplateId"] = "lt-0123456789abcdef0"
    if operation == "RequestSpotFleet":
        params["SpotFleetRequestConfig"]["ClientToken"] = "token"
    else:
        params["ClientToken"] = "token"
    return params


def echoes(what, operation, params, resource, shape):
    """Checks the members of a resource that have the name and the type of a parameter."""
    members = model.operation_model(operation).input_shape.members
    for name, sent in params.items():
        if name in OTHER_MEANING or name not in shape.members or shape.members[name].type_name != members[name].type_name:
            continue
        if members[name].type_name in SCALARS:
            same(f"{what} {name}", resource.get(name), sent)


def element(shape, path):
    """Returns the shape of the structure that holds the last member of a path."""
    for step in path.split(".")[:-1]:
        shape = shape.members[step.removesuffix("[]")]
        if shape.type_name == "list":
            shape = shape.member
    return shape


def flat(found):
    return found if isinstance(found, list) else [found]


def lifecycle(operation, id_path, describe, ids_param, described_path, state_path, delete, tag_type):
    params = request(operation)
    if "TagSpecifications" not in model.operation_model(operation).input_shape.members and operation != "RequestSpotFleet":
        tag_type = "-"  # an older client
    if tag_type != "-":
        tags = [{"ResourceType": tag_type, "Tags": [{"Key": "a", "Value": "1"}]}]
        if operation == "RequestSpotFleet":
            params["SpotFleetRequestConfig"]["TagSpecifications"] = tags
        else:
            params["TagSpecifications"] = tags
    operation_model = model.operation_model(operation)
    if "DryRun" in operation_model.input_shape.members:
        fails(f"{operation} dry run", "DryRunOperation", operation, **params, DryRun=True)
    answer = call(operation, **params)
    ids = flat(jmespath.search(id_path, answer))
    if not ids or None in ids:
        problems.append(f"{operation}: no {id_path} in {answer}")
        return
    if "." in id_path:
        parent = id_path.rpartition(".")[0]
        first = flat(jmespath.search(parent, answer))[0]
        echoes(operation, operation, params, first, element(operation_model.output_shape, id_path))
    if "ClientToken" in operation_model.output_shape.members:
        same(f"{operation} token", answer.get("ClientToken"), "token")
    same(f"{operation} again", flat(jmespath.search(id_path, call(operation, **params))), ids)
    mismatch(operation, params)

    describe_shape = model.operation_model(describe).input_shape
    query = {n: params[n] for n in describe_shape.required_members if n in params}
    if describe == "DescribeLaunchTemplateVersions":
        query["LaunchTemplateId"] = params["LaunchTemplateId"]
    if ids_param != "-":
        many = describe_shape.members[ids_param].type_name == "list"
        query[ids_param] = [str(i) for i in ids] if many else ids[0]
    seen = call(describe, **query)
    same(f"{describe} ids", jmespath.search(described_path, seen), ids)
    described = flat(jmespath.search(described_path.rpartition(".")[0], seen))
    echoes(f"{operation}: {describe}", operation, params, described[0], element(model.operation_model(describe).output_shape, described_path))
    if state_path != "-" and not all(jmespath.search(state_path, seen)):
        problems.append(f"{describe}: no state in {seen}")
    if tag_type != "-":
        tagged(operation, ids[0], described[0], tag_type)
    if delete != "-":
        remove(operation, delete, id_path, ids, params)
        if state_path == "-":
            try:
                left = jmespath.search(described_path, call(describe, **query))
            except Refused as e:
                left = [] if "NotFound" in e.code or e.code.startswith("Invalid") else e
            same(f"{delete}: left", left, [])


def mismatch(operation, params):
    shape = model.operation_model(operation).input_shape
    for name, member in shape.members.items():
        zone = name.startswith("AvailabilityZone") or name in ("Placement", "MinCount", "MaxCount", "Quantity", "InstanceCount")
        if name in ("DryRun", "ClientToken") or zone or name not in params:
            continue
        if member.type_name == "string":
            other = DEFAULT if name == "VpcId" else (getattr(member, "enum", None) or ["value", "other"])[-1]
        elif member.type_name == "integer":
            other = 2
        elif member.type_name == "list" and name != "TagSpecifications":
            other = params[name] * 2
        else:
            continue
        if other == params[name]:
            continue
        fails(f"{operation} with another {name}", "IdempotentParameterMismatch", operation, **{**params, name: other})
        return
    if operation == "CreateNetworkInsightsAccessScope":
        fails(f"{operation} with a path", "IdempotentParameterMismatch", operation, **params, MatchPaths=[{"ThroughResources": [{"ResourceStatement": {"Resources": ["r"]}}]}])
        return
    if operation == "RequestSpotFleet":
        config = {**params["SpotFleetRequestConfig"], "SpotPrice": "1"}
        fails(f"{operation} with another price", "IdempotentParameterMismatch", operation, SpotFleetRequestConfig=config)
        return
    problems.append(f"{operation}: no parameter to change")


def tagged(operation, resource, described, tag_type):
    tags = described.get("Tags", described.get("TagSet"))
    same(f"{operation} tags", tags, [{"Key": "a", "Value": "1"}])
    call("CreateTags", Resources=[resource], Tags=[{"Key": "b", "Value": "2"}])
    rows = call("DescribeTags", Filters=[{"Name": "resource-id", "Values": [resource]}])["Tags"]
    same(f"{operation} rows", [(t["Key"], t["ResourceType"]) for t in rows], [("a", tag_type), ("b", tag_type)])
    call("DeleteTags", Resources=[resource], Tags=[{"Key": "b"}])


def remove(operation, delete, id_path, ids, params):
    shape = model.operation_model(delete).input_shape
    name = id_path.rpartition(".")[2].removesuffix("[]")
    names = [name, name + "s", name.removesuffix("s"), name.replace("IdSet", "Ids"), name.replace("ExportImage", "Export"), name.replace("VersionNumber", "Versions")]
    query = {n: params[n] if n in params else value(n, shape.members[n]) for n in shape.required_members}
    for n in ("LaunchTemplateId", "Cidr"):
        if n in shape.members and n in params:
            query[n] = params[n]
    for n in names:
        if n in shape.members:
            query[n] = [str(i) for i in ids] if shape.members[n].type_name == "list" else ids[0]
            break
    call(delete, **query)


def known(operation, describe, delete):
    """Reports whether the client, which may be older, knows an operation, its client token and the other two actions."""
    actions = {operation, describe, delete} - {"-"}
    if not actions <= set(model.operation_names) or not actions <= set(getattr(client, "operations", actions)):
        return False
    shape = model.operation_model(operation).input_shape
    return "ClientToken" in shape.members or "ClientToken" in shape.members.get("SpotFleetRequestConfig", shape).members


def main():
    table = Path(__file__).with_name("operations.tsv").read_text().splitlines()[1:]
    rows = [line.split("\t") for line in table]
    served = [row for row in rows if known(row[0], row[2], row[6])]
    for row in served:
        try:
            lifecycle(*row)
        except Exception as e:  # the other operations are of interest, too
            problems.append(f"{row[0]}: {type(e).__name__}: {e}")
    if problems:
        sys.exit("\n".join(problems))
    print(f"operations.py: {client.version} agrees on {len(served)} of {len(rows)} operations")


main()

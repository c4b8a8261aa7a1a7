#!/usr/bin/env bash
# Checks an EC2 endpoint with the AWS CLI, as its users would.
# AWS_ENDPOINT_URL_EC2: the endpoint. AWS: the CLI to run, of version 1 or 2.
set -euo pipefail

: "${AWS_ENDPOINT_URL_EC2:?the endpoint to check}"
AWS=${AWS:-/usr/bin/aws}
export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=secret AWS_DEFAULT_REGION=us-east-1
export AWS_PAGER='' AWS_MAX_ATTEMPTS=1 AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
vpc='vpc-03683f950edba6643'

# --endpoint-url, since a CLI before 2.13 does not read AWS_ENDPOINT_URL_EC2.
ec2() { "$AWS" --endpoint-url "$AWS_ENDPOINT_URL_EC2" --output text ec2 "$@"; }
die() { echo "awscli.sh: $*" >&2; exit 1; }
is() { [ "$2" = "$3" ] || die "$1: got '$2', want '$3'"; }
like() { [[ $2 =~ ^$3$ ]] || die "$1: got '$2', want a match for '$3'"; }

# fails CODE ARGS...: the command fails with that error code.
fails() {
    local code=$1 out
    shift
    if out=$(ec2 "$@" 2>&1); then die "$* succeeded, want $code: $out"; fi
    [[ $out == *"An error occurred ($code) when calling the "* ]] || die "$*: want $code, got: $out"
}

# lifecycle KIND NOUN PREFIX NOT_FOUND MALFORMED
lifecycle() {
    local create=create-$1 describe=describe-$1s delete=delete-$1 member=$2 prefix=$3 not_found=$4 malformed=$5
    local id second tag="ResourceType=$1,Tags=[{Key=Name,Value=a b},{Key=empty,Value=''}]"
    fails DryRunOperation "$create" --vpc-id $vpc --dry-run
    fails InvalidVpcID.NotFound "$create" --vpc-id vpc-0123456789abcdef0
    fails InvalidVpcID.Malformed "$create" --vpc-id nonsense
    fails InvalidParameterValue "$create" --vpc-id $vpc --tag-specifications 'ResourceType=vpc,Tags=[{Key=a,Value=b}]'
    id=$(ec2 "$create" --vpc-id $vpc --tag-specifications "$tag" --query "$member.${member}Id")
    like "$create" "$id" "$prefix-[0-9a-f]{17}"
    second=$(ec2 "$create" --vpc-id $vpc --query "$member.${member}Id")
    [ "$id" != "$second" ] || die "$create: two creates gave one id, $id"

    is "$describe by id" "$(ec2 "$describe" --"$1"-ids "$id" --query "${member}s[].[VpcId,OwnerId]")" "$vpc"$'\t'141035231386
    is "$describe tags" "$(ec2 "$describe" --"$1"-ids "$id" --query "${member}s[].Tags[] | sort_by(@,&Key)[].join('=',[Key,Value])")" 'Name=a b'$'\t''empty='
    is "$describe by tag" "$(ec2 "$describe" --filters Name=tag:Name,Values='a ?' Name=vpc-id,Values=$vpc --query "${member}s[].${member}Id")" "$id"
    is "$describe without a match" "$(ec2 "$describe" --filters Name=tag:Name,Values=none --query "length(${member}s)")" 0
    fails InvalidParameterValue "$describe" --filters Name=colour,Values=red
    fails "$not_found" "$describe" --"$1"-ids "$prefix-0123456789abcdef0"
    fails "$malformed" "$describe" --"$1"-ids "$prefix-nonsense"
    fails InvalidParameterCombination "$describe" --"$1"-ids "$id" --max-results 5

    for _ in 1 2 3 4 5 6; do ec2 "$create" --vpc-id $vpc >/dev/null; done
    # The CLI asks for pages of five until there are none.
    is "$describe in pages" "$(ec2 "$describe" --filters Name=vpc-id,Values=$vpc --page-size 5 --query "${member}s[].${member}Id" | wc -w | tr -d ' ')" 9

    ec2 create-tags --resources "$id" "$second" --tags Key=env,Value=test Key=Name,Value=new
    is 'create-tags' "$(ec2 "$describe" --filters Name=tag:env,Values=test --query "length(${member}s)")" 2
    is 'describe-tags' "$(ec2 describe-tags --filters Name=resource-id,Values="$id" Name=key,Values=Name --query 'Tags[].[ResourceType,Value]')" "$1"$'\t'new
    ec2 delete-tags --resources "$id" "$second" --tags Key=env Key=Name,Value=other
    is 'delete-tags' "$(ec2 describe-tags --filters Name=resource-id,Values="$second" --query 'Tags[].[Key,Value]')" Name$'\t'new
    fails InvalidID create-tags --resources nonsense --tags Key=a,Value=b
    fails "$not_found" create-tags --resources "$id" "$prefix-0123456789abcdef0" --tags Key=a,Value=b

    fails DryRunOperation "$delete" --"$1"-id "$id" --dry-run
    ec2 "$delete" --"$1"-id "$id" >/dev/null
    fails "$not_found" "$delete" --"$1"-id "$id"
    fails "$not_found" "$describe" --"$1"-ids "$id"
}

# tokens KIND NOUN: an older CLI has no --client-token on these two creates.
tokens() {
    local create=create-$1 member=$2 token=token-$1 id
    if [[ $("$AWS" ec2 "$create" --generate-cli-skeleton input) != *ClientToken* ]]; then
        echo "awscli.sh: no --client-token on $create: tokens not checked"
        return
    fi
    id=$(ec2 "$create" --vpc-id $vpc --client-token "$token" --query "[$member.${member}Id,ClientToken]")
    like "$create with a token" "$id" ".*"$'\t'"$token"
    is "$create again" "$(ec2 "$create" --vpc-id $vpc --client-token "$token" --query "[$member.${member}Id,ClientToken]")" "$id"
    fails IdempotentParameterMismatch "$create" --vpc-id vpc-00c84bd9dcad1d728 --client-token "$token"
    fails InvalidClientToken "$create" --vpc-id $vpc --client-token "$(printf '%065d' 0)"
}

is 'describe-vpcs' "$(ec2 describe-vpcs --query 'Vpcs[].[CidrBlock,IsDefault,State]')" $'172.31.0.0/16\tTrue\tavailable\n10.0.0.0/16\tFalse\tavailable'
is 'local route' "$(ec2 describe-route-tables --filters Name=vpc-id,Values=$vpc Name=association.main,Values=true --query 'RouteTables[].Routes[].[DestinationCidrBlock,GatewayId,Origin,State]')" $'10.0.0.0/16\tlocal\tCreateRouteTable\tactive'
both() { lifecycle "$@"; tokens "$1" "$2"; } # one after the other, but the two kinds side by side: a CLI starts slowly
both route-table RouteTable rtb InvalidRouteTableID.NotFound InvalidRouteTableId.Malformed &
tables=$!
both network-acl NetworkAcl acl InvalidNetworkAclID.NotFound InvalidNetworkAclId.Malformed
wait $tables || die 'route tables: see above'
is 'default entries' "$(ec2 create-network-acl --vpc-id $vpc --query 'NetworkAcl.Entries[].[RuleNumber,Egress,RuleAction,CidrBlock,Protocol]')" $'32767\tTrue\tdeny\t0.0.0.0/0\t-1\n32767\tFalse\tdeny\t0.0.0.0/0\t-1'

mine=$(ec2 create-vpc --cidr-block 10.9.0.0/16 --query Vpc.VpcId)
fails DependencyViolation delete-route-table --route-table-id "$(ec2 describe-route-tables --filters Name=vpc-id,Values="$mine" --query 'RouteTables[].RouteTableId')"
fails InvalidParameterValue delete-network-acl --network-acl-id "$(ec2 describe-network-acls --filters Name=vpc-id,Values="$mine" --query 'NetworkAcls[].NetworkAclId')"
table=$(ec2 create-route-table --vpc-id "$mine" --query RouteTable.RouteTableId)
fails DependencyViolation delete-vpc --vpc-id "$mine"
ec2 delete-route-table --route-table-id "$table" >/dev/null
ec2 delete-vpc --vpc-id "$mine" >/dev/null
fails InvalidVpcID.NotFound describe-vpcs --vpc-ids "$mine"
is 'another region' "$(ec2 describe-route-tables --region eu-west-1 --query 'length(RouteTables)')" 2
fails InvalidAction describe-subnets
fails MissingParameter describe-vpcs --no-sign-request
echo "awscli.sh: $("$AWS" --version 2>&1 | cut -d' ' -f1) agrees"

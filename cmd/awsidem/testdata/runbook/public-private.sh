#!/bin/bash
# Two tables that differ in nothing but the names that they get afterwards.
set -e
VPC_ID=$(aws ec2 describe-vpcs --filters Name=isDefault,Values=true --query 'Vpcs[0].VpcId' --output text)
PUBLIC=$(aws ec2 create-route-table --vpc-id $VPC_ID --query 'RouteTable.RouteTableId' --output text)
aws ec2 create-tags --resources $PUBLIC --tags Key=Name,Value=public
PRIVATE=$(aws ec2 create-route-table --vpc-id $VPC_ID --query 'RouteTable.RouteTableId' --output text)
aws ec2 create-tags --resources $PRIVATE --tags Key=Name,Value=private
aws ec2 create-route --route-table-id $PUBLIC --destination-cidr-block 0.0.0.0/0 --gateway-id igw-1 >/dev/null
echo "public $PUBLIC"
echo "private $PRIVATE"

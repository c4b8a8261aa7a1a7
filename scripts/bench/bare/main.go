// Command bare calls the AWS SDK with its defaults, as people do without awsidem.
//
//	bare [-describe] VPC
//
// It creates a route table and prints its id. With -describe it also describes the route table.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

func main() {
	describe := flag.Bool("describe", false, "describe the route table after the create")
	flag.Parse()
	vpc := flag.Arg(0)
	ctx := context.Background()
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		log.Fatal(err)
	}
	client := ec2.NewFromConfig(cfg)
	out, err := client.CreateRouteTable(ctx, &ec2.CreateRouteTableInput{VpcId: &vpc})
	if err != nil {
		log.Fatal(err)
	}
	id := *out.RouteTable.RouteTableId
	if *describe {
		if _, err := client.DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{RouteTableIds: []string{id}}); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(id)
}

// Command bare is what people write without awsidem: calls of the AWS SDK with its defaults.
//
//	bare [-describe] VPC
//
// It makes a route table, and looks at it if it is told to.
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
	describe := flag.Bool("describe", false, "look at what was made")
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

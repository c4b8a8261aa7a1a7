// Command bare is what people write without awsidem: one call of the AWS SDK with its defaults.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

func main() {
	ctx := context.Background()
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		log.Fatal(err)
	}
	out, err := ec2.NewFromConfig(cfg).CreateRouteTable(ctx, &ec2.CreateRouteTableInput{VpcId: &os.Args[1]})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(*out.RouteTable.RouteTableId)
}

package render_test

import (
	"fmt"
	"os"

	"github.com/awsidem/awsidem/pkg/render"
)

var answer = map[string]any{
	"ClientToken": "ticket-4711",
	"RouteTable": map[string]any{
		"RouteTableId": "rtb-1", "VpcId": "vpc-1",
		"Routes": []any{map[string]any{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"}},
	},
}

// The answer of a create in two formats of --output.
func ExampleWrite() {
	for _, format := range []render.Format{render.Text, render.YAML} {
		if err := render.Write(os.Stdout, format, "CreateRouteTable", answer); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// ticket-4711
	// ROUTETABLE	rtb-1	vpc-1
	// ROUTES	10.0.0.0/16	local
	// ClientToken: ticket-4711
	// RouteTable:
	//   RouteTableId: rtb-1
	//   Routes:
	//   - DestinationCidrBlock: 10.0.0.0/16
	//     GatewayId: local
	//   VpcId: vpc-1
}

// A --query selects parts of the answer.
func ExampleCompile() {
	query, err := render.Compile("RouteTable.[RouteTableId, Routes[0].GatewayId, OwnerId]")
	if err != nil {
		fmt.Println(err)
		return
	}
	picked, err := query.Search(answer)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := render.Write(os.Stdout, render.Text, "", picked); err != nil {
		fmt.Println(err)
	}
	// Output:
	// rtb-1	local	None
}

package clienttoken_test

import (
	"fmt"

	"github.com/awsidem/awsidem/pkg/clienttoken"
)

// A key has the same token on every machine, and another token for each operation.
func ExampleDerive() {
	for _, operation := range []string{"CreateRouteTable", "CreateNetworkAcl"} {
		token, err := clienttoken.Derive(operation, "prod/private-a")
		fmt.Println(token, err)
	}
	// Output:
	// a86a2841-5765-51e0-b957-d247729d0d5b <nil>
	// 263d179f-5f69-5420-9409-10cc423c5958 <nil>
}

func ExampleValidate() {
	fmt.Println(clienttoken.Validate("ticket-4711"))
	fmt.Println(clienttoken.Validate("café"))
	// Output:
	// <nil>
	// a client token must have 1 to 64 printable ASCII characters: "café" has 'é' at position 4
}

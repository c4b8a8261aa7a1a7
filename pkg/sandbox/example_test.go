package sandbox_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/awsidem/awsidem/pkg/sandbox"
)

// A test points an EC2 client at server.URL, injects a fault, and checks what was created. Here the client is a plain HTTP client:
// the sandbox reads the Region from the signature and does not check it.
func Example() {
	box := sandbox.New(sandbox.Config{Faults: sandbox.MustFaults("unavailable-after:CreateRouteTable=x1")})
	server := httptest.NewServer(box)
	defer server.Close()

	for range 2 {
		form := url.Values{
			"Action": {"CreateRouteTable"}, "Version": {sandbox.Version},
			"VpcId": {sandbox.DefaultVPC}, "ClientToken": {"ticket-4711"},
		}
		request, err := http.NewRequest(http.MethodPost, server.URL, strings.NewReader(form.Encode()))
		if err != nil {
			fmt.Println(err)
			return
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=any/20260101/eu-central-1/ec2/aws4_request, SignedHeaders=host, Signature=any")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			fmt.Println(err)
			return
		}
		_ = response.Body.Close()
		fmt.Println(response.Status)
	}
	for _, r := range box.Resources() {
		fmt.Println(r.Type, "of", r.Region)
	}
	fmt.Print(box.Report())
	// Output:
	// 503 Service Unavailable
	// 200 OK
	// route-table of eu-central-1
	// 2 calls: 2 CreateRouteTable
	// 1 fault given: 1 unavailable-after
	// 1 resource made: 1 route table
	// no resources deleted
	// 1 token replayed
	// no mismatches
	// no calls throttled by the bucket
}

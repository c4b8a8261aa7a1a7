package sandbox

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
)

func TestErrors(t *testing.T) {
	const gone = "-0123456789abcdef0"
	tags := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, " Tag.%d.Key=k%[1]d Tag.%[1]d.Value=v", i+1)
		}
		return b.String()
	}
	values := strings.Builder{}
	for i := range 201 {
		fmt.Fprintf(&values, " Filter.1.Value.%d=v", i+1)
	}
	s := New(Config{})
	table := must(t, s, "CreateRouteTable VpcId="+OtherVPC)
	for _, tt := range []struct {
		spec   string
		status int
		want   string // the code, and the message if one is asked for
	}{
		{"DescribeSubnets", 400, "InvalidAction: The action DescribeSubnets is not valid for this web service."},
		{"DescribeVpcs Version=2000-01-01", 400, "NoSuchVersion: The requested version (2000-01-01) of service AmazonEC2 does not exist"},
		{"DescribeVpcs Colour=red", 400, "UnknownParameter: The parameter Colour is not recognized"},
		{"CreateRouteTable VpcId.1=x", 400, "UnknownParameter: The parameter VpcId.1 is not recognized"},
		{"CreateVpc ClientToken=t CidrBlock=10.0.0.0/16", 400, "UnknownParameter"},
		{"CreateRouteTable", 400, "MissingParameter: The request must contain the parameter vpcId"},
		{"CreateRouteTable VpcId=", 400, "MissingParameter"},
		{"CreateRouteTable VpcId=foo", 400, `InvalidVpcID.Malformed: Invalid id: "foo" (expecting "vpc-...")`},
		{"CreateRouteTable VpcId=vpc-foo", 400, `InvalidVpcID.Malformed: Invalid id: "vpc-foo"`},
		{"CreateRouteTable VpcId=vpc" + gone, 400, "InvalidVpcID.NotFound: The vpc ID 'vpc" + gone + "' does not exist"},
		{"CreateRouteTable VpcId=vpc-12345678", 400, "InvalidVpcID.NotFound"},
		{"CreateRouteTable DryRun=true VpcId=" + OtherVPC, 412, "DryRunOperation: Request would have succeeded, but DryRun flag is set."},
		{"CreateRouteTable DryRun=true VpcId=vpc" + gone, 400, "InvalidVpcID.NotFound"},
		{"CreateRouteTable DryRun=maybe VpcId=" + OtherVPC, 400, "InvalidParameterValue: Value (maybe) for parameter dryRun is invalid. The parameter must be true or false."},
		{"CreateRouteTable TagSpecification.1.ResourceType=vpc VpcId=" + OtherVPC, 400, "InvalidParameterValue: 'vpc' is not a valid taggable resource type for this operation."},
		{"CreateRouteTable TagSpecification.1.Tag.1.Key=a VpcId=" + OtherVPC, 400, "InvalidParameterValue: Tag specification resource type must have a value"},
		{"CreateNetworkAcl TagSpecification.1.ResourceType=network-acl VpcId=" + OtherVPC, 400, "InvalidParameterValue: Tag specification must have at least one tag"},
		{"CreateTags Tag.1.Key=a Tag.2.Key=a ResourceId.1=" + table, 400, "InvalidParameterValue: Duplicate tag key 'a' specified."},
		{"CreateTags Tag.1.Key=AWS:a ResourceId.1=" + table, 400, "InvalidParameterValue: Tag keys starting with 'aws:' are reserved for internal use"},
		{"CreateTags Tag.1.Value=a ResourceId.1=" + table, 400, "InvalidParameterValue: Tag key cannot be null or empty"},
		{"CreateTags Tag.1.Key=" + strings.Repeat("é", 129) + " ResourceId.1=" + table, 400, "InvalidParameterValue: Tag key exceeds the maximum length of 128 characters"},
		{"CreateTags Tag.1.Key=a Tag.1.Value=" + strings.Repeat("é", 257) + " ResourceId.1=" + table, 400, "InvalidParameterValue: Tag value exceeds the maximum length of 256 characters"},
		{"CreateTags" + tags(51) + " ResourceId.1=" + table, 400, "TagLimitExceeded: The maximum number of Tags for a resource has been reached."},
		{"CreateTags ResourceId.1=" + table, 400, "MissingParameter: The request must contain the parameter tagSet"},
		{"CreateTags Tag.1.Key=a", 400, "MissingParameter: The request must contain the parameter resourceIdSet"},
		{"CreateTags Tag.1.Key=a ResourceId.1=subnet-12345678", 400, "InvalidID: The ID 'subnet-12345678' is not valid"},
		{"CreateTags Tag.1.Key=a ResourceId.1=rtb-x", 400, "InvalidID"},
		{"DeleteTags Tag.1.Key=a ResourceId.1=acl" + gone, 400, "InvalidNetworkAclID.NotFound: The networkAcl ID 'acl" + gone + "' does not exist"},
		{"CreateTags DryRun=true Tag.1.Key=a ResourceId.1=" + table, 412, "DryRunOperation"},
		{"DeleteTags DryRun=true ResourceId.1=" + table, 412, "DryRunOperation"},
		{"DescribeRouteTables RouteTableId.1=rtb-x", 400, `InvalidRouteTableId.Malformed: Invalid id: "rtb-x"`},
		{"DescribeRouteTables RouteTableId.1=acl-12345678", 400, `InvalidRouteTableId.Malformed: Invalid id: "acl-12345678" (expecting "rtb-...")`},
		{"DescribeRouteTables RouteTableId.1=" + table + " RouteTableId.2=rtb" + gone, 400, "InvalidRouteTableID.NotFound: The routeTable ID 'rtb" + gone + "' does not exist"},
		{"DescribeRouteTables RouteTableId.1=rtb-12345678 RouteTableId.2=rtb" + gone, 400, "InvalidRouteTableID.NotFound: The routeTable IDs 'rtb-12345678, rtb" + gone + "' do not exist"},
		{"DescribeNetworkAcls NetworkAclId.1=acl-x", 400, "InvalidNetworkAclId.Malformed"},
		{"DescribeNetworkAcls NetworkAclId.1=acl" + gone, 400, "InvalidNetworkAclID.NotFound"},
		{"DescribeRouteTables MaxResults=5 RouteTableId.1=" + table, 400, "InvalidParameterCombination: The parameter RouteTableIds cannot be used with the parameter MaxResults"},
		{"DescribeRouteTables MaxResults=4", 400, "InvalidParameterValue: Value ( 4 ) for parameter MaxResults is invalid. Expecting a value greater than or equal to 5."},
		{"DescribeRouteTables MaxResults=101", 400, "InvalidParameterValue: Value ( 101 ) for parameter MaxResults is invalid. Expecting a value smaller than or equal to 100."},
		{"DescribeNetworkAcls MaxResults=1001", 400, "InvalidParameterValue"},
		{"DescribeVpcs MaxResults=many", 400, "InvalidParameterValue"},
		{"DescribeTags NextToken=!", 400, "InvalidPaginationToken"},
		{"DescribeTags NextToken=YWJj", 400, "InvalidPaginationToken"},
		{"DescribeVpcs Filter.1.Name=x Filter.1.Value.1=y", 400, "InvalidParameterValue: The filter 'x' is invalid"},
		{"DescribeTags Filter.1.Name=tag-key Filter.1.Value.1=y", 400, "InvalidParameterValue: The filter 'tag-key' is invalid"},
		{"DescribeVpcs Filter.1.Name=vpc-id", 400, "InvalidParameterValue"},
		{"DescribeVpcs Filter.1.Name=vpc-id" + values.String(), 400, "FilterLimitExceeded: The maximum number of filter values specified on a single call is 200"},
		{"DescribeVpcs DryRun=true", 412, "DryRunOperation"},
		{"DeleteRouteTable", 400, "MissingParameter: The request must contain the parameter routeTableId"},
		{"DeleteRouteTable RouteTableId=rtb" + gone, 400, "InvalidRouteTableID.NotFound"},
		{"DeleteRouteTable DryRun=true RouteTableId=" + table, 412, "DryRunOperation"},
		{"DeleteNetworkAcl NetworkAclId=nope", 400, "InvalidNetworkAclId.Malformed"},
		{"DeleteVpc VpcId=" + OtherVPC, 400, "DependencyViolation: The vpc '" + OtherVPC + "' has dependencies and cannot be deleted."},
		{"DeleteVpc DryRun=true VpcId=" + DefaultVPC, 412, "DryRunOperation"},
		{"CreateVpc", 400, "MissingParameter: The request must contain the parameter cidrBlock"},
		{"CreateVpc CidrBlock=ten", 400, "InvalidParameterValue: Value (ten) for parameter cidrBlock is invalid. This is not a valid CIDR block."},
		{"CreateVpc CidrBlock=::/56", 400, "InvalidParameterValue"},
		{"CreateVpc CidrBlock=10.0.0.0/8", 400, "InvalidVpc.Range: The CIDR '10.0.0.0/8' is invalid."},
		{"CreateVpc CidrBlock=10.0.0.0/16 InstanceTenancy=odd", 400, "InvalidParameterValue"},
		{"CreateVpc CidrBlock=10.0.0.0/16 AmazonProvidedIpv6CidrBlock=odd", 400, "InvalidParameterValue"},
		{"CreateVpc CidrBlock=10.0.0.0/16 DryRun=true", 412, "DryRunOperation"},
	} {
		a := ask(t, s, tt.spec)
		got := a.Code
		if strings.Contains(tt.want, ":") {
			got += ": " + a.Message
		}
		equal(t, tt.spec, fmt.Sprint(a.Status, " ", got), fmt.Sprint(tt.status, " ", tt.want))
		if id := a.Header.Get("X-Amzn-Requestid"); !strings.Contains(a.Body, "<RequestID>"+id+"</RequestID>") || len(id) != 36 {
			t.Errorf("request id %q is not in %s", id, a.Body)
		}
	}
	equal(t, "resources", len(s.Resources()), 1)
	equal(t, "tags", len(s.Resources()[0].Tags), 0)
}

func TestWhoAsks(t *testing.T) {
	for header, want := range map[string]string{
		"":        "400 MissingParameter: The request must contain the parameter AWSAccessKeyId",
		"Basic x": "401 AuthFailure: AWS was not able to validate the provided access credentials",
		"AWS4-HMAC-SHA256 Credential=A/20261101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=x": "403 SignatureDoesNotMatch: Credential should be scoped to correct service: 'ec2'.",
		"AWS4-HMAC-SHA256 Credential=A/20261101//ec2/aws4_request, SignedHeaders=host, Signature=x":          "401 AuthFailure: AWS was not able to validate the provided access credentials",
		"AWS4-HMAC-SHA256 Credential=A/us-east-1/ec2/aws4_request":                                           "401 AuthFailure: AWS was not able to validate the provided access credentials",
		"AWS4-HMAC-SHA256 Credential=A/B/20261101/us-east-1/ec2/aws4_request":                                "200 : ",
	} {
		r := request(t, "http://ec2.test", "", "DescribeVpcs")
		r.Header.Set("Authorization", header)
		w := httptest.NewRecorder()
		New(Config{}).ServeHTTP(w, r)
		d := parse(t, w.Body.String())
		equal(t, header, fmt.Sprint(w.Code, " ", d.Code, ": ", d.Message), want)
	}
}

func TestMethodsAndBodies(t *testing.T) {
	s := New(Config{})
	large := "Action=CreateRouteTable&VpcId=" + OtherVPC + "&Version=" + Version + "&a="
	for _, tt := range []struct{ method, body, code string }{
		{http.MethodPut, "Action=DescribeVpcs&Version=" + Version, "InvalidRequest"},
		{http.MethodPost, "", "MissingAction"},
		{http.MethodPost, "Action=DescribeVpcs", "MissingParameter"},
		{http.MethodPost, "Action=DescribeVpcs&Version=" + Version + "&a=%zz", "MalformedQueryString"},
		{http.MethodPost, large + strings.Repeat("a", maxBody-len(large)), "UnknownParameter"},
		{http.MethodPost, large + strings.Repeat("a", maxBody-len(large)+1), "RequestEntityTooLarge"},
		{http.MethodPost, large + strings.Repeat("a", 8*maxBody), "RequestEntityTooLarge"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), tt.method, "/", strings.NewReader(tt.body))
		r.Header.Set("Authorization", fmt.Sprintf(signed, "us-east-1"))
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		equal(t, tt.body[:min(len(tt.body), 80)], parse(t, w.Body.String()).Code, tt.code)
		if w.Code/100 != 4 {
			t.Errorf("%s: its status is %d", tt.code, w.Code)
		}
	}
	equal(t, "calls", s.Report().Calls, map[string]int{"DescribeVpcs": 3, "CreateRouteTable": 1, "(no action)": 3})
	equal(t, "resources", len(s.Resources()), 0)
}

// An incomplete request gets no answer.
func TestBrokenBody(t *testing.T) {
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", iotest.ErrReader(io.ErrUnexpectedEOF))
	defer func() {
		if got := recover(); got != http.ErrAbortHandler { //nolint:errorlint // net/http compares it so, too
			t.Errorf("it ends with the panic %v", got)
		}
	}()
	New(Config{}).ServeHTTP(httptest.NewRecorder(), r)
}

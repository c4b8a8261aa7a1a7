package sandbox

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A response has the parts of an HTTP response that the tests need.
type response struct {
	Status int
	Header http.Header
	Body   string

	Code, Message string // of an error
	IDs           []string
	Next          string
}

// doc is an EC2 document, with the elements that the tests need. It shares no type with the sandbox.
type doc struct {
	XMLName xml.Name
	Code    string   `xml:"Errors>Error>Code"`
	Message string   `xml:"Errors>Error>Message"`
	Next    string   `xml:"nextToken"`
	Token   string   `xml:"clientToken"`
	Vpc     []string `xml:"vpc>vpcId"`
	Table   []string `xml:"routeTable>routeTableId"`
	ACL     []string `xml:"networkAcl>networkAclId"`
	Vpcs    []string `xml:"vpcSet>item>vpcId"`
	Tables  []string `xml:"routeTableSet>item>routeTableId"`
	ACLs    []string `xml:"networkAclSet>item>networkAclId"`
	Tagged  []string `xml:"tagSet>item>resourceId"`
	TagKeys []string `xml:"tagSet>item>key"`
}

func parse(t testing.TB, body string) doc {
	t.Helper()
	var d doc
	if err := xml.Unmarshal([]byte(body), &d); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return d
}

const signed = "AWS4-HMAC-SHA256 Credential=AKIASECRETID/20261101/%s/ec2/aws4_request, SignedHeaders=host, Signature=cafe"

// request returns a signed EC2 request for a specification "Action Name=value ...", in which + stands for a space.
func request(t testing.TB, base, region, spec string) *http.Request {
	t.Helper()
	fields := strings.Fields(spec)
	form := url.Values{"Action": {fields[0]}, "Version": {Version}}
	for _, f := range fields[1:] {
		name, value, _ := strings.Cut(f, "=")
		form.Set(name, strings.ReplaceAll(value, "+", " "))
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", fmt.Sprintf(signed, region))
	return r
}

// askIn calls the handler without a connection.
func askIn(t testing.TB, s *Sandbox, region, spec string) response {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, request(t, "http://ec2.test", region, spec))
	a := response{Status: w.Code, Header: w.Header(), Body: w.Body.String()}
	d := parse(t, a.Body)
	a.Code, a.Message, a.Next = d.Code, d.Message, d.Next
	for _, ids := range [][]string{d.Vpc, d.Table, d.ACL, d.Vpcs, d.Tables, d.ACLs, d.Tagged} {
		a.IDs = append(a.IDs, ids...)
	}
	return a
}

func ask(t testing.TB, s *Sandbox, spec string) response {
	t.Helper()
	return askIn(t, s, "us-east-1", spec)
}

// must returns the ids in the answer to a request, and ends the test if the request fails.
func must(t testing.TB, s *Sandbox, spec string) string {
	t.Helper()
	a := ask(t, s, spec)
	if a.Status != http.StatusOK {
		t.Fatalf("%s: %d %s", spec, a.Status, a.Body)
	}
	return strings.Join(a.IDs, " ")
}

func equal(t testing.TB, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func TestDependsOnTheStandardLibraryOnly(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	equal(t, "dependencies", strings.Fields(string(out)), []string{"github.com/awsidem/awsidem/pkg/sandbox"})
}

func TestCreateAnswersAsEC2Does(t *testing.T) {
	s := New(Config{})
	ask(t, s, "CreateVpc CidrBlock=10.7.0.0/16 AmazonProvidedIpv6CidrBlock=true")
	vpc := s.Resources()[0].ID
	for _, tt := range []struct{ spec, want string }{
		{"CreateRouteTable ClientToken=t TagSpecification.1.ResourceType=route-table TagSpecification.1.Tag.1.Key=Name TagSpecification.1.Tag.1.Value=a&<b>", `<?xml version="1.0" encoding="UTF-8"?>
<CreateRouteTableResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <requestId>UUID</requestId>
    <routeTable>
        <routeTableId>rtb-ID</routeTableId>
        <vpcId>vpc-ID</vpcId>
        <ownerId>141035231386</ownerId>
        <routeSet>
            <item>
                <destinationCidrBlock>10.7.0.0/16</destinationCidrBlock>
                <gatewayId>local</gatewayId>
                <state>active</state>
                <origin>CreateRouteTable</origin>
            </item>
            <item>
                <destinationIpv6CidrBlock>IPV6</destinationIpv6CidrBlock>
                <gatewayId>local</gatewayId>
                <state>active</state>
                <origin>CreateRouteTable</origin>
            </item>
        </routeSet>
        <associationSet></associationSet>
        <propagatingVgwSet></propagatingVgwSet>
        <tagSet>
            <item>
                <key>Name</key>
                <value>a&amp;&lt;b&gt;</value>
            </item>
        </tagSet>
    </routeTable>
    <clientToken>t</clientToken>
</CreateRouteTableResponse>`},
		{"CreateNetworkAcl VpcId=" + OtherVPC, `<?xml version="1.0" encoding="UTF-8"?>
<CreateNetworkAclResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <requestId>UUID</requestId>
    <networkAcl>
        <networkAclId>acl-ID</networkAclId>
        <vpcId>vpc-ID</vpcId>
        <ownerId>141035231386</ownerId>
        <default>false</default>
        <entrySet>
            <item>
                <ruleNumber>32767</ruleNumber>
                <protocol>-1</protocol>
                <ruleAction>deny</ruleAction>
                <egress>true</egress>
                <cidrBlock>0.0.0.0/0</cidrBlock>
            </item>
            <item>
                <ruleNumber>32767</ruleNumber>
                <protocol>-1</protocol>
                <ruleAction>deny</ruleAction>
                <egress>false</egress>
                <cidrBlock>0.0.0.0/0</cidrBlock>
            </item>
        </entrySet>
        <associationSet></associationSet>
        <tagSet></tagSet>
    </networkAcl>
</CreateNetworkAclResponse>`},
	} {
		if !strings.Contains(tt.spec, "VpcId") {
			tt.spec += " VpcId=" + vpc
		}
		a := ask(t, s, tt.spec)
		got := a.Body
		for pattern, name := range map[string]string{
			`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`: "UUID", `-0[0-9a-f]{16}`: "-ID", `2600:[0-9a-f:]+/56`: "IPV6",
		} {
			got = regexp.MustCompile(pattern).ReplaceAllString(got, name)
		}
		equal(t, tt.spec, got, tt.want)
		equal(t, "Content-Type", a.Header.Get("Content-Type"), "text/xml;charset=UTF-8")
		if id := a.Header.Get("x-amzn-requestid"); id == "" || !strings.Contains(a.Body, "<requestId>"+id+"<") {
			t.Errorf("header names request %q, body %s", id, a.Body)
		}
	}
}

func TestRegions(t *testing.T) {
	s := New(Config{})
	us := must(t, s, "CreateRouteTable ClientToken=t VpcId="+OtherVPC)
	eu := askIn(t, s, "eu-west-1", "CreateRouteTable ClientToken=t VpcId="+DefaultVPC)
	if eu.Status != http.StatusOK || eu.IDs[0] == us {
		t.Errorf("the same token in another Region: %s", eu.Body)
	}
	equal(t, "in the wrong Region", askIn(t, s, "eu-west-1", "DescribeRouteTables RouteTableId.1="+us).Code, "InvalidRouteTableID.NotFound")
	equal(t, "Region of the resource", s.Resources()[1].Region, "eu-west-1")
}

func TestPresignedGet(t *testing.T) {
	s := New(Config{})
	w := httptest.NewRecorder()
	query := url.Values{"Action": {"CreateRouteTable"}, "Version": {Version}, "VpcId": {OtherVPC}, "X-Amz-Credential": {"AKIA/20261101/eu-north-1/ec2/aws4_request"}}
	s.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?"+query.Encode(), nil))
	equal(t, "status", w.Code, http.StatusOK)
	equal(t, "Region", s.Resources()[0].Region, "eu-north-1")
}

func TestConcurrentCreatesWithOneToken(t *testing.T) {
	s := New(Config{})
	server := httptest.NewServer(s)
	defer server.Close()
	bodies := make([]string, 50)
	var wg sync.WaitGroup
	for i := range bodies {
		wg.Go(func() {
			r := request(t, server.URL, "us-east-1", "CreateRouteTable ClientToken=t VpcId="+OtherVPC)
			answer, err := server.Client().Do(r)
			if err != nil {
				t.Error(err)
				return
			}
			defer answer.Body.Close()
			var d doc
			if err := xml.NewDecoder(answer.Body).Decode(&d); err != nil {
				t.Error(err)
			}
			bodies[i] = fmt.Sprint(d.Table)
		})
	}
	wg.Wait()
	equal(t, "resources", len(s.Resources()), 1)
	equal(t, "replays", s.Report().Replayed, 49)
	for _, b := range bodies {
		equal(t, "answer", b, "["+s.Resources()[0].ID+"]")
	}
}

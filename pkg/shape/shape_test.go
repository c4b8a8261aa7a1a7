package shape

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// botocore.xform_name returns the same for all 891 members of EC2's inputs.
func TestFlagName(t *testing.T) {
	for member, want := range map[string]string{
		"VpcId": "vpc-id", "TagSpecifications": "tag-specifications", "Ipv6CidrBlock": "ipv6-cidr-block", "CidrIPv6": "cidr-i-pv6",
		"CIDRBlock": "cidr-block", "GatewayARNs": "gateway-arns", "ARNs": "-arns", "aXs": "a-xs", "VpcAId": "vpc-a-id", "Ids": "ids", "": "",
		"DnsNameIp4Abc": "dns-name-ip4-abc", "CidrIPV6s": "cidr-ipv6s",
	} {
		if got := FlagName(member); got != want {
			t.Errorf("%s: got %s, want %s", member, got, want)
		}
	}
}

func TestMembers(t *testing.T) {
	var got []string
	for _, m := range Members(reflect.TypeFor[*ec2.CreateRouteTableOutput]()) {
		got = append(got, m.Name+"/"+m.Flag+"/"+m.Kind.String())
	}
	if want := "ClientToken/client-token/a string RouteTable/route-table/a structure"; strings.Join(got, " ") != want {
		t.Errorf("got %v", got)
	}
	got = nil
	for _, m := range Members(reflect.TypeFor[wide]()) {
		got = append(got, m.Kind.String())
	}
	if want := "a string,a string,a boolean,an integer,an integer,a number,a number,a timestamp,base64 text,a structure,a list,a list,a map,a structure"; strings.Join(got, ",") != want {
		t.Errorf("got %v", got)
	}
}

func TestSkeleton(t *testing.T) {
	notes := Notes{Required: []string{"VpcId"}, Enums: map[reflect.Type][]string{reflect.TypeFor[types.ResourceType](): {"route-table", "vpc"}}}
	in := inputs["create-route-table"]
	asJSON, asYAML := Skeleton(in, notes), SkeletonYAML(in, notes)
	if want := `{
    "VpcId": "",
    "ClientToken": "",
    "DryRun": true,
    "TagSpecifications": [
        {
            "ResourceType": "route-table",
            "Tags": [
                {
                    "Key": "",
                    "Value": ""
                }
            ]
        }
    ]
}
`; string(asJSON) != want {
		t.Errorf("got %s", asJSON)
	}
	if want := `VpcId: '' # [REQUIRED]
ClientToken: ''
DryRun: true
TagSpecifications:
- ResourceType: route-table # Valid values are: route-table, vpc.
  Tags:
  - Key: ''
    Value: ''
`; string(asYAML) != want {
		t.Errorf("got %s", asYAML)
	}
}

// A user fills in a skeleton, so the skeleton must fit its own shape.
func TestSkeletonsFit(t *testing.T) {
	for op, in := range inputs {
		fromJSON, err := ParseJSON(in, op, Skeleton(in, Notes{}))
		if err != nil {
			t.Error(err)
		}
		fromYAML, err := ParseYAML(in, op, SkeletonYAML(in, Notes{Required: []string{"TagSpecifications"}}))
		if err != nil {
			t.Error(err)
		}
		if !reflect.DeepEqual(fromJSON, fromYAML) {
			t.Errorf("%s: JSON has %v, YAML %v", op, fromJSON, fromYAML)
		}
	}
}

func TestOutputSkeleton(t *testing.T) {
	got := OutputSkeleton(reflect.TypeFor[ec2.CreateNetworkAclOutput]())
	acl := got["NetworkAcl"].(map[string]any)
	want := map[string]any{
		"CidrBlock": "CidrBlock", "Egress": true, "IcmpTypeCode": map[string]any{"Code": 0.0, "Type": 0.0}, "Ipv6CidrBlock": "Ipv6CidrBlock",
		"PortRange": map[string]any{"From": 0.0, "To": 0.0}, "Protocol": "Protocol", "RuleAction": "RuleAction", "RuleNumber": 0.0,
	}
	if got["ClientToken"] != "ClientToken" || !reflect.DeepEqual(acl["Entries"], []any{want}) {
		t.Errorf("got %v", got)
	}
	if skeleton := Skeleton(reflect.TypeFor[wide](), Notes{}); !bytes.Contains(skeleton, []byte(`"Self": {}`)) {
		t.Errorf("a structure nested in itself: got %s", skeleton)
	}
	if self := OutputSkeleton(reflect.TypeFor[wide]())["Self"]; !reflect.DeepEqual(self, map[string]any{}) {
		t.Errorf("a structure nested in itself: got %v", self)
	}
}

// A call of reflect's Method makes the linker keep every exported method of every type that the program reaches.
func TestNoReflectMethod(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	call := regexp.MustCompile(`\.(Method|MethodByName)\(`)
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil || call.Match(source) {
			t.Errorf("%s calls a method by reflection (%v)", file, err)
		}
	}
}

package cli

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/awstest"
)

// motoInputs returns inputs of the operations that moto's server serves as EC2 does. It does not with the others that it knows: the ids of
// its traffic mirror filters and targets are not EC2's, it fails for fleets, and flow logs need another of its services.
func motoInputs(vpc, subnet, image string) map[string]map[string]any {
	return map[string]map[string]any{
		"CreateRouteTable":                {"VpcId": vpc},
		"CreateNetworkAcl":                {"VpcId": vpc},
		"RunInstances":                    {"ImageId": image, "SubnetId": subnet, "InstanceType": "t3.micro", "MinCount": 2.0, "MaxCount": 2.0},
		"RequestSpotInstances":            {"SpotPrice": "0.1", "LaunchSpecification": map[string]any{"ImageId": image, "SubnetId": subnet}},
		"AllocateHosts":                   {"AvailabilityZone": "us-east-1a", "InstanceType": "t3.micro", "Quantity": 2.0},
		"CreateLaunchTemplate":            {"LaunchTemplateName": "web", "LaunchTemplateData": map[string]any{"ImageId": image}},
		"CopyImage":                       {"Name": "copy", "SourceImageId": image, "SourceRegion": "us-east-1"},
		"CreateVolume":                    {"AvailabilityZone": "us-east-1a", "Size": 8.0},
		"CreateNatGateway":                {"SubnetId": subnet, "ConnectivityType": "private"},
		"CreateEgressOnlyInternetGateway": {"VpcId": vpc},
		"CreateCarrierGateway":            {"VpcId": vpc},
		"CreateNetworkInterface":          {"SubnetId": subnet},
		"CreateVpcEndpoint":               {"VpcId": vpc, "ServiceName": "com.amazonaws.us-east-1.s3", "VpcEndpointType": "Gateway"},
		"CreateManagedPrefixList":         {"PrefixListName": "list", "AddressFamily": "IPv4", "MaxEntries": 5.0},
	}
}

// An endpoint that is not ours: moto ignores client tokens, so --ensure is what makes a create exactly-once there.
func TestMoto(t *testing.T) {
	endpoint := awstest.Moto(t)
	first := func(action, element string) string {
		answer, err := awstest.CallEC2(t.Context(), endpoint, action, nil)
		if err != nil {
			t.Fatal(err)
		}
		m := regexp.MustCompile("<" + element + ">([^<]+)").FindSubmatch(answer)
		if m == nil {
			t.Fatalf("%s: no %s", action, element)
		}
		return string(m[1])
	}
	inputs := motoInputs(first("DescribeVpcs", "vpcId"), first("DescribeSubnets", "subnetId"), first("DescribeImages", "imageId"))
	for _, op := range awsec2.Operations() {
		input, known := inputs[op.Name]
		if !known {
			continue
		}
		t.Run(op.Name, func(t *testing.T) {
			t.Parallel()
			create := createFrom(op, input, "--idempotency-key", "k", "--ensure", "--wait-timeout", "20s", "--max-attempts", "2", "--endpoint-url", endpoint, "--query", op.IDPath(), "--output", "text")
			made := runIn(t.Context(), os.LookupEnv, nil, create)
			if slices.Contains([]string{"AllocateHosts", "CopyImage", "CreateManagedPrefixList"}, op.Name) { // moto does not find these by a tag
				made.says(t, `^awsidem: warning: .* was created, but this endpoint does not find it by its tag`)
				return
			}
			again := runIn(t.Context(), os.LookupEnv, nil, create)
			if made.code != exitOK || again.code != exitOK || made.stdout == "" || again.stdout != made.stdout {
				t.Errorf("exit codes %d, %d\n%s%s%s%s", made.code, again.code, made.stdout, made.stderr, again.stdout, again.stderr)
			}
			again.says(t, `^awsidem: adopted `)
		})
	}
}

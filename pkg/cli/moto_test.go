package cli

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/awsidem/awsidem/pkg/awsec2"
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

// An endpoint that is not ours: moto ignores client tokens, so --ensure is what makes a create exactly-once there. The server starts in seconds,
// so the test runs only if AWSIDEM_REQUIRE_CLIENTS=1 asks for other people's programs, and where python3 has moto.
func TestMoto(t *testing.T) {
	if os.Getenv("AWSIDEM_REQUIRE_CLIENTS") != "1" {
		t.Skip("AWSIDEM_REQUIRE_CLIENTS=1 runs moto's server")
	}
	if err := exec.CommandContext(t.Context(), "python3", "-c", "import moto.server").Run(); err != nil {
		t.Skip("python3 has no moto")
	}
	endpoint := startMoto(t)
	first := func(action, element string) string {
		m := regexp.MustCompile("<" + element + ">([^<]+)").FindStringSubmatch(ask(t, endpoint, action))
		if m == nil {
			t.Fatalf("%s: no %s", action, element)
		}
		return m[1]
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
			made := runDirect(t, create...)
			if slices.Contains([]string{"AllocateHosts", "CopyImage", "CreateManagedPrefixList"}, op.Name) { // moto does not find these by a tag
				made.says(t, `^awsidem: warning: .* was created, but this endpoint does not find it by its tag`)
				return
			}
			again := runDirect(t, create...)
			if made.code != exitOK || again.code != exitOK || made.stdout == "" || again.stdout != made.stdout {
				t.Errorf("exit codes %d, %d\n%s%s%s%s", made.code, again.code, made.stdout, made.stderr, again.stdout, again.stderr)
			}
			again.says(t, `^awsidem: adopted `)
		})
	}
}

// startMoto starts moto's server and returns its URL.
func startMoto(t *testing.T) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "python3", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0")
	cmd.Env = append(os.Environ(), "PYTHONUNBUFFERED=1")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	running := regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		if found := running.FindString(lines.Text()); found != "" {
			go func() { _, _ = io.Copy(io.Discard, stderr) }() // a full pipe would stop the server
			return found
		}
	}
	t.Fatal("moto does not start")
	return ""
}

// ask sends a request as any client does, and returns the answer. action may have parameters, too.
func ask(t *testing.T, endpoint, action string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, endpoint, strings.NewReader("Version=2016-11-15&Action="+action))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=any/20000101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// runDirect runs awsidem with the real network.
func runDirect(t *testing.T, args ...string) run {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := Main(t.Context(), args, Env{Streams: Streams{In: strings.NewReader(""), Out: &stdout, Err: &stderr}, Lookup: os.LookupEnv})
	return run{code: code, stdout: stdout.String(), stderr: stderr.String()}
}

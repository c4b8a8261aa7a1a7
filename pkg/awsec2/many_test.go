package awsec2_test

import (
	"errors"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/sandbox"
)

// An answer matches if it names the right number of resources, and each resource has the token or no token.
func TestCount(t *testing.T) {
	instances := func(tokens ...string) string {
		answer := "<RunInstancesResponse><instancesSet>"
		for i, token := range tokens {
			answer += "<item><instanceId>i-" + strings.Repeat("1", i+1) + "</instanceId><clientToken>" + token + "</clientToken></item>"
		}
		return answer + "</instancesSet></RunInstancesResponse>"
	}
	volumes := "<CopyVolumesResponse><volumeSet><item><volumeId>vol-1</volumeId><sourceVolumeId>vol-0</sourceVolumeId></item><item><volumeId>vol-2</volumeId><sourceVolumeId>vol-0</sourceVolumeId></item></volumeSet></CopyVolumesResponse>"
	hosts := "<AllocateHostsResponse><hostIdSet><item>h-1</item><item>h-2</item></hostIdSet></AllocateHostsResponse>"
	for name, c := range map[string]struct {
		operation string
		input     map[string]any
		answer    string
		want      []string // ids; nil: the answer does not match
	}{
		"as many as possible":     {"RunInstances", map[string]any{"MinCount": 1.0, "MaxCount": 2.0}, instances(token, token), []string{"i-1", "i-11"}},
		"as few as possible":      {"RunInstances", map[string]any{"MinCount": 1.0, "MaxCount": 2.0}, instances(token), []string{"i-1"}},
		"too few":                 {"RunInstances", map[string]any{"MinCount": 2.0, "MaxCount": 2.0}, instances(token), nil},
		"too many":                {"RunInstances", map[string]any{"MinCount": 1.0, "MaxCount": 1.0}, instances(token, token), nil},
		"none":                    {"RunInstances", map[string]any{"MinCount": 1.0, "MaxCount": 1.0}, instances(), nil},
		"another's":               {"RunInstances", map[string]any{"MinCount": 1.0, "MaxCount": 2.0}, instances(token, "another"), nil},
		"any number":              {"CopyVolumes", map[string]any{"SourceVolumeId": "vol-0"}, volumes, []string{"vol-1", "vol-2"}},
		"one by default":          {"AllocateHosts", map[string]any{}, hosts, nil},
		"a quantity":              {"AllocateHosts", map[string]any{"Quantity": 2.0}, hosts, []string{"h-1", "h-2"}},
		"a quantity of assets":    {"AllocateHosts", map[string]any{"AssetIds": []any{"a", "b"}}, hosts, []string{"h-1", "h-2"}},
		"too many for the assets": {"AllocateHosts", map[string]any{"AssetIds": []any{"a"}}, hosts, nil},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t, httptest.NewServer, xml(200, c.answer))
			result, err := connect(t, awsec2.Options{EndpointURL: b.URL}).Create(t.Context(), idem.Intent{Operation: c.operation, ClientToken: token, Input: c.input})
			var e *idem.AttemptError
			if !slices.Equal(result.IDs(), c.want) || errors.As(err, &e) != (c.want == nil) || e != nil && e.Verdict != idem.Unknown {
				t.Errorf("got %v, %v; want %v", result.IDs(), err, c.want)
			}
		})
	}
}

// Resources that are found by their tag are one result. A wrong number of resources is a disagreement.
func TestFindTagOfMany(t *testing.T) {
	client := awsec2.ConnectTo(t, sandbox.New(sandbox.Config{}))
	intent := idem.Intent{Operation: "RunInstances", ClientToken: token, Input: map[string]any{
		"MinCount": 2.0, "MaxCount": 2.0,
		"TagSpecifications": []any{map[string]any{"ResourceType": "instance", "Tags": []any{map[string]any{"Key": "k", "Value": "v"}}}},
	}}
	made, err := awsec2.New(client).Create(t.Context(), intent)
	if err != nil {
		t.Fatal(err)
	}
	for most, want := range map[float64]string{2: "", 3: "there are 2 instances, not 3"} {
		intent.Input["MinCount"], intent.Input["MaxCount"] = most, most
		found, err := awsec2.NewFinder(client).FindTag(t.Context(), intent, "k", "v")
		if err != nil || len(found) != 1 || found[0].Disagreement != want || len(found[0].IDs()) != 2 || found[0].Tags["k"] != "v" {
			t.Errorf("%v of %v: %v, %v", most, made.IDs(), found, err)
		}
	}
}

// If EC2 creates only a part of the resources, the result has the refused parts. If EC2 creates nothing, the verdict is rejected.
func TestPartialSuccess(t *testing.T) {
	const message = "The flow log could not be created."
	client := awsec2.ConnectTo(t, sandbox.New(sandbox.Config{Faults: sandbox.MustFaults("partial-success:CreateFlowLogs", "partial-success:CreateFleet")}))
	logs := func(resources ...any) idem.Intent {
		return idem.Intent{Operation: "CreateFlowLogs", ClientToken: token + resources[0].(string), Input: map[string]any{
			"ResourceType": "Subnet", "LogGroupName": "g", "ResourceIds": resources,
		}}
	}
	made, err := awsec2.New(client).Create(t.Context(), logs("subnet-1", "subnet-2"))
	if err != nil || len(made.IDs()) != 1 || len(made.Failures) != 1 || made.Failures[0].Part != "subnet-2" || made.Failures[0].Code != "InternalError" || made.Failures[0].Message != message {
		t.Errorf("flow logs: %+v, %v", made, err)
	}
	if e := attempt(t, t.Context(), awsec2.New(awsec2.ConnectTo(t, sandbox.New(sandbox.Config{Faults: sandbox.MustFaults("partial-success")}))), logs("subnet-3")); e.Verdict != idem.Rejected || e.Code != "InternalError" || e.Message != message {
		t.Errorf("none of the flow logs: %s: %v", e.Verdict, e)
	}
	fleet := idem.Intent{Operation: "CreateFleet", ClientToken: token, Input: map[string]any{
		"Type": "instant", "TargetCapacitySpecification": map[string]any{"TotalTargetCapacity": 3.0},
		"LaunchTemplateConfigs": []any{map[string]any{"LaunchTemplateSpecification": map[string]any{"LaunchTemplateId": "lt-1", "Version": "1"}}},
	}}
	made, err = awsec2.New(client).Create(t.Context(), fleet)
	if err != nil || made.ResourceID == "" || len(made.Failures) != 1 || made.Failures[0].Code != "InsufficientInstanceCapacity" {
		t.Errorf("fleet: %+v, %v", made, err)
	}
}

// A failed resource has a reason. A pending resource is neither usable nor failed.
func TestReadiness(t *testing.T) {
	for _, operation := range []string{"CreateNatGateway", "RunInstances", "CreateVpcEndpoint", "ImportSnapshot"} {
		op := lookup(t, operation)
		intent := idem.Intent{Operation: operation, ClientToken: token, Input: sample(t, op)}
		for name, c := range map[string]struct {
			config sandbox.Config
			want   []idem.Readiness
		}{
			"pending": {sandbox.Config{StateLag: time.Hour}, []idem.Readiness{idem.Pending}},
			"failed":  {sandbox.Config{Faults: sandbox.MustFaults("failed-state")}, []idem.Readiness{idem.Failed, idem.Gone}}, // an instance is terminated
			"usable":  {sandbox.Config{}, []idem.Readiness{idem.Usable}},
		} {
			client := awsec2.ConnectTo(t, sandbox.New(c.config))
			made, err := awsec2.New(client).Create(t.Context(), intent)
			if err != nil {
				t.Fatal(err)
			}
			found, err := awsec2.NewFinder(client).FindID(t.Context(), intent, made.IDs()...)
			if err != nil || len(found) != 1 || !slices.Contains(c.want, found[0].Readiness) || (found[0].Reason == "") == (name == "failed") {
				t.Errorf("%s, %s: %+v, %v", operation, name, found, err)
			}
		}
	}
}

// The errors for EC2's refusals have the fields that the other layers need.
func TestRefusals(t *testing.T) {
	type kind = idem.AttemptError
	for code, c := range map[string]struct {
		status int
		want   kind
	}{
		"InsufficientInstanceCapacity":                         {500, kind{Verdict: idem.Rejected}},
		"InsufficientVolumeCapacity":                           {503, kind{Verdict: idem.Rejected}},
		"IdempotentInstanceTerminated":                         {400, kind{Verdict: idem.Mismatch, Gone: true}},
		"FlowLogAlreadyExists":                                 {400, kind{Verdict: idem.Rejected, NaturalKey: true}},
		"InvalidAMIName.Duplicate":                             {400, kind{Verdict: idem.Rejected, NaturalKey: true}},
		"InvalidLaunchTemplateName.AlreadyExistsException":     {400, kind{Verdict: idem.Rejected, NaturalKey: true}},
		"InvalidSubnetID.NotFound":                             {400, kind{Verdict: idem.Rejected, NotYet: true}},
		"NatGatewayNotFound":                                   {400, kind{Verdict: idem.Rejected, NotYet: true}},
		"InvalidLaunchTemplateName.NotFoundException":          {400, kind{Verdict: idem.Rejected, NotYet: true}},
		"ConcurrentTagAccess":                                  {400, kind{Verdict: idem.NotApplied}},
		"RetryableError":                                       {400, kind{Verdict: idem.Unknown}},
		"UnauthorizedOperation":                                {403, kind{Verdict: idem.Rejected, Denied: true}},
		"InvalidParameterCombination":                          {400, kind{Verdict: idem.Rejected}},
		"InsufficientInstanceCapacity.that.EC2.does.not.write": {500, kind{Verdict: idem.Unknown}},
	} {
		b := newBackend(t, httptest.NewServer, refusal(c.status, code))
		e := attempt(t, t.Context(), connect(t, awsec2.Options{EndpointURL: b.URL}), intent("CreateRouteTable"))
		got := kind{Verdict: e.Verdict, NotYet: e.NotYet, Denied: e.Denied, Gone: e.Gone, NaturalKey: e.NaturalKey}
		if got != c.want || e.Code != code {
			t.Errorf("%s: %+v, want %+v", code, got, c.want)
		}
	}
}

// If AWS documents no filter for the id, one unknown id fails a request for several ids. The error asks the caller for fewer ids.
func TestFindIDsWithoutFilter(t *testing.T) {
	client := awsec2.ConnectTo(t, sandbox.New(sandbox.Config{}))
	op := lookup(t, "CreateRouteServer")
	in := idem.Intent{Operation: op.Name, ClientToken: token, Input: sample(t, op)}
	made, err := awsec2.New(client).Create(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	absent := neighbour(made.ResourceID)
	_, err = awsec2.FindIDs(t.Context(), client, []idem.Intent{in, in}, [][]string{{made.ResourceID}, {absent}})
	var e *idem.AttemptError
	if !errors.As(err, &e) || !e.NotYet {
		t.Errorf("together: %v", err)
	}
	if found, err := awsec2.FindIDs(t.Context(), client, []idem.Intent{in}, [][]string{{absent}}); err != nil || len(found) != 1 || found[0] != nil {
		t.Errorf("alone: %v, %v", found, err)
	}
}

// RequestSpotFleet has its token and its tags in a member of the input.
func TestNestedToken(t *testing.T) {
	op := lookup(t, "RequestSpotFleet")
	specification := map[string]any{"ResourceType": "spot-fleet-request", "Tags": []any{map[string]any{"Key": "own", "Value": "1"}}}
	config := map[string]any{"IamFleetRole": "r", "TargetCapacity": 1.0, "ClientToken": "given", "TagSpecifications": []any{specification}}
	input := map[string]any{"SpotFleetRequestConfig": config}
	if taken, given := op.TakeToken(input); taken != "given" || !given || config["ClientToken"] != nil || op.Nested != "SpotFleetRequestConfig" {
		t.Errorf("taken %q, %t", taken, given)
	}
	if taken, given := op.TakeToken(map[string]any{}); taken != "" || given {
		t.Errorf("taken %q of nothing, %t", taken, given)
	}
	input["TagSpecifications"] = []any{map[string]any{"ResourceType": "spot-fleet-request", "Tags": []any{map[string]any{"Key": "ensured", "Value": "2"}}}}
	b := newBackend(t, httptest.NewServer, xml(200, "<RequestSpotFleetResponse><spotFleetRequestId>sfr-1</spotFleetRequestId></RequestSpotFleetResponse>"))
	if _, err := connect(t, awsec2.Options{EndpointURL: b.URL}).Create(t.Context(), idem.Intent{Operation: op.Name, ClientToken: token, Input: input}); err != nil {
		t.Fatal(err)
	}
	form := b.requests()[0].form
	for key, want := range map[string]string{
		"SpotFleetRequestConfig.ClientToken":                             token,
		"SpotFleetRequestConfig.TagSpecification.1.Tag.1.Key":            "own",
		"SpotFleetRequestConfig.TagSpecification.2.Tag.1.Key":            "ensured",
		"SpotFleetRequestConfig.TagSpecification.1.ResourceType":         "spot-fleet-request",
		"SpotFleetRequestConfig.TargetCapacity":                          "1",
		"TagSpecification.1.Tag.1.Key":                                   "",
		"SpotFleetRequestConfig.LaunchSpecifications.1.WeightedCapacity": "",
	} {
		if got := form.Get(key); got != want {
			t.Errorf("%s=%q, want %q", key, got, want)
		}
	}
	if config["ClientToken"] != nil || len(config["TagSpecifications"].([]any)) != 1 {
		t.Errorf("the intent was changed: %v", input)
	}
}

// The SDK's validation names the path of a member that is missing.
func TestMissing(t *testing.T) {
	for operation, c := range map[string]struct {
		input map[string]any
		want  []string
	}{
		"CreateRouteTable":               {map[string]any{}, []string{"VpcId"}},
		"CreateNatGateway":               {nil, nil},
		"CreateNetworkAcl":               {map[string]any{"VpcId": "vpc-1"}, nil},
		"CreateCarrierGateway":           {map[string]any{"TagSpecifications": []any{}}, []string{"VpcId"}},
		"CreateReservedInstancesListing": {map[string]any{"ReservedInstancesId": "r", "InstanceCount": 1.0}, []string{"PriceSchedules"}},
		"CreateFleet": {
			map[string]any{"LaunchTemplateConfigs": []any{}, "TargetCapacitySpecification": map[string]any{}}, []string{"TargetCapacitySpecification.TotalTargetCapacity"},
		},
	} {
		op := lookup(t, operation)
		if got, err := op.Missing(c.input); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q, %v; want %q", operation, got, err, c.want)
		}
	}
	op := lookup(t, "CreateRouteTable")
	if _, err := op.Missing(map[string]any{"VpcId": []any{}}); err == nil {
		t.Error("a list passes for a VpcId")
	}
}

// The debug log shows no user data, neither of a request nor of an answer.
func TestDebugMasks(t *testing.T) {
	var log strings.Builder
	b := newBackend(t, httptest.NewServer, xml(200, "<CreateLaunchTemplateVersionResponse><launchTemplateVersion><launchTemplateId>lt-1</launchTemplateId>"+
		"<versionNumber>1</versionNumber><launchTemplateData><userData>U0VDUkVU</userData></launchTemplateData></launchTemplateVersion></CreateLaunchTemplateVersionResponse>"))
	result, err := connect(t, awsec2.Options{EndpointURL: b.URL, Debug: &log}).Create(t.Context(), idem.Intent{
		Operation: "CreateLaunchTemplateVersion", ClientToken: token,
		Input: map[string]any{"LaunchTemplateId": "lt-1", "LaunchTemplateData": map[string]any{"UserData": "U0VDUkVU", "ImageId": "ami-1"}},
	})
	if err != nil || result.ResourceID != "lt-1:1" || b.requests()[0].form.Get("LaunchTemplateData.UserData") != "U0VDUkVU" {
		t.Errorf("%v, %v", result, err)
	}
	if strings.Contains(log.String(), "U0VDUkVU") || strings.Count(log.String(), awsec2.Mask) != 2 || !strings.Contains(log.String(), "ImageId=ami-1") {
		t.Errorf("the log:\n%s", &log)
	}
}

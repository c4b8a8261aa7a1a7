package awsec2

import (
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/awsidem/awsidem/pkg/idem"
)

func described(id, state string, tags ...string) map[string]any {
	var list []any
	for _, key := range tags {
		list = append(list, map[string]any{"Key": key, "Value": "v"})
	}
	return map[string]any{
		"InstanceId": id, "InstanceType": "m5.large", "State": map[string]any{"Name": state, "Code": 0.0}, "Tags": list,
		"StateReason": map[string]any{"Message": "why " + id},
	}
}

// One result for many resources has the worst state with its reason, and the tags that all resources have.
func TestAsOne(t *testing.T) {
	op := lookup(t, "RunInstances")
	one := op.asOne([]map[string]any{described("i-1", "running", "a", "b"), described("i-2", "terminated", "b"), described("i-3", "pending", "b", "c")}, idem.Intent{ClientToken: "t"})
	if !reflect.DeepEqual(one.Tags, map[string]string{"b": "v"}) || one.Readiness != idem.Gone || one.State != "terminated" || one.Reason != "why i-2" {
		t.Errorf("%+v", one)
	}
	if one.ResourceID != "i-1" || !reflect.DeepEqual(one.ResourceIDs, []string{"i-1", "i-2", "i-3"}) || len(one.Output["Instances"].([]any)) != 3 {
		t.Errorf("%+v", one.Result)
	}
	other := idem.Intent{Input: map[string]any{"InstanceType": "t3.micro"}}
	if got := op.asOne([]map[string]any{described("i-1", "running")}, other).Disagreement; got != `its InstanceType is "m5.large", not "t3.micro"` {
		t.Error(got)
	}
}

// The answer of a create has only members that Describe has with the same type.
func TestProject(t *testing.T) {
	op := lookup(t, "CreateFleet")
	got := op.asOutput([]map[string]any{{"FleetId": "fleet-1", "Type": "maintain", "Instances": []any{}}}, "t")
	if !reflect.DeepEqual(got, map[string]any{"FleetId": "fleet-1", "ClientToken": "t"}) {
		t.Errorf("%v", got)
	}
}

// If AWS documents no tag filter, DescribeTags returns the ids. Listed resources that do not match the filters are left out.
func TestByDescribeTags(t *testing.T) {
	tag := func(id, key, value string) string {
		return "<item><resourceId>" + id + "</resourceId><key>" + key + "</key><value>" + value + "</value></item>"
	}
	var asked []string
	client := ConnectTo(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := "<DescribeTagsResponse><tagSet>" + tag("rs-1", "k", "v") + tag("rs-2", "k", "other") + tag("rs-3", "other", "v") + "</tagSet></DescribeTagsResponse>"
		if r.FormValue("Action") == "DescribeTags" {
			for _, n := range []string{"1", "2", "3"} {
				asked = append(asked, r.FormValue("Filter."+n+".Name")+"="+r.FormValue("Filter."+n+".Value.1"))
			}
		} else {
			asked = append(asked, r.FormValue("RouteServerId.1"))
			answer = "<DescribeRouteServersResponse><routeServerSet><item><routeServerId>rs-1</routeServerId><tagSet><item><key>k</key><value>v</value></item></tagSet></item>" +
				"</routeServerSet></DescribeRouteServersResponse>"
		}
		_, _ = w.Write([]byte(answer))
	}))
	found, err := NewFinder(client).FindTag(t.Context(), idem.Intent{Operation: "CreateRouteServer", ClientToken: "t"}, "k", "v")
	if err != nil || len(found) != 1 || found[0].ResourceID != "rs-1" {
		t.Errorf("%v, %v", found, err)
	}
	if got, want := strings.Join(asked, " "), "key=k value=v resource-type=route-server rs-1"; got != want {
		t.Errorf("asked for %q, want %q", got, want)
	}
}

// If there are more ids than a filter takes, the request has them in the ids parameter.
func TestManyIDs(t *testing.T) {
	var last string
	client := ConnectTo(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, key := range []string{"Filter.1.Value.200", "InstanceId.201"} {
			if r.FormValue(key) != "" {
				last = key
			}
		}
		_, _ = w.Write([]byte("<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>"))
	}))
	for n, want := range map[int]string{200: "Filter.1.Value.200", 201: "InstanceId.201"} {
		ids := make([]string, n)
		for i := range ids {
			ids[i] = "i-1"
		}
		if _, err := FindIDs(t.Context(), client, []idem.Intent{{Operation: "RunInstances"}}, [][]string{ids}); err != nil || last != want {
			t.Errorf("%d ids: %s, %v; want %s", n, last, err, want)
		}
	}
}

// An id is a string, or a string and a number. Other values are not ids.
func TestID(t *testing.T) {
	version := lookup(t, "CreateLaunchTemplateVersion")
	check := lookup(t, "CreateApplicationStatusCheck")
	for _, c := range []struct {
		op       Operation
		resource map[string]any
		want     string
	}{
		{version, map[string]any{"LaunchTemplateId": "lt-1", "VersionNumber": 2000000.0}, "lt-1:2000000"},
		{version, map[string]any{"LaunchTemplateId": "lt-1"}, ""},
		{version, map[string]any{"VersionNumber": 1.0}, ""},
		{check, map[string]any{"ApplicationStatusCheckId": "asc-1"}, "asc-1"},
		{check, map[string]any{"ApplicationStatusCheckId": ""}, ""},
		{check, map[string]any{"ApplicationStatusCheckId": map[string]any{}}, ""},
		{check, nil, ""},
	} {
		if got := c.op.id(c.resource); got != c.want {
			t.Errorf("%v: %q, want %q", c.resource, got, c.want)
		}
	}
}

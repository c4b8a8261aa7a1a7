package awsec2

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The classified members are those that EC2's API model marks, and they exist in the SDK's types. No member that sounds secret is missing.
func TestClassified(t *testing.T) {
	var got, found []string
	for _, c := range classifieds {
		if c.operation != "CreateFleet" { // newer than the model
			got = append(got, c.operation+" "+c.path)
		}
		op, ok := LookupOperation(c.operation)
		if !ok || typeAt(op.Input, c.path, reflect.Slice) == nil {
			t.Errorf("%s has no %s", c.operation, c.path)
		}
	}
	slices.Sort(got)
	text, err := os.ReadFile("testdata/sensitive.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSpace(string(text)), "\n")[1:]
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, op := range Operations() {
		walk(op.Input, "", map[reflect.Type]bool{}, func(path string) {
			if regexp.MustCompile(`(?i)(password|secret|credential|userdata|private_?key|presharedkey|\.url)$`).MatchString(path) && SecrecyOf(op.Name, path) == Public {
				found = append(found, op.Name+" "+path)
			}
		})
	}
	if found != nil {
		t.Errorf("public, and not by their names: %q", found)
	}
}

// walk visits the paths of all members of a structure.
func walk(structure reflect.Type, path string, within map[reflect.Type]bool, visit func(path string)) {
	for structure.Kind() == reflect.Pointer || structure.Kind() == reflect.Slice {
		structure = structure.Elem()
	}
	if structure.Kind() != reflect.Struct || within[structure] {
		return
	}
	within[structure] = true
	defer delete(within, structure)
	for i := range structure.NumField() {
		if f := structure.Field(i); f.IsExported() {
			member := strings.TrimPrefix(path+"."+f.Name, ".")
			visit(member)
			walk(f.Type, member, within, visit)
		}
	}
}

func TestMasked(t *testing.T) {
	input := map[string]any{
		"Description":    "d",
		"DiskContainers": []any{map[string]any{"Url": "https://signed", "Format": "vmdk"}, map[string]any{"Url": "https://other"}},
	}
	want := map[string]any{
		"Description":    "d",
		"DiskContainers": []any{map[string]any{"Url": Mask, "Format": "vmdk"}, map[string]any{"Url": Mask}},
	}
	if diff := cmp.Diff(want, Masked("ImportImage", input)); diff != "" {
		t.Error(diff)
	}
	if got := Masked("CreateRouteTable", input); !reflect.DeepEqual(got, input) {
		t.Errorf("another operation: %v", got)
	}
	if got := Masked("RunScheduledInstances", map[string]any{"LaunchSpecification": map[string]any{"ImageId": "ami-1"}}); got["LaunchSpecification"] != Mask {
		t.Errorf("a structure: %v", got)
	}
	for path, want := range map[string]Secrecy{
		"UserData": Sensitive, "UserDatum": Public, "ImageId": Public, "UserData.x": Sensitive,
	} {
		if got := SecrecyOf("RunInstances", path); got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
	if SecrecyOf("CreateDelegateMacVolumeOwnershipTask", "MacCredentials") != Secret {
		t.Error("a password is no secret")
	}
}

// The debug log masks the sensitive parts of a form and of an answer.
func TestMaskForm(t *testing.T) {
	for form, want := range map[string]string{
		"Action=RunInstances&ImageId=ami-1&UserData=IyEvYmluL3No":                                      "Action=RunInstances&ImageId=ami-1&UserData=" + Mask,
		"UserData=IyEvYmluL3No&Action=RunInstances":                                                    "UserData=" + Mask + "&Action=RunInstances",
		"Action=ImportImage&DiskContainer.2.Url=https%3A%2F%2Fs3&DiskContainer.2.Format=vmdk":          "Action=ImportImage&DiskContainer.2.Url=" + Mask + "&DiskContainer.2.Format=vmdk",
		"Action=RequestSpotFleet&SpotFleetRequestConfig.LaunchSpecifications.1.UserData=x":             "Action=RequestSpotFleet&SpotFleetRequestConfig.LaunchSpecifications.1.UserData=" + Mask,
		"Action=RunScheduledInstances&LaunchSpecification.NetworkInterface.1.SubnetId=s&ClientToken=t": "Action=RunScheduledInstances&LaunchSpecification.NetworkInterface.1.SubnetId=" + Mask + "&ClientToken=t",
		"Action=CreateRouteTable&VpcId=vpc-1&UserData=x":                                               "Action=CreateRouteTable&VpcId=vpc-1&UserData=x",
	} {
		if got := maskForm(form); got != want {
			t.Errorf("%s\n got %s\nwant %s", form, got, want)
		}
	}
	for body, want := range map[string]string{
		"<a><userData>\nSECRET\n</userData><b>c</b></a>": "<a><userData>" + Mask + "</userData><b>c</b></a>",
		"<url>SECRET</url><url>SECRET":                   "<url>" + Mask + "</url><url>" + Mask,
		"<xUserData>SECRET</xUserData>":                  "<xUserData>" + Mask + "</xUserData>",
		"<urls>public</urls>":                            "<urls>public</urls>",
	} {
		if got := string(maskAnswer([]byte(body))); got != want {
			t.Errorf("%s\n got %s\nwant %s", body, got, want)
		}
	}
}

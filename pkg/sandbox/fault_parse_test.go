package sandbox

import (
	"testing"
)

func TestParseFault(t *testing.T) {
	for in, want := range map[string]string{
		"throttle":                             "throttle=x1",
		"throttlex4":                           "throttle=x4",
		"throttle=x4":                          "throttle=x4",
		"throttle=0.25":                        "throttle=0.25",
		"lost-response:CreateRouteTable=1":     "lost-response:CreateRouteTable=1",
		"lost-response:CreateRouteTablex3":     "lost-response:CreateRouteTable=x3",
		"UnauthorizedOperation:DescribeVpcs=1": "UnauthorizedOperation:DescribeVpcs=1",
		"InvalidVpcID.NotFound=x2":             "InvalidVpcID.NotFound=x2",
		"wrong-token:CreateNetworkAcl":         "wrong-token:CreateNetworkAcl=x1",
		"wrong-vpc":                            "wrong-vpc=x1",
		"failed-state:RunInstances":            "failed-state:RunInstances=x1",
		"failed-state:CreateRouteTable":        `error: parsing fault "failed-state:CreateRouteTable": failed-state has no effect on "CreateRouteTable"`,
		"partial-success:RunInstances":         `error: parsing fault "partial-success:RunInstances": partial-success has no effect on "RunInstances"`,
		"wrong-parameter:CopyImage":            `error: parsing fault "wrong-parameter:CopyImage": wrong-parameter has no effect on "CopyImage"`,
		"wrong-token:CreateVolume":             `error: parsing fault "wrong-token:CreateVolume": wrong-token has no effect on "CreateVolume"`,
		"":                                     `error: parsing fault "": unknown kind ""`,
		"nope":                                 `error: parsing fault "nope": unknown kind "nope": want one of throttle, `,
		"Bad code":                             `error: parsing fault "Bad code": unknown kind "Bad code"`,
		"throttle:CreateRoutTable":             `error: parsing fault "throttle:CreateRoutTable": unknown action "CreateRoutTable": want an action that the sandbox serves, such as CreateRouteTable`,
		"throttle:":                            `error: parsing fault "throttle:": unknown action ""`,
		"wrong-vpc:DescribeVpcs":               `error: parsing fault "wrong-vpc:DescribeVpcs": wrong-vpc has no effect on "DescribeVpcs"`,
		"throttle=":                            `error: parsing fault "throttle=": probability ""`,
		"throttle=0":                           `error: parsing fault "throttle=0": probability "0" is not above 0 and at most 1`,
		"throttle=2":                           `error: parsing fault "throttle=2": probability "2"`,
		"throttle=NaN":                         `error: parsing fault "throttle=NaN": probability "NaN"`,
		"throttle=x0":                          `error: parsing fault "throttle=x0": count "0" is not a whole number of at least 1`,
		"throttle=x-1":                         `error: parsing fault "throttle=x-1": count "-1"`,
		"throttle=x99999999999999999999":       `error: parsing fault "throttle=x99999999999999999999": count`,
	} {
		f, err := ParseFault(in)
		got := f.String()
		if err != nil {
			got = "error: " + err.Error()
			got = got[:min(len(got), len(want))]
		}
		equal(t, in, got, want)
	}
}

func FuzzParseFault(f *testing.F) {
	for _, s := range []string{"throttle", "throttle:CreateVpc=0.5", "Foo.Bar=x3", "dropx2", "x=x=x", "hang:DescribeTags=1e-300"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		fault, err := ParseFault(s)
		if err != nil {
			return
		}
		if again, err := ParseFault(fault.String()); err != nil || again.String() != fault.String() {
			t.Errorf("%q gave %q, which gave %q, %v", s, fault, again, err)
		}
		if fault.count == 0 && !(fault.probability > 0 && fault.probability <= 1) {
			t.Errorf("%q: count %d, probability %v", s, fault.count, fault.probability)
		}
	})
}

package awsec2

import (
	"strings"
	"testing"
)

// A code belongs to one class at most, so that the order of the checks does not matter.
func TestCodesHaveOneClass(t *testing.T) {
	for _, code := range strings.Fields(`RequestLimitExceeded Throttling SlowDown InternalError Unavailable UnauthorizedOperation
		InvalidAction IdempotentParameterMismatch DryRunOperation InvalidVpcID.NotFound Mystery`) {
		classes := 0
		for _, is := range []func(string) bool{isThrottle, isServerError, isDenial} {
			if is(code) {
				classes++
			}
		}
		if classes > 1 {
			t.Errorf("%s is of %d classes", code, classes)
		}
	}
}

// A remedy is one line. A code for which a retry is the remedy has no text.
func TestRemedy(t *testing.T) {
	for code, want := range map[string]string{
		"RequestLimitExceeded": "", "InternalError": "", "": "",
		"IdempotentParameterMismatch": "first use", "UnauthorizedOperation": "decode-authorization-message", "RequestExpired": "clock",
		"RouteTableLimitExceeded": "quota", "InvalidVpcID.NotFound": "describe-vpcs", "InvalidSubnetID.NotFound": "--grace",
		"VolumeLimitExceeded": "Service Quotas", "InsufficientInstanceCapacity": "binds a token", "IdempotentInstanceTerminated": "terminated",
	} {
		got := Remedy(code)
		if (got == "") != (want == "") || !strings.Contains(got, want) || strings.HasSuffix(got, ".") {
			t.Errorf("%s: %q, want it to name %q", code, got, want)
		}
	}
}

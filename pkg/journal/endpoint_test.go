package journal_test

import (
	"context"
	"errors"
	"testing"

	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
)

// Two runs with one token concern the same resource if their endpoints are the same place: all URLs of EC2 at AWS are, and an endpoint
// without a URL, in one Region; any other URL is itself, whatever its case and the slash at its end. A refusal then leaves the outcome unknown.
func TestSameEndpoint(t *testing.T) {
	for _, test := range []struct {
		name, left, refused string
		same                bool
	}{
		{"no URL", "", "", true},
		{"the Region's URL and none", "https://ec2.eu-west-1.amazonaws.com", "", true},
		{"none and the Region's URL", "", "https://ec2.eu-west-1.amazonaws.com/", true},
		{"a VPC endpoint of AWS", "https://vpce-1.ec2.eu-west-1.vpce.amazonaws.com", "https://ec2.eu-west-1.amazonaws.com", true},
		{"AWS in capitals", "https://EC2.EU-WEST-1.AMAZONAWS.COM", "", true},
		{"AWS in China", "https://ec2.cn-north-1.amazonaws.com.cn", "", true},
		{"the FIPS endpoint", "https://ec2-fips.us-east-1.amazonaws.com", "", true},
		{"the dual-stack endpoint", "https://ec2.us-east-1.api.aws", "", true},
		{"the endpoint without a Region", "https://ec2.amazonaws.com", "", true},
		{"a host like AWS's", "https://ec2.amazonaws.com.evil.test", "", false},
		{"a user like AWS's host", "https://ec2.eu-west-1.amazonaws.com@evil.test", "", false},
		{"a path like AWS's host", "https://evil.test/ec2.eu-west-1.amazonaws.com", "", false},
		{"an instance", "http://ec2-203-0-113-25.eu-west-1.compute.amazonaws.com", "", false},
		{"an API", "https://abc.execute-api.eu-west-1.amazonaws.com", "", false},
		{"a bucket", "http://ec2.s3.amazonaws.com", "", false},
		{"a bucket of a Region", "http://ec2.s3.eu-west-1.amazonaws.com", "", false},
		{"a service of another account", "https://vpce-1.vpce-svc-2.eu-west-1.vpce.amazonaws.com", "", false},
		{"a slash at the end", "http://localhost:4566/", "http://localhost:4566", true},
		{"capitals", "http://LocalHost:4566", "http://localhost:4566", true},
		{"another port", "http://localhost:4566", "http://localhost:4567", false},
		{"a URL of one's own and AWS", "http://localhost:4566", "", false},
		{"AWS and a URL of one's own", "https://ec2.eu-west-1.amazonaws.com", "http://localhost:4566", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			log := journal.Open(t.TempDir())
			end := func(endpoint, vpc string, outcome idem.Outcome, verdict idem.Verdict) idem.Outcome {
				last := &idem.AttemptError{Verdict: verdict, Message: "no"}
				refuse := idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
					return idem.Result{}, &idem.OutcomeError{Outcome: outcome, Attempts: 1, Last: last, Err: last}
				})
				intent := idem.Intent{
					Operation: "CreateRouteTable", ClientToken: "T", Input: map[string]any{"VpcId": vpc}, Region: "eu-west-1", Endpoint: endpoint,
				}
				_, err := journal.Wrap(log.Entry(t.Context(), intent), refuse, true, func(err error) { t.Error(err) }).Create(t.Context(), intent)
				var ended *idem.OutcomeError
				if !errors.As(err, &ended) {
					t.Fatal(err)
				}
				return ended.Outcome
			}
			end(test.left, "vpc-1", idem.OutcomeUnknown, idem.Unknown)
			want := idem.NothingCreated
			if test.same {
				want = idem.OutcomeUnknown
			}
			if got := end(test.refused, "vpc-2", idem.NothingCreated, idem.Rejected); got != want {
				t.Errorf("a run at %q ended as %s after one at %q was left unknown; want %s", test.refused, got, test.left, want)
			}
		})
	}
}

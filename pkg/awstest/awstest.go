// Package awstest has the programs and requests that the tests of several packages use: the AWS CLI, the servers of moto and dynalite (only
// DynamoDB), and requests of another client. Only tests import this package. .ci/run installs dynalite and the AWS CLI.
package awstest

import (
	"cmp"
	"os"
	"testing"
)

// ClientsRequired reports whether AWSIDEM_REQUIRE_CLIENTS=1 requires the programs of other people: a test that lacks one fails.
func ClientsRequired() bool { return os.Getenv("AWSIDEM_REQUIRE_CLIENTS") == "1" }

// SkipUnlessRequired skips a test of other people's programs, which takes long, unless AWSIDEM_REQUIRE_CLIENTS=1 requires it.
func SkipUnlessRequired(t testing.TB) {
	t.Helper()
	if !ClientsRequired() {
		t.Skip("AWSIDEM_REQUIRE_CLIENTS=1 runs this test")
	}
}

// CLI returns the path of the AWS CLI: AWS, or else Debian's.
func CLI() string { return cmp.Or(os.Getenv("AWS"), "/usr/bin/aws") }

// Python returns the path of the Python that has the modules of other clients: PYTHON, or else python3.
func Python() string { return cmp.Or(os.Getenv("PYTHON"), "python3") }

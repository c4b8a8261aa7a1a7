// Package awstest has what several packages test awsidem with: the AWS CLI, two servers that other people wrote, moto's and dynalite (DynamoDB
// alone), and the requests of another client. Tests alone import this package. .ci/run installs dynalite and the AWS CLI.
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

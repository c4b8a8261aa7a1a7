package journal

import (
	"testing"

	"github.com/awsidem/awsidem/pkg/awstest"
)

// The journal works on moto's implementation of DynamoDB, too.
func TestMoto(t *testing.T) {
	t.Setenv("AWSIDEM_DYNAMODB", awstest.Moto(t))
	for name, test := range map[string]func(*testing.T){
		"CallsOfCreate": TestCallsOfCreate, "Claim": TestClaim, "Copy": TestCopy, "FirstUse": TestFirstUse, "Fleet": TestFleet, "Keep": TestKeep,
		"Late": TestLate, "LateAlone": TestLateAlone, "LaterVersion": TestLaterVersion, "Lease": TestLease, "LostAnswerOfClaim": TestLostAnswerOfClaim,
		"Outcome": TestOutcome, "Pages": TestPages, "RunsAtOnce": TestRunsAtOnce, "SameToken": TestSameToken, "Unfinished": TestUnfinished,
	} {
		t.Run(name, test)
	}
}

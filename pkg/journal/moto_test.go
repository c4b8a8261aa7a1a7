package journal

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"regexp"
	"testing"
)

// The journal works on moto's implementation of DynamoDB, too. The server takes seconds to start, so the test runs only if
// AWSIDEM_REQUIRE_CLIENTS is 1 and python3 has moto.
func TestMoto(t *testing.T) {
	if os.Getenv("AWSIDEM_REQUIRE_CLIENTS") != "1" {
		t.Skip("AWSIDEM_REQUIRE_CLIENTS=1 runs moto's server")
	}
	if err := exec.CommandContext(t.Context(), "python3", "-c", "import moto.server").Run(); err != nil {
		t.Skip("python3 has no moto")
	}
	t.Setenv("AWSIDEM_DYNAMODB", startMoto(t))
	for name, test := range map[string]func(*testing.T){
		"CallsOfCreate": TestCallsOfCreate, "Claim": TestClaim, "Copy": TestCopy, "FirstUse": TestFirstUse, "Fleet": TestFleet, "Keep": TestKeep,
		"Late": TestLate, "LateAlone": TestLateAlone, "LaterVersion": TestLaterVersion, "Lease": TestLease, "LostAnswerOfClaim": TestLostAnswerOfClaim,
		"Outcome": TestOutcome, "Pages": TestPages, "RunsAtOnce": TestRunsAtOnce, "SameToken": TestSameToken, "Unfinished": TestUnfinished,
	} {
		t.Run(name, test)
	}
}

// startMoto starts moto's server and returns its URL.
func startMoto(t *testing.T) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "python3", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0")
	cmd.Env = append(os.Environ(), "PYTHONUNBUFFERED=1")
	stderr, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }) // it ends by the kill
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

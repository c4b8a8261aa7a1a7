package cli

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/sandbox"
)

// schedules is how many random histories each property test runs: 2,000, or what AWSIDEM_SCHEDULES says, or what -rapid.checks
// says. scripts/check.sh asks for 10,000.
var (
	schedules   int
	checksGiven bool // by -rapid.checks
)

// slow returns how many schedules a slow property test runs: a percentage of them, or all that -rapid.checks asks for.
func slow(percent int) int {
	if checksGiven {
		return schedules
	}
	return schedules * percent / 100
}

// checkSome runs a property test with slow(percent) schedules, and with all that rapid asks for to shrink a schedule that failed. A schedule
// returns how it broke a promise, "" if it broke none. n is its number.
func checkSome(t *testing.T, percent int, schedule func(rt *rapid.T, n int) (broken string)) {
	t.Helper()
	n, failed := 0, false
	rapid.Check(t, func(rt *rapid.T) {
		if n++; n > slow(percent) && !failed {
			return
		}
		if broken := schedule(rt, n); broken != "" {
			failed = true
			rt.Fatal(broken)
		}
	})
}

// countSchedules sets schedules from the command line and the environment.
func countSchedules() error {
	flag.Parse()
	checks := flag.Lookup("rapid.checks")
	flag.Visit(func(f *flag.Flag) { checksGiven = checksGiven || f == checks })
	text := os.Getenv("AWSIDEM_SCHEDULES")
	switch {
	case checksGiven:
		text = checks.Value.String()
	case text == "" && (raceEnabled || testing.Short()):
		text = "500"
	case text == "":
		text = "2000"
	}
	if err := checks.Value.Set(text); err != nil {
		return fmt.Errorf("AWSIDEM_SCHEDULES: %w", err)
	}
	var err error
	schedules, err = strconv.Atoi(text)
	return err
}

// TestMain makes the environment one of a sandbox.
func TestMain(m *testing.M) {
	env := []string{
		"AWS_ENDPOINT_URL_EC2=http://127.0.0.1", "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=sandbox", "AWS_SECRET_ACCESS_KEY=sandbox",
		"AWS_CONFIG_FILE=" + os.DevNull, "AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull, "AWS_EC2_METADATA_DISABLED=true", "AWS_CA_BUNDLE=",
		"AWSIDEM_NO_JOURNAL=true", // thousands of schedules would wait for the disk; TestPromiseOfResume does not set it
	}
	for _, variable := range env {
		name, value, _ := strings.Cut(variable, "=")
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	debug.SetGCPercent(1600) // as fast with memory to spare
	if err := countSchedules(); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

const (
	vpcA = "vpc-00c84bd9dcad1d728"
	vpcB = "vpc-03683f950edba6643"
)

// waitTimeout is how long the runs wait until they see what they made.
const waitTimeout = time.Minute

// A schedule is one random history: what is asked for, what goes wrong, and when it is interrupted.
type schedule struct {
	op           awsec2.Operation
	input, other map[string]any // other parameters
	args         []string
	config       sandbox.Config
	attempts     int
	budget       time.Duration
	usedBefore   bool          // the token's first use was with other parameters
	interrupted  time.Duration // 0: never
}

// drawOperation draws one operation of each class: one resource, several, one with states, one of which a part may fail, one whose name
// is taken, a task.
func drawOperation(t *rapid.T) awsec2.Operation {
	op, _ := awsec2.LookupOperation(rapid.SampledFrom([]string{
		"CreateRouteTable", "CreateNetworkAcl", "RunInstances", "CreateNatGateway", "CreateFlowLogs", "CreateLaunchTemplate", "ImportSnapshot",
	}).Draw(t, "operation"))
	return op
}

func drawSchedule(t *rapid.T, kinds []string) schedule {
	s := schedule{op: drawOperation(t)}
	s.input = sampleInput(s.op)
	s.other = otherInput(t, s.op, s.input)
	s.config.StateLag = rapid.SampledFrom([]time.Duration{0, 0, 20 * time.Second, 2 * waitTimeout}).Draw(t, "state lag")
	s.config.Seed = rapid.Uint64().Draw(t, "seed")
	for _, kind := range rapid.SliceOfN(rapid.SampledFrom(kinds), 0, 8).Draw(t, "faults") {
		form := rapid.SampledFrom([]string{"%s=x1", "%s=x2", "%s=0.3"}).Draw(t, "form")
		fault, err := sandbox.ParseFault(fmt.Sprintf(form, kind))
		if err != nil {
			t.Fatal(err)
		}
		s.config.Faults = append(s.config.Faults, fault)
	}
	s.attempts = rapid.IntRange(1, 12).Draw(t, "attempts")
	s.budget = time.Duration(rapid.IntRange(1, 300).Draw(t, "seconds")) * time.Second
	s.args = createFrom(s.op, s.input, "--max-attempts", fmt.Sprint(s.attempts), "--max-elapsed-time", s.budget.String(),
		"--wait-timeout", waitTimeout.String())
	s.usedBefore = rapid.IntRange(0, 9).Draw(t, "used before") == 0
	if s.usedBefore || rapid.Bool().Draw(t, "key") {
		s.args = append(s.args, "--idempotency-key", "key")
	}
	if rapid.IntRange(0, 4).Draw(t, "interrupt") == 0 {
		s.interrupted = time.Duration(rapid.IntRange(0, 30_000).Draw(t, "milliseconds")) * time.Millisecond
	}
	return s
}

// useBefore uses the schedule's key with other parameters.
func (s schedule) useBefore(w *world) {
	w.run(context.Background(), createFrom(s.op, s.other, "--idempotency-key", "key", "--no-wait", "--max-attempts", "100", "--max-elapsed-time", "24h")...)
}

// printed reports whether a run printed the ids of all resources.
func (r run) printed(made []sandbox.Resource) bool {
	for _, m := range made {
		for part := range strings.SplitSeq(m.ID, ":") { // of a launch template's version
			if !strings.Contains(r.stdout, part) {
				return false
			}
		}
	}
	return true
}

// right reports whether resources are all that the schedule asks for.
func (s schedule) right(made []sandbox.Resource) bool {
	return len(made) == sampleCount(s.op) && !slices.ContainsFunc(made, func(m sandbox.Resource) bool { return m.VpcID != "" && m.VpcID != vpcA })
}

// failed reports whether a run ended with 255 because its resource failed or is only a part of what was asked for.
func (r run) failed() bool {
	return r.code == exitOther && (strings.Contains(r.stderr, "but its state is ") || strings.Contains(r.stderr, "created only a part"))
}

// check runs the schedule, in a synctest bubble, and returns the exit code and how the promise was broken, "" if it was kept.
func (s schedule) check() (code int, broken string) {
	w, stop := newWorld(s.config)
	defer stop()
	if s.usedBefore {
		s.useBefore(w)
	}
	before := len(w.Resources())
	w.forget()

	ctx, cancel := interruptAfter(s.interrupted)
	defer cancel()
	r := w.run(ctx, s.args...)
	made := w.Resources()[before:]

	switch {
	case len(made) > sampleCount(s.op):
		broken = "made twice"
	case r.code == exitOK && (!s.right(made) || !r.printed(made)):
		broken = "success, but not with the resource printed"
	case (r.code == exitMismatch || r.code == exitRejected) && len(made) != 0:
		broken = "made by an intent that ended as not created"
	case r.failed() && (len(made) == 0 || !r.printed(made)):
		broken = "failed, but not with the resource printed"
	case r.code != exitOK && r.code != exitMismatch && r.code != exitRejected && r.code != exitUnknown && r.code != 143 && !r.failed():
		broken = "no exit code for this"
	case r.code != exitOK && r.stdout != "" && !r.failed() && (!strings.Contains(r.stderr, "was created, but") || !r.printed(made)):
		broken = "stdout on failure"
	case strings.Contains(r.stderr, "nothing was created") && len(made) > 0:
		broken = "said that nothing was created"
	case len(w.sent()) > s.attempts || r.elapsed > s.budget+waitTimeout:
		broken = fmt.Sprintf("%d attempts of %d in %s of %s", len(w.sent()), s.attempts, r.elapsed, s.budget)
	case slices.ContainsFunc(w.sent(), func(token string) bool { return token == "" || token != w.sent()[0] }):
		broken = fmt.Sprintf("more than one token: %q", w.sent())
	}
	if broken != "" {
		broken = fmt.Sprintf("%s: exit %d, made %d\nstdout %s\nstderr %s", broken, r.code, len(made), r.stdout, r.stderr)
	}
	return r.code, broken
}

// The promise: exit 0 means that the resource exists, exactly once, and is the one printed; 65 and 254 that none was made by
// this intent; 75 that at most one was; one token throughout; the attempts and the time stay within the budget.
func TestPromise(t *testing.T) {
	t.Parallel()
	// What EC2 refuses, for good and for now, and all that a network does.
	kinds := []string{"RouteTableLimitExceeded", "InsufficientInstanceCapacity", "UnauthorizedOperation", "AuthFailure", "InvalidVpcID.NotFound", "ServiceUnavailable"}
	for _, kind := range sandbox.Faults() {
		kinds = append(kinds, kind.Name)
	}
	codes := map[int]int{}
	rapid.Check(t, func(rt *rapid.T) {
		s := drawSchedule(rt, kinds)
		var broken string
		synctest.Test(t, func(*testing.T) {
			var code int
			code, broken = s.check()
			codes[code]++
		})
		if broken != "" {
			rt.Fatal(broken)
		}
	})
	t.Logf("schedules by exit code: %v", codes)
	for _, code := range []int{exitOK, exitMismatch, exitUnknown, 143, exitRejected, exitOther} {
		if codes[code] == 0 && schedules >= 5000 { // chance may leave a code out of fewer
			t.Errorf("no schedule ended with exit code %d: this does not test it", code)
		}
	}
}

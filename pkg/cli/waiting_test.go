package cli

import (
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/awsidem/awsidem/pkg/sandbox"
)

// The tests of this file wait in fake time for what a user waits for. The scripts have what takes no time.

// inFakeTime runs a test against a sandbox in a synctest bubble. awsidem runs awsidem there with a journal, and fails the test unless it
// ends with the exit code.
func inFakeTime(t *testing.T, config sandbox.Config, test func(t *testing.T, w *world, awsidem func(code int, args ...string) run)) {
	t.Helper()
	dir := memoryDir(t)
	synctest.Test(t, func(t *testing.T) {
		w, stop := newWorld(config)
		defer stop()
		test(t, w, func(code int, args ...string) run {
			t.Helper()
			r := w.runRecorded(t.Context(), dir, args...)
			if r.code != code {
				t.Fatalf("%q: exit code %d, not %d, after %s\n%s%s", args, r.code, code, r.elapsed, r.stdout, r.stderr)
			}
			return r
		})
	})
}

// memoryDir returns a folder in memory for a journal: on a disk thousands of runs would wait. Other tests have a journal on the disk.
func memoryDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "awsidem-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// says fails the test unless each expression matches what the run wrote to stderr; (?m) is on.
func (r run) says(t *testing.T, expressions ...string) {
	t.Helper()
	for _, expression := range expressions {
		if !regexp.MustCompile("(?m)" + expression).MatchString(r.stderr) {
			t.Errorf("stderr has no match for %s:\n%s", expression, r.stderr)
		}
	}
}

// createID returns the command line of a create that prints the id alone.
func createID(args ...string) []string {
	return append([]string{"create-route-table", "--vpc-id", vpcA, "--query", "RouteTable.RouteTableId", "--output", "text"}, args...)
}

// deleteRouteTable deletes a route table as another client does.
func (w *world) deleteRouteTable(t *testing.T, id string) {
	t.Helper()
	answer := w.call("DeleteRouteTable", url.Values{"RouteTableId": {id}})
	if answer.Code != http.StatusOK {
		t.Fatalf("deleting %s: %s", id, answer.Body)
	}
}

// "A replay that names a deleted resource: 65, its own clear error." A resource that is not found for less than ten seconds may only not be seen.
func TestReplayOfDeletedResource(t *testing.T) {
	inFakeTime(t, sandbox.Config{}, func(t *testing.T, w *world, awsidem func(int, ...string) run) {
		id := strings.TrimSpace(awsidem(exitOK, createID("--idempotency-key", "k")...).stdout)
		w.deleteRouteTable(t, id)
		r := awsidem(exitUnknown, createID("--idempotency-key", "k", "--wait-timeout", "9s")...)
		r.says(t, `^awsidem: `+id+` was created, but is not visible after --wait-timeout$`)

		r = awsidem(exitMismatch, createID("--idempotency-key", "k")...)
		r.says(t, `^awsidem: the client token [-0-9a-f]{36} belongs to `+id+`, which is gone$`,
			`^hint: choose a new key or token: this one can.t create anything any more$`)
		if r.stdout != "" || r.elapsed < 10*time.Second || r.elapsed > time.Minute || len(w.Resources()) != 1 {
			t.Errorf("after %s, made %d, stdout %q", r.elapsed, len(w.Resources()), r.stdout)
		}
		if list := awsidem(exitOK, "journal", "list", "--query", "Intents[].[Outcome, ResourceId]", "--output", "text"); list.stdout != "succeeded\t"+id+"\n" {
			t.Errorf("on record: %q", list.stdout)
		}
	})
}

// Where EC2 may have forgotten the token, the deleted resource of a record is gone, and nothing is sent.
func TestForgottenTokenOfDeletedResource(t *testing.T) {
	inFakeTime(t, sandbox.Config{}, func(t *testing.T, w *world, awsidem func(int, ...string) run) {
		id := strings.TrimSpace(awsidem(exitOK, createID("--idempotency-key", "k")...).stdout)
		w.deleteRouteTable(t, id)
		time.Sleep(365 * 24 * time.Hour)
		r := awsidem(exitMismatch, createID("--idempotency-key", "k")...)
		r.says(t, `belongs to `+id+`, which is gone$`)
		if r.stdout != "" || r.elapsed < 10*time.Second || len(w.sent()) != 1 {
			t.Errorf("after %s, %d creates arrived, stdout %q", r.elapsed, len(w.sent()), r.stdout)
		}
	})
}

// "Not seen in time: the result is printed, exit 75." A resume settles it later.
func TestNotSeenInTime(t *testing.T) {
	inFakeTime(t, sandbox.Config{VisibilityLag: 100 * time.Second}, func(t *testing.T, w *world, awsidem func(int, ...string) run) {
		r := awsidem(exitUnknown, createID("--wait-timeout", "50s")...)
		id := strings.TrimSpace(r.stdout)
		r.says(t, `^awsidem: waiting: `+id+` is not visible yet$`, `^awsidem: `+id+` is not visible yet$`, `^awsidem: `+id+` was created, but is not visible after --wait-timeout$`,
			`^hint: to check again: awsidem resume [-0-9a-f]{36}$`)
		if r.elapsed > 50*time.Second {
			t.Errorf("after %s", r.elapsed)
		}
		again := awsidem(exitOK, "resume", "--all", "--query", "RouteTable.RouteTableId", "--output", "text")
		if again.stdout != id+"\n" || len(w.Resources()) != 1 {
			t.Errorf("printed %q then %q, made %d", id, again.stdout, len(w.Resources()))
		}
	})
}

// Whatever goes wrong with Describe is tried again, but for a refusal.
func TestDescribeIsTriedAgain(t *testing.T) {
	faults := []string{"throttle:DescribeRouteTables=x1", "html:DescribeRouteTables=x2", "reset:DescribeRouteTables=x2"}
	inFakeTime(t, sandbox.Config{Faults: sandbox.MustFaults(faults...)}, func(t *testing.T, w *world, awsidem func(int, ...string) run) {
		r := awsidem(exitOK, createID()...)
		if calls := w.Report().Calls["DescribeRouteTables"]; len(w.Resources()) != 1 || calls != 6 {
			t.Errorf("made %d, described %d times\n%s", len(w.Resources()), calls, r.stderr)
		}
	})
}

// --attempt-timeout limits each attempt, --max-elapsed-time all of them.
func TestBudgetOfTime(t *testing.T) {
	inFakeTime(t, sandbox.Config{Faults: sandbox.MustFaults("hang=x100")}, func(t *testing.T, w *world, awsidem func(int, ...string) run) {
		r := awsidem(exitUnknown, createID("--max-attempts", "2", "--attempt-timeout", "3s")...)
		r.says(t, `no answer within 3s`, `the outcome is unknown`)
		if r.stdout != "" || len(w.sent()) != 2 || r.elapsed < 6*time.Second || r.elapsed > 7*time.Second {
			t.Errorf("%d attempts in %s, stdout %q", len(w.sent()), r.elapsed, r.stdout)
		}
		r = awsidem(exitUnknown, createID("--max-elapsed-time", "10s")...)
		r.says(t, `the outcome is unknown`, `gave up after 1 attempt in 10s: no time for another is left of --max-elapsed-time 10s`)
		if r.stdout != "" || len(w.sent()) != 3 || r.elapsed != 10*time.Second {
			t.Errorf("%d attempts in %s, stdout %q", len(w.sent())-2, r.elapsed, r.stdout)
		}
	})
}

// At an endpoint that ignores tokens and shows late, a run whose first answer is lost makes two resources, and says so.
func TestTwoOfOneRun(t *testing.T) {
	config := sandbox.Config{IgnoreTokens: true, VisibilityLag: 3 * time.Second, Faults: sandbox.MustFaults("lost-response:CreateRouteTable")}
	inFakeTime(t, config, func(t *testing.T, w *world, awsidem func(int, ...string) run) {
		r := awsidem(exitOther, createID("--idempotency-key", "two", "--ensure")...)
		r.says(t, `^awsidem: 2 resources carry the tag`)
		if r.stdout != "" || strings.Contains(r.stderr, "nothing was created") || len(w.Resources()) != 2 {
			t.Errorf("made %d, stdout %q\n%s", len(w.Resources()), r.stdout, r.stderr)
		}
		if list := awsidem(exitOK, "journal", "list", "--query", "Intents[].Outcome", "--output", "text"); list.stdout != "unknown\n" {
			t.Errorf("on record: %q", list.stdout)
		}
	})
}

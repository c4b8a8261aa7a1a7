package cli

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/ensure"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/retry"
	"github.com/awsidem/awsidem/pkg/sandbox"
)

// A panic after a request may have left is an unknown outcome, 255.
func TestPanicIsUnknown(t *testing.T) {
	create := func() (err error) {
		defer recoverUnknown(&err)
		panic("a fault in the program")
	}
	err := create()
	var outcome *idem.OutcomeError
	if !errors.As(err, &outcome) || outcome.Outcome != idem.OutcomeUnknown || exitCode(err) != exitOther {
		t.Fatalf("got %v, exit code %d", err, exitCode(err))
	}
	said := explain(&createError{intent: idem.Intent{ClientToken: "T"}, again: "awsidem resume T", err: err})
	if text := fmt.Sprint(said.Lines, said.Hints); !strings.Contains(text, "internal error") || !strings.Contains(text, "the outcome is unknown") ||
		!strings.Contains(text, "token is T") || !strings.Contains(text, "awsidem resume T") {
		t.Errorf("it is reported as %q", text)
	}
}

// A panicWriter panics at its first write.
type panicWriter struct{}

func (panicWriter) Write([]byte) (int, error) { panic("a fault in the program") }

// A panic after the create is reported as a failure, 255, with the resource and its token. So is a panic of any other command.
func TestPanicOfOutput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, stop := newWorld(sandbox.Config{})
		defer stop()
		const fault = "internal error in awsidem: a fault in the program\n" +
			"hint: the creates whose outcome is unknown: awsidem journal list --outcome unknown\n$"
		for args, want := range map[string]string{
			"create-route-table --client-token T --vpc-id " + sandbox.DefaultVPC: `^awsidem: route table rtb-\w+ was created with the client token T, but: ` + fault,
			"version": "^awsidem: " + fault,
		} {
			var stderr strings.Builder
			code := Main(t.Context(), strings.Fields(args), Env{
				Streams: Streams{In: strings.NewReader(""), Out: panicWriter{}, Err: &stderr}, Lookup: os.LookupEnv, Dial: w.net.Dial,
			})
			if code != exitOther || !regexp.MustCompile(want).MatchString(stderr.String()) {
				t.Errorf("%s: exit code %d, and %q", args, code, stderr.String())
			}
		}
	})
}

// A run without a limit of its own sends its token no longer than EC2 is trusted to remember it.
func TestTokenWindowLimitsARun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		never, err := sandbox.ParseFault("unavailable=1")
		if err != nil {
			t.Fatal(err)
		}
		w, stop := newWorld(sandbox.Config{Faults: []sandbox.Fault{never}})
		defer stop()
		r := w.run(t.Context(), "create-route-table", "--vpc-id", sandbox.DefaultVPC, "--idempotency-key", "k",
			"--max-elapsed-time", "0", "--max-attempts", "1000000", "--max-interval", "1h")
		if r.code != exitUnknown || r.elapsed > 24*time.Hour || r.elapsed < 20*time.Hour {
			t.Errorf("exit code %d after %s\n%.300s", r.code, r.elapsed, r.stderr)
		}
	})
}

// EC2 may have forgotten a token --token-window after its first use. If the clock was wrong at that time, the age is not known.
func TestForgottenAt(t *testing.T) {
	g := guarantee{window: ageFlag(24 * time.Hour)}
	for _, age := range []time.Duration{0, time.Hour, 48 * time.Hour, -4 * time.Minute} {
		start := time.Now().Add(-age)
		if got := g.forgottenAt(journal.Record{StartedAt: start}); !got.Equal(start.Add(24 * time.Hour)) {
			t.Errorf("first used %s ago: forgotten at %s", age, got)
		}
	}
	if got := g.forgottenAt(journal.Record{StartedAt: time.Now().Add(6 * time.Minute)}); got.After(time.Now()) {
		t.Errorf("first used in the future: forgotten at %s", got)
	}
}

// A run sends its token only as long as EC2 is trusted to remember the token.
func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := func(d time.Duration) ensure.Past { return ensure.Past{ForgottenAt: time.Now().Add(d)} }
		made := in(time.Hour)
		made.ResourceIDs = []string{"rtb-1"} // Recall then describes the resource
		for name, c := range map[string]struct {
			window, limit time.Duration
			past          ensure.Past
			want          time.Duration
		}{
			"the flag is the limit":         {24 * time.Hour, 5 * time.Minute, ensure.Past{}, 5 * time.Minute},
			"the window is shorter":         {time.Minute, 5 * time.Minute, ensure.Past{}, time.Minute},
			"no limit but the window":       {24 * time.Hour, 0, ensure.Past{}, 24 * time.Hour},
			"neither":                       {0, 0, ensure.Past{}, 0},
			"the window has no end":         {0, 5 * time.Minute, ensure.Past{}, 5 * time.Minute},
			"an hour of the window is left": {24 * time.Hour, 0, in(time.Hour), time.Hour},
			"a minute of it is left":        {24 * time.Hour, 5 * time.Minute, in(time.Minute), time.Minute},
			"EC2 has answered":              {24 * time.Hour, 0, made, 24 * time.Hour},
		} {
			g := guarantee{window: ageFlag(c.window), policy: retry.Policy{MaxElapsedTime: c.limit}}
			if got := g.budget(c.past).MaxElapsedTime; got != c.want {
				t.Errorf("%s: %s, want %s", name, got, c.want)
			}
		}
	})
}

// The age of an open intent matters only if EC2 alone knows what the token made.
func TestTooOld(t *testing.T) {
	g := guarantee{window: ageFlag(24 * time.Hour)}
	tagged := map[string]any{"TagSpecifications": []any{map[string]any{"Tags": []any{map[string]any{"Key": ensure.TagKey, "Value": "T"}}}}}
	for name, c := range map[string]struct {
		age    time.Duration
		change func(*journal.Record)
		want   string // in the error and its hint; "" for no error
	}{
		"young":                  {23 * time.Hour, nil, ""},
		"old":                    {25 * time.Hour, nil, "is 25h0m0s old, more than --token-window 24h0m0s: EC2 may have forgotten the token"},
		"old, and how to resume": {25 * time.Hour, nil, "awsidem resume --token-window 26h0m0s T; to give the intent up: awsidem journal forget T"},
		"from the future":        {-time.Hour, nil, "has no usable age: its record"},
		"succeeded":              {25 * time.Hour, func(r *journal.Record) { r.Outcome = idem.Succeeded }, ""},
		"answered":               {25 * time.Hour, func(r *journal.Record) { r.ResourceIDs = []string{"rtb-1"} }, ""},
		"tagged":                 {25 * time.Hour, func(r *journal.Record) { r.Input = tagged }, ""},
	} {
		r := journal.Record{
			Intent: idem.Intent{Operation: "CreateRouteTable", ClientToken: "T"}, Outcome: idem.OutcomeUnknown, StartedAt: time.Now().Add(-c.age),
		}
		if c.change != nil {
			c.change(&r)
		}
		err := g.tooOld(r)
		var held *heldError
		if (err != nil) != (c.want != "") || err != nil && (!errors.As(err, &held) || !strings.Contains(held.Error()+"; "+held.hint, c.want)) {
			t.Errorf("%s: %v", name, err)
		}
		if name == "from the future" && strings.Contains(held.hint, "resume") {
			t.Errorf("%s: the hint %q has a window", name, held.hint)
		}
	}
}

// --wait-for sets the goal. Without the flag, the operation does.
func TestGoal(t *testing.T) {
	table, _ := awsec2.LookupOperation("CreateRouteTable")
	gateway, _ := awsec2.LookupOperation("CreateNatGateway")
	for _, c := range []struct {
		op      awsec2.Operation
		waitFor string
		want    ensure.Goal
	}{
		{table, "", ensure.Visible}, {table, "usable", ensure.Usable},
		{gateway, "", ensure.Usable}, {gateway, "visible", ensure.Visible}, {gateway, "usable", ensure.Usable},
	} {
		if got := (guarantee{waitFor: c.waitFor}).goal(c.op); got != c.want {
			t.Errorf("%s, --wait-for %q: %d, want %d", c.op.Name, c.waitFor, got, c.want)
		}
	}
}

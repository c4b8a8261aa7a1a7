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

	"github.com/awsidem/awsidem/pkg/idem"
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

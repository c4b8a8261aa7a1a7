package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/awsidem/awsidem/pkg/ensure"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
)

// The README has the exit codes of the help, in the same words.
func TestExitTableIsInReadme(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range exitTable() {
		if line := fmt.Sprintf("| %s | %s |", row.codes, row.meaning); !strings.Contains(string(readme), line) {
			t.Errorf("README.md has no row %q", line)
		}
	}
}

func TestExitCodesHelp(t *testing.T) {
	got := exitCodesHelp("0: done", "65", "130, 143: "+strings.Repeat("word ", 20))
	want := `Exit codes:
  0         done
  65        mismatch: the token was used before, with other parameters or for a
            resource that is gone; nothing was created
  130, 143  word word word word word word word word word word word word word
            word word word word word word word`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	all := exitCodesHelp()
	for _, row := range exitTable() {
		if !strings.Contains(all, "\n  "+row.codes+" ") {
			t.Errorf("without rows it has no %s:\n%s", row.codes, all)
		}
	}
}

// The outcome of the intent decides before the verdict of the last attempt does: what may exist is unknown, whatever came last.
func TestExitCode(t *testing.T) {
	ended := func(outcome idem.Outcome, verdict idem.Verdict) error {
		last := &idem.AttemptError{Verdict: verdict, Message: "no"}
		return &createError{err: &idem.OutcomeError{Outcome: outcome, Last: last, Err: last}}
	}
	caused := func(outcome idem.Outcome, cause error) error { return &idem.OutcomeError{Outcome: outcome, Err: cause} }
	failed := errors.New("failed")
	for name, c := range map[string]struct {
		err  error
		want int
	}{
		"mismatch":                       {ended(idem.NothingCreated, idem.Mismatch), 65},
		"rejected":                       {ended(idem.NothingCreated, idem.Rejected), 254},
		"misconfigured":                  {ended(idem.NothingCreated, idem.Misconfigured), 253},
		"throttled to the end":           {ended(idem.NothingCreated, idem.NotApplied), 75},
		"unknown":                        {ended(idem.OutcomeUnknown, idem.Unknown), 75},
		"unknown, then rejected":         {ended(idem.OutcomeUnknown, idem.Rejected), 75},
		"unknown, then misconfigured":    {ended(idem.OutcomeUnknown, idem.Misconfigured), 75},
		"undecided":                      {ended(idem.OutcomeUnknown, idem.Undecided), 255},
		"a failed resource":              {caused(idem.Succeeded, &ensure.FailedError{}), 255},
		"an attempt without an intent":   {&idem.AttemptError{Verdict: idem.Unknown}, 75},
		"no journal":                     {caused(idem.NothingCreated, &journal.WriteError{Err: failed}), 253},
		"no journal, unknown before":     {caused(idem.OutcomeUnknown, &journal.WriteError{Err: failed}), 253},
		"the journal's answer is lost":   {caused(idem.OutcomeUnknown, &journal.WriteError{Err: failed, Uncertain: true}), 75},
		"another run has the intent":     {caused(idem.OutcomeUnknown, &journal.TakenError{}), 75},
		"held":                           {&heldError{err: failed}, 75},
		"interrupted":                    {caused(idem.NothingCreated, Interrupt{os.Interrupt}), 130},
		"interrupted, unknown":           {caused(idem.OutcomeUnknown, Interrupt{os.Interrupt}), 130},
		"a bad command line":             {&usageError{err: failed}, 252},
		"a bad configuration":            {&configError{failed}, 253},
		"apply's own code":               {&applyError{err: ended(idem.NothingCreated, idem.Rejected), code: 75}, 75},
		"a result that can't be printed": {&outputError{failed}, 255},
		"anything else":                  {failed, 255},
	} {
		if got := exitCode(fmt.Errorf("creating: %w", c.err)); got != c.want {
			t.Errorf("%s: exit code %d, want %d", name, got, c.want)
		}
	}
}

func TestExitCodeOfInterrupt(t *testing.T) {
	for signal, want := range map[os.Signal]struct {
		code int
		text string
	}{
		syscall.SIGHUP:  {129, "interrupted by SIGHUP"},
		os.Interrupt:    {130, "interrupted by SIGINT"},
		syscall.SIGQUIT: {131, "interrupted by SIGQUIT"},
		syscall.SIGTERM: {143, "interrupted by SIGTERM"},
		syscall.SIGPIPE: {141, `interrupted by the signal "broken pipe"`},
	} {
		err := fmt.Errorf("creating: %w", Interrupt{signal})
		if got := exitCode(err); got != want.code || errors.Unwrap(err).Error() != want.text {
			t.Errorf("%v: exit code %d, %q", signal, got, errors.Unwrap(err))
		}
	}
}

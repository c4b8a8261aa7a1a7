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

// Each kind of failure has one exit code. If an error has several causes, the rows show which one counts.
func TestExitCode(t *testing.T) {
	ended := func(outcome idem.Outcome, verdict idem.Verdict, causes ...error) error {
		last := &idem.AttemptError{Verdict: verdict}
		return &createError{err: &idem.OutcomeError{Outcome: outcome, Attempts: 1, Last: last, Err: errors.Join(append(causes, last)...)}}
	}
	unwritten, unsure := &journal.WriteError{Err: errors.New("disk full")}, &journal.WriteError{Err: errors.New("no answer"), Uncertain: true}
	for name, c := range map[string]struct {
		err  error
		want int
	}{
		"mismatch":                                    {ended(idem.NothingCreated, idem.Mismatch), exitMismatch},
		"mismatch after an unknown attempt":           {ended(idem.Succeeded, idem.Mismatch), exitMismatch},
		"EC2 refused":                                 {ended(idem.NothingCreated, idem.Rejected), exitRejected},
		"EC2 refused after an unknown attempt":        {ended(idem.OutcomeUnknown, idem.Rejected), exitUnknown},
		"throttled until the budget was spent":        {ended(idem.NothingCreated, idem.NotApplied), exitUnknown},
		"throttled after an unknown attempt":          {ended(idem.OutcomeUnknown, idem.NotApplied), exitUnknown},
		"no answer":                                   {ended(idem.OutcomeUnknown, idem.Unknown), exitUnknown},
		"not visible in time":                         {ended(idem.OutcomeUnknown, idem.NotApplied, &ensure.NotReadyError{IDs: []string{"rtb-1"}, Err: errors.New("5m")}), exitUnknown},
		"no credentials":                              {ended(idem.NothingCreated, idem.Misconfigured), exitMisconfigured},
		"no credentials after an unknown attempt":     {ended(idem.OutcomeUnknown, idem.Misconfigured), exitUnknown},
		"two resources of one token":                  {ended(idem.OutcomeUnknown, idem.Undecided), exitOther},
		"an open create that was not sent again":      {&heldError{errors.New("its token is too old"), ""}, exitUnknown},
		"interrupted":                                 {ended(idem.NothingCreated, idem.NotApplied, Interrupt{os.Interrupt}), 130},
		"interrupted after an unknown attempt":        {ended(idem.OutcomeUnknown, idem.Unknown, Interrupt{syscall.SIGTERM}), 143},
		"the journal can't be written":                {&idem.OutcomeError{Outcome: idem.NothingCreated, Err: unwritten}, exitMisconfigured},
		"it can't be written, and an open create":     {&idem.OutcomeError{Outcome: idem.OutcomeUnknown, Err: unwritten}, exitMisconfigured},
		"it may be written":                           {&idem.OutcomeError{Outcome: idem.OutcomeUnknown, Err: unsure}, exitUnknown},
		"it may be written, at the end of apply":      {&applyError{err: unsure, code: (&tally{}).exitCode(unsure)}, exitUnknown},
		"the target of a copy can't be written":       {&configError{unsure}, exitMisconfigured},
		"a part was created":                          {&idem.OutcomeError{Outcome: idem.Succeeded, Err: &partialError{}}, exitOther},
		"the resource failed":                         {&idem.OutcomeError{Outcome: idem.Succeeded, Err: &ensure.FailedError{}}, exitOther},
		"another run has the intent":                  {&idem.OutcomeError{Outcome: idem.OutcomeUnknown, Err: &journal.TakenError{}}, exitUnknown},
		"no answer to a request that is no create":    {&idem.AttemptError{Verdict: idem.Unknown}, exitUnknown},
		"anything else":                               {errors.New("failed"), exitOther},
		"a bad flag":                                  {&usageError{err: errors.New("unknown flag")}, exitUsage},
		"a bad variable":                              {&configError{errors.New("AWS_REGION is empty")}, exitMisconfigured},
		"entries of apply with the code of the worst": {&applyError{code: exitRejected, err: ended(idem.OutcomeUnknown, idem.Unknown)}, exitRejected},
		"stdout is broken":                            {&outputError{errors.New("broken pipe")}, exitOther},
	} {
		if got := exitCode(fmt.Errorf("context: %w", c.err)); got != c.want {
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

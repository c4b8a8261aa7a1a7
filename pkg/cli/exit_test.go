package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

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

// An apply that a failing journal ends has to be run again. If the last record may have been written, nothing needs to be repaired first.
func TestExitCodeOfJournal(t *testing.T) {
	denied := &journal.TableError{Message: "denied"}
	for _, test := range []struct {
		err  error
		want int
	}{
		{&journal.WriteError{Err: denied}, 253},
		{&journal.WriteError{Err: denied, Uncertain: true}, 75},
		{&applyError{err: &journal.WriteError{Err: denied, Uncertain: true}, code: (&tally{}).exitCode(&journal.WriteError{Err: denied, Uncertain: true})}, 75},
		{&configError{&journal.WriteError{Err: denied, Uncertain: true}}, 253}, // of journal copy
	} {
		if got := exitCode(test.err); got != test.want {
			t.Errorf("%#v: exit code %d, want %d", test.err, got, test.want)
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

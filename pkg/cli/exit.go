package cli

import (
	"cmp"
	"errors"
	"strings"

	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
)

// The exit codes. 252 to 255 and 130 mean what they mean to the AWS CLI; 65 and 75 are EX_DATAERR and EX_TEMPFAIL of
// sysexits(3).
const (
	exitOK            = 0
	exitMismatch      = 65
	exitUnknown       = 75
	exitCannotRun     = 126 // as a shell ends if a command can't be run
	exitNotFound      = 127 // as a shell ends if a command is not found
	exitInterrupted   = 128 // plus the signal's number
	exitUsage         = 252
	exitMisconfigured = 253
	exitRejected      = 254
	exitOther         = 255
)

// An exitRow documents one or several exit codes.
type exitRow struct {
	codes   string
	meaning string
	advice  string // what a script does next
}

// exitTable returns the documentation of the exit codes: help texts are made of it, and the README repeats it.
func exitTable() []exitRow {
	return []exitRow{
		{"0", "the resource exists, exactly once (a dry run: the create would have succeeded)",
			"Continue: the next command can use the resource."},
		{"65", "mismatch: the token was used before, with other parameters or for a resource that is gone; nothing was created",
			"Stop: the key or the token is wrong. If the journal has the first use of the token, stderr shows how the parameters differ."},
		{"75", "the outcome is unknown; or every attempt was throttled or did not reach EC2; or the resource exists, but --wait reached " +
			"its time limit",
			"With a key or a token, run the same command again; else run awsidem resume TOKEN, as the hint says. Never start a new create."},
		{"130, 143", "interrupted by SIGINT, SIGTERM (129, 131: by SIGHUP, SIGQUIT); if a request was sent, the outcome may be unknown",
			"As for 75."},
		{"252", "bad command line; nothing was sent", "Stop: correct the command, or the manifest of apply."},
		{"253", "bad configuration or credentials, or the journal can't be written", "Stop: stderr names the cause."},
		{"254", "EC2 rejected the request; nothing was created",
			"Stop: stderr has the AWS CLI's error line with EC2's code. For apply: at least one entry was rejected or is a mismatch."},
		{"255", "any other failure, such as two resources of one token or a result that can't be printed",
			"Stop: stderr names the cause, and the resources that exist."},
	}
}

// exitCodesMark begins the last section of a command's long text.
const exitCodesMark = "Exit codes:"

// exitCodesHelp returns the section on exit codes of a command's long text. Each row is the codes of a row of exitTable, with its
// meaning, or "CODES: MEANING". Without rows, the section has the whole table.
func exitCodesHelp(rows ...string) string {
	meanings := map[string]string{}
	var section [][2]string
	for _, row := range exitTable() {
		meanings[row.codes] = row.meaning
		if len(rows) == 0 {
			section = append(section, [2]string{row.codes, row.meaning})
		}
	}
	for _, row := range rows {
		codes, meaning, _ := strings.Cut(row, ": ")
		section = append(section, [2]string{codes, cmp.Or(meaning, meanings[codes])})
	}
	return exitCodesMark + "\n" + strings.TrimSuffix(table(section), "\n")
}

// childExitCodes returns the rows of exitCodesHelp for a command that runs COMMAND, with rows of its own.
func childExitCodes(own ...string) []string {
	rows := append([]string{"126: COMMAND can't be run", "127: COMMAND is not found", "252: bad command line"}, own...)
	return append(rows, "other: the exit code of COMMAND, or 128 plus the number of the signal that killed it")
}

// exit reports err on stderr and returns its exit code.
func (a *app) exit(err error) int {
	if status, reported := errors.AsType[exitStatus](err); err == nil || reported {
		if len(a.warnings)+len(a.notes) > 0 {
			_ = a.sayDocument(map[string]any{}) // stderr is broken: nothing can report that
		}
		return int(status)
	}
	a.reportFailure(err)
	return exitCode(err)
}

// exitCode returns the exit code of an error. The first case that applies counts. TestExitCode has an example of each case.
func exitCode(err error) int {
	var (
		interrupt Interrupt
		outcome   *idem.OutcomeError
		attempt   *idem.AttemptError
		unwritten *journal.WriteError
		apply     *applyError
	)
	switch {
	case errors.As(err, &apply): // several creates
		return apply.code
	case is[*heldError](err): // an open create was not sent again
		return exitUnknown
	case errors.As(err, &interrupt):
		return interrupt.exitCode()
	case errors.As(err, &unwritten) && !unwritten.Uncertain: // this run sent nothing; an earlier run may have left the outcome open
		return exitMisconfigured
	case is[*usageError](err):
		return exitUsage
	case is[*configError](err):
		return exitMisconfigured
	case errors.As(err, &attempt) && attempt.Verdict == idem.Undecided: // before the outcome: a further run would find the same
		return exitOther
	case errors.As(err, &outcome) && outcome.Outcome == idem.OutcomeUnknown: // before the verdict of the last attempt: an earlier attempt is open
		return exitUnknown
	case is[*journal.WriteError](err): // the end of a create in apply may not be on record
		return exitUnknown
	case errors.As(err, &attempt):
		switch attempt.Verdict {
		case idem.Mismatch:
			return exitMismatch
		case idem.Rejected:
			return exitRejected
		case idem.Misconfigured:
			return exitMisconfigured
		case idem.NotApplied, idem.Unknown: // NotApplied: throttled, or EC2 was not reached, until the budget was spent
			return exitUnknown
		}
	}
	return exitOther
}

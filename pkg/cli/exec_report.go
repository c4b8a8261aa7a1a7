package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/awsidem/awsidem/pkg/runbook"
)

// A runReport is what --report FILE holds.
type runReport struct {
	Command        []string
	IdempotencyKey string `json:",omitempty"`
	ExitCode       int
	Creates        []runbook.Create
}

// openReport opens the file of --report before anything runs, in case the file can't be written.
func (o *execOptions) openReport() (err error) {
	if o.report == "" || o.report == reportLines {
		return nil
	}
	o.reportFile, err = os.Create(o.report)
	if err != nil {
		return &configError{fmt.Errorf("writing --report: %w", err)}
	}
	return nil
}

// reportRun reports the creates of a run: in the file of --report, and on stderr if --report has no file or if the command failed.
func (a *app) reportRun(run *runbook.Run, o *execOptions, args []string, code int) error {
	creates, err := run.Creates()
	if err != nil {
		a.say("warning: the creates of this run can't be listed: %v", err)
	}
	if o.report == reportLines || code != 0 {
		for _, c := range creates {
			a.say("%s", describeStep(c))
		}
	}
	if code != 0 {
		a.hintAgain(run, creates)
	}
	if o.reportFile == nil {
		return nil
	}
	if creates == nil {
		creates = []runbook.Create{}
	}
	encoder := json.NewEncoder(o.reportFile)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "    ")
	err = encoder.Encode(runReport{args, run.Key, code, creates})
	if closeErr := o.reportFile.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("writing --report: %w", err)
	}
	return nil
}

// hintAgain prints how to go on after a command that failed.
func (a *app) hintAgain(run *runbook.Run, creates []runbook.Create) {
	if run.Outer != "" { // the outer run has a hint
		return
	}
	if i := slices.IndexFunc(creates, func(c runbook.Create) bool { return c.UsedUp }); i >= 0 {
		a.hint("the same command would fail again: the key or token of %s is used up; "+
			"give that create another --idempotency-key or --client-token in the runbook", creates[i].Operation)
		return
	}
	if run.Key != "" {
		a.hint("to run it again, with the same resources: %s", shellQuote(append([]string{"awsidem"}, a.args...)))
		return
	}
	made := func(c runbook.Create) bool {
		return c.ExitCode == nil || len(c.ResourceIDs) > 0 || *c.ExitCode == exitUnknown
	}
	if slices.ContainsFunc(creates, made) {
		a.hint("this run has no --idempotency-key: the same command makes new resources; " +
			"the creates whose outcome is unknown: awsidem journal list --outcome unknown")
	}
}

// describeStep returns the line about a create of a run.
func describeStep(c runbook.Create) string {
	var b strings.Builder
	b.WriteString(c.Operation)
	if len(c.ResourceIDs) > 0 {
		b.WriteString(" " + strings.Join(c.ResourceIDs, ", "))
	}
	b.WriteString(": ")
	switch {
	case c.ExitCode == nil:
		b.WriteString("killed, so that the outcome is unknown")
	case c.DryRun:
		fmt.Fprintf(&b, "dry run, exit code %d", *c.ExitCode)
	case *c.ExitCode != 0:
		fmt.Fprintf(&b, "failed with exit code %d", *c.ExitCode)
	default:
		b.WriteString(map[runbook.Result]string{
			runbook.Created:        "created",
			runbook.Found:          "found again: an earlier create made it",
			runbook.Settled:        "settled: an earlier create had begun it",
			runbook.CreatedOrFound: "created, unless a run on another machine or without a journal created it before",
		}[c.Result])
	}
	switch {
	case c.IdempotencyKey != "":
		b.WriteString("; key " + c.IdempotencyKey)
	case c.ClientToken != "":
		b.WriteString("; client token " + c.ClientToken)
	}
	return b.String()
}

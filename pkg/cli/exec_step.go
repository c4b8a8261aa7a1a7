package cli

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/clienttoken"
	"github.com/awsidem/awsidem/pkg/ensure"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/runbook"
)

// A runStep is a create of a runbook that awsidem exec runs: the runbook called "aws", and the first "aws" on its PATH is a link to this program.
type runStep struct {
	run    *runbook.Run
	record runbook.Create
	claim  *runbook.Claim // nil if the token is random or the runbook's own
}

// Arguments returns awsidem's arguments for the whole command line of the program.
//
// If the program was called as the "aws" of awsidem exec, the arguments of "aws ec2 CREATE" become those of awsidem's create. For any other
// command line of "aws", the real AWS CLI takes the place of this process. If that is not possible, or if the AWS CLI has run as a child,
// ended is true, and the program exits with code.
func (e *Env) Arguments(argv []string) (args []string, code int, ended bool) {
	bin, ok := binOf(argv[0])
	if !ok {
		return argv[1:], 0, false
	}
	line := runbook.Parse(argv[1:])
	if _, _, known := awsec2.OfCommand(line.Command); line.Help || line.Service != "ec2" || !known {
		return nil, e.passOn(argv), true
	}
	args = append([]string{line.Command}, line.Args...)
	run, err := runbook.Open(bin)
	if err != nil {
		e.say("%v", err)
		return nil, exitMisconfigured, true
	}
	id := fmt.Sprintf("%d-%d", os.Getpid(), time.Now().UnixNano())
	e.step = &runStep{run: run, record: runbook.Create{ID: id, Operation: line.Command}}
	return args, 0, false
}

// binOf returns the folder of a run if argv0, as a path or by a search of PATH, is the "aws" in that folder.
func binOf(argv0 string) (dir string, ok bool) {
	if strings.TrimSuffix(strings.ToLower(filepath.Base(argv0)), ".exe") != "aws" { // Windows and macOS find AWS, too
		return "", false
	}
	if self, err := os.Executable(); err == nil && runbook.IsBin(filepath.Dir(self)) { // Linux returns what the link leads to
		return filepath.Dir(self), true
	}
	if filepath.Base(argv0) != argv0 {
		return filepath.Dir(argv0), runbook.IsBin(filepath.Dir(argv0))
	}
	path, err := exec.LookPath(argv0)
	return filepath.Dir(path), err == nil && runbook.IsBin(filepath.Dir(path))
}

// passOn runs the real AWS CLI with the same command line, and returns its exit code.
func (e *Env) passOn(argv []string) int {
	path, ok := realAWS()
	if !ok {
		e.say("aws: command not found: awsidem exec runs the creates itself, and this command needs the AWS CLI on PATH")
		return exitNotFound
	}
	return e.replaceBy(path, argv)
}

// realAWS returns the first "aws" on PATH that is not this program: runs may be nested.
func realAWS() (string, bool) {
	self, _ := os.Executable()
	own, _ := os.Stat(self)
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		if runbook.IsBin(dir) {
			continue
		}
		path, err := exec.LookPath(cmp.Or(dir, ".") + string(filepath.Separator) + "aws")
		if err != nil {
			continue
		}
		if info, err := os.Stat(path); err == nil && !os.SameFile(info, own) { // #nosec G703 -- the user's PATH
			return path, true
		}
	}
	return "", false
}

// expandFlags returns args with the full names of the flags that the AWS CLI takes abbreviated.
func expandFlags(f *pflag.FlagSet, args []string) []string {
	var names []string
	f.VisitAll(func(flag *pflag.Flag) {
		if flag.Annotations[envFlag] == nil && flag.Name != "idempotency-key" { // those are awsidem's own
			names = append(names, flag.Name)
		}
	})
	expanded := slices.Clone(args)
	for i, arg := range args {
		if arg == "--" {
			break
		}
		flag, isFlag := strings.CutPrefix(arg, "--")
		name, _, _ := strings.Cut(flag, "=")
		if full, known := runbook.Expand(name, names); isFlag && known && f.Lookup(name) == nil {
			expanded[i] = "--" + full + strings.TrimPrefix(flag, name)
		}
	}
	return expanded
}

// number sets the client token of a create without a token of its own. The token derives from the key of the run, the operation, the parameters,
// and the number of the create among the equal creates of the run.
//
// Creates in different places are not equal. The place is no part of the key, because EC2 keeps the tokens of each account and Region apart.
func (o *createOptions) number() error {
	place := o.intent.Region + " " + o.intent.Endpoint + " " + o.intent.Profile
	claim, err := o.step.run.Claim(o.op.Name, o.intent.Input, place)
	if err != nil {
		return &configError{fmt.Errorf("counting the creates of this run of awsidem exec: %w", err)}
	}
	o.step.claim, o.step.record.IdempotencyKey = claim, claim.Key
	if o.intent.ClientToken, err = clienttoken.Derive(o.op.Name, claim.Key); err != nil {
		return &configError{err}
	}
	if err := o.tag(); err != nil {
		return &usageError{err: err}
	}
	return nil
}

// begin records that a create begins, and what is known of its token before.
func (s *runStep) begin(a *app, o *createOptions, entry *journal.Entry) {
	s.record.ClientToken, s.record.Region, s.record.DryRun = o.intent.ClientToken, o.intent.Region, o.intent.DryRun()
	s.record.IdempotencyKey = cmp.Or(o.key, s.record.IdempotencyKey)
	s.record.Result = runbook.Created
	if o.keepsToken {
		s.record.Result = runbook.CreatedOrFound
	}
	if entry != nil {
		past, known := entry.Past()
		switch {
		case known && len(past.ResourceIDs) > 0:
			s.record.Result = runbook.Found
		case known && past.Outcome == idem.OutcomeUnknown:
			s.record.Result = runbook.Settled
		}
	}
	if err := s.run.Record(s.record); err != nil {
		a.caution("the report of awsidem exec misses this create: %v", err)
	}
}

// ensureIfTagged switches the --ensure of awsidem exec off for a create that can't tag its resource.
func (a *app) ensureIfTagged(o *createOptions, f *pflag.FlagSet) {
	if o.ensure && !o.op.Taggable && !f.Changed("ensure") {
		o.ensure = false
		a.note("--ensure of awsidem exec has no effect: %s takes no tags", o.op.Name)
	}
}

// endStep records how a step ended, and returns its exit code.
func (a *app) endStep(code int, err error) int {
	s := a.step
	if s.claim != nil {
		if err := s.claim.Release(code == exitOK); err != nil {
			a.say("counting the creates of this run of awsidem exec: %v", err)
			code = exitOther // an equal create would return the same resource instead of another one
		}
	}
	s.record.UsedUp = code == exitMismatch || is[*ensure.FailedError](err) || is[*partialError](err)
	if s.run.AWSExitCodes {
		code = awsExitCode(code, s.record.DryRun, err)
	}
	if code == exitOK && s.record.ClientToken == "" { // a skeleton or a help
		return code
	}
	if len(s.record.ResourceIDs) == 0 {
		s.record.Result = ""
	}
	s.record.ExitCode = &code
	if err := s.run.Record(s.record); err != nil {
		a.say("warning: the report of awsidem exec misses this create: %v", err)
	}
	return code
}

// awsExitCode returns the code with which the AWS CLI would have ended: 254 if EC2 answered with an error, as it does to a dry run, too,
// and 255 for a failure without an answer.
func awsExitCode(code int, dryRun bool, err error) int {
	attempt, ok := errors.AsType[*idem.AttemptError](err)
	switch {
	case code == exitOK && dryRun, code == exitMismatch:
		return exitRejected
	case code != exitUnknown:
		return code
	case ok && attempt.Code != "":
		return exitRejected
	}
	return exitOther
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/batch"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
)

type applyOptions struct {
	file        string
	validate    bool
	progress    bool
	concurrency int

	ensure    bool
	noJournal bool

	guarantee
}

// apply's default limits are higher than a single create's, because its entries share one throttle.
const (
	applyAttempts = 100
	applyTime     = time.Hour
)

func (a *app) newApplyCommand() *cobra.Command {
	o := &applyOptions{}
	cmd := &cobra.Command{
		Use:   "apply -f MANIFEST [flags]",
		Short: "Create many resources in one run, exactly once each",
		Long: `Creates the resources of a manifest's entries, each exactly once, as fast as the account's throttles allow. Run the same command again
at any time: it finds the resources that exist and creates the missing ones. Several processes can share the entries of one manifest. With
a journal in a table, the processes can run on several machines.

A manifest is a YAML list, or JSON Lines: one object a line. An entry has
  operation        CreateRouteTable or create-route-table, and so on
  input            the parameters, as --cli-input-json takes them
  idempotency_key  your own name for the resource; or
  client_token     your own token: an entry needs one of the two
  region, profile  if they differ from --region and --profile
  ensure           true or false, if it differs from --ensure
apply checks the whole manifest before it sends anything.

When an entry ends, apply prints one line with a JSON object: index (from 0), key, outcome (succeeded, rejected, unknown), client_token,
resource_id (and resource_ids if the operation can create several resources), error_code, error, attempts. After SIGINT, apply begins no further
entry and waits for the entries in flight. A second SIGINT kills apply. If credentials are missing or wrong, apply begins no further entry of
that operation, Region and profile, and continues with the other entries.`,
		Example: `  awsidem apply -f manifest.yaml
  generate | awsidem apply -f - | jq -r 'select(.outcome != "succeeded")'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && o.file == "" {
				return &usageError{
					err:  fmt.Errorf("unknown argument %q: a manifest is given with --file", args[0]),
					hint: shellQuote([]string{"awsidem", "apply", "-f", args[0]}),
				}
			}
			if err := noArguments(cmd, args); err != nil {
				return err
			}
			return a.apply(cmd, o)
		},
	}
	a.setup[cmd] = func() { o.register(cmd) }
	return cmd
}

// register adds the exit codes to the help, and registers the flags.
func (o *applyOptions) register(cmd *cobra.Command) {
	cmd.Long += "\n\n" + exitCodesHelp(
		"0: all entries succeeded",
		"75: the outcome of at least one entry is unknown, or all its attempts were throttled or did not reach EC2: run the same command again",
		"130, 143: interrupted by SIGINT, SIGTERM (129, 131: by SIGHUP, SIGQUIT): run the same command again",
		"252: bad command line or manifest; nothing was sent",
		"253",
		"254: at least one entry was rejected or is a mismatch, and no outcome is unknown",
		"255: any other failure")
	f := cmd.Flags()
	f.StringVarP(&o.file, "file", "f", "",
		"the manifest, or - for stdin: YAML if the name ends in .yaml or .yml, else JSON Lines if the content begins with a {")
	f.BoolVar(&o.validate, "validate", false, "check the manifest; create nothing")
	f.BoolVar(&o.progress, "progress", false, "print how many entries have which outcome in the journal; create nothing")
	f.IntVar(&o.concurrency, "concurrency", 16, "the limit of creates in flight for each operation, Region and profile")
	f.BoolVar(&o.ensure, "ensure", false, "tag each resource with its token, and return a resource that has the tag instead of creating one")
	f.BoolVar(&o.noJournal, "no-journal", false, "keep no record of the creates")
	o.guarantee.register(f)
	o.policy.MaxAttempts, o.policy.MaxElapsedTime = applyAttempts, applyTime
	attempts, elapsed := f.Lookup("max-attempts"), f.Lookup("max-elapsed-time")
	attempts.DefValue, attempts.Usage = fmt.Sprint(applyAttempts), "the limit of attempts for each entry"
	elapsed.DefValue, elapsed.Usage = applyTime.String(), "the time for all attempts and waits of an entry, including waits for its turn; 0 for no limit"
	attempts.Annotations[envFlag] = []string{"AWSIDEM_MAX_ATTEMPTS"} // AWS_MAX_ATTEMPTS is meant for clients without a pace
	for _, name := range []string{"ensure", "no-journal", "concurrency"} {
		envDefault(f, name)
	}
}

func (a *app) apply(cmd *cobra.Command, o *applyOptions) error {
	if err := a.global.check(); err != nil {
		return err
	}
	if err := o.guarantee.read(a, cmd.Flags()); err != nil {
		return err
	}
	switch {
	case o.file == "":
		return &usageError{err: errors.New("the following arguments are required: --file")}
	case o.concurrency < 1 || o.concurrency > 1000:
		return &usageError{err: fmt.Errorf("--concurrency must be from 1 to 1000, not %d", o.concurrency)}
	case a.global.output != "" || a.global.query != "":
		return &usageError{err: errors.New("apply prints JSON Lines: it takes no --output and no --query")}
	}
	manifest, closeFile, err := a.readManifest(cmd.Context(), o)
	if err != nil {
		return err
	}
	defer closeFile()
	if o.validate {
		a.say("the manifest is right: %s", plural(manifest.Entries, "entry", "entries"))
		return nil
	}
	if o.progress && o.noJournal {
		return &usageError{err: errors.New("--progress reads the journal: leave out --no-journal")}
	}
	if !o.noJournal {
		if o.log, err = a.openJournal(cmd.Context(), nil); err != nil {
			return err
		}
	}
	o.keepsToken, o.connection = true, connectionFlags(cmd.Flags())
	lanes, err := a.connectLanes(cmd.Context(), o, manifest)
	if err != nil {
		return err
	}
	if o.progress {
		return a.printProgress(cmd.Context(), o, manifest, lanes)
	}
	return a.applyAll(cmd.Context(), o, manifest, lanes)
}

// applyAll creates the resources of a manifest.
func (a *app) applyAll(ctx context.Context, o *applyOptions, m *batch.Manifest, lanes map[batch.Lane]lane) error {
	defer a.collectLess()()
	a.tally = newTally(a, m.Entries)
	start := 0
	if o.log != nil && o.log.Shared() { // so that machines that begin at the same time begin with different entries
		start = rand.IntN(m.Entries) // #nosec G404 -- no secret
	}
	run := batch.Run{
		Concurrency: o.concurrency, Start: start,
		Create: func(ctx context.Context, in batch.Lane, e batch.Entry) (idem.Result, error) {
			l, g := lanes[in], o.guarantee
			g.log = l.log
			intent := l.placed(e.Intent)
			entry := g.entry(ctx, intent)
			if entry != nil {
				past, _ := entry.Past()
				entry.Claim(past.Outcome)
			}
			return a.createWith(ctx, l, entry, g, intent)
		},
		Busy: a.tally.busy, BusyTime: o.policy.MaxElapsedTime,
		Begun: func(in batch.Lane) { lanes[in].hurry() },
		Ended: a.tally.ended,
	}
	noticed := make(chan struct{})
	stopNotice := context.AfterFunc(ctx, func() {
		defer close(noticed)
		a.tally.interrupted()
	})
	err := run.Do(ctx, m)
	if !stopNotice() {
		<-noticed
	}
	return a.tally.conclude(err)
}

// collectLess makes garbage collections rare, within a memory limit: most memory of an entry soon becomes garbage. undo restores the settings. If
// stdout is not a file, a test runs the command, beside other tests of the same process: then collectLess does nothing.
func (a *app) collectLess() (undo func()) {
	if _, ok := a.Out.(*os.File); !ok {
		return func() {}
	}
	percent, limit := debug.SetGCPercent(400), debug.SetMemoryLimit(48<<20)
	return func() {
		debug.SetMemoryLimit(limit)
		debug.SetGCPercent(percent)
	}
}

// connectLanes returns the lanes of a manifest. Lanes of one Region and profile share a client and a journal. connectLanes sends nothing.
func (a *app) connectLanes(ctx context.Context, o *applyOptions, m *batch.Manifest) (map[batch.Lane]lane, error) {
	type account struct{ region, profile string }
	connections := map[account]connection{}
	lanes := map[batch.Lane]lane{}
	timeout := o.policy.AttemptTimeout
	o.policy.AttemptTimeout = 0 // the lane applies the timeout, which begins with the call's turn
	for _, batchLane := range m.Lanes {
		in := account{batchLane.Region, batchLane.Profile}
		c, ok := connections[in]
		if !ok {
			var err error
			if c, err = a.connectLane(ctx, o, batchLane); err != nil {
				return nil, err
			}
			connections[in] = c
		}
		op, _ := awsec2.LookupOperation(batchLane.Operation) // batch.Read has checked that the operation is known
		l := newPacedLane(context.WithoutCancel(ctx), op, c.client, timeout)
		l.log = c.log
		lanes[batchLane] = l
	}
	return lanes, nil
}

// A connection is the client of a Region and a profile, and the journal for the client's creates; nil if the journal is off.
type connection struct {
	client *awsec2.Client
	log    *journal.Journal
}

// connectLane returns the connection of a lane.
func (a *app) connectLane(ctx context.Context, o *applyOptions, l batch.Lane) (connection, error) {
	client, err := a.connect(func(options *awsec2.Options) {
		options.Region, options.Profile = a.regionOption(l.Region), a.profileOption(l.Profile)
		if l.Profile != a.profile() {
			options.ProfilePlace = "the manifest"
		}
	})
	c := connection{client: client}
	if err != nil || o.log == nil {
		return c, err
	}
	c.log, err = a.openJournal(context.WithoutCancel(ctx), c.client) // entries in flight write to the journal after an interrupt
	return c, err
}

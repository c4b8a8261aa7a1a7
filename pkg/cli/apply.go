package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/batch"
	"github.com/awsidem/awsidem/pkg/idem"
)

type applyOptions struct {
	file        string
	validate    bool
	concurrency int

	ensure    bool
	noJournal bool

	guarantee
}

// The limits of the many: an entry is throttled for the others' sake, too.
const (
	applyAttempts = 100
	applyTime     = time.Hour
)

func (a *app) newApplyCommand() *cobra.Command {
	o := &applyOptions{}
	cmd := &cobra.Command{
		Use:   "apply -f MANIFEST [flags]",
		Short: "Create many resources in one run, exactly once each",
		Long: `Creates what the entries of a manifest ask for, each exactly once, as fast as the account's throttles allow. The same
command may be run again at any time: what exists is found, what is missing is made.

A manifest is a YAML list, or JSON Lines: one object a line. An entry has
  operation        CreateRouteTable or create-route-table, and so on
  input            its parameters, as --cli-input-json takes them
  idempotency_key  the name of the intent, or
  client_token     its token; one of the two must be there
  region, profile  where, if it is not where --region and --profile say
  ensure           true or false, if it is not as --ensure says
The whole manifest is checked before anything is sent.

Prints one JSON object a line for each entry as it ends: index (from 0), key, outcome (succeeded, rejected, unknown), client_token,
resource_id, error_code, error, attempts. SIGINT begins no further entry and lets those in flight end; a second one does not.
Where credentials or the like are missing, no further entry of that operation, Region and profile is begun; the others go on.

Exit codes:
  0         all succeeded
  75        at least one outcome is unknown, or throttled or not reached to the
            end of its budget: run the same again
  130, 143  interrupted by SIGINT, SIGTERM: run the same again
  252       bad command line or manifest: nothing was sent
  253       bad configuration or credentials, or a journal that can't be written
  254       an entry was rejected or is a mismatch, and none is unknown
  255       anything else`,
		Example: `  awsidem apply -f manifest.yaml
  generate | awsidem apply -f - | jq -r 'select(.outcome != "succeeded")'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && o.file == "" {
				return &usageError{err: fmt.Errorf("unknown argument %q: a manifest is given with --file", args[0]), hint: shellQuote([]string{"awsidem", "apply", "-f", args[0]})}
			}
			if err := noArguments(cmd, args); err != nil {
				return err
			}
			return a.apply(cmd, o)
		},
	}
	a.flags[cmd] = func() {
		f := cmd.Flags()
		f.StringVarP(&o.file, "file", "f", "", "the manifest, - for stdin: .yaml and .yml are YAML, else JSON Lines if it begins with a {")
		f.BoolVar(&o.validate, "validate", false, "check the manifest and end")
		f.IntVar(&o.concurrency, "concurrency", 16, "how many creates may be in flight at once for each operation, Region and profile")
		f.BoolVar(&o.ensure, "ensure", false, "tag each resource with its token, and adopt one that carries the tag")
		f.BoolVar(&o.noJournal, "no-journal", false, "keep no record on disk")
		o.guarantee.register(f)
		o.policy.MaxAttempts, o.policy.MaxElapsedTime = applyAttempts, applyTime
		f.Lookup("max-attempts").DefValue, f.Lookup("max-attempts").Usage = fmt.Sprint(applyAttempts), "how many attempts there may be for an entry"
		f.Lookup("max-elapsed-time").DefValue = applyTime.String()
		f.Lookup("max-elapsed-time").Usage = "the time for all attempts and waits of an entry, those for its turn too, 0 for no limit"
		f.Lookup("max-attempts").Annotations[envFlag] = []string{"AWSIDEM_MAX_ATTEMPTS"} // AWS_MAX_ATTEMPTS knows no pace
		for _, name := range []string{"ensure", "no-journal", "concurrency"} {
			envDefault(f, name)
		}
	}
	return cmd
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
	if !o.noJournal {
		if o.log, err = a.openJournal(); err != nil {
			return err
		}
	}
	o.keepsToken, o.connection = true, connectionFlags(cmd.Flags())
	return a.applyAll(cmd.Context(), o, manifest)
}

// applyAll creates what a manifest asks for.
func (a *app) applyAll(ctx context.Context, o *applyOptions, m *batch.Manifest) error {
	defer a.collectLess()()
	a.tally = newTally(a, m.Entries)
	lanes, err := a.connectLanes(ctx, o, m)
	if err != nil {
		return err
	}
	run := batch.Run{
		Concurrency: o.concurrency,
		Create: func(ctx context.Context, in batch.Lane, e batch.Entry) (idem.Result, error) {
			lane := lanes[in]
			e.Intent.Region, e.Intent.Endpoint = lane.client.Region(), lane.client.Endpoint()
			return lane.creator.Create(ctx, e.Intent)
		},
		Begun: func(in batch.Lane) { lanes[in].look.Hurry() },
		Ended: a.tally.ended,
	}
	noticed := make(chan struct{})
	stopNotice := context.AfterFunc(ctx, func() {
		defer close(noticed)
		a.tally.interrupted()
	})
	err = run.Do(ctx, m)
	if !stopNotice() {
		<-noticed
	}
	return a.tally.conclude(err)
}

// collectLess makes garbage collections few, within bounds: most of what an entry takes is garbage at once. undo takes it back.
// Where stdout is no file this is a test, one of many at once.
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

// connectLanes connects to all places that a manifest names. Nothing is sent.
func (a *app) connectLanes(ctx context.Context, o *applyOptions, m *batch.Manifest) (map[batch.Lane]*together, error) {
	type place struct{ region, profile string }
	clients := map[place]*awsec2.Client{}
	lanes := map[batch.Lane]*together{}
	for _, lane := range m.Lanes {
		at := place{lane.Region, lane.Profile}
		if clients[at] == nil {
			options, err := a.clientOptions()
			if err != nil {
				return nil, err
			}
			options.Region, options.Profile = a.regionOption(lane.Region), a.profileOption(lane.Profile)
			if clients[at], err = a.connect(ctx, options); err != nil {
				return nil, err
			}
		}
		g := o.guarantee
		g.together = newTogether(context.WithoutCancel(ctx), clients[at], g.policy.AttemptTimeout)
		g.policy.AttemptTimeout = 0 // its time begins with its turn
		g.together.creator = a.creator(clients[at], g)
		lanes[lane] = g.together
	}
	return lanes, nil
}

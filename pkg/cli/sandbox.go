package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/awsidem/awsidem/pkg/sandbox"
)

func (a *app) newSandboxCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:        "sandbox",
		SuggestFor: []string{"serve"},
		Short:      "Run an EC2-compatible endpoint on this machine, with faults",
		Long: `Runs an EC2-compatible endpoint on this machine. It works with any EC2 client, and fails on demand, as a network does. It serves every
EC2 operation that creates something under a client token, with the Describe and Delete actions, and VPCs and tags. It treats client tokens
as EC2 does. It starts with two VPCs: vpc-00c84bd9dcad1d728 (172.31.0.0/16) and vpc-03683f950edba6643 (10.0.0.0/16).

A client finds the endpoint in AWS_ENDPOINT_URL_EC2. The AWS CLI reads that variable since 1.29 and 2.13, boto3 since 1.28. An older
client needs --endpoint-url "$AWS_ENDPOINT_URL_EC2": without this flag, the client sends its dummy credentials to AWS, which refuses them.
Do not use AWS_ENDPOINT_URL: it sends the requests of other services to the sandbox, too, where they fail.`,
		Args: cobra.ArbitraryArgs,
		RunE: commandNeeded,
	}
	cmd.AddCommand(a.newSandboxServeCommand(), a.newSandboxExecCommand())
	return cmd
}

// sandboxFlags are the flags that configure a sandbox.
type sandboxFlags struct {
	config sandbox.Config
	log    bool
}

func (s *sandboxFlags) register(f *pflag.FlagSet) {
	const faultHelp = "inject a fault, `KIND`[:ACTION][=PROBABILITY|=xCOUNT], by default once; repeatable"
	f.Func("fault", faultHelp, func(text string) error {
		fault, err := sandbox.ParseFault(text)
		s.config.Faults = append(s.config.Faults, fault)
		return err
	})
	f.Uint64Var(&s.config.Seed, "seed", 1, "the seed of random faults and ids: the same seed and the same requests make the same run")
	const bucketHelp = "throttle each action with a bucket `CAPACITY:REFILL`, REFILL in calls per second: 50:5 is EC2's default for creates"
	f.Func("bucket", bucketHelp, func(text string) error {
		bucket, err := sandbox.ParseBucket(text)
		s.config.Bucket = &bucket
		return err
	})
	f.DurationVar(&s.config.TokenTTL, "token-ttl", 0, "forget client tokens after this time; 0 means never")
	f.DurationVar(&s.config.VisibilityLag, "visibility-lag", 0, "show a new resource only after this time")
	f.DurationVar(&s.config.StateLag, "state-lag", 0,
		"keep a new resource pending for this time; then it is usable or, with the fault failed-state, has failed")
	f.BoolVar(&s.config.IgnoreTokens, "ignore-tokens", false, "ignore client tokens, as some EC2-compatible endpoints do")
	f.BoolVar(&s.log, "log", false, "log each request on stderr")
}

// faultsHelp returns the section on faults of a command's long text.
func faultsHelp() string {
	var faults [][2]string
	for _, kind := range sandbox.Faults() {
		faults = append(faults, [2]string{kind.Name, kind.Help})
	}
	return "Faults (--fault KIND[:ACTION][=PROBABILITY|=xCOUNT]; a KIND that begins with a capital letter is an EC2 error code):\n" +
		strings.TrimSuffix(table(faults), "\n")
}

// A runningSandbox is a sandbox that listens, with a folder for the files of its clients.
type runningSandbox struct {
	*sandbox.Sandbox
	url, dir string
	stop     func() // ends the sandbox and its open connections
}

func (s runningSandbox) close() {
	s.stop()
	_ = os.RemoveAll(s.dir)
}

// startSandbox runs a sandbox that listens on addr.
func (a *app) startSandbox(ctx context.Context, s *sandboxFlags, addr string) (runningSandbox, error) {
	a.await()
	if s.config.TokenTTL < 0 || s.config.VisibilityLag < 0 || s.config.StateLag < 0 {
		return runningSandbox{}, &usageError{err: errors.New("--token-ttl, --visibility-lag and --state-lag must not be negative")}
	}
	if s.log {
		s.config.Log = a.debug()
	}
	dir, err := sandboxFolder()
	if err != nil {
		return runningSandbox{}, fmt.Errorf("starting the sandbox: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		_ = os.RemoveAll(dir)
		return runningSandbox{}, fmt.Errorf("starting the sandbox: %w", err)
	}
	box := sandbox.New(s.config)
	server := &http.Server{Handler: box, ReadHeaderTimeout: 10 * time.Second}
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(listener) }() // returns ErrServerClosed after stop
	stop := func() { _ = server.Close(); <-done }
	return runningSandbox{Sandbox: box, url: "http://" + reachable(addr, listener.Addr()), dir: dir, stop: stop}, nil
}

// reachable returns the address at which this machine reaches a listener. If the listener is on all interfaces, the address is loopback.
func reachable(asked string, listening net.Addr) string {
	tcp, ok := listening.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return listening.String()
	}
	host := "127.0.0.1"
	if strings.HasPrefix(asked, "[") { // a listener on 0.0.0.0 can have the address [::]
		host = "::1"
	}
	return net.JoinHostPort(host, strconv.Itoa(tcp.Port))
}

// reportSandbox writes a sandbox's report to stderr.
func (a *app) reportSandbox(box runningSandbox) {
	for line := range strings.Lines(box.Report().String()) {
		_, _ = fmt.Fprint(a.Err, "sandbox: "+line)
	}
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
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
		SuggestFor: []string{"exec", "serve"},
		Short:      "Run an EC2-compatible endpoint on this machine, with faults",
		Long: `An EC2-compatible endpoint on this machine: any EC2 client works against it, and it fails as a network does, on demand.
It serves every EC2 operation that creates something under a client token, with its Describe and delete actions, VPCs and tags,
and treats client tokens as EC2 does.
A client finds it by AWS_ENDPOINT_URL_EC2, which the AWS CLI knows from 1.29 and 2.13 on and boto3 from 1.28. An older one needs
--endpoint-url "$AWS_ENDPOINT_URL_EC2": else it asks AWS, which refuses its dummy credentials. Requests to other services come here
by AWS_ENDPOINT_URL, and fail.
Two VPCs are there at the start: vpc-00c84bd9dcad1d728 (172.31.0.0/16) and vpc-03683f950edba6643 (10.0.0.0/16).`,
		Args: cobra.ArbitraryArgs,
		RunE: commandNeeded,
	}
	cmd.AddCommand(a.newSandboxServeCommand(), a.newSandboxExecCommand())
	return cmd
}

// sandboxFlags configure a sandbox.
type sandboxFlags struct {
	config sandbox.Config
	faults []string
	bucket string
	log    bool
}

func (s *sandboxFlags) register(f *pflag.FlagSet) {
	f.StringArrayVar(&s.faults, "fault", nil, "give a fault, KIND[:ACTION][=PROBABILITY|=xCOUNT], once if nothing else is said; repeatable")
	f.Uint64Var(&s.config.Seed, "seed", 1, "the seed that faults and ids are drawn from: the same seed gives the same run")
	f.StringVar(&s.bucket, "bucket", "", "throttle each action as CAPACITY:REFILL says, REFILL calls a second: 50:5 is EC2's default for creates")
	f.DurationVar(&s.config.TokenTTL, "token-ttl", 0, "forget client tokens after this time, 0 for never")
	f.DurationVar(&s.config.VisibilityLag, "visibility-lag", 0, "show a new resource only after this time")
	f.DurationVar(&s.config.StateLag, "state-lag", 0, "keep a new resource pending for this time, before it is usable or, by the fault failed-state, has failed")
	f.BoolVar(&s.config.IgnoreTokens, "ignore-tokens", false, "ignore client tokens, as some EC2-compatible endpoints do")
	f.BoolVar(&s.log, "log", false, "log each request on stderr")
}

// faultsHelp lists the kinds of faults.
func faultsHelp() string {
	var b strings.Builder
	b.WriteString("Faults (--fault KIND[:ACTION][=PROBABILITY|=xCOUNT]; a KIND that begins with a capital is an EC2 error code):\n")
	for _, kind := range sandbox.Faults() {
		fmt.Fprintf(&b, "  %-22s %s\n", kind.Name, kind.Help)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// start runs a sandbox at addr. stop ends it and what it still answers.
func (s *sandboxFlags) start(ctx context.Context, a *app, addr string) (box *sandbox.Sandbox, url string, stop func(), err error) {
	a.await()
	for _, text := range s.faults {
		fault, err := sandbox.ParseFault(text)
		if err != nil {
			return nil, "", nil, &usageError{err: fmt.Errorf("--fault: %w", err), hint: "awsidem sandbox exec --help lists the faults"}
		}
		s.config.Faults = append(s.config.Faults, fault)
	}
	if s.bucket != "" {
		bucket, err := sandbox.ParseBucket(s.bucket)
		if err != nil {
			return nil, "", nil, &usageError{err: fmt.Errorf("--bucket: %w", err)}
		}
		s.config.Bucket = &bucket
	}
	if s.config.TokenTTL < 0 || s.config.VisibilityLag < 0 || s.config.StateLag < 0 {
		return nil, "", nil, &usageError{err: errors.New("--token-ttl, --visibility-lag and --state-lag must not be negative")}
	}
	if s.log {
		s.config.Log = a.debug()
	}
	box = sandbox.New(s.config)

	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, "", nil, fmt.Errorf("starting the sandbox: %w", err)
	}
	server := &http.Server{Handler: box, ReadHeaderTimeout: 10 * time.Second}
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(listener) }() // it ends with ErrServerClosed
	stop = func() { _ = server.Close(); <-done }
	return box, "http://" + reachable(addr, listener.Addr()), stop, nil
}

// reachable is where this machine reaches what listens: an address that stands for all networks is none to connect to.
func reachable(asked string, listening net.Addr) string {
	tcp, ok := listening.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return listening.String()
	}
	host := "127.0.0.1"
	if strings.HasPrefix(asked, "[") { // 0.0.0.0 may listen as [::]
		host = "::1"
	}
	return net.JoinHostPort(host, strconv.Itoa(tcp.Port))
}

// reportSandbox says on stderr what a sandbox did.
func (a *app) reportSandbox(box *sandbox.Sandbox) {
	for line := range strings.Lines(box.Report().String()) {
		_, _ = fmt.Fprint(a.Err, "sandbox: "+line)
	}
}

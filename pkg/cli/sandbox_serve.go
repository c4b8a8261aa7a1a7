package cli

import (
	"fmt"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"
)

func (a *app) newSandboxServeCommand() *cobra.Command {
	var (
		sandbox sandboxFlags
		listen  string
	)
	cmd := &cobra.Command{
		Use:   "serve [flags]",
		Short: "Keep a sandbox running",
		Long: `Runs a sandbox until it is interrupted, then reports on stderr what it did. As soon as it answers, it prints what a shell
needs to use it on stdout, one line a variable: what sandbox exec gives its command, but for the PATH. The journal ends with the
sandbox.`,
		Example: `  awsidem sandbox serve --listen 127.0.0.1:4599
  awsidem sandbox serve >sandbox.env & until [ -s sandbox.env ]; do sleep 0.1; done; . ./sandbox.env`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if host, _, err := net.SplitHostPort(listen); listen == "" || err == nil && host == "" {
				return &usageError{err: fmt.Errorf("--listen %q names no address: give 127.0.0.1 for this machine alone, 0.0.0.0 for others, too", listen)}
			}
			box, url, stop, err := sandbox.start(cmd.Context(), a, listen)
			if err != nil {
				return err
			}
			defer stop()
			dir, err := sandboxFolder()
			if err != nil {
				return fmt.Errorf("starting the sandbox: %w", err)
			}
			defer func() { _ = os.RemoveAll(dir) }()
			set, unset, err := a.sandboxEnv(dir, url)
			if err != nil {
				return fmt.Errorf("starting the sandbox: %w", err)
			}
			if err := a.result([]byte(exports(set, unset))); err != nil {
				return &outputError{err}
			}
			<-cmd.Context().Done()
			stop()
			a.reportSandbox(box)
			return nil
		},
	}
	a.flags[cmd] = func() {
		cmd.Long += "\n\n" + exitCodesHelp(
			"0: ended by a signal",
			"252: bad command line",
			"255: any other failure, such as an address that is in use",
		) + "\n\n" + faultsHelp()
		sandbox.register(cmd.Flags())
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:0", "the address to listen on; port 0 takes a free one, 0.0.0.0 lets other machines in")
	return cmd
}

// shellName is what a shell takes for the name of a variable.
var shellName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`) })

// exports is what a shell reads to have an environment, all of it or nothing.
func exports(set, unset []string) string {
	var b strings.Builder
	unset = slices.DeleteFunc(unset, func(name string) bool { return !shellName().MatchString(name) }) // no shell has it
	fmt.Fprintf(&b, "unset %s\n", strings.Join(unset, " "))
	for _, variable := range set {
		name, value, _ := strings.Cut(variable, "=")
		fmt.Fprintf(&b, "export %s=%s\n", name, scriptWord(value))
	}
	return b.String()
}

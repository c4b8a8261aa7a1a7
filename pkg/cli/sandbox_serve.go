package cli

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/awsidem/awsidem/pkg/text"
)

func (a *app) newSandboxServeCommand() *cobra.Command {
	var (
		flags  sandboxFlags
		listen string
	)
	cmd := &cobra.Command{
		Use:   "serve [flags]",
		Short: "Keep a sandbox running",
		Long: `Runs a sandbox until a signal ends it. When the sandbox is ready, serve prints shell commands that set the same environment as
"sandbox exec", except PATH. At the end, serve reports on stderr what the sandbox did, and deletes the journal of that environment.`,
		Example: `  awsidem sandbox serve --listen 127.0.0.1:4599
  awsidem sandbox serve >sandbox.env & until [ -s sandbox.env ]; do sleep 0.1; done; . ./sandbox.env`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.serveSandbox(cmd.Context(), &flags, listen) },
	}
	a.setup[cmd] = func() {
		cmd.Long += "\n\n" + exitCodesHelp(
			"0: ended by a signal",
			"252: bad command line",
			"255: any other failure, such as an address that is in use",
		) + "\n\n" + faultsHelp()
		flags.register(cmd.Flags())
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:0", "the address to listen on; port 0 means a free port, 0.0.0.0 admits other machines")
	return cmd
}

// serveSandbox runs a sandbox that listens on an address until the context ends.
func (a *app) serveSandbox(ctx context.Context, flags *sandboxFlags, listen string) error {
	if host, _, err := net.SplitHostPort(listen); listen == "" || err == nil && host == "" {
		return &usageError{err: fmt.Errorf("--listen %q has no address: use 127.0.0.1 for this machine only, or 0.0.0.0 for all machines", listen)}
	}
	box, err := a.startSandbox(ctx, flags, listen)
	if err != nil {
		return err
	}
	defer box.close()
	set, unset, err := a.sandboxEnv(box)
	if err != nil {
		return fmt.Errorf("starting the sandbox: %w", err)
	}
	if err := a.result([]byte(exports(set, unset))); err != nil {
		return &outputError{err}
	}
	<-ctx.Done()
	box.stop()
	a.reportSandbox(box)
	return nil
}

// exports returns the shell commands that set and unset variables.
func exports(set, unset []string) string {
	var b strings.Builder
	unset = slices.DeleteFunc(unset, func(name string) bool { return !isShellName(name) }) // a shell has no variable with such a name
	fmt.Fprintf(&b, "unset %s\n", strings.Join(unset, " "))
	for _, variable := range set {
		name, value, _ := strings.Cut(variable, "=")
		fmt.Fprintf(&b, "export %s=%s\n", name, text.ShellWord(value))
	}
	return b.String()
}

// isShellName reports whether a shell can have a variable of this name.
func isShellName(name string) bool {
	return !strings.ContainsFunc(name, func(r rune) bool { return r != '_' && (r > 'z' || !unicode.IsLetter(r) && !unicode.IsDigit(r)) })
}

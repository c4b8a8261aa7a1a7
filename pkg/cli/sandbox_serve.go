package cli

import (
	"fmt"
	"net"

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
needs to use it on stdout, one export a line. A profile that is then named with --profile has its own credentials, and
may ask AWS for them; sandbox exec gives it dummy ones.

` + exitCodesMark + `
  0    it was ended by SIGINT or SIGTERM
  252  bad command line
  255  anything else, such as an address that is in use`,
		Example: `  awsidem sandbox serve --listen 127.0.0.1:4599
  awsidem sandbox serve --fault lost-response=0.2 --seed 7 >sandbox.env & # and in any shell: . ./sandbox.env`,
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
			for _, variable := range sandboxEnv(url) {
				if err := a.result(fmt.Appendf(nil, "export %s\n", variable)); err != nil {
					return &outputError{err}
				}
			}
			<-cmd.Context().Done()
			stop()
			a.reportSandbox(box)
			return nil
		},
	}
	a.flags[cmd] = func() {
		cmd.Long += "\n\n" + faultsHelp()
		sandbox.register(cmd.Flags())
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:0", "the address to listen on; port 0 takes a free one, 0.0.0.0 lets other machines in")
	return cmd
}

// sandboxEnv is what an EC2 client needs in its environment to use the sandbox.
func sandboxEnv(url string) []string {
	return []string{
		"AWS_ENDPOINT_URL_EC2=" + url,
		"AWS_ENDPOINT_URL=" + url, // requests to other services end here, too: they fail, but do not leave
		// In a config file these would lead elsewhere.
		"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=false", "AWS_USE_DUALSTACK_ENDPOINT=false", "AWS_USE_FIPS_ENDPOINT=false",
		"AWS_REGION=us-east-1",
		"AWS_DEFAULT_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=sandbox",
		"AWS_SECRET_ACCESS_KEY=sandbox",
	}
}

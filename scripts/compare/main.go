// Command compare counts how many of 23 faults each command handles correctly.
//
//	compare NAME=COMMAND...
//
// Each command creates one route table in its own sandbox with one fault. The command is right if it exits 0, exactly one route table exists, and
// the command printed the id of this route table. It must not accept an answer with another VPC or another client token. Exits 1 unless the first
// command is right every time.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/awsidem/awsidem/pkg/sandbox"
)

// faults are the faults of the comparison in README.md.
var faults = []string{
	// before EC2 applies the change
	"throttle", "throttling", "unavailable", "internal-error", "bad-gateway", "html", "empty", "json", "reset",
	// after EC2 applied the change
	"lost-response", "drop-after", "internal-error-after", "unavailable-after", "gateway-timeout", "truncate",
	"half-document", "html-after", "empty-after",
	// another request's answer
	"wrong-parameter", "wrong-token",
	// several times
	"throttle=x4", "unavailable=x4", "lost-response=x5",
}

func main() {
	right, err := compare(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
	}
	if err != nil || right < len(faults) {
		os.Exit(1)
	}
}

// compare prints the table and returns how many faults the first command handled correctly.
func compare(args []string) (first int, err error) {
	if len(args) == 0 {
		return 0, errors.New("NAME=COMMAND is required")
	}
	var names, commands []string
	for _, arg := range args {
		name, command, ok := strings.Cut(arg, "=")
		if !ok {
			return 0, fmt.Errorf("%q is not NAME=COMMAND", arg)
		}
		names, commands = append(names, name), append(commands, command)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	row := func(cells ...string) { _, _ = fmt.Fprintln(w, strings.Join(cells, "\t")) } // Flush reports the error
	row(append([]string{"fault"}, names...)...)
	right := make([]int, len(names))
	for _, fault := range faults {
		cells := []string{fault}
		for i, command := range commands {
			wrong, err := try(fault, strings.Fields(command))
			if err != nil {
				return 0, err
			}
			if wrong == "" {
				right[i]++
				wrong = "right"
			}
			cells = append(cells, wrong)
		}
		row(cells...)
	}
	if err := w.Flush(); err != nil {
		return 0, err
	}
	for i, name := range names {
		fmt.Printf("%s: %d of %d\n", name, right[i], len(faults))
	}
	return right[0], nil
}

var id = regexp.MustCompile(`rtb-[0-9a-f]+`)

// try runs a command with a fault. It returns what the command did wrong, or "" if it was right.
func try(fault string, command []string) (wrong string, err error) {
	f, err := sandbox.ParseFault(fault)
	if err != nil {
		return "", err
	}
	box := sandbox.New(sandbox.Config{Faults: []sandbox.Fault{f}})
	server := httptest.NewServer(box)
	defer server.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	for i := range command {
		command[i] = strings.ReplaceAll(command[i], "$ENDPOINT", server.URL)
	}
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = append(os.Environ(), "AWS_ENDPOINT_URL_EC2="+server.URL,
		"AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1", "AWS_ACCESS_KEY_ID=sandbox", "AWS_SECRET_ACCESS_KEY=sandbox")
	var stdout bytes.Buffer
	cmd.Stdout = &stdout
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		return "", fmt.Errorf("running %q: %w", command, err)
	}

	var faulty []string
	if code := cmd.ProcessState.ExitCode(); code != 0 {
		faulty = append(faulty, fmt.Sprintf("exit %d", code))
	}
	made := box.Resources()
	if len(made) != 1 {
		faulty = append(faulty, fmt.Sprintf("made %d", len(made)))
	}
	printed := id.FindAllString(stdout.String(), -1)
	switch {
	case len(printed) == 0:
		faulty = append(faulty, "printed none")
	case len(printed) != 1 || !slices.ContainsFunc(made, func(r sandbox.Resource) bool { return r.ID == printed[0] }):
		faulty = append(faulty, "printed another")
	}
	if requests := box.Report().Calls["CreateRouteTable"]; strings.HasPrefix(fault, "wrong-") && requests == 1 {
		faulty = append(faulty, "believed it")
	}
	return strings.Join(faulty, ", "), nil
}

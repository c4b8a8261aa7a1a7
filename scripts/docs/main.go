// Command docs writes the man pages of awsidem's commands into a folder: awsidem.1, awsidem-create-route-table.1, ...
//
//	go run ./scripts/docs DIR
//
// The same commands produce the same bytes. SOURCE_DATE_EPOCH sets the date of the pages.
package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"

	"github.com/awsidem/awsidem/pkg/cli"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "docs:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return errors.New("usage: docs DIR")
	}
	var date time.Time
	if epoch := os.Getenv("SOURCE_DATE_EPOCH"); epoch != "" {
		seconds, err := strconv.ParseInt(epoch, 10, 64)
		if err != nil {
			return fmt.Errorf("reading SOURCE_DATE_EPOCH: %w", err)
		}
		date = time.Unix(seconds, 0).UTC()
	}
	if err := os.MkdirAll(args[0], 0o755); err != nil { //nolint:gosec // every user reads it
		return err
	}
	return writePages(cli.NewCommand(), date, args[0])
}

// writePages writes the pages of a command and its subcommands. A command's help topics are sections of its page.
func writePages(cmd *cobra.Command, date time.Time, dir string) error {
	cmd.DisableAutoGenTag = true // the line would have the current date
	cmd.Long = markdown(cmp.Or(cmd.Long, cmd.Short))
	for _, sub := range cmd.Commands() {
		switch {
		case sub.Name() == "aws-flags": // every page lists its flags
		case sub.IsAdditionalHelpTopicCommand():
			cmd.Long += "\n# " + strings.ToUpper(sub.Short) + "\n" + markdown(sub.Long)
		case sub.IsAvailableCommand():
			if err := writePages(sub, date, dir); err != nil {
				return err
			}
		}
	}
	cmd.Flags().VisitAll(func(f *pflag.Flag) { f.Usage = strings.ReplaceAll(f.Usage, "*", `\*`) })
	var page bytes.Buffer
	header := &doc.GenManHeader{Section: "1", Source: "awsidem", Manual: "awsidem", Date: &date}
	if err := doc.GenMan(cmd, header, &page); err != nil {
		return fmt.Errorf("generating the page of %s: %w", cmd.CommandPath(), err)
	}
	text := switches.ReplaceAllString(page.String(), `\fP`)
	text = empty.ReplaceAllString(text, `\fP$1=VALUE$2`+"\n")
	text = strings.Replace(text, "OPTIONS INHERITED FROM PARENT COMMANDS", "THE AWS CLI'S GLOBAL OPTIONS", 1)
	if date.IsZero() {
		text = strings.Replace(text, `"Jan 0001"`, `""`, 1)
	}
	name := strings.ReplaceAll(cmd.CommandPath(), " ", "-") + ".1"
	return os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644) //nolint:gosec // every user reads it
}

var (
	switches = regexp.MustCompile(`\\fP\[=(false|true)\]`)        // cobra writes a flag without a value so: --ensure[=false]
	empty    = regexp.MustCompile(`\\fP(\[?)=(?:""|\[\])(\]?)\n`) // and a flag without a default so: --region=""
)

// markdown fences the indented lines of a help text, so that a man page does not join the lines of lists and examples.
func markdown(text string) string {
	var b strings.Builder
	fenced := false
	for _, line := range strings.Split(text, "\n") {
		indented := strings.HasPrefix(line, "  ")
		if indented != fenced {
			b.WriteString("```\n")
			fenced = indented
		}
		b.WriteString(line + "\n")
	}
	if fenced {
		b.WriteString("```\n")
	}
	return b.String()
}

package cli

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/awsidem/awsidem/pkg/awsec2"
)

// Every command has a description, exit codes and an example, and every flag has a help text.
func TestHelpIsComplete(t *testing.T) {
	var check func(*cobra.Command)
	check = func(cmd *cobra.Command) {
		if cmd.Name() == "completion" || cmd.Name() == "help" { // cobra's own
			return
		}
		if cmd.Short == "" || cmd.Long == "" {
			t.Errorf("%s: no Short or no Long", cmd.CommandPath())
		}
		if topic := cmd.IsAdditionalHelpTopicCommand(); !topic && cmd.Name() != "version" {
			if !cmd.HasSubCommands() && !strings.Contains(cmd.Long, "\n\n"+exitCodesMark+"\n") {
				t.Errorf("%s: no exit codes", cmd.CommandPath())
			}
			if !cmd.HasSubCommands() && !cmd.HasExample() {
				t.Errorf("%s: no example", cmd.CommandPath())
			}
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Usage == "" {
				t.Errorf("%s --%s: no help text", cmd.CommandPath(), f.Name)
			}
		})
		for _, line := range strings.Split(cmd.Long, "\n") {
			if len(line) > 150 {
				t.Errorf("%s: a line of %d characters: %s", cmd.CommandPath(), len(line), line)
			}
		}
		for _, sub := range cmd.Commands() {
			check(sub)
		}
	}
	check(NewCommand())
}

// The commands and flags that the groups name exist, and every command is in a group.
func TestGroupsExist(t *testing.T) {
	root := NewCommand()
	groups := ownGroups()
	for _, g := range awsec2.Groups() {
		groups = append(groups, group{g.Title, g.Commands})
	}
	for _, g := range groups {
		for _, name := range g.names {
			if cmd, _, err := root.Find([]string{name}); err != nil || cmd == root {
				t.Errorf("the group %q has no command %q: %v", g.title, name, err)
			}
		}
	}
	for _, cmd := range root.Commands() {
		if !cmd.IsAdditionalHelpTopicCommand() && !slices.ContainsFunc(groups, func(g group) bool { return slices.Contains(g.names, cmd.Name()) }) {
			t.Errorf("no group has the command %q", cmd.Name())
		}
	}
	create, _, err := root.Find([]string{"create-route-table"})
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range flagGroups() {
		for _, name := range g.names {
			if create.Flags().Lookup(name) == nil {
				t.Errorf("the group %q has no flag --%s", g.title, name)
			}
		}
	}
}

package runbook

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Parse agrees with the AWS CLI 1.45.11 and 2.9.19.
func TestParse(t *testing.T) {
	for text, want := range map[string]CommandLine{
		"":                              {},
		"help":                          {Service: "help", Help: true},
		"--version":                     {Args: []string{"--version"}, Help: true},
		"s3 ls":                         {Service: "s3", Command: "ls"},
		"ec2 help":                      {Service: "ec2", Command: "help", Help: true},
		"ec2 create-vpc help":           {Service: "ec2", Command: "create-vpc", Args: []string{"help"}, Help: true},
		"ec2 create-vpc help --debug":   {Service: "ec2", Command: "create-vpc", Args: []string{"help", "--debug"}, Help: true},
		"ec2 create-vpc help --a b":     {Service: "ec2", Command: "create-vpc", Args: []string{"help", "--a", "b"}},
		"ec2 create-vpc --a help":       {Service: "ec2", Command: "create-vpc", Args: []string{"--a", "help"}},
		"ec2 create-vpc --a b --vers":   {Service: "ec2", Command: "create-vpc", Args: []string{"--a", "b", "--version"}, Help: true},
		"ec2 create-vpc -- --version":   {Service: "ec2", Command: "create-vpc", Args: []string{"--", "--version"}},
		"--region r ec2 create-vpc":     {Service: "ec2", Command: "create-vpc", Args: []string{"--region", "r"}},
		"--reg=r ec2 --out text create": {Service: "ec2", Command: "create", Args: []string{"--region=r", "--output", "text"}},
		"--debug ec2 --no-paginate c d": {Service: "ec2", Command: "c", Args: []string{"--debug", "--no-paginate", "d"}},
		"--profile ec2 s3 ls":           {Service: "s3", Command: "ls", Args: []string{"--profile", "ec2"}},
		"--query --debug ec2 c":         {Service: "ec2", Command: "c", Args: []string{"--query", "--debug"}},
		"--unknown ec2 c":               {Service: "ec2", Command: "c", Args: []string{"--unknown"}},
		"--cli ec2 c":                   {Service: "ec2", Command: "c", Args: []string{"--cli"}}, // ambiguous
		"ec2 --vpc-id v c":              {Service: "ec2", Command: "v", Args: []string{"--vpc-id", "c"}},
		"ec2 c --vpc-id v --q x":        {Service: "ec2", Command: "c", Args: []string{"--vpc-id", "v", "--query", "x"}},
	} {
		if diff := cmp.Diff(want, Parse(strings.Fields(text))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

// No argument is lost or changed, except that global flags get their full names.
func FuzzParse(f *testing.F) {
	f.Add("--region r ec2 create-vpc --a b c")
	f.Fuzz(func(t *testing.T, text string) {
		args := strings.Fields(text)
		line := Parse(args)
		got := len(line.Args)
		for _, name := range []string{line.Service, line.Command} {
			if name != "" {
				got++
			}
		}
		if got != len(args) {
			t.Errorf("%q: %d arguments became %+v", args, len(args), line)
		}
	})
}

package cli

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/sandbox"
)

// The examples in the help of each create work. cmd/awsidem runs those of the other commands, with a shell.
func TestCreateExamples(t *testing.T) {
	t.Parallel()
	setup := map[string]string{ // what must be there before
		"CreateLaunchTemplateVersion": "awsidem create-launch-template --launch-template-name my-launch-template-name --launch-template-data ImageId=ami-1",
	}
	for _, op := range awsec2.Operations() {
		t.Run(op.Name, func(t *testing.T) {
			for _, line := range strings.Split(createExamples(op), "\n") {
				synctest.Test(t, func(t *testing.T) {
					w, stop := newWorld(sandbox.Config{})
					defer stop()
					for _, command := range []string{setup[op.Name], line} {
						if command == "" {
							continue
						}
						if r := w.run(context.Background(), words(command)[1:]...); r.code != exitOK || r.stderr != "" {
							t.Errorf("%s\nexit %d\n%s%s", command, r.code, r.stdout, r.stderr)
						}
					}
				})
			}
		})
	}
}

// words splits a command line, in which single quotes are the only ones.
func words(line string) []string {
	var words []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 0 {
			words = append(words, strings.Fields(part)...)
		} else {
			words = append(words, part)
		}
	}
	return words
}

func TestWords(t *testing.T) {
	if got, want := words(`  awsidem x --a 'b c' --d e`), []string{"awsidem", "x", "--a", "b c", "--d", "e"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/awsidem/awsidem/pkg/render"
)

// A printer draws results as --output and --query ask for.
type printer struct {
	format render.Format
	query  *render.Query
}

// newPrinter gives a printer as the flags ask for it. One that is given as "" is a mistake, as in the AWS CLI: a variable that is
// not set, perhaps.
func (a *app) newPrinter() (*printer, error) {
	if err := a.global.check(); err != nil {
		return nil, err
	}
	if a.global.given("query") && a.global.query == "" {
		return nil, &usageError{err: errors.New("bad value for --query: the expression is empty"), hint: "the syntax: https://jmespath.org"}
	}
	query, err := render.Compile(a.global.query)
	if err != nil {
		return nil, &usageError{err: fmt.Errorf("bad value for --query: %w", err), hint: "the syntax: https://jmespath.org"}
	}
	if a.global.given("output") {
		format, err := render.ParseFormat(a.global.output)
		if err != nil {
			return nil, &usageError{err: fmt.Errorf("--output: %w", err)}
		}
		return &printer{format, query}, nil
	}
	name, source := a.configuredOutput()
	if name == "" {
		return &printer{render.JSON, query}, nil
	}
	format, err := render.ParseFormat(name)
	if err != nil {
		return nil, &configError{fmt.Errorf("%s: %w", source, err)}
	}
	return &printer{format, query}, nil
}

// configuredOutput returns the output format of the environment, else that of the profile, and where it stands.
func (a *app) configuredOutput() (name, source string) {
	if name := a.getenv("AWS_DEFAULT_OUTPUT"); name != "" {
		return name, "AWS_DEFAULT_OUTPUT"
	}
	files, err := a.sharedFiles()
	if err != nil { // what needs the files for more than this will say so
		return "", ""
	}
	profile, title := "default", "default"
	if named := a.profile(); named != "" && named != profile {
		profile, title = named, "profile "+named
	}
	output := files.Profiles[profile]["output"]
	return output.Value, fmt.Sprintf("%s, [%s] output", output.File, title)
}

// print draws one result on stdout.
func (a *app) print(p *printer, title string, value any) error {
	picked, err := p.query.Search(value)
	if err != nil {
		return fmt.Errorf("applying --query: %w", err)
	}
	var drawn writerFunc = a.result
	if err := render.Write(drawn, p.format, title, picked); err != nil {
		return &outputError{err}
	}
	return nil
}

type writerFunc func(p []byte) error

func (f writerFunc) Write(p []byte) (int, error) {
	if err := f(p); err != nil {
		return 0, err
	}
	return len(p), nil
}

func formatNames() string {
	var names []string
	for _, f := range render.Formats() {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}

package cli

import (
	"cmp"
	"errors"
	"fmt"
	"iter"

	"github.com/awsidem/awsidem/pkg/render"
)

// A printer prints results in the format of --output, after it has applied --query.
type printer struct {
	format render.Format
	query  *render.Query
}

// newPrinter returns the printer for --output and --query. An empty value of either flag is an error, as in the AWS CLI: a script may have
// passed a variable that is not set.
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
	format, err := render.ParseFormat(cmp.Or(name, string(render.JSON)))
	if err != nil {
		return nil, &configError{fmt.Errorf("%s: %w", source, err)}
	}
	return &printer{format, query}, nil
}

// configuredOutput returns the output format of the environment, else that of the profile, and the variable or the setting that names it.
func (a *app) configuredOutput() (name, source string) {
	if name := a.getenv("AWS_DEFAULT_OUTPUT"); name != "" {
		return name, "AWS_DEFAULT_OUTPUT"
	}
	files, err := a.sharedFiles()
	if err != nil { // a command that needs the files for more than the format returns the error
		return "", ""
	}
	profile, title := "default", "default"
	if named := a.profile(); named != "" && named != profile {
		profile, title = named, "profile "+named
	}
	output := files.Profiles[profile]["output"]
	return output.Value, fmt.Sprintf("%s, [%s] output", output.File, title)
}

// print writes one result to stdout. A panic becomes an error, so that the message of the caller can name the resource.
func (a *app) print(p *printer, title string, value any) (err error) {
	defer a.recoverPanic(&err)
	selected, err := p.query.Search(value)
	if err != nil {
		return fmt.Errorf("applying --query: %w", err)
	}
	var stdout writerFunc = a.result
	if err := render.Write(stdout, p.format, title, selected); err != nil {
		return &outputError{err}
	}
	return nil
}

// printList writes {name: items} to stdout. If there is no --query, memory need not hold all items: see [render.WriteList].
func (a *app) printList(p *printer, title, name string, items iter.Seq2[any, error]) error {
	if *p.query == (render.Query{}) {
		var stdout writerFunc = a.result
		if err := render.WriteList(stdout, p.format, title, name, items); err != nil {
			return &outputError{err}
		}
		return nil
	}
	all := []any{}
	for item, err := range items {
		if err != nil {
			return err
		}
		all = append(all, item)
	}
	return a.print(p, title, map[string]any{name: all})
}

// A writerFunc is an io.Writer whose Write writes all of p or fails.
type writerFunc func(p []byte) error

func (f writerFunc) Write(p []byte) (int, error) {
	if err := f(p); err != nil {
		return 0, err
	}
	return len(p), nil
}

// formatNames returns the values of --output.
func formatNames() []string {
	var names []string
	for _, f := range render.Formats() {
		names = append(names, string(f))
	}
	return names
}

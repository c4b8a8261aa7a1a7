package cli

import (
	"fmt"
	"maps"
	"strings"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/render"
	"github.com/awsidem/awsidem/pkg/shape"
)

// printCreated prints the result of a create, if there is a resource or no error. It returns err, or else the error of printing. A resource can
// come with an err: for example, a resource that was not visible in time.
func (a *app) printCreated(p *printer, op awsec2.Operation, intent idem.Intent, result idem.Result, err error) error {
	if len(result.IDs()) > 0 || err == nil {
		if printErr := a.printResult(p, op, intent, result); printErr != nil && err == nil {
			return printErr
		}
	}
	return err
}

// printResult prints the resource of a create, or the result of a dry run.
func (a *app) printResult(p *printer, op awsec2.Operation, intent idem.Intent, result idem.Result) error {
	if result.Output == nil { // a dry run: scripts search the AWS CLI's stderr for this line
		a.say("An error occurred (DryRunOperation) when calling the %s operation: Request would have succeeded, but DryRun flag is set.", op.Name)
		return nil
	}
	output := result.Output
	columns := p.format == render.Text && a.global.query == "" // scripts find a value by the number of its column
	if !op.EchoesToken() && (columns || a.step != nil) {
		output = maps.Clone(output)
		delete(output, "ClientToken") // the AWS CLI does not print it
	}
	if err := a.print(p, op.Name, output); err != nil {
		return fmt.Errorf("%s %s was created with the client token %s, but: %w", op.Noun, strings.Join(result.IDs(), ", "), intent.ClientToken, err)
	}
	return nil
}

// printSkeleton prints a skeleton of the operation's input or output, as --generate-cli-skeleton selects.
func (a *app) printSkeleton(p *printer, o *createOptions) error {
	switch o.skeleton {
	case "input":
		return a.result(shape.Skeleton(o.op.Input, o.op.Notes()))
	case "yaml-input":
		return a.result(shape.SkeletonYAML(o.op.Input, o.op.Notes()))
	case "output":
		return a.print(p, o.op.Name, shape.OutputSkeleton(o.op.Output))
	}
	return &usageError{err: fmt.Errorf("unknown --generate-cli-skeleton %q: it must be input, yaml-input or output", o.skeleton)}
}

package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/clienttoken"
	"github.com/awsidem/awsidem/pkg/shape"
)

// An inputReader registers and reads the flags for an operation's parameters: one flag for each member of the SDK's input type,
// --cli-input-json and --cli-input-yaml.
type inputReader struct {
	op       awsec2.Operation
	readFile func(name string) ([]byte, error)
	members  []shape.Member
	json     string
	yaml     string
}

// memberHelp returns the help text of a parameter's flag.
func memberHelp(op awsec2.Operation, member string) string {
	switch member {
	case "VpcId":
		return "the ID of the VPC"
	case "TagSpecifications":
		return "the tags: ResourceType=" + op.ResourceType() + ",Tags=[{Key=k,Value=v}] or JSON"
	case "ClientToken":
		return "a client token of 1 to 64 ASCII characters: every run with this token means the same resource"
	case "DryRun":
		return "check whether the request is allowed, and create nothing"
	}
	return "the " + member
}

func (r *inputReader) register(f *pflag.FlagSet) {
	r.members = shape.Members(r.op.Input)
	for _, m := range r.members {
		switch m.Kind {
		case shape.Boolean:
			f.Bool(m.Flag, false, memberHelp(r.op, m.Name))
			f.Bool("no-"+m.Flag, false, "the opposite of --"+m.Flag)
		case shape.List:
			f.StringArray(m.Flag, nil, memberHelp(r.op, m.Name))
			f.Lookup(m.Flag).Annotations = map[string][]string{listFlag: {}}
		default:
			f.String(m.Flag, "", memberHelp(r.op, m.Name))
		}
	}
	if tags := f.Lookup("tag-specifications"); tags != nil {
		tags.Annotations[suggestedFor] = []string{"tag", "tags"}
	}
	f.StringVar(&r.json, "cli-input-json", "", "the parameters as JSON, or file://PATH; flags override them")
	f.StringVar(&r.yaml, "cli-input-yaml", "", "the parameters as YAML, or file://PATH; flags override them")
}

// read returns the parameters, checked against the operation's input type.
func (r *inputReader) read(f *pflag.FlagSet) (map[string]any, error) {
	input, err := r.document(f)
	if err != nil {
		return nil, err
	}
	for _, m := range r.members {
		switch {
		case m.Kind == shape.Boolean:
			yes, no := f.Changed(m.Flag), f.Changed("no-"+m.Flag)
			if yes && no {
				return nil, fmt.Errorf("--%s and --no-%s exclude each other", m.Flag, m.Flag)
			}
			if yes {
				input[m.Name], _ = f.GetBool(m.Flag)
			} else if no {
				off, _ := f.GetBool("no-" + m.Flag)
				input[m.Name] = !off
			}
		case f.Changed(m.Flag):
			values := []string{f.Lookup(m.Flag).Value.String()}
			if m.Kind == shape.List {
				values, _ = f.GetStringArray(m.Flag)
			}
			if input[m.Name], err = shape.Parse(m, values, r.readFile); err != nil {
				return nil, err
			}
		}
	}
	missing := missingMembers(r.op, input)
	for i, name := range missing {
		missing[i] = "--" + shape.FlagName(name)
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("the following arguments are required: %s", strings.Join(missing, ", "))
	}
	return input, nil
}

// missingMembers returns the required members that have no value in input.
func missingMembers(op awsec2.Operation, input map[string]any) []string {
	return slices.DeleteFunc(op.Required(), func(name string) bool {
		value, ok := input[name]
		return ok && value != ""
	})
}

// document returns the parameters of --cli-input-json or --cli-input-yaml, an empty map if neither is given.
func (r *inputReader) document(f *pflag.FlagSet) (map[string]any, error) {
	isJSON, isYAML := f.Changed("cli-input-json"), f.Changed("cli-input-yaml")
	switch {
	case isJSON && isYAML:
		return nil, errors.New("--cli-input-json and --cli-input-yaml exclude each other")
	case isJSON:
		return r.parse("--cli-input-json", r.json, shape.ParseJSON)
	case isYAML:
		return r.parse("--cli-input-yaml", r.yaml, shape.ParseYAML)
	}
	return map[string]any{}, nil
}

// parse parses the value of a flag, or the file that the value names.
func (r *inputReader) parse(flag, value string, parse func(reflect.Type, string, []byte) (map[string]any, error)) (map[string]any, error) {
	loaded, err := shape.Load(value, r.readFile)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	if data, ok := loaded.([]byte); ok {
		return parse(r.op.Input, flag, data)
	}
	return parse(r.op.Input, flag, fmt.Append(nil, loaded))
}

// skeletonKinds returns the values of --generate-cli-skeleton.
func skeletonKinds() []string { return []string{"input", "yaml-input", "output"} }

// takeToken removes the client token from the parameters and returns the result of [clienttoken.Choose]. The key counts only if
// hasKey is true.
func takeToken(op awsec2.Operation, input map[string]any, hasKey bool, key string) (token string, repeatable bool, err error) {
	var given, name *string
	if value, ok := op.TakeToken(input); ok {
		given = &value
	}
	if hasKey {
		name = &key
	}
	return clienttoken.Choose(op.Name, given, name)
}

// readFile reads a file that a flag names, up to 16 MiB: a device file may never end.
func (a *app) readFile(name string) ([]byte, error) {
	const most = 16 << 20
	a.await()
	f, err := os.Open(name) // #nosec G304 -- the user names the file
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if len(data) > most {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("it is larger than 16 MiB")}
	}
	return data, err
}

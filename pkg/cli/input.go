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

// An inputReader holds the flags that an operation's parameters are given with: one a member of the SDK's input type, and
// the whole as JSON or YAML.
type inputReader struct {
	op       awsec2.Operation
	readFile func(name string) ([]byte, error)
	members  []shape.Member
	lists    map[string]*[]string
	json     string
	yaml     string
}

// memberHelp says what the members are that many operations share.
func memberHelp(op awsec2.Operation, member string) string {
	switch member {
	case "VpcId":
		return "the ID of the VPC"
	case "TagSpecifications":
		return "the tags: ResourceType=" + op.ResourceType() + ",Tags=[{Key=k,Value=v}] or JSON"
	case "ClientToken":
		return "a token of your own, 1 to 64 ASCII characters: every run with it means the same resource"
	case "DryRun":
		return "check whether the request is allowed, without making it"
	}
	return "the " + member
}

func (r *inputReader) register(f *pflag.FlagSet) {
	r.members = shape.Members(r.op.Input)
	r.lists = map[string]*[]string{}
	for _, m := range r.members {
		switch m.Kind {
		case shape.Boolean:
			f.Bool(m.Flag, false, memberHelp(r.op, m.Name))
			f.Bool("no-"+m.Flag, false, "the opposite of --"+m.Flag)
		case shape.List:
			r.lists[m.Flag] = f.StringArray(m.Flag, nil, memberHelp(r.op, m.Name))
			f.Lookup(m.Flag).Annotations = map[string][]string{listFlag: {}}
		default:
			f.String(m.Flag, "", memberHelp(r.op, m.Name))
		}
	}
	f.StringVar(&r.json, "cli-input-json", "", "the parameters as JSON, or file://PATH; flags override it")
	f.StringVar(&r.yaml, "cli-input-yaml", "", "the parameters as YAML, or file://PATH; flags override it")
}

// read gives the parameters, checked against the shape of the operation's input.
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
				values = *r.lists[m.Flag]
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

// missingMembers gives the required members that the parameters have no value for.
func missingMembers(op awsec2.Operation, input map[string]any) []string {
	return slices.DeleteFunc(op.Required(), func(name string) bool {
		value, ok := input[name]
		return ok && value != ""
	})
}

// document gives the parameters of --cli-input-json or --cli-input-yaml; none if neither is given.
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

// parse parses the value of a flag that takes all parameters at once, or the file that it names.
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

// skeletonKinds are the values of --generate-cli-skeleton.
func skeletonKinds() []string { return []string{"input", "yaml-input", "output"} }

// takeToken moves the client token out of the parameters, or derives or makes it. It says whether the token could be made
// again, were it lost: because it was given, or derives from a key.
func takeToken(op awsec2.Operation, input map[string]any, derive bool, key string) (token string, again bool, err error) {
	given, isGiven := input["ClientToken"].(string)
	delete(input, "ClientToken")
	switch {
	case isGiven && derive:
		return "", false, errors.New("a client token and an idempotency key exclude each other: the key derives the token")
	case isGiven:
		return given, true, clienttoken.Validate(given)
	case derive:
		token, err = clienttoken.Derive(op.Name, key)
		return token, true, err
	}
	token, err = clienttoken.Generate()
	return token, false, err
}

// readFile reads a file that a flag names. It may be one that never ends, or takes for ever.
func (a *app) readFile(name string) ([]byte, error) {
	const most = 16 << 20
	a.await()
	f, err := os.Open(name) // #nosec G304 -- it reads what it is told to
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

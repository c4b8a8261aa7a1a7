package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/shape"
)

// An inputReader registers and reads the flags for an operation's parameters: one flag for each member of the SDK's input type,
// --cli-input-json and --cli-input-yaml.
type inputReader struct {
	op       awsec2.Operation
	readFile func(name string) ([]byte, error)
	custom   customization
	members  []shape.Member // the members that have a flag
	json     string
	yaml     string
}

// register adds the flags of the parameters.
func (r *inputReader) register(f *pflag.FlagSet) {
	r.custom = customizationOf(r.op)
	for _, m := range shape.Members(r.op.Input) {
		if !r.custom.hasFlag(m.Name) {
			continue
		}
		m.Flag = r.custom.flagOf(m.Name)
		r.members = append(r.members, m)
		r.add(f, m.Flag, m.Kind, memberHelp(r.op, m))
	}
	for _, custom := range r.custom.flags {
		r.add(f, custom.name, custom.kind, custom.help)
		for _, member := range custom.instead {
			annotate(f, custom.name, suggestedFor, shape.FlagName(member))
		}
	}
	if f.Lookup("tag-specifications") != nil {
		annotate(f, "tag-specifications", suggestedFor, "tag", "tags")
	}
	f.StringVar(&r.json, "cli-input-json", "", "the parameters as JSON, or file://PATH; flags override them")
	f.StringVar(&r.yaml, "cli-input-yaml", "", "the parameters as YAML, or file://PATH; flags override them")
}

// annotate adds values to an annotation of a flag.
func annotate(f *pflag.FlagSet, flag, annotation string, values ...string) {
	_ = f.SetAnnotation(flag, annotation, append(f.Lookup(flag).Annotations[annotation], values...)) // fails if there is no such flag
}

// add adds a flag of a kind.
func (r *inputReader) add(f *pflag.FlagSet, name string, kind shape.Kind, help string) {
	switch kind {
	case shape.Boolean:
		f.Bool(name, false, help)
		f.Bool(r.custom.opposite(name), false, "the opposite of --"+name)
	case shape.List:
		f.StringArray(name, nil, help)
		annotate(f, name, listFlag, "")
	default:
		f.String(name, "", help)
	}
}

// read returns the parameters, checked against the operation's input type.
func (r *inputReader) read(f *pflag.FlagSet) (map[string]any, error) {
	input, err := r.document(f)
	if err != nil {
		return nil, err
	}
	for _, m := range r.members {
		args, err := r.arguments(f, m.Flag, m.Kind)
		if err != nil {
			return nil, err
		}
		if args == nil {
			continue
		}
		if input[m.Name], err = shape.Parse(m, args, r.readFile); err != nil {
			return nil, withoutValues(r.op.Name, "--"+m.Flag, err)
		}
	}
	if err := r.readCustom(f, input); err != nil {
		return nil, err
	}
	missing, err := r.custom.complete(r.op, input)
	if err != nil {
		return nil, err
	}
	return input, r.custom.missingError(missing)
}

// arguments returns the arguments of a flag, or nil if the flag is not given. A boolean has a second flag for its opposite: the argument is true
// or false, whichever of the two flags is given.
func (r *inputReader) arguments(f *pflag.FlagSet, name string, kind shape.Kind) ([]string, error) {
	opposite := r.custom.opposite(name)
	switch {
	case kind == shape.Boolean && f.Changed(name) && f.Changed(opposite):
		return nil, fmt.Errorf("--%s and --%s exclude each other", name, opposite)
	case kind == shape.Boolean && f.Changed(opposite):
		off, err := f.GetBool(opposite)
		return []string{strconv.FormatBool(!off)}, err
	case !f.Changed(name):
		return nil, nil
	case kind == shape.List:
		return f.GetStringArray(name)
	}
	return []string{f.Lookup(name).Value.String()}, nil
}

// readCustom sets the members that the custom flags stand for.
func (r *inputReader) readCustom(f *pflag.FlagSet, input map[string]any) error {
	given := maps.Clone(input) // without the members that the custom flags add
	for _, custom := range r.custom.flags {
		args, err := r.arguments(f, custom.name, custom.kind)
		if err != nil {
			return err
		}
		if args == nil {
			continue
		}
		if _, excluded := given[custom.excludes]; excluded {
			other := r.custom.flagOf(custom.excludes)
			return fmt.Errorf("--%s and --%s exclude each other: set it in the first element of --%s", custom.name, other, other)
		}
		values := make([]any, len(args))
		for i, arg := range args {
			if values[i], err = shape.Load(arg, r.readFile); err != nil {
				return fmt.Errorf("--%s: %w", custom.name, err)
			}
		}
		if err := custom.set(input, values); err != nil {
			return fmt.Errorf("--%s: %w", custom.name, err)
		}
	}
	return nil
}

// complete completes an input, of a command line or of a manifest, and returns the paths of the required members that the input lacks.
func (c customization) complete(op awsec2.Operation, input map[string]any) (missing []string, err error) {
	if c.finish != nil {
		if err := c.finish(input); err != nil {
			return nil, err
		}
	}
	if missing, err = op.Missing(input); err != nil {
		return nil, err
	}
	for _, name := range op.Required() {
		if input[name] == "" && !slices.Contains(missing, name) { // the SDK counts an empty enum as missing
			missing = append(missing, name)
		}
	}
	return missing, nil
}

// missingError returns an error that names the flags of missing members, or else their paths; nil if none is missing.
func (c customization) missingError(missing []string) error {
	var flags, members []string
	for _, path := range missing {
		if strings.Contains(path, ".") {
			members = append(members, path)
		} else {
			flags = append(flags, "--"+c.flagOf(path))
		}
	}
	switch {
	case len(flags) > 0:
		return fmt.Errorf("the following arguments are required: %s", strings.Join(flags, ", "))
	case len(members) > 0:
		return fmt.Errorf("the following members are required: %s", strings.Join(members, ", "))
	}
	return nil
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
	data, isBytes := loaded.([]byte)
	if !isBytes {
		data = fmt.Append(nil, loaded)
	}
	input, err := parse(r.op.Input, flag, data)
	return input, withoutValues(r.op.Name, flag, err)
}

// skeletonKinds returns the values of --generate-cli-skeleton.
func skeletonKinds() []string { return []string{"input", "yaml-input", "output"} }

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

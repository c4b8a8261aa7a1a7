package shape

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/awsidem/awsidem/pkg/awsconfig"
	"github.com/awsidem/awsidem/pkg/text"
)

// Parse parses the arguments of one flag as the AWS CLI does:
//
//   - A scalar is text. A boolean is true or false, and true without an argument.
//   - A structure or a map is JSON if the first argument begins with { or [, else shorthand (Tags=[{Key=a,Value=b}]).
//   - A list is one argument for each element, or one argument that is a JSON list.
//   - A single argument file://PATH or fileb://PATH stands for the contents of the file, as text or as bytes.
//
// readFile returns the contents of a file. The errors of Parse begin with "parsing" and the flag. See
// https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-types.html, and the pages cli-usage-shorthand and
// cli-usage-parameters-file.
func Parse(m Member, args []string, readFile func(string) ([]byte, error)) (any, error) {
	v, err := parse(m, args, readFile)
	if err != nil {
		return nil, fmt.Errorf("parsing --%s: %w", m.Flag, err)
	}
	return v, nil
}

func parse(m Member, args []string, readFile func(string) ([]byte, error)) (any, error) {
	if len(args) == 0 && m.Kind == Boolean {
		args = []string{"true"}
	}
	if len(args) == 0 {
		return nil, errors.New("want a value, got none")
	}
	if len(args) > 1 && m.Kind != List {
		return nil, fmt.Errorf("want one value, got %d", len(args))
	}
	values := make([]any, len(args))
	for i, arg := range args {
		if !utf8.ValidString(arg) {
			return nil, fmt.Errorf("%q is not UTF-8", arg)
		}
		values[i] = arg
	}
	if len(args) == 1 {
		content, err := Load(args[0], readFile)
		if err != nil {
			return nil, err
		}
		values[0] = content
	}

	kind := m.Kind
	if kind == List {
		kind = KindOf(m.Type.Elem())
	}
	first, _ := values[0].(string)
	first = strings.TrimFunc(first, awsconfig.IsSpace)
	wholeList := m.Kind == List && len(args) == 1 && strings.HasPrefix(first, "[")
	isJSON := wholeList || kind.complex() && (strings.HasPrefix(first, "{") || strings.HasPrefix(first, "["))

	from := untyped
	for i, v := range values {
		content, isText := v.(string)
		var err error
		switch {
		case !isText:
		case isJSON:
			from = typed
			values[i], err = text.ParseJSON([]byte(content))
		case !kind.complex():
		case isBareValue(m, content):
			values[i] = map[string]any{"Value": content}
		case strings.TrimSpace(content) == "":
			err = errors.New("want Key=Value or JSON, got an empty argument")
		default:
			values[i], err = parseShorthand(content, readFile)
		}
		if err != nil {
			return nil, err
		}
	}
	if m.Kind == List && !wholeList {
		return toGeneric(m.Type, m.Name, values, from)
	}
	return toGeneric(m.Type, m.Name, values[0], from)
}

// isBareValue reports whether arg is the value of a structure whose only member is Value: --attribute shutdown means
// --attribute Value=shutdown.
func isBareValue(m Member, arg string) bool {
	if m.Kind != Structure || strings.Contains(arg, "=") {
		return false
	}
	members := Members(m.Type)
	return len(members) == 1 && members[0].Name == "Value" && members[0].Kind == String
}

// Load returns the value for which an argument stands. For file://PATH, it returns the text of the file as a string. For fileb://PATH, it returns
// the bytes of the file as a []byte. Otherwise it returns the argument itself. It expands a leading ~ and $VARIABLES in the path.
func Load(arg string, readFile func(string) ([]byte, error)) (any, error) {
	scheme, path, found := strings.Cut(arg, "://")
	if !found || scheme != "file" && scheme != "fileb" {
		return arg, nil
	}
	path, err := awsconfig.ExpandHome(path, os.LookupEnv)
	var data []byte
	if err == nil {
		data, err = readFile(awsconfig.ExpandVariables(path, os.LookupEnv))
	}
	var pathError *os.PathError
	if errors.As(err, &pathError) {
		err = pathError.Err // without the path, because arg contains it
	}
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", arg, err)
	}
	if scheme == "fileb" {
		return data, nil
	}
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("reading %q: it is not UTF-8 text (fileb:// takes bytes)", arg)
	}
	// Python, and therefore the AWS CLI, reads each line break of a text file as \n.
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data)), nil
}

package shape

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Parse reads what the command line gives for one flag, as the AWS CLI does:
//
//   - text for a scalar, true or false for a boolean (nothing at all is true);
//   - JSON if the first argument begins with { or [, else shorthand (Tags=[{Key=a,Value=b}]), for what holds other values;
//   - for a list one argument an element, or one JSON list;
//   - file://PATH or fileb://PATH as the only argument for the contents of a file: as text, as bytes.
//
// See the AWS CLI user guide, cli-usage-parameters-types, -shorthand and -file.
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
	for _, arg := range args {
		if !utf8.ValidString(arg) {
			return nil, fmt.Errorf("%q is not UTF-8", arg)
		}
	}
	values := make([]any, len(args))
	for i, arg := range args {
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
	first = strings.TrimFunc(first, isSpace)
	isJSON := kind.complex() && (strings.HasPrefix(first, "{") || strings.HasPrefix(first, "["))
	wholeList := m.Kind == List && len(args) == 1 && strings.HasPrefix(first, "[")

	from := shorthand
	for i, v := range values {
		text, ok := v.(string)
		var err error
		switch {
		case !ok:
		case isJSON || wholeList:
			from = written
			values[i], err = readJSON([]byte(text))
		case !kind.complex():
		case isBareValue(m, text):
			values[i] = map[string]any{"Value": text}
		case strings.TrimSpace(text) == "":
			err = errors.New("want Key=Value or JSON, got an empty argument")
		default:
			values[i], err = parseShorthand(text, readFile)
		}
		if err != nil {
			return nil, err
		}
	}
	if m.Kind == List && !wholeList {
		return fit(m.Type, m.Name, values, from)
	}
	return fit(m.Type, m.Name, values[0], from)
}

// isBareValue reports whether the text is the value of a structure that has nothing but one: --attribute shutdown for
// --attribute Value=shutdown.
func isBareValue(m Member, text string) bool {
	if m.Kind != Structure || strings.Contains(text, "=") {
		return false
	}
	members := Members(m.Type)
	return len(members) == 1 && members[0].Name == "Value" && members[0].Kind == String
}

// Load gives what an argument stands for: the text of the file if it is file://PATH, its bytes as a []byte if it is
// fileb://PATH, else the argument itself. A leading ~ and $VARIABLES in the path are expanded.
func Load(arg string, readFile func(string) ([]byte, error)) (any, error) {
	path, isText := strings.CutPrefix(arg, "file://")
	if !isText {
		var isBytes bool
		if path, isBytes = strings.CutPrefix(arg, "fileb://"); !isBytes {
			return arg, nil
		}
	}
	path = expand(path)
	data, err := readFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", arg, reason(err))
	}
	if !isText {
		return data, nil
	}
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("reading %q: it is not UTF-8 text (fileb:// takes bytes)", arg)
	}
	// Python's text files, so the AWS CLI too, know only one end of line.
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data)), nil
}

// reason leaves out of an error the path, which the message has quoted already.
func reason(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// expand does to a path what a shell does within double quotes and to a leading ~, except that an unset variable stays.
func expand(path string) string {
	if home, err := os.UserHomeDir(); err == nil && (path == "~" || strings.HasPrefix(path, "~/")) {
		path = home + path[1:]
	}
	if !strings.Contains(path, "$") {
		return path
	}
	return regexp.MustCompile(`\$(\w+|\{[^}]*\})`).ReplaceAllStringFunc(path, func(ref string) string {
		if value, ok := os.LookupEnv(strings.Trim(ref, "${}")); ok {
			return value
		}
		return ref
	})
}

package text

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ParseYAML parses one YAML document. It returns nil if r has no document, and an error if r has several.
func ParseYAML(r io.Reader) (*yaml.Node, error) {
	d := yaml.NewDecoder(r)
	var document yaml.Node
	if err := d.Decode(&document); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, notYAML(err)
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("want one YAML document, got more")
	}
	return document.Content[0], nil
}

// DecodeYAML decodes node into the value that target points to. It refuses keys given twice, aliases that multiply, scalars
// with one of the refused tags ("!!timestamp"), and the scalars that two YAML readers decode differently: a number with a
// leading zero, which is octal in YAML 1.1 and decimal in the AWS CLI, and !!binary.
func DecodeYAML(node *yaml.Node, target any, refused ...string) error {
	if err := node.Decode(target); err != nil { // refuses multiplying aliases, which checkScalars follows
		return notYAML(err)
	}
	return checkScalars(node, refused)
}

func checkScalars(node *yaml.Node, refused []string) error {
	switch node.Kind {
	case yaml.AliasNode:
		return checkScalars(node.Alias, refused)
	case yaml.ScalarNode:
		digits := strings.TrimLeft(node.Value, "+-")
		switch tag := node.ShortTag(); {
		case tag == "!!binary":
			return fmt.Errorf("line %d: remove the tag !!binary: base64 text is written without it", node.Line)
		case (tag == "!!int" || tag == "!!float") && len(digits) > 1 && digits[0] == '0' && '0' <= digits[1] && digits[1] <= '9':
			return fmt.Errorf("line %d: %q is a number with a leading zero: quote it, or leave out the zero", node.Line, node.Value)
		case slices.Contains(refused, tag):
			return fmt.Errorf("line %d: %q is read as a %s: quote it", node.Line, node.Value, strings.TrimPrefix(tag, "!!"))
		}
	}
	for _, child := range node.Content {
		if err := checkScalars(child, refused); err != nil {
			return err
		}
	}
	return nil
}

// notYAML returns an error of the YAML library in one line, with the quoted parts of the text printable.
func notYAML(err error) error {
	message := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "yaml: "), "unmarshal errors:")
	quoted := strconv.Quote(strings.Join(strings.Fields(message), " "))
	return fmt.Errorf("it is not YAML: %s", strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`))
}

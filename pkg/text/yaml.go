package text

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ParseYAML reads a document of YAML, nil if there is none. It errors if there is more than one, and leaves to the library what
// YAML can do to a program: keys given twice, and aliases that multiply.
func ParseYAML(r io.Reader) (*yaml.Node, error) {
	d := yaml.NewDecoder(r)
	var document yaml.Node
	if err := d.Decode(&document); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, NotYAML(err)
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("want one YAML document, got more")
	}
	return document.Content[0], nil
}

// NotYAML is the library's error in one line that quotes what it cites of the text.
func NotYAML(err error) error {
	message := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "yaml: "), "unmarshal errors:")
	quoted := strconv.Quote(strings.Join(strings.Fields(message), " "))
	return fmt.Errorf("it is not YAML: %s", strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`))
}

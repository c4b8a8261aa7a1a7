package batch

import (
	"errors"
	"io"
	"iter"

	"go.yaml.in/yaml/v3"

	"github.com/awsidem/awsidem/pkg/text"
)

// yamlList is a manifest as a YAML list, in memory. A JSON list is one, because JSON is YAML.
type yamlList []*yaml.Node

// readYAML reads the list. Its error is a [*ProblemsError] if the document is no list.
func readYAML(r io.Reader) (yamlList, error) {
	list, err := text.ParseYAML(r)
	if list == nil || err != nil {
		return nil, err
	}
	if list.Kind == yaml.ScalarNode && list.Tag == "!!null" {
		return nil, nil
	}
	if list.Kind != yaml.SequenceNode {
		problems := &ProblemsError{}
		problems.add(max(list.Line, 1), errors.New("want a list of entries, or one JSON object a line"))
		return nil, problems
	}
	return list.Content, nil
}

func (l yamlList) from(at position) iter.Seq2[position, written] {
	return func(yield func(position, written) bool) {
		for i := at.index; i < len(l); i++ {
			var w written
			w.err = text.DecodeYAML(l[i], &w.value, "!!timestamp") // JSON has no type for a timestamp
			if !yield(position{index: i, line: l[i].Line}, w) {
				return
			}
		}
	}
}

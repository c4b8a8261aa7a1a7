package batch

import (
	"errors"
	"io"
	"iter"

	"go.yaml.in/yaml/v3"

	"github.com/awsidem/awsidem/pkg/text"
)

// yamlList is a manifest as a YAML list, in memory. A JSON list is a YAML list, too.
type yamlList []*yaml.Node

// readYAML reads the list. Its error is a [*ProblemsError] if the document is no list.
func readYAML(r io.Reader) (yamlList, error) {
	list, err := text.ParseYAML(r)
	switch {
	case err != nil:
		return nil, err
	case list == nil || list.Kind == yaml.ScalarNode && list.Tag == "!!null":
		return nil, nil
	case list.Kind == yaml.SequenceNode:
		return list.Content, nil
	}
	problems := &ProblemsError{}
	problems.add(max(list.Line, 1), errors.New("want a list of entries, or one JSON object a line"))
	return nil, problems
}

func (l yamlList) from(at position) iter.Seq[written] {
	return func(yield func(written) bool) {
		for i := at.index; i < len(l); i++ {
			w := written{at: position{index: i, line: l[i].Line}}
			w.err = text.DecodeYAML(l[i], &w.value, "!!timestamp") // JSON has no type for a timestamp
			if !yield(w) {
				return
			}
		}
	}
}

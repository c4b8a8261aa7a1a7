package sandbox

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// parseNode returns a document as a tree.
func parseNode(t testing.TB, body string) *node {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(body))
	stack := []*node{{}}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in %s", err, body)
		}
		top := stack[len(stack)-1]
		switch tok := token.(type) {
		case xml.StartElement:
			top.nodes = append(top.nodes, node{name: tok.Name.Local})
			stack = append(stack, &top.nodes[len(top.nodes)-1])
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.text += strings.TrimSpace(string(tok))
		}
	}
	return &stack[0].nodes[0]
}

// firstValue returns the first of the values at a path; "" if there are none.
func (n *node) firstValue(path string) string {
	return strings.Join(n.values(path)[:min(1, len(n.values(path)))], "")
}

// Package jmespath evaluates JMESPath expressions as the AWS CLI's --query does.
//
// The AWS CLI runs the Python reference implementation, and scripts rely on behaviour of that implementation that the
// specification does not have. The two Go ports lack this behaviour. Of the 239 queries in pkg/render/testdata/cli,
// github.com/jmespath/go-jmespath 0.4.0 and the community's fork, github.com/jmespath-community/go-jmespath 1.1.1, each answer
// about 32 differently from the AWS CLI. The number varies, because both visit the members of an object (*, keys(), values())
// in random order. go-jmespath also compares no strings ([?StartedAt > '2026'] selects nothing), refuses `Name` in backticks,
// sorts the caller's list in place, and panics in contains(). A caller can't correct these differences, because go-jmespath does not export
// its syntax tree.
//
// A value is nil, bool, string, []any, map[string]any, json.Number, int, int64 or float64. A number that an expression
// computes is a json.Number; a number that it selects keeps its type. See package number for how numbers compute. Search
// never changes the value, and an Expression is safe for concurrent use.
//
// Known differences from the reference implementation:
//   - The members of an object are visited in the order of their keys, because a Go map has no order of its own.
//   - Compile checks the names of functions and how many arguments they get, so that a typo is found before a request is sent.
//   - Comparing a string with a number by <, <=, > or >= results in null, not in an error.
//   - to_number returns null instead of an infinity, and Compile refuses a literal that float64 can't represent.
package jmespath

import (
	"errors"
	"fmt"
)

// Expression is a compiled JMESPath expression.
type Expression struct {
	source string
	eval   evaluator
}

// Compile parses an expression. Its error names the expression, the column and the fault.
func Compile(source string) (*Expression, error) {
	tokens, err := tokenize(source)
	if err != nil {
		return nil, fmt.Errorf("query %q: %w", source, err)
	}
	p := parser{tokens: tokens, powers: bindingPowers()}
	parsed := p.expression(0)
	if t := p.current(); t.kind != tokenEnd {
		p.unexpected(t)
	}
	if p.err != nil {
		return nil, fmt.Errorf("query %q: %w", source, p.err)
	}
	return &Expression{source: source, eval: parsed.eval}, nil
}

// Search returns the values that the expression selects from value. It returns an error if a function gets an argument of the wrong type, or if
// the result contains an expression reference (&a).
func (e *Expression) Search(value any) (any, error) {
	var s search
	result := e.eval(&s, value)
	if s.err == nil && containsReference(result) {
		s.err = errors.New("an expression reference (&) is not a value")
	}
	if s.err != nil {
		return nil, fmt.Errorf("query %q: %w", e.source, s.err)
	}
	return result, nil
}

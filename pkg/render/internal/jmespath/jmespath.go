// Package jmespath evaluates JMESPath expressions as the AWS CLI's --query does.
//
// The AWS CLI runs the Python reference implementation, and scripts rely on what that one does beyond the
// specification. github.com/jmespath/go-jmespath can't be brought to it from the outside: it yields null for an order of
// strings ([?StartedAt > '2026']), refuses `Name` in backticks, walks the values of an object (*, keys(), values()) in
// another order on every run, sorts in place, panics in contains(), and its syntax tree is not exported.
//
// A value is nil, bool, string, []any, map[string]any, or a number: json.Number or any of Go's. Numbers pass through an
// expression untouched unless it computes with them; computed ones are json.Number. A value searched is never changed,
// and an Expression is safe for concurrent use.
//
// Known differences from the reference: the members of an object are visited in the order of their keys, as a map has no
// other; function names and the number of their arguments are checked by Compile, so that a typo is found before
// anything is sent; the order of a string and a number is null, not an error; to_number does not make infinities, and a
// literal that would be one is an error of Compile.
package jmespath

import (
	"errors"
	"fmt"
)

// SyntaxError tells what is wrong with an expression, and where.
type SyntaxError struct {
	Expression string
	Offset     int // in characters, from 0
	Message    string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("query %q: column %d: %s", e.Expression, e.Offset+1, e.Message)
}

// Expression is a compiled expression.
type Expression struct {
	source string
	eval   evaluator
}

// Compile parses an expression. Its errors are of type *SyntaxError.
func Compile(source string) (*Expression, error) {
	tokens, err := tokenize(source)
	if err == nil {
		p := parser{tokens: tokens}
		var parsed node
		if parsed, err = p.parse(); err == nil {
			return &Expression{source: source, eval: parsed.eval}, nil
		}
	}
	var syntax *SyntaxError
	if errors.As(err, &syntax) {
		syntax.Expression = source
	}
	return nil, err
}

// Search applies the expression to a value. It fails on a function whose argument has the wrong type, and on a slice
// with a step of 0.
func (e *Expression) Search(value any) (any, error) {
	result, err := e.eval(value)
	if err == nil && containsReference(result) {
		err = errors.New("an expression reference (&) is not a value")
	}
	if err != nil {
		return nil, fmt.Errorf("query %q: %w", e.source, err)
	}
	return result, nil
}

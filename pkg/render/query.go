package render

import "github.com/awsidem/awsidem/pkg/render/internal/jmespath"

// Query is a compiled JMESPath expression. The zero value is the identity. It is safe for concurrent use.
type Query struct {
	expression *jmespath.Expression
}

// Compile parses the value of --query; "" is the identity. An error names the expression, the column and what is wrong
// there.
func Compile(expr string) (*Query, error) {
	if expr == "" {
		return &Query{}, nil
	}
	expression, err := jmespath.Compile(expr)
	if err != nil {
		return nil, err
	}
	return &Query{expression}, nil
}

// Search applies the query, and leaves the value as it is.
func (q *Query) Search(value any) (any, error) {
	if q.expression == nil {
		return value, nil
	}
	return q.expression.Search(value)
}

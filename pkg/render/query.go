package render

import "github.com/awsidem/awsidem/pkg/render/internal/jmespath"

// Query is a compiled JMESPath expression. The zero Query selects the whole value. A Query is safe for concurrent use.
type Query struct {
	expression *jmespath.Expression
}

// Compile parses the value of --query; "" selects the whole value. Its error names the expression, the column and the fault.
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

// Search returns the values that the query selects from value. It does not change value. It returns an error if a function gets an argument of
// the wrong type.
func (q *Query) Search(value any) (any, error) {
	if q.expression == nil {
		return value, nil
	}
	return q.expression.Search(value)
}

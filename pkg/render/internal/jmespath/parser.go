package jmespath

import "fmt"

// node is a parsed part of an expression. field and isIndex matter if the node is a left operand.
type node struct {
	eval    evaluator
	field   string // the name if the node is an unquoted field, which alone can be called; else ""
	isIndex bool   // in the reference implementation, a slice after an index starts no projection
}

// The binding powers of the tokens that can follow an operand. All other tokens have 0.
const (
	bindPipe       = 1
	bindOr         = 2
	bindAnd        = 3
	bindComparison = 5
	bindFlatten    = 9
	bindStop       = 10 // a token below this ends a projection
	bindStar       = 20
	bindFilter     = 21
	bindDot        = 40
	bindNot        = 45
	bindBrace      = 50
	bindBracket    = 55
	bindCall       = 60
)

func binding(k kind) int {
	switch k {
	case "|":
		return bindPipe
	case "||":
		return bindOr
	case "&&":
		return bindAnd
	case "==", "!=", "<", "<=", ">", ">=":
		return bindComparison
	case "[]":
		return bindFlatten
	case "*":
		return bindStar
	case "[?":
		return bindFilter
	case ".":
		return bindDot
	case "!":
		return bindNot
	case "{":
		return bindBrace
	case "[":
		return bindBracket
	case "(":
		return bindCall
	}
	return 0
}

// maxDepth limits the recursion, because a Go program can't recover from a stack overflow.
const maxDepth = 500

// parser is a top-down operator precedence parser. expression(power) parses a prefix and the operators after it, up to the first
// operator whose binding power is not above power.
type parser struct {
	tokens []token
	at     int
	depth  int
}

func (p *parser) parse() (node, error) {
	parsed, err := p.expression(0)
	if err == nil && p.current() != tokenEnd {
		err = p.unexpected()
	}
	return parsed, err
}

func (p *parser) expression(power int) (node, error) {
	if p.depth++; p.depth > maxDepth {
		return node{}, p.errorf("nested too deeply")
	}
	defer func() { p.depth-- }()
	left, err := p.prefix()
	for err == nil && power < binding(p.current()) {
		left, err = p.infix(left)
	}
	return left, err
}

func (p *parser) prefix() (node, error) {
	switch t := p.tokens[p.at]; t.kind {
	case tokenLiteral:
		p.at++
		return node{eval: literal(t.value)}, nil
	case tokenName:
		p.at++
		name := t.value.(string)
		return node{eval: field(name), field: name}, nil
	case tokenQuoted:
		p.at++
		if p.current() == "(" {
			return node{}, p.errorf("a function's name can't be quoted")
		}
		return node{eval: field(t.value.(string))}, nil
	case "@":
		p.at++
		return node{eval: identity}, nil
	case "&":
		p.at++
		return p.unary(0, reference)
	case "!":
		p.at++
		return p.unary(bindNot, not)
	case "(":
		p.at++
		inner, err := p.expression(0)
		if err != nil {
			return node{}, err
		}
		return inner, p.expect(")")
	case "*":
		p.at++
		if p.current() == "]" {
			return node{eval: project(values(identity), identity)}, nil
		}
		return p.projection(values(identity), bindStar)
	case "[]", "[?":
		return p.infix(node{eval: identity})
	case "[":
		p.at++
		if k := p.current(); k == tokenNumber || k == ":" {
			return p.index(node{eval: identity})
		}
		if p.current() == "*" && p.tokens[p.at+1].kind == "]" {
			p.at += 2
			return p.projection(list(identity), bindStar)
		}
		return p.selectList()
	case "{":
		p.at++
		return p.selectHash()
	}
	return node{}, p.unexpected()
}

func (p *parser) infix(left node) (node, error) {
	operator := p.current()
	p.at++
	switch operator {
	case ".":
		if p.current() == "*" {
			p.at++
			return p.projection(values(left.eval), bindDot)
		}
		return p.binary(left, p.dotted, bindDot, chain)
	case "|":
		return p.binary(left, p.expression, bindPipe, chain)
	case "||":
		return p.binary(left, p.expression, bindOr, or)
	case "&&":
		return p.binary(left, p.expression, bindAnd, and)
	case "==", "!=", "<", "<=", ">", ">=":
		return p.binary(left, p.expression, bindComparison, comparison(operator))
	case "[]":
		return p.projection(flatten(left.eval), bindFlatten)
	case "[?":
		return p.filter(left)
	case "[":
		if k := p.current(); k == tokenNumber || k == ":" {
			return p.index(left)
		}
		if err := p.expect("*"); err != nil {
			return node{}, err
		}
		if err := p.expect("]"); err != nil {
			return node{}, err
		}
		return p.projection(list(left.eval), bindStar)
	case "(":
		if left.field == "" {
			p.at--
			return node{}, p.errorf("only a name can be called")
		}
		return p.call(left.field)
	}
	p.at--
	return node{}, p.unexpected()
}

func (p *parser) unary(power int, combine func(evaluator) evaluator) (node, error) {
	operand, err := p.expression(power)
	if err != nil {
		return node{}, err
	}
	return node{eval: combine(operand.eval)}, nil
}

func (p *parser) binary(left node, operand func(int) (node, error), power int, combine func(left, right evaluator) evaluator) (node, error) {
	right, err := operand(power)
	if err != nil {
		return node{}, err
	}
	return node{eval: combine(left.eval, right.eval)}, nil
}

func (p *parser) current() kind { return p.tokens[p.at].kind }

func (p *parser) expect(k kind) error {
	if p.current() != k {
		return p.errorf("expected %s, not %s", k, p.current())
	}
	p.at++
	return nil
}

func (p *parser) unexpected() error { return p.errorf("unexpected %s", p.current()) }

func (p *parser) errorf(format string, arguments ...any) error {
	return &SyntaxError{Offset: p.tokens[p.at].offset, Message: fmt.Sprintf(format, arguments...)}
}

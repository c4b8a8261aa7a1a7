package jmespath

import "fmt"

// node is a parsed part of an expression. field and isIndex matter if the node is a left operand.
type node struct {
	eval    evaluator
	field   string // the name if the node is an unquoted field, which alone can be called; else ""
	isIndex bool   // in the reference implementation, a slice after an index starts no projection
}

// binding returns the binding power of a token that can follow an operand, and 0 for all other tokens.
func binding(k kind) int {
	switch k {
	case "|":
		return 1
	case "||":
		return 2
	case "&&":
		return 3
	case "==", "!=", "<", "<=", ">", ">=":
		return 5
	case "[]":
		return 9
	case "*":
		return 20
	case "[?":
		return 21
	case ".":
		return 40
	case "!":
		return 45
	case "{":
		return 50
	case "[":
		return 55
	case "(":
		return 60
	}
	return 0
}

// bindStop is above the binding powers of the tokens that end a projection.
const bindStop = 10

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
		return p.unary(binding("!"), not)
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
		return p.projection(values(identity), binding("*"))
	case "[]", "[?":
		return p.infix(node{eval: identity})
	case "[":
		p.at++
		if k := p.current(); k == tokenNumber || k == ":" {
			return p.index(node{eval: identity})
		}
		if p.current() == "*" && p.tokens[p.at+1].kind == "]" {
			p.at += 2
			return p.projection(list(identity), binding("*"))
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
	power := binding(operator)
	p.at++
	switch operator {
	case ".":
		if p.current() == "*" {
			p.at++
			return p.projection(values(left.eval), power)
		}
		return p.binary(left, p.dotted, power, chain)
	case "|":
		return p.binary(left, p.expression, power, chain)
	case "||":
		return p.binary(left, p.expression, power, or)
	case "&&":
		return p.binary(left, p.expression, power, and)
	case "==", "!=", "<", "<=", ">", ">=":
		return p.binary(left, p.expression, power, comparison(operator))
	case "[]":
		return p.projection(flatten(left.eval), power)
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
		return p.projection(list(left.eval), binding("*"))
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

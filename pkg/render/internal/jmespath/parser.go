package jmespath

import "fmt"

// node is a parsed part of an expression. field and isIndex matter if the node is a left operand.
type node struct {
	eval    evaluator
	field   string // the name if the node is an unquoted field, which alone can be called; else ""
	isIndex bool   // in the reference implementation, a slice after an index starts no projection
}

// bindingPowers returns the binding power of each token that can follow an operand. All other tokens have 0.
func bindingPowers() map[kind]int {
	return map[kind]int{
		"|": 1, "||": 2, "&&": 3,
		"==": 5, "!=": 5, "<": 5, "<=": 5, ">": 5, ">=": 5,
		"[]": 9, "*": 20, "[?": 21, ".": 40, "!": 45, "{": 50, "[": 55, "(": 60,
	}
}

// bindStop is above the binding powers of the tokens that end a projection.
const bindStop = 10

// maxDepth limits the recursion, because a Go program can't recover from a stack overflow.
const maxDepth = 500

// parser is a top-down operator precedence parser. expression(power) parses a prefix and the operators after it, up to the first
// operator whose binding power is not above power. After the first error, the parser stays at the last token, which ends every
// loop, and its nodes have no meaning.
type parser struct {
	tokens []token
	powers map[kind]int
	at     int
	depth  int
	err    error // the first
}

func (p *parser) expression(power int) node {
	if p.depth++; p.depth > maxDepth {
		return p.fail(p.current(), "nested too deeply")
	}
	defer func() { p.depth-- }()
	left := p.prefix()
	for power < p.powers[p.current().kind] {
		left = p.infix(left)
	}
	return left
}

func (p *parser) prefix() node {
	t := p.next()
	switch t.kind {
	case tokenLiteral:
		return node{eval: literal(t.value)}
	case tokenName:
		name := t.value.(string)
		return node{eval: field(name), field: name}
	case tokenQuoted:
		if p.current().kind == "(" {
			return p.fail(p.current(), "a function's name can't be quoted")
		}
		return node{eval: field(t.value.(string))}
	case "@":
		return node{eval: identity}
	case "&":
		return node{eval: reference(p.expression(0).eval)}
	case "!":
		return node{eval: not(p.expression(p.powers["!"]).eval)}
	case "(":
		inner := p.expression(0)
		p.expect(")")
		return inner
	case "*":
		if p.current().kind == "]" {
			return node{eval: project(values, identity)}
		}
		return p.projection(values, p.powers["*"])
	case "[]":
		return p.projection(flatten(), p.powers["[]"])
	case "[?":
		return p.filter(identity)
	case "[":
		switch k := p.current().kind; {
		case k == tokenNumber, k == ":", k == "*" && p.tokens[p.at+1].kind == "]":
			return p.brackets(node{eval: identity})
		}
		return p.selectList()
	case "{":
		return p.selectHash()
	}
	return p.unexpected(t)
}

func (p *parser) infix(left node) node {
	operator := p.next()
	power := p.powers[operator.kind]
	switch operator.kind {
	case ".":
		if p.accept("*") {
			return p.projection(chain(left.eval, values), power)
		}
		return node{eval: chain(left.eval, p.dotted(power).eval)}
	case "|":
		return node{eval: chain(left.eval, p.expression(power).eval)}
	case "||":
		return node{eval: or(left.eval, p.expression(power).eval)}
	case "&&":
		return node{eval: and(left.eval, p.expression(power).eval)}
	case "==", "!=", "<", "<=", ">", ">=":
		return node{eval: comparison(operator.kind, left.eval, p.expression(power).eval)}
	case "[]":
		return p.projection(chain(left.eval, flatten()), power)
	case "[?":
		return p.filter(left.eval)
	case "[":
		return p.brackets(left)
	case "(":
		if left.field == "" {
			return p.fail(operator, "only a name can be called")
		}
		return p.call(left.field)
	}
	return p.unexpected(operator)
}

func (p *parser) current() token { return p.tokens[p.at] }

// next returns the current token and proceeds to the token after it, except from the last token.
func (p *parser) next() token {
	t := p.current()
	if t.kind != tokenEnd {
		p.at++
	}
	return t
}

// accept proceeds to the next token if the current token is of kind k.
func (p *parser) accept(k kind) bool {
	ok := p.current().kind == k
	if ok {
		p.at++
	}
	return ok
}

func (p *parser) expect(k kind) {
	if !p.accept(k) {
		p.fail(p.current(), "expected %s, not %s", k, p.current().kind)
	}
}

func (p *parser) unexpected(t token) node {
	if t.kind == tokenEnd {
		return p.fail(t, "the expression ends too early")
	}
	return p.fail(t, "unexpected %s", t.kind)
}

// fail keeps the error at token t if there is no earlier error. It returns a node without a meaning.
func (p *parser) fail(t token, format string, arguments ...any) node {
	if p.err == nil {
		p.err = fmt.Errorf("column %d: %s", t.offset+1, fmt.Sprintf(format, arguments...))
	}
	p.at = len(p.tokens) - 1
	return node{}
}

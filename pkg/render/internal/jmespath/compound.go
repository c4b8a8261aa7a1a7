package jmespath

// projection parses the expression that a projection applies to each element.
func (p *parser) projection(elements evaluator, power int) (node, error) {
	right := node{eval: identity}
	var err error
	switch k := p.current(); {
	case binding(k) < bindStop:
	case k == "[" || k == "[?":
		right, err = p.expression(power)
	case k == ".":
		p.at++
		right, err = p.dotted(power)
	default:
		err = p.unexpected()
	}
	if err != nil {
		return node{}, err
	}
	return node{eval: project(elements, right.eval)}, nil
}

// dotted parses the expression after a dot.
func (p *parser) dotted(power int) (node, error) {
	switch p.current() {
	case tokenName, tokenQuoted, "*":
		return p.expression(power)
	case "[":
		p.at++
		return p.selectList()
	case "{":
		p.at++
		return p.selectHash()
	}
	return node{}, p.errorf("expected a name, *, [ or { after the dot, not %s", p.current())
}

func (p *parser) filter(left node) (node, error) {
	condition, err := p.expression(0)
	if err != nil {
		return node{}, err
	}
	if err := p.expect("]"); err != nil {
		return node{}, err
	}
	elements := matching(left.eval, condition.eval)
	if p.current() == "[]" {
		return node{eval: project(elements, identity)}, nil
	}
	return p.projection(elements, binding("[?"))
}

// index parses the rest of an index or a slice, after the opening bracket.
func (p *parser) index(left node) (node, error) {
	if p.current() == ":" || p.tokens[p.at+1].kind == ":" {
		bounds, err := p.bounds()
		if err != nil {
			return node{}, err
		}
		part := chain(left.eval, slice(bounds))
		if left.isIndex {
			return node{eval: part, isIndex: true}, nil
		}
		return p.projection(list(part), binding("*"))
	}
	number := p.tokens[p.at].value.(int)
	p.at++
	return node{eval: chain(left.eval, element(number)), isIndex: true}, p.expect("]")
}

// bounds parses start:stop:step and the closing bracket. A missing part is nil.
func (p *parser) bounds() (parts [3]*int, err error) {
	for i := 0; p.current() != "]"; p.at++ {
		switch p.current() {
		case ":":
			if i++; i == len(parts) {
				return parts, p.errorf("a slice has at most three parts")
			}
		case tokenNumber:
			number := p.tokens[p.at].value.(int)
			parts[i] = &number
		default:
			return parts, p.unexpected()
		}
	}
	p.at++
	if parts[2] != nil && *parts[2] == 0 {
		return parts, p.errorf("the step of a slice can't be 0")
	}
	return parts, nil
}

func (p *parser) selectList() (node, error) {
	var items []evaluator
	for {
		item, err := p.expression(0)
		if err != nil {
			return node{}, err
		}
		items = append(items, item.eval)
		if p.current() == "]" {
			p.at++
			return node{eval: listOf(items)}, nil
		}
		if err := p.expect(","); err != nil {
			return node{}, err
		}
	}
}

func (p *parser) selectHash() (node, error) {
	var members []member
	for {
		name, ok := p.tokens[p.at].value.(string)
		if k := p.current(); !ok || k != tokenName && k != tokenQuoted {
			return node{}, p.errorf("expected a name, not %s", k)
		}
		p.at++
		if err := p.expect(":"); err != nil {
			return node{}, err
		}
		value, err := p.expression(0)
		if err != nil {
			return node{}, err
		}
		members = append(members, member{name, value.eval})
		switch p.current() {
		case ",":
			p.at++
		case "}":
			p.at++
			return node{eval: objectOf(members)}, nil
		}
	}
}

func (p *parser) call(name string) (node, error) {
	called := p.at - 2 // the name, before the parenthesis
	var arguments []evaluator
	for p.current() != ")" {
		argument, err := p.expression(0)
		if err != nil {
			return node{}, err
		}
		arguments = append(arguments, argument.eval)
		if p.current() == "," {
			p.at++
		}
	}
	f, err := lookup(name, len(arguments))
	if err != nil {
		p.at = called
		return node{}, p.errorf("%v", err)
	}
	p.at++
	return node{eval: invoke(name, f, arguments)}, nil
}

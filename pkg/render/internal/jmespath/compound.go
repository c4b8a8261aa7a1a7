package jmespath

// projection parses the expression that a projection applies to each element.
func (p *parser) projection(elements evaluator, power int) node {
	right := node{eval: identity}
	switch t := p.current(); {
	case p.powers[t.kind] < bindStop:
	case t.kind == "[" || t.kind == "[?":
		right = p.expression(power)
	case t.kind == ".":
		p.at++
		right = p.dotted(power)
	default:
		p.unexpected(t)
	}
	return node{eval: project(elements, right.eval)}
}

// dotted parses the expression after a dot.
func (p *parser) dotted(power int) node {
	switch t := p.current(); t.kind {
	case tokenName, tokenQuoted, "*":
		return p.expression(power)
	case "[":
		p.at++
		return p.selectList()
	case "{":
		p.at++
		return p.selectHash()
	default:
		return p.fail(t, "expected a name, *, [ or { after the dot, not %s", t.kind)
	}
}

func (p *parser) filter(elements evaluator) node {
	condition := p.expression(0)
	p.expect("]")
	elements = chain(elements, matching(condition.eval))
	if p.current().kind == "[]" {
		return node{eval: project(elements, identity)}
	}
	return p.projection(elements, p.powers["[?"])
}

// brackets parses the rest of an index, a slice or [*], after the opening bracket.
func (p *parser) brackets(left node) node {
	switch t := p.current(); {
	case t.kind == ":" || t.kind == tokenNumber && p.tokens[p.at+1].kind == ":":
		part := chain(left.eval, slice(p.bounds()))
		if left.isIndex {
			return node{eval: part, isIndex: true}
		}
		return p.projection(part, p.powers["*"])
	case t.kind == tokenNumber:
		p.at++
		p.expect("]")
		return node{eval: chain(left.eval, element(t.value.(int))), isIndex: true}
	}
	p.expect("*")
	p.expect("]")
	return p.projection(left.eval, p.powers["*"])
}

// bounds parses start:stop:step and the closing bracket. A missing part is nil.
func (p *parser) bounds() (parts [3]*int) {
	for i := 0; !p.accept("]"); {
		switch t := p.next(); t.kind {
		case ":":
			if i++; i == len(parts) {
				p.fail(t, "a slice has at most three parts")
				return parts
			}
		case tokenNumber:
			number := t.value.(int)
			parts[i] = &number
		default:
			p.unexpected(t)
			return parts
		}
	}
	if parts[2] != nil && *parts[2] == 0 {
		p.fail(p.current(), "the step of a slice can't be 0")
	}
	return parts
}

func (p *parser) selectList() node {
	items := []evaluator{p.expression(0).eval}
	for p.err == nil && !p.accept("]") {
		p.expect(",")
		items = append(items, p.expression(0).eval)
	}
	return node{eval: listOf(items)}
}

func (p *parser) selectHash() node {
	var members []member
	for p.err == nil {
		t := p.next()
		if t.kind != tokenName && t.kind != tokenQuoted {
			return p.fail(t, "expected a name, not %s", t.kind)
		}
		p.expect(":")
		members = append(members, member{t.value.(string), p.expression(0).eval})
		if p.accept("}") {
			break
		}
		p.accept(",") // the reference implementation needs no comma
	}
	return node{eval: objectOf(members)}
}

// call parses the arguments of the function called name, after the opening parenthesis.
func (p *parser) call(name string) node {
	called := p.tokens[p.at-2] // the name
	var arguments []evaluator
	for p.err == nil && !p.accept(")") {
		arguments = append(arguments, p.expression(0).eval)
		p.accept(",")
	}
	f, err := lookup(name, len(arguments))
	if err != nil {
		return p.fail(called, "%v", err)
	}
	return node{eval: invoke(name, f, arguments)}
}

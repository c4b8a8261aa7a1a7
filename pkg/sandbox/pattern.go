package sandbox

// A pattern is a filter value. An asterisk matches any number of characters, a question mark matches zero or one, and a
// backslash escapes either. Patterns are case-sensitive.
type pattern []atom

type atom struct {
	char     rune
	optional bool // ?
	many     bool // *
}

func compile(s string) pattern {
	var p pattern
	escaped := false
	for _, char := range s {
		switch {
		case escaped:
			p = append(p, atom{char: char})
			escaped = false
		case char == '\\':
			escaped = true
		default:
			p = append(p, atom{char: char, optional: char == '?', many: char == '*'})
		}
	}
	if escaped {
		p = append(p, atom{char: '\\'}) // a trailing backslash is literal
	}
	return p
}

// match tracks all partial matches at once, so its time is bounded by len(p) * len(s).
func (p pattern) match(s string) bool {
	at := make([]bool, len(p)+1) // at[i]: the first i atoms match the characters read so far
	at[0] = true
	p.skip(at)
	for _, char := range s {
		next := make([]bool, len(p)+1)
		for i, a := range p {
			switch {
			case !at[i]:
			case a.many:
				next[i] = true
			case a.optional || a.char == char:
				next[i+1] = true
			}
		}
		p.skip(next)
		at = next
	}
	return at[len(p)]
}

// skip adds the positions that follow from atoms matching the empty string.
func (p pattern) skip(at []bool) {
	for i, a := range p {
		if at[i] && (a.many || a.optional) {
			at[i+1] = true
		}
	}
}

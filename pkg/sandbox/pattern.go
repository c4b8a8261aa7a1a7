package sandbox

// A pattern is a filter value: an asterisk matches any number of characters, a question mark none or one, and a
// backslash takes the meaning from either. Case counts.
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
		p = append(p, atom{char: '\\'}) // nothing follows it: it stands for itself
	}
	return p
}

// match runs all ways through the pattern at once, so that no value takes long.
func (p pattern) match(s string) bool {
	at := make([]bool, len(p)+1) // at[i]: the first i atoms match what was read so far
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

// skip goes on past atoms that may match nothing.
func (p pattern) skip(at []bool) {
	for i, a := range p {
		if at[i] && (a.many || a.optional) {
			at[i+1] = true
		}
	}
}

package shape

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/awsidem/awsidem/pkg/text"
)

// The AWS CLI's shorthand, as https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-shorthand.html has it:
//
//	input   = pair *("," pair)
//	pair    = key ("=" / "@=") values               "@=": each value that is file:// or fileb:// is read from there
//	key     = *(letter / digit / "-" / "_" / "." / "#" / "/" / ":")
//	values  = list / hash / word *("," word)        more than one word: a list; none: ""
//	list    = "[" *(value ",") [value] "]"
//	hash    = "{" *(pair1 ",") [pair1] "}"          pair1 has one value
//	value   = list / hash / word
//	word    = bare / "'" text "'" / '"' text '"'    within the quotes a backslash goes before the quote and before itself
//
// A bare word stops at a comma (unless a backslash is before it) and at a quote; a first one also at ] and }, a later one of
// a=b,c,d also at =, since that makes it a key: a=b,c,d=e are the two pairs a=b,c and d=e. There is space around all of these.
type parser struct {
	in       []rune
	pos      int
	depth    int
	readFile func(string) ([]byte, error)
}

// maxDepth is far above what any shape needs and far below what the stack holds.
const maxDepth = 500

// parseShorthand gives the strings, lists and maps that the text spells. It knows no shape.
func parseShorthand(arg string, readFile func(string) ([]byte, error)) (any, error) {
	p := &parser{in: []rune(arg), readFile: readFile}
	pairs := map[string]any{}
	for {
		at := p.pos
		key, value, err := p.pair(p.values)
		if err != nil {
			return nil, err
		}
		if err := p.add(pairs, key, value, at); err != nil {
			return nil, err
		}
		if p.space(); p.atEnd() {
			return pairs, nil
		}
		if err := p.expect(','); err != nil {
			return nil, err
		}
	}
}

// pair reads a key and what the function reads after the equals sign.
func (p *parser) pair(read func(fromFile bool) (any, error)) (key string, value any, err error) {
	start := p.pos
	for isKey(p.peek()) {
		p.pos++
	}
	key = string(p.in[start:p.pos])
	p.space()
	fromFile := p.peek() == '@'
	if fromFile {
		p.pos++
		p.space()
	}
	if err := p.expect('='); err != nil {
		return "", nil, err
	}
	value, err = read(fromFile)
	return key, value, err
}

// add enters a pair that began at the position.
func (p *parser) add(pairs map[string]any, key string, value any, at int) error {
	if _, twice := pairs[key]; twice && p.depth == 0 { // most often a comma where a space was meant
		return p.fail(at, "key %q given twice (a space, not a comma, goes between arguments)", key)
	} else if twice {
		return p.fail(at, "key %q given twice", key)
	}
	pairs[key] = value
	return nil
}

// values reads what follows the equals sign of an outermost pair, where a list needs no brackets.
func (p *parser) values(fromFile bool) (any, error) {
	if p.peek() == '[' || p.peek() == '{' {
		return p.value(fromFile)
	}
	first, err := p.word(false, fromFile)
	if err != nil {
		return nil, err
	}
	list := []any{first}
	for p.space(); p.peek() == ','; p.space() {
		comma := p.pos
		p.pos++
		p.space()
		word, err := p.word(true, fromFile)
		var syntax *text.SyntaxError
		if err != nil && (p.atEnd() || !errors.As(err, &syntax)) {
			return nil, err
		}
		if err != nil && p.peek() == ',' {
			break // a,,b=c: the AWS CLI takes the second comma as the end of the list
		}
		if p.space(); err != nil || !p.atEnd() && p.peek() != ',' {
			p.pos = comma // that was the key of the next pair
			break
		}
		list = append(list, word)
	}
	if len(list) == 1 {
		return first, nil
	}
	return list, nil
}

// value reads one value where a list needs brackets.
func (p *parser) value(fromFile bool) (any, error) {
	switch p.peek() {
	case '[':
		list := []any{}
		err := p.enclosed(']', func() error {
			v, err := p.value(fromFile)
			list = append(list, v)
			return err
		})
		return list, err
	case '{':
		hash := map[string]any{}
		err := p.enclosed('}', func() error {
			at := p.pos
			key, v, err := p.pair(p.value)
			if err != nil {
				return err
			}
			return p.add(hash, key, v, at)
		})
		return hash, err
	}
	return p.word(false, fromFile)
}

// enclosed reads from a bracket to its counterpart the items between the commas. A comma may follow the last one.
func (p *parser) enclosed(end rune, item func() error) error {
	if p.depth++; p.depth > maxDepth {
		return p.fail(p.pos, "more than %d brackets within each other", maxDepth)
	}
	p.pos++
	for p.space(); p.peek() != end; p.space() {
		if err := item(); err != nil {
			return err
		}
		if p.space(); p.peek() == end {
			break
		}
		if err := p.expect(','); err != nil {
			return err
		}
	}
	p.pos++
	p.depth--
	return nil
}

// word reads a scalar: quoted, or bare. A later one of a list without brackets can't be empty.
func (p *parser) word(later, fromFile bool) (any, error) {
	start := p.pos
	var text string
	if quote := p.peek(); quote == '\'' || quote == '"' {
		end := p.closing(quote)
		if end < 0 {
			return nil, p.fail(start, "quote %c is not closed", quote)
		}
		q := string(quote)
		text = strings.ReplaceAll(strings.ReplaceAll(string(p.in[start+1:end]), `\`+q, q), `\\`, `\`)
		p.pos = end + 1
	} else {
		for ; !p.atEnd(); p.pos++ {
			if p.peek() == '\\' && p.pos+1 < len(p.in) && p.in[p.pos+1] == ',' {
				p.pos++
			} else if !isBare(p.peek(), p.pos == start, later) {
				break
			}
		}
		if later && p.pos == start {
			return nil, p.unexpected("a value")
		}
		text = strings.TrimRightFunc(strings.ReplaceAll(string(p.in[start:p.pos]), `\,`, `,`), isSpace)
	}
	if !fromFile {
		return text, nil
	}
	return Load(text, p.readFile)
}

// closing finds the quote that closes the one here: the first without a backslash before it, else the last one, so that
// 'C:\' needs no escape.
func (p *parser) closing(quote rune) int {
	escaped := -1
	for i := p.pos + 1; i < len(p.in); i++ {
		switch {
		case p.in[i] == quote:
			return i
		case p.in[i] == '\\' && i+1 < len(p.in) && p.in[i+1] == quote:
			i++
			escaped = i
		}
	}
	return escaped
}

// expect reads one character and the space around it.
func (p *parser) expect(want rune) error {
	if p.space(); p.peek() != want {
		return p.unexpected("'" + string(want) + "'")
	}
	p.pos++
	p.space()
	return nil
}

func (p *parser) atEnd() bool { return p.pos >= len(p.in) }

// peek gives the character here, and at the end one that is in no input that counts.
func (p *parser) peek() rune {
	if p.atEnd() {
		return -1
	}
	return p.in[p.pos]
}

func (p *parser) space() {
	for !p.atEnd() && strings.ContainsRune(" \t\n\r\v\f", p.peek()) {
		p.pos++
	}
}

// isBare reports whether a bare word may have the character, at its beginning or after it.
func isBare(r rune, begins, later bool) bool {
	switch {
	case strings.ContainsRune(`"',`, r):
		return false
	case begins:
		return r > ' ' && !strings.ContainsRune("=[{", r)
	case later:
		return r != '=' && (r > ' ' || isSpace(r))
	}
	return !strings.ContainsRune("]}", r) && (r > ' ' || isSpace(r))
}

// isSpace is Python's notion of it, which also counts the four ASCII separators.
func isSpace(r rune) bool { return unicode.IsSpace(r) || '\x1c' <= r && r <= '\x1f' }

func isKey(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r > 0 && strings.ContainsRune("-_.#/:", r)
}

func (p *parser) fail(at int, format string, args ...any) error {
	return text.NewSyntaxError(string(p.in[:at]), string(p.in[at:]), fmt.Sprintf(format, args...))
}

func (p *parser) unexpected(want string) error {
	got := "the end"
	if !p.atEnd() {
		got = strconv.QuoteRune(p.peek())
	}
	return p.fail(p.pos, "expected %s, got %s", want, got)
}

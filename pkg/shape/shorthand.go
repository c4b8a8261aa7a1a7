package shape

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/awsidem/awsidem/pkg/awsconfig"
	"github.com/awsidem/awsidem/pkg/text"
)

// parser parses the AWS CLI's shorthand, see https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-shorthand.html:
//
//	input   = pair *("," pair)
//	pair    = key ("=" / "@=") values               "@=": a value file://PATH or fileb://PATH stands for the file's contents
//	key     = *(letter / digit / "-" / "_" / "." / "#" / "/" / ":")
//	values  = list / hash / word *("," word)        more than one word: a list; none: ""
//	list    = "[" *(value ",") [value] "]"
//	hash    = "{" *(pair1 ",") [pair1] "}"          pair1 has one value
//	value   = list / hash / word
//	word    = bare / "'" text "'" / '"' text '"'    within the quotes a backslash goes before the quote and before itself
//
// A bare word ends at a comma without a backslash before it, and at a quote. The first word after a key also ends at ] and }. A
// later word also ends at =, because it is a key then: a=b,c,d=e is the two pairs a=b,c and d=e. Space may surround all parts.
type parser struct {
	in       []rune
	pos      int
	depth    int
	readFile func(string) ([]byte, error)
}

// maxDepth limits the recursion. No shape nests as deeply, and the stack holds many times more.
const maxDepth = 500

// parseShorthand parses arg to strings, lists and maps, without regard to a shape.
func parseShorthand(arg string, readFile func(string) ([]byte, error)) (any, error) {
	p := &parser{in: []rune(arg), readFile: readFile}
	pairs := map[string]any{}
	for {
		if err := p.pair(pairs, p.values); err != nil {
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

// pair parses a key and the equals sign, calls read to parse the value, and adds the pair to pairs.
func (p *parser) pair(pairs map[string]any, read func(fromFile bool) (any, error)) error {
	start := p.pos
	for isKey(p.peek()) {
		p.pos++
	}
	key := string(p.in[start:p.pos])
	p.space()
	fromFile := p.peek() == '@'
	if fromFile {
		p.pos++
		p.space()
	}
	if err := p.expect('='); err != nil {
		return err
	}
	value, err := read(fromFile)
	if err != nil {
		return err
	}
	if _, twice := pairs[key]; twice && p.depth == 0 { // most often the user meant a space, which separates arguments
		return p.fail(start, "key %q given twice (a space, not a comma, goes between arguments)", key)
	} else if twice {
		return p.fail(start, "key %q given twice", key)
	}
	pairs[key] = value
	return nil
}

// values parses the value of an outermost pair, which may be a list without brackets.
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
			break // a,,b=c: in the AWS CLI, the second comma ends the list
		}
		if p.space(); err != nil || !p.atEnd() && p.peek() != ',' {
			p.pos = comma // the word is the key of the next pair
			break
		}
		list = append(list, word)
	}
	if len(list) == 1 {
		return first, nil
	}
	return list, nil
}

// value parses a value within a list or a hash. There, a list needs brackets.
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
		err := p.enclosed('}', func() error { return p.pair(hash, p.value) })
		return hash, err
	}
	return p.word(false, fromFile)
}

// enclosed parses an opening bracket, items with commas between them, and the closing bracket. A comma may follow the last item.
func (p *parser) enclosed(end rune, item func() error) error {
	if p.depth++; p.depth > maxDepth {
		return p.fail(p.pos, "brackets are nested more than %d deep", maxDepth)
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

// word parses a quoted or a bare word. later is true for all but the first word of a list without brackets; such a word can't be
// empty.
func (p *parser) word(later, fromFile bool) (any, error) {
	start := p.pos
	var word string
	if quote := p.peek(); quote == '\'' || quote == '"' {
		end := p.closing(quote)
		if end < 0 {
			return nil, p.fail(start, "quote %c is not closed", quote)
		}
		q := string(quote)
		word = strings.ReplaceAll(strings.ReplaceAll(string(p.in[start+1:end]), `\`+q, q), `\\`, `\`)
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
		word = strings.TrimRightFunc(strings.ReplaceAll(string(p.in[start:p.pos]), `\,`, `,`), awsconfig.IsSpace)
	}
	if !fromFile {
		return word, nil
	}
	return Load(word, p.readFile)
}

// closing returns the index of the quote that closes the current quoted word, or -1. The first quote without a backslash before it closes the
// word. If there is none, the last quote does, so that 'C:\' needs no escape.
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

// expect parses one character and the space around it.
func (p *parser) expect(want rune) error {
	if p.space(); p.peek() != want {
		return p.unexpected("'" + string(want) + "'")
	}
	p.pos++
	p.space()
	return nil
}

func (p *parser) atEnd() bool { return p.pos >= len(p.in) }

// peek returns the current character, or -1 at the end.
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

// isBare reports whether a bare word may contain r. If begins is true, r is the first character of the word.
func isBare(r rune, begins, later bool) bool {
	switch {
	case strings.ContainsRune(`"',`, r):
		return false
	case begins:
		return r > ' ' && !strings.ContainsRune("=[{", r)
	case later:
		return r != '=' && (r > ' ' || awsconfig.IsSpace(r))
	}
	return !strings.ContainsRune("]}", r) && (r > ' ' || awsconfig.IsSpace(r))
}

func isKey(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r > 0 && strings.ContainsRune("-_.#/:", r)
}

// fail returns a syntax error for the position at.
func (p *parser) fail(at int, format string, args ...any) error {
	return text.NewSyntaxError(string(p.in[:at]), string(p.in[at:]), fmt.Sprintf(format, args...))
}

// unexpected returns a syntax error for the current character. want names what the grammar expects there.
func (p *parser) unexpected(want string) error {
	got := "the end"
	if !p.atEnd() {
		got = strconv.QuoteRune(p.peek())
	}
	return p.fail(p.pos, "expected %s, got %s", want, got)
}

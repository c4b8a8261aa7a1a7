package awsconfig

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Setting is the value of a key in a shared file, and its place.
type Setting struct {
	Value  string             // unchanged, with quotes; "\n" joins the lines of a value of several lines
	Nested map[string]Setting // the settings in the lines below a key without a value in its own line; nil for other keys
	File   string
	Line   int // the line of the key, from 1
}

// Place returns the file and the line of the setting, for a message.
func (s Setting) Place() string { return fmt.Sprintf("%s, line %d", s.File, s.Line) }

// A Section has the settings of a section by their keys in lower case.
type Section map[string]Setting

// A Titled is a section with its title, unchanged from between the brackets.
type Titled struct {
	Title    string
	Settings Section
}

// A ParseError reports a shared file that the AWS CLI can't parse. From the text of the file, the message has only titles and keys, because any
// other text may be a secret.
type ParseError struct {
	File    string
	Line    int // 0: the file as a whole
	Problem string
}

// Error returns the AWS CLI's words with the file, the line, the problem and the remedy.
func (e *ParseError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("Unable to parse config file: %s: %s", e.File, e.Problem)
	}
	return fmt.Sprintf("Unable to parse config file: %s, line %d: %s", e.File, e.Line, e.Problem)
}

// defaults is the title of the section whose settings are the defaults of every other section (Python's configparser).
const defaults = "DEFAULT"

// parse returns the sections of a shared file in their order, or a [*ParseError] for a text that the AWS CLI can't parse. The
// grammar is that of configparser.RawConfigParser of Python, with the nested settings of botocore.configloader.
func parse(file string, text []byte) ([]Titled, error) {
	p := parser{file: file, lines: map[string]int{}, common: Section{}}
	for i, line := range splitLines(string(text)) {
		p.line = i + 1
		if err := p.read(line); err != nil {
			return nil, err
		}
	}
	if err := p.end(); err != nil {
		return nil, err
	}
	for _, s := range p.titled {
		for key, setting := range p.common {
			if _, own := s.Settings[key]; !own {
				s.Settings[key] = setting
			}
		}
	}
	return p.titled, nil
}

// splitLines splits a text at LF, CR LF and CR, as Python does.
func splitLines(text string) []string {
	return strings.Split(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), "\n")
}

// IsSpace reports whether Python's str.strip removes a character and its \s matches it.
func IsSpace(r rune) bool { return unicode.IsSpace(r) || 0x1c <= r && r <= 0x1f }

type parser struct {
	file string
	line int

	titled []Titled       // the sections in the order of the file, without [DEFAULT]
	common Section        // the settings of [DEFAULT]
	lines  map[string]int // the lines of the titles

	title    string  // of the current section; "" before the first section
	settings Section // of the current section
	indent   int     // the number of blanks before the last title or key

	key   string   // the current key: a line with more blanks before it continues the value; "": no key
	at    int      // the line of the key
	value []string // the lines of its value
}

func (p *parser) error(format string, args ...any) error {
	return &ParseError{p.file, p.line, fmt.Sprintf(format, args...)}
}

// read reads one line.
func (p *parser) read(line string) error {
	if !utf8.ValidString(line) {
		return p.error("it is not UTF-8: save the file as UTF-8")
	}
	text := strings.TrimFunc(line, IsSpace)
	switch {
	case text == "":
		p.value = append(p.value, "")
		return nil
	case text[0] == '#' || text[0] == ';':
		return nil
	}
	indent := utf8.RuneCountInString(line[:strings.Index(line, text)])
	if p.key != "" && indent > p.indent {
		p.value = append(p.value, text)
		return nil
	}
	if err := p.end(); err != nil {
		return err
	}
	p.indent = indent
	if title, ok := titleOf(text); ok {
		return p.begin(title)
	}
	if p.title == "" {
		if p.line == 1 && strings.HasPrefix(text, "\ufeff") {
			return p.error("it begins with a byte order mark: save the file as UTF-8 without a byte order mark")
		}
		return p.error(`it comes before the first section: write "[default]" or "[profile NAME]" above it`)
	}
	return p.set(text)
}

// titleOf returns the text between the first and the last bracket of a line that begins a section.
func titleOf(text string) (title string, ok bool) {
	end := strings.LastIndexByte(text, ']')
	if text[0] != '[' || end < 2 {
		return "", false
	}
	return text[1:end], true
}

// begin begins a section.
func (p *parser) begin(title string) error {
	p.title, p.settings = title, p.common
	if title == defaults {
		return nil
	}
	if first := p.lines[title]; first != 0 {
		return p.error("the section [%s] is already in line %d: merge the two sections", title, first)
	}
	p.settings, p.lines[title] = Section{}, p.line
	p.titled = append(p.titled, Titled{title, p.settings})
	return nil
}

// set reads a line with a key and a value.
func (p *parser) set(text string) error {
	at := strings.IndexAny(text, "=:")
	if at < 0 {
		return p.error(`it is neither a "[section]" nor a "key = value": correct the line, or begin it with "#"`)
	}
	key := strings.TrimRightFunc(text[:at], IsSpace)
	switch {
	case key == "":
		return p.error("it has no key before the %q: write \"key = value\"", text[at:at+1])
	case strings.ContainsAny(key, "\u0130\u03a3"): // Python and Go convert these letters to lower case differently
		return p.error("its key has a letter that no key of AWS has: delete the line")
	}
	key = strings.ToLower(key)
	if first, twice := p.settings[key]; twice {
		return p.error("the key %q of [%s] is already in line %d: delete one of the two lines", key, p.title, first.Line)
	}
	p.key, p.at, p.value = key, p.line, []string{strings.TrimFunc(text[at+1:], IsSpace)}
	return nil
}

// end ends the current value, if there is one. If the first line of the value is empty and another line is not, the value consists of nested
// settings.
func (p *parser) end() error {
	if p.key == "" {
		return nil
	}
	s := Setting{Value: strings.TrimRightFunc(strings.Join(p.value, "\n"), IsSpace), File: p.file, Line: p.at}
	var nested []string
	if strings.HasPrefix(s.Value, "\n") {
		s.Nested = map[string]Setting{}
		nested = strings.FieldsFunc(s.Value, endsLine)
	}
	for _, line := range nested {
		line = strings.TrimFunc(line, IsSpace)
		if line == "" {
			continue
		}
		name, text, ok := strings.Cut(line, "=")
		if !ok {
			p.line = p.at
			return p.error(`a line below the key %q is not "key = value": correct this line, or write the value of %q after the equals sign`, p.key, p.key)
		}
		s.Nested[strings.TrimFunc(name, IsSpace)] = Setting{Value: strings.TrimFunc(text, IsSpace), File: p.file, Line: p.at}
	}
	p.settings[p.key], p.key = s, ""
	return nil
}

// endsLine reports whether Python's str.splitlines splits a text at a character.
func endsLine(r rune) bool { return strings.ContainsRune("\n\v\f\r\x1c\x1d\x1e\u0085\u2028\u2029", r) }

package awsconfig

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Setting is the value of a key in a shared file, and its place.
type Setting struct {
	Value  string             // as it stands, quotes and all; "\n" joins the lines of a value that goes on
	Nested map[string]Setting // the settings below a key that has no value of its own; nil for any other
	File   string
	Line   int // of the key, from 1
}

// Place returns where the setting stands, for a message.
func (s Setting) Place() string { return fmt.Sprintf("%s, line %d", s.File, s.Line) }

// A Section is the settings of a section, by their keys in small letters.
type Section map[string]Setting

// A Titled is a section with its title as it stands between the brackets.
type Titled struct {
	Title    string
	Settings Section
}

// A ParseError is a shared file that the AWS CLI can't parse. Its message has no text of the file but titles and keys: any other text
// might be a secret.
type ParseError struct {
	File    string
	Line    int // 0: the file as a whole
	Problem string
}

// Error names the file in the AWS CLI's words, the line, and what to write instead.
func (e *ParseError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("Unable to parse config file: %s: %s", e.File, e.Problem)
	}
	return fmt.Sprintf("Unable to parse config file: %s, line %d: %s", e.File, e.Line, e.Problem)
}

// defaults is the title of the section whose settings hold in every other section (Python's configparser).
const defaults = "DEFAULT"

// Parse returns the sections of a shared file in their order, or a [*ParseError] for a text that the AWS CLI can't parse. The
// grammar is that of configparser.RawConfigParser of Python, with the nested settings of botocore.configloader.
func Parse(file string, text []byte) ([]Titled, error) {
	p := parser{file: file, sections: map[string]*section{}}
	for i, line := range splitLines(string(text)) {
		p.line = i + 1
		if err := p.read(line); err != nil {
			return nil, err
		}
	}
	return p.finish()
}

// splitLines ends a line at LF, CR LF and CR, as Python reads a text.
func splitLines(text string) []string {
	return strings.Split(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), "\n")
}

// isSpace reports whether Python's str.strip removes a character and its \s matches it.
func isSpace(r rune) bool { return unicode.IsSpace(r) || 0x1c <= r && r <= 0x1f }

// A value is a setting whose lines are still being read.
type value struct {
	line  int
	lines []string
}

// A section is what was read of a section so far.
type section struct {
	line   int
	values map[string]*value // by key
}

type parser struct {
	file string
	line int

	titles   []string // in the order of the file
	sections map[string]*section

	title  string // of the section that is being read; "" before the first
	goesOn *value // what a line with more blanks before it goes on with; nil: nothing
	indent int    // of the last line that is a title or has a key
}

func (p *parser) error(format string, args ...any) error {
	return &ParseError{p.file, p.line, fmt.Sprintf(format, args...)}
}

// read reads one line.
func (p *parser) read(line string) error {
	if !utf8.ValidString(line) {
		return p.error("it is not UTF-8: save the file as UTF-8")
	}
	text := strings.TrimFunc(line, isSpace)
	switch {
	case text == "":
		if p.goesOn != nil {
			p.goesOn.lines = append(p.goesOn.lines, "")
		}
		return nil
	case text[0] == '#' || text[0] == ';':
		return nil
	}
	indent := utf8.RuneCountInString(line[:strings.Index(line, text)])
	if p.goesOn != nil && indent > p.indent {
		p.goesOn.lines = append(p.goesOn.lines, text)
		return nil
	}
	p.indent = indent
	if title, ok := titleOf(text); ok {
		return p.begin(title)
	}
	if p.title == "" {
		if p.line == 1 && strings.HasPrefix(text, "\ufeff") {
			return p.error("it begins with a byte order mark: save the file as UTF-8 without one")
		}
		return p.error(`it comes before the first section: write "[default]" or "[profile NAME]" above it`)
	}
	return p.set(text)
}

// titleOf returns what stands between the brackets of a section's line, up to the last bracket.
func titleOf(text string) (title string, ok bool) {
	end := strings.LastIndexByte(text, ']')
	if text[0] != '[' || end < 2 {
		return "", false
	}
	return text[1:end], true
}

// begin begins a section.
func (p *parser) begin(title string) error {
	p.title, p.goesOn = title, nil
	if first := p.sections[title]; first == nil {
		p.titles = append(p.titles, title)
		p.sections[title] = &section{p.line, map[string]*value{}}
	} else if title != defaults {
		return p.error("the section [%s] is already in line %d: make one of the two", title, first.line)
	}
	return nil
}

// set reads a line with a key and a value.
func (p *parser) set(text string) error {
	at := strings.IndexAny(text, "=:")
	if at < 0 {
		return p.error(`it is neither a "[section]" nor a "key = value": write it as one of them, or begin it with "#"`)
	}
	key := strings.TrimRightFunc(text[:at], isSpace)
	switch {
	case key == "":
		return p.error("it has no key before the %q: write \"key = value\"", text[at:at+1])
	case strings.ContainsAny(key, "\u0130\u03a3"): // which Python writes small in a way of its own
		return p.error("its key has a letter that no key of AWS has: delete the line")
	}
	key = strings.ToLower(key)
	values := p.sections[p.title].values
	if first := values[key]; first != nil {
		return p.error("the key %q of [%s] is already in line %d: delete one of the two", key, p.title, first.line)
	}
	p.goesOn = &value{p.line, []string{strings.TrimFunc(text[at+1:], isSpace)}}
	values[key] = p.goesOn
	return nil
}

// finish returns the sections, each with what [DEFAULT] adds to it.
func (p *parser) finish() ([]Titled, error) {
	common, err := p.settings(defaults)
	if err != nil {
		return nil, err
	}
	var titled []Titled
	for _, title := range p.titles {
		if title == defaults {
			continue
		}
		settings, err := p.settings(title)
		if err != nil {
			return nil, err
		}
		for key, s := range common {
			if _, own := settings[key]; !own {
				settings[key] = s
			}
		}
		titled = append(titled, Titled{title, settings})
	}
	return titled, nil
}

// settings returns the settings that stand in a section.
func (p *parser) settings(title string) (Section, error) {
	settings := Section{}
	if s := p.sections[title]; s != nil {
		for key, v := range s.values {
			setting, err := p.setting(key, v)
			if err != nil {
				return nil, err
			}
			settings[key] = setting
		}
	}
	return settings, nil
}

// setting returns a value as a setting. A value whose first line is empty, and another is not, is nested settings.
func (p *parser) setting(key string, v *value) (Setting, error) {
	s := Setting{Value: strings.TrimRightFunc(strings.Join(v.lines, "\n"), isSpace), File: p.file, Line: v.line}
	if !strings.HasPrefix(s.Value, "\n") {
		return s, nil
	}
	s.Nested = map[string]Setting{}
	for _, line := range strings.FieldsFunc(s.Value, endsLine) {
		line = strings.TrimFunc(line, isSpace)
		if line == "" {
			continue
		}
		name, text, ok := strings.Cut(line, "=")
		if !ok {
			return s, &ParseError{p.file, v.line, fmt.Sprintf(`a line below the key %q is no "key = value": write it as one, or the value of %q in its own line`, key, key)}
		}
		s.Nested[strings.TrimFunc(name, isSpace)] = Setting{Value: strings.TrimFunc(text, isSpace), File: p.file, Line: v.line}
	}
	return s, nil
}

// endsLine reports whether Python's str.splitlines ends a line at a character.
func endsLine(r rune) bool { return strings.ContainsRune("\n\v\f\r\x1c\x1d\x1e\u0085\u2028\u2029", r) }

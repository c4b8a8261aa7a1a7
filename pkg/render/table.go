package render

import (
	"bytes"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	pretty "github.com/jedib0t/go-pretty/v6/text"

	"github.com/awsidem/awsidem/pkg/text"
)

// terminalWidth is the width that the AWS CLI assumes if stdout is not a terminal.
const terminalWidth = 80

// writeTable draws the sections below each other, all as wide as the widest. A nested section has one more bar on each side
// than the section that contains it.
func writeTable(out *bytes.Buffer, title string, value any) {
	var t tableBuilder
	t.section(title, value, 0)
	sections := t.sections
	for i := range sections {
		sections[i].escape()
	}
	if width(sections) > terminalWidth {
		for i := range sections {
			sections[i].turn()
		}
	}
	full := width(sections)
	for i, section := range sections {
		bars := strings.Repeat("|", section.depth)
		for j, line := range section.draw(full - 2*section.depth) {
			if j == 0 && i > 0 {
				continue // the bottom border of the section before is this top border
			}
			out.WriteString(bars + line + bars + "\n")
		}
	}
}

// section is a part of a table. Its title and header may be empty.
type section struct {
	title  string
	depth  int
	header []string
	rows   [][]string
}

// turn turns the header and the only row of a section into two columns. It does not change other sections.
func (s *section) turn() {
	if len(s.rows) != 1 || len(s.header) == 0 {
		return
	}
	cells := s.rows[0]
	s.rows = nil
	for i := range min(len(s.header), len(cells)) {
		s.rows = append(s.rows, []string{s.header[i], cells[i]})
	}
	s.header = nil
}

// The padding of a cell, the width of padding and bar, and the width of a line's outer bars.
const (
	padLeft, padRight = "  ", " "
	cellPadding       = len(padLeft) + len(padRight) + 1
	borders           = 2
)

func width(sections []section) int {
	widest := 0
	for _, s := range sections {
		var columns []int
		for _, row := range append([][]string{s.header}, s.rows...) {
			for i, cell := range row {
				if i == len(columns) {
					columns = append(columns, 0)
				}
				columns[i] = max(columns[i], pretty.LongestLineLen(cell)+cellPadding)
			}
		}
		inner := pretty.StringWidth(s.title) + cellPadding - 1
		total := 0
		for _, column := range columns {
			total += column
		}
		widest = max(widest, max(inner, total)+borders+2*s.depth)
	}
	return widest
}

// draw returns the lines of the section, each of the given width.
func (s *section) draw(width int) []string {
	writer := table.NewWriter()
	style := table.StyleDefault
	style.Box.PaddingLeft, style.Box.PaddingRight = padLeft, padRight
	style.Format.Header = pretty.FormatDefault
	style.Format.HeaderAlign = pretty.AlignCenter
	style.Title.Align = pretty.AlignCenter
	style.Size.WidthMin = width
	rows := s.rows
	if len(s.header) == 0 && len(rows) == 0 { // the library draws no title if there is no table
		style.Format.RowAlign = pretty.AlignCenter
		rows = [][]string{{s.title}}
	} else if s.title != "" {
		writer.SetTitle("%s", s.title)
	}
	writer.SetStyle(style)
	if len(s.header) > 0 {
		writer.AppendHeader(tableRow(s.header))
	}
	for _, row := range rows {
		writer.AppendRow(tableRow(row))
	}
	return strings.Split(writer.Render(), "\n")
}

func tableRow(cells []string) table.Row {
	row := make(table.Row, len(cells))
	for i, cell := range cells {
		row[i] = cell
	}
	return row
}

// escape makes the text of a section printable, except for line breaks. It runs before the layout, because control characters have no width. A
// tab becomes four blanks.
func (s *section) escape() {
	s.title = text.Printable(s.title, "\n")
	for _, row := range append([][]string{s.header}, s.rows...) {
		for i := range row {
			row[i] = text.Printable(strings.ReplaceAll(row[i], "\t", "    "), "\n")
		}
	}
}

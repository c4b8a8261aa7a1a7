package batch

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"unicode"

	"github.com/awsidem/awsidem/pkg/text"
)

// maxLine is the length of the longest line that is read, in bytes: far more than EC2 takes as one request. The limit keeps a file that is no
// manifest out of memory.
const maxLine = 1 << 20

const byteOrderMark = "\ufeff"

// beginsObject reports whether the first character after a byte order mark and white space is a {.
func beginsObject(r io.Reader) bool {
	b := bufio.NewReader(r)
	for {
		c, _, err := b.ReadRune()
		if err != nil || string(c) != byteOrderMark && !unicode.IsSpace(c) {
			return c == '{'
		}
	}
}

// jsonLines is a manifest with one JSON object on each line. Empty lines are skipped.
type jsonLines struct {
	r    io.ReaderAt
	size int64
}

func (j jsonLines) from(at position) iter.Seq[written] {
	return func(yield func(written) bool) {
		lines := bufio.NewScanner(io.NewSectionReader(j.r, at.offset, j.size-at.offset))
		lines.Buffer(make([]byte, 0, 64<<10), maxLine)
		length := int64(0)
		lines.Split(func(data []byte, atEOF bool) (int, []byte, error) {
			advance, token, err := bufio.ScanLines(data, atEOF)
			length = int64(advance)
			return advance, token, err
		})
		for ; lines.Scan(); at.line++ {
			line := bytes.TrimSpace(lines.Bytes())
			w := written{at: at}
			if at.offset == 0 {
				line = bytes.TrimSpace(bytes.TrimPrefix(line, []byte(byteOrderMark)))
			}
			at.offset += length
			if len(line) == 0 {
				continue
			}
			at.index++
			var syntax *text.SyntaxError
			if w.value, w.err = text.ParseJSON(line); errors.As(w.err, &syntax) {
				w.err = errors.New("bad JSON: " + syntax.Short())
			}
			if !yield(w) {
				return
			}
		}
		if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
			yield(written{at: at, err: fmt.Errorf("it is longer than %d bytes", maxLine)})
		} else if err != nil {
			yield(written{at: at, err: err})
		}
	}
}

package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/awsidem/awsidem/pkg/text"
)

// Streams are the standard streams. The rules of what goes where:
//
//   - stdout has the result alone: nothing at all unless the command succeeded, or found what it prints.
//   - stderr has nothing on a clean success. A message is a line that begins with "awsidem: ", what to do about it a line
//     that begins with "hint: ".
//   - A retry, a warning and an error are one line each, whatever a server put into them: control characters are escaped.
//   - Nothing that a server sent reaches a terminal raw.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	Caught   <-chan struct{} // closed when signals, that of a reader that has gone too, no longer end the process; nil: from the start
}

// await waits until signals are caught, which takes a while in which other things can be done. Before, nothing is said or sent.
func (s Streams) await() {
	if s.Caught != nil {
		<-s.Caught
	}
}

// say prints a message of one line on stderr.
func (s Streams) say(format string, args ...any) {
	s.await()
	_, _ = fmt.Fprintln(s.Err, "awsidem: "+text.Printable(fmt.Sprintf(format, args...), ""))
}

// sayLines prints a message that may have several lines of our own making.
func (s Streams) sayLines(message string) {
	s.await()
	_, _ = fmt.Fprintln(s.Err, "awsidem: "+text.Printable(message, "\n"))
}

// hint prints what to do next, on stderr.
func (s Streams) hint(format string, args ...any) {
	s.await()
	_, _ = fmt.Fprintln(s.Err, "hint: "+text.Printable(fmt.Sprintf(format, args...), ""))
}

// result writes p, whole, to stdout; where that is a terminal, with control characters escaped.
func (s Streams) result(p []byte) error {
	s.await()
	if f, ok := s.Out.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			p = []byte(text.Printable(string(p), "\n\t"))
		}
	}
	_, err := s.Out.Write(p)
	return err
}

// debug is stderr for the debug log.
func (s Streams) debug() io.Writer { return printableWriter{s.Err} }

type printableWriter struct{ w io.Writer }

func (w printableWriter) Write(p []byte) (int, error) {
	if _, err := io.WriteString(w.w, text.Printable(string(p), "\n\t")); err != nil {
		return 0, err
	}
	return len(p), nil
}

package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/awsidem/awsidem/pkg/text"
)

// Streams are the standard streams. Their rules:
//
//   - stdout has only the result. Without a result, stdout is empty.
//   - stderr is empty on a clean success. Each message is a line that begins with "awsidem: ". A line that begins with "hint: " says
//     what to do next.
//   - A retry, a warning and an error are one line each: line breaks and other control characters in them are escaped.
//   - Control characters that a server sent never reach a terminal.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	Caught   <-chan struct{} // closed once signals, SIGPIPE included, no longer kill the process; nil if there is nothing to wait for
}

// await waits until signals are caught. Every function that writes or sends calls await first.
func (s Streams) await() {
	if s.Caught != nil {
		<-s.Caught
	}
}

// say writes a message of one line to stderr.
func (s Streams) say(format string, args ...any) {
	s.toStderr("awsidem: ", fmt.Sprintf(format, args...), "")
}

// sayLines writes a message to stderr that may have several lines.
func (s Streams) sayLines(message string) { s.toStderr("awsidem: ", message, "\n") }

// hint writes to stderr what to do next.
func (s Streams) hint(format string, args ...any) {
	s.toStderr("hint: ", fmt.Sprintf(format, args...), "")
}

// toStderr writes a message to stderr. It escapes control characters, except those in allowed.
func (s Streams) toStderr(prefix, message, allowed string) {
	s.await()
	_, _ = fmt.Fprintln(s.Err, prefix+text.Printable(message, allowed))
}

// result writes p to stdout. On a terminal, control characters are escaped.
func (s Streams) result(p []byte) error {
	s.await()
	if isTerminal(s.Out) {
		p = []byte(text.Printable(string(p), "\n\t"))
	}
	_, err := s.Out.Write(p)
	return err
}

// isTerminal reports whether w is a terminal, or another character device.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// debug returns the writer of the debug log, which is stderr.
func (s Streams) debug() io.Writer { return printableWriter{s.Err} }

// A printableWriter escapes control characters other than newlines and tabs.
type printableWriter struct{ w io.Writer }

func (w printableWriter) Write(p []byte) (int, error) {
	if _, err := io.WriteString(w.w, text.Printable(string(p), "\n\t")); err != nil {
		return 0, err
	}
	return len(p), nil
}

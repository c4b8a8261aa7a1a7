package cli

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// A progressBar is a line on a terminal that shows how many entries have ended. If the writer is not a terminal, a progressBar draws nothing.
type progressBar struct {
	w        io.Writer
	terminal bool
	total    int       // all entries
	done     int       // the entries that have ended
	start    time.Time // of the run
	drawn    time.Time // when the line was last drawn
	shown    bool      // whether the line is on the terminal
}

func newProgressBar(w io.Writer, total int, start time.Time) *progressBar {
	return &progressBar{w: w, terminal: isTerminal(w), total: total, start: start}
}

// advance counts an entry and draws the line, at most ten times a second.
func (b *progressBar) advance() {
	if !b.terminal {
		return
	}
	b.done++
	now := time.Now()
	if b.shown && now.Sub(b.drawn) < time.Second/10 && b.done < b.total {
		return
	}
	b.drawn, b.shown = now, true
	const width = 30
	full := width * b.done / b.total
	elapsed := now.Sub(b.start).Seconds()
	rate := float64(b.done) / max(elapsed, 1e-3)
	left := time.Duration(float64(b.total-b.done) / rate * float64(time.Second)).Round(time.Second)
	bar := strings.Repeat("#", full) + strings.Repeat(".", width-full)
	_, _ = fmt.Fprintf(b.w, "\r[%s] %d/%d  %.1f/s  %s left\x1b[K", bar, b.done, b.total, rate, left)
}

// clear erases the line, so that a message can take its place.
func (b *progressBar) clear() {
	if b.shown {
		_, _ = fmt.Fprint(b.w, "\r\x1b[K")
		b.shown = false
	}
}

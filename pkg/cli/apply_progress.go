package cli

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// A progress is a line on a terminal that shows how many entries have ended. It draws nothing if its writer is not a terminal.
type progress struct {
	w        io.Writer
	terminal bool
	total    int
	done     int
	start    time.Time
	drawn    time.Time
	shown    bool
}

func newProgress(w io.Writer, total int, start time.Time) *progress {
	return &progress{w: w, terminal: isTerminal(w), total: total, start: start}
}

// advance counts an entry and draws the line, at most ten times a second.
func (p *progress) advance() {
	if !p.terminal {
		return
	}
	p.done++
	now := time.Now()
	if p.shown && now.Sub(p.drawn) < time.Second/10 && p.done < p.total {
		return
	}
	p.drawn, p.shown = now, true
	const width = 30
	full := width * p.done / p.total
	elapsed := now.Sub(p.start).Seconds()
	rate := float64(p.done) / max(elapsed, 1e-3)
	left := time.Duration(float64(p.total-p.done) / rate * float64(time.Second)).Round(time.Second)
	_, _ = fmt.Fprintf(p.w, "\r[%s%s] %d/%d  %.1f/s  %s left\x1b[K", strings.Repeat("#", full), strings.Repeat(".", width-full), p.done, p.total, rate, left)
}

// clear erases the line, so that a message can take its place.
func (p *progress) clear() {
	if p.shown {
		_, _ = fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}

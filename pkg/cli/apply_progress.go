package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// A progress is one line on a terminal that says how far a run is; where there is no terminal it is nothing.
type progress struct {
	w     io.Writer
	total int
	done  int
	start time.Time
	drawn time.Time
	shown bool
}

// newProgress gives nil if w is no terminal.
func newProgress(w io.Writer, total int, start time.Time) *progress {
	f, ok := w.(*os.File)
	if !ok {
		return nil
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return &progress{w: w, total: total, start: start}
}

// advance counts an entry and draws the line, ten times a second at most.
func (p *progress) advance() {
	if p == nil {
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

// clear takes the line away, for another to be written.
func (p *progress) clear() {
	if p != nil && p.shown {
		_, _ = fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}

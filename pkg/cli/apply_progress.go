package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/awsidem/awsidem/pkg/batch"
	"github.com/awsidem/awsidem/pkg/idem"
)

// A standing counts the entries of a manifest by what the journal shows of them, whoever created them. Scripts rely on its keys.
type standing struct {
	Entries    int `json:"entries"`
	Succeeded  int `json:"succeeded"`
	Rejected   int `json:"rejected"`
	Unknown    int `json:"unknown"`
	Running    int `json:"running"`
	NotStarted int `json:"not_started"`
}

// printProgress prints the standing of a manifest.
func (a *app) printProgress(ctx context.Context, o *applyOptions, m *batch.Manifest, lanes map[batch.Lane]lane) error {
	s := standing{Entries: m.Entries}
	counts := map[string]*int{
		string(idem.Succeeded): &s.Succeeded, string(idem.NothingCreated): &s.Rejected, string(idem.OutcomeUnknown): &s.Unknown, running: &s.Running,
	}
	outcome := make([]string, m.Entries)
	run := batch.Run{
		Concurrency: o.concurrency,
		Create: func(ctx context.Context, in batch.Lane, e batch.Entry) (idem.Result, error) {
			entry := lanes[in].log.Entry(ctx, forRecord(lanes[in].place(e.Intent)))
			if past, ok := entry.Past(); ok {
				outcome[e.Index] = outcomeOf(past)
			} else if _, mismatch := entry.FirstUse(); mismatch {
				outcome[e.Index] = string(idem.NothingCreated)
			}
			return idem.Result{}, entry.Unread()
		},
		Ended: func(r batch.Result) error {
			if r.Err != nil {
				return &configError{fmt.Errorf("reading the journal: %w", r.Err)}
			}
			if count := counts[outcome[r.Index]]; count != nil {
				*count++
			} else {
				s.NotStarted++
			}
			return nil
		},
	}
	if err := run.Do(ctx, m); err != nil {
		return err
	}
	line, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return a.result(append(line, '\n'))
}

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

package journal

import (
	"context"
	"errors"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A scripted is a store and a run whose answers are given.
type scripted struct {
	store      // for the methods that no test of Wrap calls
	found      snapshot
	changed    *snapshot // what the store holds when the run begins, if somebody has changed it since
	beginErr   error
	takenErr   error
	others     []Record
	unreadable []string
	earlier    Record // the succeeded record
	contested  bool
	endErr     error

	noted []Record
	ended []ending
}

func (s *scripted) load(context.Context, idem.Intent, bool) (snapshot, run) { return s.found, s }

func (s *scripted) runs(context.Context, string) ([]Record, []string) { return s.others, s.unreadable }

func (s *scripted) begin(_ context.Context, first func(*snapshot) (Record, error)) (string, error) {
	r, err := first(nil)
	if err == nil && s.changed != nil {
		r, err = first(s.changed)
	}
	if err == nil {
		err = s.beginErr
	}
	if err != nil {
		return "", err
	}
	return namesOf(r.Intent).run(newRunID()), nil
}

func (s *scripted) checkTaken(context.Context) error { return s.takenErr }

func (s *scripted) note(r Record) error { s.noted = append(s.noted, r); return nil }

func (s *scripted) made() (Record, error) {
	if s.earlier.ClientToken == "" {
		return Record{}, errors.New("there is none")
	}
	return s.earlier, nil
}

func (s *scripted) end(_ Record, decide func(others) ending) (bool, error) {
	s.ended = append(s.ended, decide(scriptedOthers{s}))
	return s.contested, s.endErr
}

type scriptedOthers struct{ *scripted }

func (o scriptedOthers) runs() []Record  { return o.scripted.others }
func (o scriptedOthers) succeeded() bool { return o.earlier.ClientToken != "" }

// runOf returns the record of a run in the state unknown, which has ended unless it is live.
func runOf(intent idem.Intent, live bool) Record {
	r := Record{Intent: intent, Outcome: idem.OutcomeUnknown, StartedAt: now(), process: thisProcess(), file: namesOf(intent).run(newRunID())}
	if !live {
		r.FinishedAt = now()
	}
	return r
}

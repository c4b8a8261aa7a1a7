package journal

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// Each sentence of Wrap's documentation on what the caller sees, and on what is recorded.
func TestWrap(t *testing.T) {
	changed := func(change func(*idem.Intent)) Record {
		intent := intentOf("T")
		intent.Input = nil
		change(&intent)
		return runOf(intent, false)
	}
	own := func(live bool) []Record { return []Record{runOf(intentOf("T"), live)} }
	unwritten := &WriteError{Err: errors.New("the disk is full")}
	lost := &WriteError{Err: errors.New("no answer"), Uncertain: true}
	succeeded := Record{Intent: intentOf("T"), Outcome: idem.Succeeded, ResourceIDs: []string{"rtb-1"}, AnsweredAt: time.Unix(0, 0).UTC(), FinishedAt: now(), file: namesOf(intentOf("T")).finished()}
	nameless := succeeded
	nameless.ResourceIDs = nil
	misconfigured := ended(idem.NothingCreated, idem.Misconfigured)
	failed := ended(idem.Succeeded, idem.Unknown)
	const none = idem.Outcome("")

	for name, c := range map[string]struct {
		s          scripted
		keepsToken bool
		create     func() (idem.Result, error) // nil: nothing may be sent
		told       idem.Outcome
		recorded   idem.Outcome
		warnings   int
	}{
		"matched":  {scripted{}, false, matched, idem.Succeeded, idem.Succeeded, 0},
		"rejected": {scripted{}, false, rejected, idem.NothingCreated, idem.NothingCreated, 0},
		"unknown":  {scripted{}, false, unknown, idem.OutcomeUnknown, idem.OutcomeUnknown, 0},
		"strange":  {scripted{}, false, func() (idem.Result, error) { return idem.Result{}, errors.New("no outcome") }, none, idem.OutcomeUnknown, 0},

		"strange, unknown before":           {scripted{others: own(false)}, false, func() (idem.Result, error) { return idem.Result{}, errors.New("no outcome") }, none, idem.OutcomeUnknown, 0},
		"unknown, made before":              {scripted{earlier: succeeded}, false, unknown, idem.OutcomeUnknown, idem.OutcomeUnknown, 0},
		"not begun":                         {scripted{beginErr: unwritten}, false, nil, idem.NothingCreated, none, 0},
		"not begun, the answer is lost":     {scripted{beginErr: lost}, false, nil, idem.OutcomeUnknown, none, 0},
		"not begun, unknown before":         {scripted{beginErr: unwritten, found: snapshot{runs: own(false)}}, false, nil, idem.OutcomeUnknown, none, 0},
		"not begun, not read":               {scripted{beginErr: unwritten, found: snapshot{unread: unwritten}}, false, nil, idem.OutcomeUnknown, none, 0},
		"not begun, the token is kept":      {scripted{beginErr: unwritten}, true, matched, idem.Succeeded, none, 1},
		"not begun, kept, lost":             {scripted{beginErr: lost}, true, rejected, idem.NothingCreated, none, 1},
		"not begun, kept, unknown before":   {scripted{beginErr: unwritten, found: snapshot{runs: own(false)}, others: own(false)}, true, rejected, idem.OutcomeUnknown, none, 1},
		"taken, the token is kept":          {scripted{beginErr: &TakenError{ClientToken: "T"}}, true, nil, idem.OutcomeUnknown, none, 0},
		"too large, the token is kept":      {scripted{beginErr: &TooLargeError{}}, true, nil, idem.NothingCreated, none, 0},
		"matched, the end is not written":   {scripted{endErr: unwritten}, false, matched, idem.Succeeded, idem.Succeeded, 1},
		"rejected, the end is not written":  {scripted{endErr: unwritten}, false, rejected, idem.NothingCreated, idem.NothingCreated, 1},
		"rejected, contested":               {scripted{contested: true}, false, rejected, idem.OutcomeUnknown, idem.NothingCreated, 0},
		"mismatch, contested":               {scripted{contested: true}, false, mismatch, idem.NothingCreated, idem.NothingCreated, 0},
		"rejected, unknown before":          {scripted{others: own(false)}, false, rejected, idem.OutcomeUnknown, idem.OutcomeUnknown, 0},
		"mismatch, unknown before":          {scripted{others: own(false)}, false, mismatch, idem.NothingCreated, idem.NothingCreated, 0},
		"failed, unknown before":            {scripted{others: own(false)}, false, failed, idem.Succeeded, idem.Succeeded, 0},
		"rejected beside another":           {scripted{others: own(true)}, false, rejected, idem.OutcomeUnknown, idem.NothingCreated, 0},
		"rejected, other parameters":        {scripted{others: []Record{changed(func(*idem.Intent) {})}}, false, rejected, idem.OutcomeUnknown, idem.NothingCreated, 0},
		"rejected, another profile":         {scripted{others: []Record{changed(func(i *idem.Intent) { i.Profile = "q" })}}, false, rejected, idem.OutcomeUnknown, idem.NothingCreated, 0},
		"rejected, another Region":          {scripted{others: []Record{changed(func(i *idem.Intent) { i.Region = "q" })}}, false, rejected, idem.NothingCreated, idem.NothingCreated, 0},
		"rejected, another operation":       {scripted{others: []Record{changed(func(i *idem.Intent) { i.Operation = "q" })}}, false, rejected, idem.NothingCreated, idem.NothingCreated, 0},
		"rejected, another endpoint":        {scripted{others: []Record{changed(func(i *idem.Intent) { i.Endpoint = "http://q" })}}, false, rejected, idem.NothingCreated, idem.NothingCreated, 0},
		"rejected, two others":              {scripted{others: []Record{changed(func(*idem.Intent) {}), changed(func(i *idem.Intent) { i.Region = "q" })}}, false, rejected, idem.OutcomeUnknown, idem.NothingCreated, 0},
		"rejected, own is unreadable":       {scripted{unreadable: []string{namesOf(intentOf("T")).run(newRunID())}}, false, rejected, idem.OutcomeUnknown, idem.OutcomeUnknown, 0},
		"rejected, nothing is readable":     {scripted{unreadable: []string{"", "other.json"}}, false, rejected, idem.OutcomeUnknown, idem.OutcomeUnknown, 0},
		"rejected, another is unreadable":   {scripted{unreadable: []string{"other.json"}}, false, rejected, idem.OutcomeUnknown, idem.NothingCreated, 0},
		"rejected, made before":             {scripted{earlier: succeeded}, false, rejected, idem.OutcomeUnknown, idem.NothingCreated, 0},
		"rejected, made and unknown":        {scripted{earlier: succeeded, others: own(false)}, false, rejected, idem.OutcomeUnknown, idem.OutcomeUnknown, 0},
		"misconfigured, made before":        {scripted{earlier: succeeded}, false, misconfigured, idem.NothingCreated, idem.NothingCreated, 0},
		"misconfigured, unknown before":     {scripted{others: own(false)}, false, misconfigured, idem.OutcomeUnknown, idem.OutcomeUnknown, 0},
		"unsent, made before":               {scripted{earlier: succeeded}, false, unsent, idem.OutcomeUnknown, idem.NothingCreated, 0},
		"rejected, made before, without id": {scripted{earlier: nameless}, false, rejected, idem.NothingCreated, idem.NothingCreated, 0},
	} {
		t.Run(name, func(t *testing.T) {
			warnings, sent := 0, false
			entry := (&Journal{&c.s, time.Now}).Entry(t.Context(), intentOf("T"))
			result, err := Wrap(entry, idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
				if sent = true; c.create == nil {
					t.Fatal("it is sent")
				}
				return c.create()
			}), c.keepsToken, func(error) { warnings++ }).Create(t.Context(), intentOf("T"))

			told := none
			var outcome *idem.OutcomeError
			switch {
			case err == nil:
				told = idem.Succeeded
			case errors.As(err, &outcome):
				told = outcome.Outcome
			}
			if told != c.told || warnings != c.warnings || sent != (c.create != nil) || (result.ResourceID == "rtb-1") != (err == nil) {
				t.Errorf("it ends with %q, %v, %d warnings; sent %t, %+v", told, err, warnings, sent, result)
			}
			if !sent && !errors.Is(err, c.s.beginErr) {
				t.Errorf("%v is not %v", err, c.s.beginErr)
			}
			if c.recorded == none && len(c.s.ended) > 0 || c.recorded != none && (len(c.s.ended) != 1 || c.s.ended[0].last.Outcome != c.recorded) {
				t.Errorf("recorded: %+v, want %q", c.s.ended, c.recorded)
			}
			var made *MadeError
			wantMade := c.s.earlier.ResourceIDs != nil && told == idem.OutcomeUnknown && c.recorded == idem.NothingCreated
			if errors.As(err, &made) != wantMade {
				t.Errorf("%v has a MadeError: %t", err, made != nil)
			}
			if wantMade && (made.Error() != "this run created nothing, but the journal shows that an earlier run made rtb-1 with this token at 1970-01-01T00:00:00Z" || made.Err == nil) {
				t.Error(made)
			}
		})
	}
}

// The end of a run counts for the runs that died, and adds the attempts. A success removes an earlier refusal.
func TestFinish(t *testing.T) {
	dead, live := runOf(intentOf("T"), false), runOf(intentOf("T"), true)
	dead.Attempts, dead.ResourceIDs = 5, []string{"rtb-old"}
	refused := dead
	refused.Outcome, refused.ResourceIDs, refused.file = idem.NothingCreated, nil, namesOf(intentOf("T")).finished()
	for name, c := range map[string]struct {
		s        scripted
		create   func() (idem.Result, error)
		ended    int
		attempts int
		ids      []string
		drop     bool
		discard  bool
	}{
		"matched":                   {scripted{}, matched, 0, 2, []string{"rtb-1"}, false, false},
		"matched, others":           {scripted{found: snapshot{runs: []Record{dead, live}}, others: []Record{dead, live}}, matched, 1, 7, []string{"rtb-1"}, false, false},
		"matched, refused before":   {scripted{found: snapshot{finished: []Record{refused}}}, matched, 0, 2, []string{"rtb-1"}, true, false},
		"mismatch, others":          {scripted{others: []Record{dead, live}}, mismatch, 1, 1, nil, false, false},
		"unknown, others":           {scripted{others: []Record{dead, live}}, unknown, 1, 5, []string{"rtb-old"}, false, false},
		"mismatch, made before":     {scripted{earlier: dead}, mismatch, 0, 1, nil, false, true},
		"rejected, others are live": {scripted{others: []Record{live}}, rejected, 0, 1, nil, false, false},
	} {
		entry := (&Journal{&c.s, time.Now}).Entry(t.Context(), intentOf("T"))
		_, _ = Wrap(entry, idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) { return c.create() }), false, nil).Create(t.Context(), intentOf("T"))
		got := c.s.ended[0]
		if len(got.ended) != c.ended || got.last.Attempts != c.attempts || !slices.Equal(got.last.ResourceIDs, c.ids) || got.dropRejected != c.drop || got.discard != c.discard ||
			got.last.StartedAt.IsZero() || got.last.FinishedAt.Before(got.last.StartedAt) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// What EC2 answered is on record at once, unless the run has no record.
func TestAnswered(t *testing.T) {
	for name, c := range map[string]struct {
		beginErr error
		create   func() (idem.Result, error)
		noted    int
	}{
		"matched": {nil, matched, 1}, "rejected": {nil, rejected, 0}, "no record": {&WriteError{Err: errors.New("the disk is full")}, matched, 0},
	} {
		s := scripted{beginErr: c.beginErr}
		entry := (&Journal{&s, time.Now}).Entry(t.Context(), intentOf("T"))
		_ = entry.begin(t.Context())
		result, err := Answered(entry, idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) { return c.create() })).Create(t.Context(), intentOf("T"))
		want, wantErr := c.create()
		if len(s.noted) != c.noted || result.ResourceID != want.ResourceID || (err == nil) != (wantErr == nil) {
			t.Errorf("%s: noted %+v, returned %+v, %v", name, s.noted, result, err)
		}
		for _, r := range s.noted {
			if !slices.Equal(r.ResourceIDs, []string{"rtb-1"}) || r.AnsweredAt.IsZero() || r.Visible || r.Attempts != 2 {
				t.Errorf("%s: noted %+v", name, r)
			}
		}
	}
}

// A run whose intent was taken over sends nothing more.
func TestUnlessTaken(t *testing.T) {
	for name, taken := range map[string]error{"taken": &TakenError{ClientToken: "T", Late: true}, "not taken": nil} {
		s, sent := scripted{takenErr: taken}, false
		entry := (&Journal{&s, time.Now}).Entry(t.Context(), intentOf("T"))
		result, err := UnlessTaken(entry, idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
			sent = true
			return matched()
		})).Create(t.Context(), intentOf("T"))
		if sent != (taken == nil) || (result.ResourceID == "rtb-1") != sent || !errors.Is(err, taken) {
			t.Errorf("%s: sent %t, %+v, %v", name, sent, result, err)
		}
		var attempt *idem.AttemptError
		if taken != nil && (!errors.As(err, &attempt) || attempt.Verdict != idem.Rejected ||
			attempt.Message != "this process stood still for so long that another run took the create of token T over: it sends nothing more") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

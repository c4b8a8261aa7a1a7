package journal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/awsidem/awsidem/pkg/dynamodb"
	"github.com/awsidem/awsidem/pkg/idem"
)

// If a record does not fit into an item, the create is refused before anything is sent, also if the token outlives the process.
func TestTooLarge(t *testing.T) {
	var r recorder
	j := newTable(t)(r.record)
	intent := intentOf("T")
	intent.Input["UserData"] = strings.Repeat("x", dynamodb.MaxSize)
	_, err := Wrap(j.NewEntry(intent), idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
		t.Error("it was sent")
		return matched()
	}), true, func(err error) { t.Error(err) }).Create(t.Context(), intent)
	var (
		large   *TooLargeError
		outcome *idem.OutcomeError
	)
	if !errors.As(err, &large) || !errors.As(err, &outcome) || outcome.Outcome != idem.NothingCreated || len(r.take()) > 0 {
		t.Errorf("it ends with %v", err)
	}
}

// An intent that may begin can also end, with a thousand resources and after a run that was killed.
func TestRoomForEnd(t *testing.T) {
	many := idem.Result{Attempts: 1}
	for i := range 1000 {
		many.ResourceIDs = append(many.ResourceIDs, fmt.Sprintf("i-%017d", i))
	}
	open := newTable(t)
	attempt := func(padding int) error {
		j, intent := open(nil), intentOf(fmt.Sprintf("T%d", padding))
		intent.Input["UserData"] = strings.Repeat("x", padding)
		for _, outcome := range []func() (idem.Result, error){unknown, func() (idem.Result, error) { return many, nil }} {
			if err := j.Entry(t.Context(), intent).begin(t.Context()); err != nil { // this run never ends
				return err
			}
			entry := j.Entry(t.Context(), intent)
			answered := Answered(entry, idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) { return outcome() }))
			_, _ = Wrap(entry, answered, false, func(err error) { t.Errorf("with %d bytes: %v", padding, err) }).Create(t.Context(), intent)
		}
		return nil
	}
	var large *TooLargeError
	if err := attempt(dynamodb.MaxSize); !errors.As(err, &large) {
		t.Fatalf("a create that is too large: %v", err)
	}
	most := dynamodb.MaxSize - (large.Size - large.Limit)
	const tolerance = 16 // a time without a fraction of a second is shorter
	if err := attempt(most + tolerance); !errors.As(err, &large) {
		t.Errorf("a create that is slightly too large: %v", err)
	}
	if err := attempt(most - tolerance); err != nil {
		t.Errorf("a create that is not too large: %v", err)
	}
}

// If an open intent is too large for another run, its outcome stays unknown, also if the token outlives the process.
func TestTooLargeForResume(t *testing.T) {
	var outcome *idem.OutcomeError
	opened := &Entry{past: Record{Outcome: idem.OutcomeUnknown}}
	if err := refusal(opened, &WriteError{Err: &TooLargeError{}}, true); !errors.As(err, &outcome) || outcome.Outcome != idem.OutcomeUnknown {
		t.Errorf("it ends with %v", err)
	}
}

// An item of a later version is neither overwritten nor ignored.
func TestLaterVersion(t *testing.T) {
	j := newTable(t)(nil)
	runOnce(t, j, intentOf("T"), unknown)
	table := j.store.(*table)
	run := table.newRun(intentOf("T"), namesOf(intentOf("T")))
	client, err := table.connect()
	if err == nil {
		err = run.read(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	run.item["version"] = dynamodb.Number(2)
	if err := client.Put(t.Context(), table.Name, run.item, dynamodb.Condition{}); err != nil {
		t.Fatal(err)
	}
	_, problems, err := j.Records(t.Context())
	if err != nil || len(problems) != 1 || !strings.Contains(problems[0].Error(), `version "2"`) {
		t.Errorf("Records: %v, %v", problems, err)
	}
	other := intentOf("T") // the item of the later version may show that this intent is a mismatch
	other.Input = nil
	for _, intent := range []idem.Intent{intentOf("T"), other} {
		var unwritten *WriteError
		if err := j.Entry(t.Context(), intent).begin(t.Context()); !errors.As(err, &unwritten) {
			t.Errorf("begin with %v: %v", intent.Input, err)
		}
	}
}

// decodeItem returns an error for an item that this package does not write.
func TestBrokenItem(t *testing.T) {
	client := dynamodb.New(dynamodb.Config{})
	made := Record{Intent: intentOf("T"), Outcome: idem.Succeeded, ResourceIDs: []string{"rtb-1"}, StartedAt: now(), FinishedAt: now()}
	for name, test := range map[string]struct {
		change func(dynamodb.Item)
		want   string // in the error; "" if there is none
	}{
		"none":           {func(dynamodb.Item) {}, ""},
		"another token":  {func(i dynamodb.Item) { i[keyToken] = dynamodb.String("U") }, "another intent"},
		"another intent": {func(i dynamodb.Item) { i["input"] = dynamodb.String("{}") }, "another intent"},
		"bad parameters": {func(i dynamodb.Item) { i["input"] = dynamodb.String("{") }, "parameters"},
		"a run in a state": {func(i dynamodb.Item) {
			i["rejected"] = dynamodb.String(strings.Replace(i.Text("succeeded"), "FinishedAt", "Other", 1))
		}, "incomplete"},
		"no record":    {func(i dynamodb.Item) { delete(i, "succeeded") }, "not a record"},
		"version 0":    {func(i dynamodb.Item) { i["version"] = dynamodb.Number(0) }, `version "0"`},
		"version -1":   {func(i dynamodb.Item) { i["version"] = dynamodb.Number(-1) }, `version "-1"`},
		"no rev":       {func(i dynamodb.Item) { delete(i, "rev") }, "no rev"},
		"no version":   {func(i dynamodb.Item) { delete(i, "version") }, `version ""`},
		"a broken run": {func(i dynamodb.Item) { i["runs"] = dynamodb.Value{M: dynamodb.Item{"x": {}}} }, "not a record"},
	} {
		item, err := new(table).encode(client, content{intent: made.Intent, finished: map[idem.Outcome]Record{idem.Succeeded: made}}, "rev")
		if err != nil {
			t.Fatal(err)
		}
		test.change(item)
		c, err := decodeItem(client, item, "p")
		if err == nil && (test.want != "" || !slices.Equal(c.finished[idem.Succeeded].ResourceIDs, made.ResourceIDs)) || err != nil && (test.want == "" || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
}

// An item without unknown runs has the time after which DynamoDB may remove the item, by DynamoDB's clock. An item with unknown runs has none.
func TestKeep(t *testing.T) {
	var store fakeClock
	store.pass(3 * time.Hour)
	j := newTable(t)(func(c *dynamodb.Config) { c.HTTP = dated(c.HTTP, store.now) })
	table := j.store.(*table)
	table.Keep = 24 * time.Hour
	runOnce(t, j, intentOf("made"), matched)
	runOnce(t, j, intentOf("open"), unknown)
	for token, want := range map[string]bool{"made": true, "open": false} {
		run := table.newRun(intentOf(token), namesOf(intentOf(token)))
		if err := run.read(t.Context()); err != nil {
			t.Fatal(err)
		}
		expires, err := strconv.ParseInt(run.item.Text(ExpiresAttribute), 10, 64)
		if got := err == nil; got != want || got && time.Unix(expires, 0).Sub(store.now().Add(table.Keep)).Abs() > time.Minute {
			t.Errorf("%s: %v", token, run.item)
		}
	}
}

package render

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// WriteList prints the same as Write, for any number of parts.
func TestWriteList(t *testing.T) {
	for _, count := range []int{0, 1, partSize - 1, partSize, partSize + 1, 2 * partSize, 2*partSize + 3} {
		items := []any{}
		for i := range count {
			items = append(items, map[string]any{
				"Token": fmt.Sprintf("a: [%d]\n- <&>", i), "Id": nil, "Ids": []any{}, "Input": map[string]any{"Vpc": "no", "Tags": []any{map[string]any{"Key": "a"}}}, "Attempts": i,
			})
		}
		for _, format := range Formats() {
			var want, got bytes.Buffer
			if err := Write(&want, format, "Title", map[string]any{"Intents": items}); err != nil {
				t.Fatal(err)
			}
			if err := WriteList(&got, format, "Title", "Intents", each(items, nil)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.String(), got.String()); diff != "" {
				t.Errorf("%d items as %s:\n%s", count, format, diff)
			}
		}
	}
}

// WriteList holds one part in memory, and ends with the error of an item.
func TestWriteListParts(t *testing.T) {
	broken := errors.New("broken")
	for _, format := range Formats() {
		var longest int
		count := 0
		w := writerFunc(func(p []byte) (int, error) {
			longest = max(longest, len(p))
			count++
			return len(p), nil
		})
		items := make([]any, 10*partSize)
		for i := range items {
			items[i] = map[string]any{"Token": "a"}
		}
		err := WriteList(w, format, "Title", "Intents", each(items, broken))
		if !errors.Is(err, broken) || longest > 100*partSize || (count > 0) == (format == Table || format == Off) {
			t.Errorf("%s: %v; %d writes, the longest of %d bytes", format, err, count, longest)
		}
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// each returns the items, and an error after them unless it is nil.
func each(items []any, end error) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
		if end != nil {
			yield(nil, end)
		}
	}
}

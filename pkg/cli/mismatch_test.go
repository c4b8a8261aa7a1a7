package cli

import (
	"context"
	"slices"
	"testing"

	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
)

// A mismatch is explained, too, if the first use of the token had no parameters, or if its record has lost them.
func TestExplainMismatchWithoutParameters(t *testing.T) {
	log := journal.Open(t.TempDir())
	first := idem.Intent{Operation: "CreateIpam", ClientToken: "T", Region: "eu-west-1"}
	creator := idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) { return idem.Result{ResourceID: "ipam-1"}, nil })
	if _, err := journal.Wrap(log.Entry(t.Context(), first), creator, true, func(err error) { t.Error(err) }).Create(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	second := first
	second.Input = map[string]any{"Description": "d"}
	entry := log.Entry(t.Context(), second)
	lines := explainMismatch(entry, second, mismatchOnRecord(entry, second))
	if !slices.Contains(lines, "  --description was not given, is now d") {
		t.Errorf("explainMismatch: %q", lines)
	}
}

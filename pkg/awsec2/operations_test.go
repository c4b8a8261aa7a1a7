package awsec2

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awsidem/awsidem/pkg/idem"
)

var update = flag.Bool("update", false, "write testdata/operations.txt")

// What awsidem makes of the table is in testdata/operations.txt, for a person to review. After a change of the table, run
// go test ./pkg/awsec2 -run TestOperationsListing -update.
func TestOperationsListing(t *testing.T) {
	const golden = "testdata/operations.txt"
	var b strings.Builder
	b.WriteString("# Written by go test ./pkg/awsec2 -run TestOperationsListing -update: what follows from the table in operations.go and from the SDK's types.\n")
	title := ""
	for _, op := range Operations() {
		if op.Group != title {
			title = op.Group
			fmt.Fprintf(&b, "\n## %s\n", title)
		}
		writeOperation(&b, op)
	}
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("%s is not what the table says; review the difference and run with -update:\n%s", golden, diff)
	}
}

// writeOperation writes what a user notices of an operation.
func writeOperation(b *strings.Builder, op Operation) {
	line := func(label, format string, args ...any) {
		fmt.Fprintf(b, "  %-9s "+format+"\n", append([]any{label}, args...)...)
	}
	fmt.Fprintf(b, "\n%s\n", op.Name)
	line("does", "%s", op.Summary)
	line("requires", "%s", orNone(strings.Join(op.Required(), " ")))
	line("id", "%s, as in %s", op.IDPath(), orNone(op.IDPrefix))
	if op.Many {
		line("count", "%s", orNone(op.declared.count))
	}
	line("agrees", "%s", orNone(strings.Join(op.Agree, " ")))
	finds := op.Describe + " by " + orNone(strings.Join(op.listed.ids, " and "))
	if op.declared.parent != "" {
		finds += " in " + op.declared.parent
	}
	line("finds", "%s", finds)
	ensures := "no: the operation takes no tags"
	if op.Taggable {
		ensures = "tag of " + op.ResourceType() + ", found by DescribeTags"
		if op.declared.documented&byTag != 0 {
			ensures = "tag of " + op.ResourceType() + ", found by filter"
		}
	}
	line("--ensure", "%s", ensures)
	waits := "visible"
	if op.WaitsUntilUsable() {
		waits = "usable"
	}
	line("--wait", "%s", waits)
	if op.State == "" {
		return
	}
	states := map[idem.Readiness][]string{}
	for _, state := range statesOf(op) {
		states[op.readiness(state)] = append(states[op.readiness(state)], state)
	}
	for _, r := range []idem.Readiness{idem.Usable, idem.Pending, idem.Failed, idem.Gone} {
		if len(states[r]) > 0 {
			line(r.String(), "%s", strings.Join(states[r], " "))
		}
	}
}

func orNone(text string) string {
	if strings.TrimSpace(text) == "" {
		return "-"
	}
	return text
}

// statesOf returns the values that the SDK has for an operation's state; where the state is a plain string, those of AWS's documentation.
func statesOf(op Operation) []string {
	kind := op.listed.kind
	for _, name := range strings.Split(op.State, ".") {
		f, _ := kind.FieldByName(name)
		kind = f.Type
		if kind.Kind() == reflect.Pointer {
			kind = kind.Elem()
		}
	}
	values, isEnum := reflect.Zero(kind).Type().MethodByName("Values")
	if !isEnum {
		return strings.Fields(map[string]string{
			"ExportImageTask": "active completed deleting deleted", "ImportImageTask": "active completed deleting deleted",
			"ImportSnapshotTask": "active completed error deleting deleted", "ImageUsageReport": "pending available failed", "FlowLog": "ACTIVE",
			"ReservedInstancesModification": "processing fulfilled failed",
		}[op.listed.kind.Name()])
	}
	var states []string
	list := values.Func.Call([]reflect.Value{reflect.Zero(kind)})[0]
	for i := range list.Len() {
		states = append(states, list.Index(i).String())
	}
	return states
}

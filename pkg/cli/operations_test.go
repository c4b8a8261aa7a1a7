package cli

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/sandbox"
)

// The tests of this file hold for each operation. Each operation has a subtest of its own name.

func forEachOperation(t *testing.T, test func(t *testing.T, op awsec2.Operation)) {
	t.Helper()
	t.Parallel()
	for _, op := range awsec2.Operations() {
		t.Run(op.Name, func(t *testing.T) { test(t, op) })
	}
}

// ids returns the ids of all resources, and fails the test unless the run printed them and there are as many as a sample asks for.
func (w *world) ids(t *testing.T, op awsec2.Operation, r run) []string {
	t.Helper()
	var ids []string
	for _, resource := range w.Resources() {
		ids = append(ids, resource.ID)
		for part := range strings.SplitSeq(resource.ID, ":") { // of a launch template's version
			if !strings.Contains(r.stdout, part) {
				t.Errorf("%s made %s, printed\n%s", op.Name, resource.ID, r.stdout)
			}
		}
	}
	if n := len(ids); n != sampleCount(op) && op.Name != "" {
		t.Fatalf("made %q\n%s", ids, r.stderr)
	}
	return ids
}

// A create waits until its resources are usable, or only visible where the operation's default says so. The same key returns the same resources.
// Other parameters under the key are a mismatch: by the journal before anything is sent, by EC2 without the journal.
func TestOperationCreates(t *testing.T) {
	const lag = 40 * time.Second
	forEachOperation(t, func(t *testing.T, op awsec2.Operation) {
		inFakeTime(t, sandbox.Config{StateLag: lag}, func(t *testing.T, w *world, awsidem func(int, ...string) run) {
			input, key := sampleInput(op), []string{"--idempotency-key", "k"}
			r := awsidem(exitOK, createFrom(op, input, key...)...)
			ids := w.ids(t, op, r)
			atOnce := slices.Contains([]string{"CreateCapacityReservationDateChangeQuote", "CreateVpcEndpointConnectionNotification", "CreateFlowLogs"}, op.Name)
			if waited := r.elapsed >= lag; waited != (op.WaitsUntilUsable() && !atOnce) { // the sandbox knows no pending state of these
				t.Errorf("ended after %s", r.elapsed)
			}
			if list := awsidem(exitOK, "journal", "list", "--query", "Intents[].[Outcome, ResourceIds[]][]"); !sameJSON(t, list.stdout, []any{"succeeded", ids}) {
				t.Errorf("on record: %s, made %q", list.stdout, ids)
			}

			again := awsidem(exitOK, createFrom(op, input, key...)...)
			if w.ids(t, op, again); len(w.Resources()) != len(ids) || again.stderr != "" {
				t.Errorf("again: made %d\n%s", len(w.Resources()), again.stderr)
			}

			sent := len(w.sent())
			other := createFrom(op, otherInput(t, op, input), key...)
			refused := awsidem(exitMismatch, other...)
			refused.says(t, `^awsidem: An error occurred \(IdempotentParameterMismatch\) when calling the `+op.Name+` operation: `, `^awsidem: nothing was sent`)
			if len(w.sent()) != sent || refused.stdout != "" {
				t.Errorf("sent %d, printed %s", len(w.sent())-sent, refused.stdout)
			}
			refused = awsidem(exitMismatch, append(other, "--no-journal")...)
			refused.says(t, `^awsidem: An error occurred \(IdempotentParameterMismatch\) when calling the `+op.Name+` operation: `)
			if len(w.sent()) != sent+1 || refused.stdout != "" || len(w.Resources()) != len(ids) {
				t.Errorf("sent %d, made %d, printed %s", len(w.sent())-sent, len(w.Resources()), refused.stdout)
			}
		})
	})
}

// sameJSON reports whether a text is the JSON of a value.
func sameJSON(t *testing.T, text string, want any) bool {
	t.Helper()
	var got any
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return string(document(got)) == string(document(want))
}

// If an answer is lost, the create repeats its token: there is one resource. If the process ends while it waits for an answer, resume finishes
// the create.
func TestOperationFinishes(t *testing.T) {
	forEachOperation(t, func(t *testing.T, op awsec2.Operation) {
		faults := sandbox.MustFaults("lost-response:"+op.Name, "hang-after:"+op.Name)
		inFakeTime(t, sandbox.Config{Faults: faults, VisibilityLag: 3 * time.Second}, func(t *testing.T, w *world, _ func(int, ...string) run) {
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			timer := time.AfterFunc(10*time.Second, func() { cancel(Interrupt{syscall.SIGTERM}) })
			defer timer.Stop()
			dir := memoryDir(t)
			create := createFrom(op, sampleInput(op))
			secret := holdsSecret(idem.Intent{Operation: op.Name, Input: sampleInput(op)}) // no record keeps a password
			hint := `^hint: .*awsidem resume [-0-9a-f]{36}$`
			if secret {
				hint = `^hint: .*run its own command again, with --client-token [-0-9a-f]{36} or`
			}
			r := w.runRecorded(ctx, dir, create...)
			r.says(t, `^awsidem: the outcome is unknown: `, hint)
			made := len(w.Resources())
			if r.code != 143 || r.stdout != "" || made == 0 || len(w.sent()) != 2 {
				t.Fatalf("exit code %d, made %d, sent %d\n%s%s", r.code, made, len(w.sent()), r.stdout, r.stderr)
			}
			finish := []string{"resume", w.sent()[0]}
			if secret {
				finish = append(create, "--client-token", w.sent()[0])
			}
			r = w.runRecorded(t.Context(), dir, finish...)
			if w.ids(t, op, r); r.code != exitOK || len(w.Resources()) != made || len(slices.Compact(slices.Sorted(slices.Values(w.sent())))) != 1 {
				t.Errorf("resume: exit code %d, made %d, sent %q\n%s", r.code, len(w.Resources()), w.sent(), r.stderr)
			}
		})
	})
}

// Where a resource can fail, its create ends with 255, EC2's reason and the resource printed.
func TestOperationFails(t *testing.T) {
	forEachOperation(t, func(t *testing.T, op awsec2.Operation) {
		fault, err := sandbox.ParseFault("failed-state:" + op.Name)
		if err != nil {
			t.Skip(err)
		}
		inFakeTime(t, sandbox.Config{Faults: []sandbox.Fault{fault}, StateLag: time.Minute}, func(t *testing.T, w *world, awsidem func(int, ...string) run) {
			r := awsidem(exitOther, createFrom(op, sampleInput(op), "--idempotency-key", "k", "--wait-for", "usable")...)
			w.ids(t, op, r)
			r.says(t, `^awsidem: .* was created, but its state is `, `^hint: (delete the `+op.Noun+`; )?its key or token is used up`)
		})
	})
}

// --ensure makes one resource at an endpoint that ignores tokens, wherever the operation takes tags. Elsewhere it is refused.
func TestOperationEnsures(t *testing.T) {
	forEachOperation(t, func(t *testing.T, op awsec2.Operation) {
		faults := sandbox.MustFaults("lost-response:" + op.Name)
		inFakeTime(t, sandbox.Config{Faults: faults, IgnoreTokens: true}, func(t *testing.T, w *world, awsidem func(int, ...string) run) {
			input := sampleInput(op)
			create := createFrom(op, input, "--idempotency-key", "k", "--ensure")
			if !op.Taggable {
				r := awsidem(exitUsage, create...)
				if r.says(t, `^awsidem: --ensure finds a resource by its tag, and [a-z-]+ takes no tags: leave out --ensure$`); len(w.sent()) > 0 || r.stdout != "" {
					t.Errorf("sent %d, printed %s", len(w.sent()), r.stdout)
				}
				return
			}
			for range 2 {
				r := awsidem(exitOK, create...)
				if w.ids(t, op, r); strings.Contains(r.stderr, "warning") {
					t.Error(r.stderr)
				}
			}
			if len(w.sent()) != 1 {
				t.Errorf("sent %d", len(w.sent()))
			}
			r := awsidem(exitMismatch, createFrom(op, otherInput(t, op, input), "--idempotency-key", "k", "--ensure")...)
			if r.stdout != "" || len(w.sent()) != 1 {
				t.Errorf("sent %d, printed %s", len(w.sent()), r.stdout)
			}
		})
	})
}

// What --generate-cli-skeleton prints is accepted once its members have values.
func TestOperationSkeleton(t *testing.T) {
	forEachOperation(t, func(t *testing.T, op awsec2.Operation) {
		inFakeTime(t, sandbox.Config{}, func(t *testing.T, w *world, awsidem func(int, ...string) run) {
			skeleton := awsidem(exitOK, createFrom(op, nil, "--generate-cli-skeleton")...).stdout
			var input map[string]any
			if err := json.Unmarshal([]byte(skeleton), &input); err != nil {
				t.Fatal(err)
			}
			filled("", input)
			delete(input, "DryRun")
			r := awsidem(exitOK, createFrom(op, input)...)
			if n := len(w.Resources()); n == 0 || n > 1 && !op.Many {
				t.Errorf("made %d\n%s", n, r.stderr)
			}
		})
	})
}

// One manifest has all operations.
func TestOperationsApplied(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	manifest, want := filepath.Join(dir, "all.jsonl"), 0
	var lines []byte
	for _, op := range awsec2.Operations() {
		entry := document(map[string]any{"operation": op.Name, "idempotency_key": op.Name, "input": sampleInput(op)})
		lines, want = append(append(lines, entry...), '\n'), want+1
	}
	if err := os.WriteFile(manifest, lines, 0o600); err != nil {
		t.Fatal(err)
	}
	inFakeTime(t, sandbox.Config{StateLag: 10 * time.Second}, func(t *testing.T, w *world, awsidem func(int, ...string) run) {
		r := awsidem(exitOK, "apply", "-f", manifest)
		if n := strings.Count(r.stdout, `"outcome":"succeeded"`); n != want {
			t.Errorf("%d of %d succeeded\n%s%s", n, want, r.stdout, r.stderr)
		}
		made := len(w.Resources())
		w.ids(t, awsec2.Operation{}, r)
		awsidem(exitOK, "apply", "-f", manifest)
		if len(w.Resources()) != made {
			t.Errorf("again: made %d more", len(w.Resources())-made)
		}
	})
}

// RequestSpotFleet has its token in a structure. The token is taken from there, from --client-token or from beside an entry's input.
func TestNestedClientToken(t *testing.T) {
	op, _ := awsec2.LookupOperation("RequestSpotFleet")
	nested := sampleInput(op)
	nested[op.Nested].(map[string]any)["ClientToken"] = "nested"
	manifest := filepath.Join(t.TempDir(), "manifest.jsonl")
	entry := document(map[string]any{"operation": op.Name, "client_token": "beside", "input": nested})
	if err := os.WriteFile(manifest, entry, 0o600); err != nil {
		t.Fatal(err)
	}
	inFakeTime(t, sandbox.Config{}, func(t *testing.T, w *world, awsidem func(int, ...string) run) {
		awsidem(exitOK, createFrom(op, nested)...)
		awsidem(exitOK, createFrom(op, sampleInput(op), "--client-token", "flag")...)
		awsidem(exitUsage, createFrom(op, nested, "--idempotency-key", "k")...)
		if want := []string{"nested", "flag"}; !slices.Equal(w.sent(), want) {
			t.Errorf("sent %q, want %q", w.sent(), want)
		}
		awsidem(exitUsage, "apply", "-f", manifest).says(t, `line 1: input: the client token must be in "client_token"`)
	})
}

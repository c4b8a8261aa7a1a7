package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/awsidem/awsidem/pkg/sandbox"
)

// manifest writes a manifest with a number of entries, and returns the file's name.
func manifest(t *testing.T, entries int) string {
	t.Helper()
	var b strings.Builder
	for i := range entries {
		operation := []string{"create-route-table", "create-network-acl"}[i%2]
		fmt.Fprintf(&b, `{"operation":%q,"input":{"VpcId":%q},"idempotency_key":"entry-%d"}`+"\n", operation, sandbox.DefaultVPC, i)
	}
	name := filepath.Join(t.TempDir(), "manifest.jsonl")
	if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// Several machines work on one manifest: each entry is sent to EC2 by one of them, and all of them print all resources.
func TestApplyOfFleet(t *testing.T) {
	const machines, entries = 3, 60
	f := newFleet(t, machines, time.Minute, newMachine(t, nil))
	name := manifest(t, entries)
	var (
		applies sync.WaitGroup
		printed [machines]map[string]string
	)
	for i := range machines {
		applies.Go(func() {
			code, stdout, stderr := runToEnd(t, f.on(i, "apply", "-f", name, "--concurrency", "4"))
			if code != 0 {
				t.Errorf("apply ends with %d\n%s", code, stderr)
			}
			printed[i] = resourcesOf(t, stdout)
		})
	}
	applies.Wait()
	for i := range machines {
		if len(printed[i]) != entries || !maps.Equal(printed[i], printed[0]) {
			t.Errorf("machine %d prints %d entries, and machine 0 %d, or others", i, len(printed[i]), len(printed[0]))
		}
	}
	if _, creates, _ := f.endpoint.count(); creates != entries {
		t.Errorf("%d requests to create something for %d entries", creates, entries)
	}
	f.exactlyOnce(t)
}

// resourcesOf returns the resources by token that apply printed.
func resourcesOf(t *testing.T, stdout string) map[string]string {
	t.Helper()
	resources := map[string]string{}
	for line := range strings.Lines(stdout) {
		var r struct{ Client_token, Resource_id, Outcome string } //nolint:revive // as they are printed
		if err := json.Unmarshal([]byte(line), &r); err != nil || r.Outcome != "succeeded" {
			t.Errorf("%v: %s", err, line)
		}
		resources[r.Client_token] = r.Resource_id
	}
	return resources
}

// Machines that work on one manifest are killed one after the other. The last machine takes over the entries that they had begun.
func TestApplyOfFleetKilled(t *testing.T) {
	const entries = 120
	var requests atomic.Int64
	gate := make(chan struct{}) // after half of the entries, requests wait until gate is closed
	slow := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(10 * time.Millisecond) // so that creates are in flight at a kill
			if requests.Add(1) > entries/2 {
				select {
				case <-gate:
				case <-r.Context().Done(): // or the end of the test would wait for the handler
				}
			}
			next.ServeHTTP(w, r)
		})
	}
	f := newFleet(t, 4, shortLease, newMachine(t, slow, "lost-response:CreateRouteTable=0.1", "unavailable:CreateNetworkAcl=0.1", "throttling:CreateRouteTable=0.05"))
	name := manifest(t, entries)
	var applies []*exec.Cmd
	for i := range 3 {
		cmd := f.on(i, "apply", "-f", name, "--concurrency", "4")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = cmd.Process.Kill() }) // it may have ended
		applies = append(applies, cmd)
	}
	for i, victim := range applies[:2] {
		await(t, "enough creates", func() bool { _, creates, _ := f.endpoint.count(); return creates >= 20*(i+1) })
		_ = victim.Process.Kill() // it may have ended
		_ = victim.Wait()
	}
	code, stdout, stderr := runToEnd(t, f.on(3, "apply", "-f", name, "--progress"))
	var progress struct{ Entries, Running, Not_started int } //nolint:revive // as they are printed
	if err := json.Unmarshal([]byte(stdout), &progress); err != nil || code != 0 || progress.Entries != entries || progress.Running+progress.Not_started == 0 {
		t.Errorf("progress: exit %d, %v\n%s%s", code, err, stdout, stderr)
	}
	close(gate)
	if err := waitFor(t, applies[2]); err != nil {
		t.Errorf("the last apply: %v", err)
	}
	code, stdout, stderr = runToEnd(t, f.on(3, "apply", "-f", name, "--progress"))
	if want := fmt.Sprintf(`{"entries":%d,"succeeded":%d,"rejected":0,"unknown":0,"running":0,"not_started":0}`+"\n", entries, entries); code != 0 || stdout != want {
		t.Errorf("progress: exit %d\n%s%s", code, stdout, stderr)
	}
	f.exactlyOnce(t)
	if records := f.list(t); len(records) != entries {
		t.Errorf("%d records of %d entries", len(records), entries)
	}
}

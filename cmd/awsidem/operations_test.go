package main

import (
	"encoding/json"
	"maps"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/sandbox"
	"github.com/awsidem/awsidem/pkg/shape"
)

// A real process for each operation is killed with SIGKILL after EC2 has applied its create and before the answer arrives. One resume finishes the
// creates: each has its own resources, once. pkg/cli tests the rest of what holds for each operation, without processes.
func TestKillOfEachOperation(t *testing.T) {
	operations := awsec2.Operations()
	var faults []string
	for _, op := range operations {
		faults = append(faults, "hang-after:"+op.Name)
	}
	m := newMachine(t, nil, faults...)
	running := map[string]*exec.Cmd{}
	for _, op := range operations {
		cmd := m.command(shape.FlagName(op.Name), "--cli-input-json", minimalInput(t, op), "--client-token", op.Name)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		running[op.Name] = cmd
		if len(running) == 4 {
			m.killAll(t, running)
		}
	}
	m.killAll(t, running)
	// No record keeps a password, so the create that takes one is finished by its own command.
	const withPassword = "CreateDelegateMacVolumeOwnershipTask"
	op, _ := awsec2.LookupOperation(withPassword)
	if code, _, stderr := m.run(t, shape.FlagName(op.Name), "--cli-input-json", minimalInput(t, op), "--client-token", op.Name); code != 0 {
		t.Errorf("%s: exit %d\n%s", op.Name, code, stderr)
	}
	if code, _, stderr := m.run(t, "resume", "--all"); code != 0 {
		t.Errorf("resume --all: exit %d\n%s", code, stderr)
	}
	made := map[string][]string{}
	for _, r := range m.box.Resources() {
		made[r.ClientToken] = append(made[r.ClientToken], r.ID)
	}
	onRecord := m.list(t)
	for _, r := range onRecord {
		if r.Outcome != "succeeded" || len(r.ResourceIds) == 0 || !slices.Equal(r.ResourceIds, made[r.Operation]) {
			t.Errorf("%s is on record as %s, %q; made is %q", r.Operation, r.Outcome, r.ResourceIds, made[r.Operation])
		}
	}
	if len(onRecord) != len(operations) || len(made) != len(operations) {
		t.Errorf("%d operations, %d on record, %d made something", len(operations), len(onRecord), len(made))
	}
}

// killAll kills each process once EC2 has applied its create.
func (m *machine) killAll(t *testing.T, running map[string]*exec.Cmd) {
	t.Helper()
	for start := time.Now(); len(running) > 0; time.Sleep(time.Millisecond) {
		for _, r := range m.box.Resources() {
			if cmd := running[r.ClientToken]; cmd != nil {
				_ = cmd.Process.Kill()
				if err := cmd.Wait(); cmd.ProcessState.Exited() {
					t.Errorf("%s ended by itself: %v", r.ClientToken, err)
				}
				delete(running, r.ClientToken)
			}
		}
		if time.Since(start) > patience {
			t.Fatalf("no create of %v arrives within %s", slices.Sorted(maps.Keys(running)), patience)
		}
	}
}

// minimalInput returns the smallest input that EC2 accepts of an operation, as JSON.
func minimalInput(t *testing.T, op awsec2.Operation) string {
	t.Helper()
	input := op.Minimal(func(member string) string {
		if member == "VpcId" {
			return sandbox.DefaultVPC
		}
		return "some-" + member
	})
	template := map[string]any{"LaunchTemplateId": "lt-0123456789abcdef0"}
	switch op.Name { // EC2 requires more than the SDK's validation
	case "CreateFleet":
		input["LaunchTemplateConfigs"] = []any{map[string]any{"LaunchTemplateSpecification": template}}
	case "CreateLaunchTemplateVersion":
		input["LaunchTemplateId"] = template["LaunchTemplateId"]
	}
	data, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// onSmallDisk puts the journal on a file system of its own, of some pages.
func (m *machine) onSmallDisk(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); errors.Is(err, syscall.EPERM) {
		t.Skip("mounting a small disk: ", err)
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	m.journal = filepath.Join(dir, "journal")
	m.env = append(m.env, "AWSIDEM_JOURNAL="+m.journal)
	return dir
}

// fill writes a file until the disk is full.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
}

// unwritable holds the behaviour of a journal that can't be written: exit 253 before anything is sent, if the token was
// generated; a warning, if it was given or derived.
func (m *machine) unwritable(t *testing.T, why string) {
	t.Helper()
	requests, made := m.requests(), len(m.box.Resources())
	code, stdout, stderr := m.run(t, createArgs()...)
	if code != 253 || stdout != "" || m.requests() != requests {
		t.Errorf("with a generated token: exit %d after %d requests\n%s%s", code, m.requests()-requests, stdout, stderr)
	}
	if !strings.Contains(stderr, "awsidem: the journal can't be written: ") || !strings.Contains(stderr, why) || !strings.Contains(stderr, "nothing was created") || !strings.Contains(stderr, "\nhint: ") {
		t.Errorf("it says %q", stderr)
	}
	for i, flag := range []string{"--client-token", "--idempotency-key"} {
		code, stdout, stderr := m.run(t, createArgs(flag, "a/"+why)...)
		if code != 0 || len(m.box.Resources()) != made+i+1 || !strings.Contains(stdout, "rtb-") {
			t.Errorf("with %s: exit %d, made %d\n%s%s", flag, code, len(m.box.Resources())-made, stdout, stderr)
		}
		if !strings.HasPrefix(stderr, "awsidem: warning: the journal can't be written: ") || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, why) {
			t.Errorf("with %s it says %q", flag, stderr)
		}
	}
	if code, _, stderr := m.run(t, createArgs("--no-journal")...); code != 0 || stderr != "" {
		t.Errorf("with --no-journal: exit %d\n%s", code, stderr)
	}
}

// A full disk.
func TestFullDisk(t *testing.T) {
	m := newMachine(t, nil)
	dir := m.onSmallDisk(t)
	if code, _, stderr := m.run(t, createArgs("--client-token", "before")...); code != 0 || stderr != "" {
		t.Fatalf("exit %d\n%s", code, stderr)
	}
	fill(t, filepath.Join(dir, "full"))
	m.unwritable(t, "no space left on device")
	if records := m.list(t); len(records) != 1 || records[0].Outcome != "succeeded" {
		t.Errorf("on record: %+v", records)
	}
	if left := m.files(t, "tmp"); len(left) > 0 {
		t.Errorf("in tmp/: %v", left)
	}

	// It fills while the create is under way, in the middle of a line: the create succeeds all the same, and is unknown on record
	// until it is resumed.
	info, err := os.Stat(filepath.Join(dir, "full"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(dir, "full"), info.Size()-4096); err != nil { // for one record
		t.Fatal(err)
	}
	var tags []string // as many as make a line longer than half of that
	for i := range 10 {
		tags = append(tags, fmt.Sprintf("{Key=%d,Value=%s}", i, strings.Repeat("x", 250)))
	}
	code, stdout, stderr := m.run(t, createArgs("--tag-specifications", "ResourceType=route-table,Tags=["+strings.Join(tags, ",")+"]")...)
	if code != 0 || !strings.Contains(stdout, "rtb-") || !strings.HasPrefix(stderr, "awsidem: warning: the journal can't be written: ") || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, "; the record stays open until a resume") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	if records := m.list(t); len(records) != 2 || records[1].Outcome != "unknown" {
		t.Errorf("on record: %+v", records)
	}
	if err := os.Remove(filepath.Join(dir, "full")); err != nil {
		t.Fatal(err)
	}
	made := len(m.box.Resources())
	if code, again, stderr := m.run(t, "resume", "--all"); code != 0 || again != stdout || stderr != "" || len(m.box.Resources()) != made {
		t.Errorf("resume: exit %d, made %d\n%s%s", code, len(m.box.Resources())-made, again, stderr)
	}
	if records := m.list(t); len(records) != 2 || records[1].Outcome != "succeeded" {
		t.Errorf("on record: %+v", records)
	}
}

// A read-only disk.
func TestReadOnlyDisk(t *testing.T) {
	m := newMachine(t, nil, "lost-response:CreateRouteTable=x1")
	dir := m.onSmallDisk(t)
	if code, _, stderr := m.run(t, createArgs("--max-attempts", "1")...); code != 75 {
		t.Fatalf("exit %d\n%s", code, stderr)
	}
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	m.unwritable(t, "read-only file system")
	if code, stdout, stderr := m.run(t, "resume", "--all"); code != 0 || !strings.Contains(stdout, "rtb-") || strings.Count(stderr, "awsidem: warning: the journal can't be written: ") != 1 {
		t.Errorf("resume: exit %d\n%s%s", code, stdout, stderr)
	}
	if code, _, stderr := m.run(t, "journal", "prune", "--older-than", "0s"); code != 0 || stderr != "" { // there is nothing to remove
		t.Errorf("prune: exit %d\n%s", code, stderr)
	}
	if records := m.list(t); len(records) != 1 || records[0].Outcome != "unknown" {
		t.Errorf("on record: %+v", records)
	}
}

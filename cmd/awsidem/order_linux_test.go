package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awsidem/awsidem/pkg/awstest"
)

// What was asked for is on disk before the first byte leaves, and what became of it before the process ends: seen from outside,
// by the system calls on the journal's files and the connections to the endpoint.
func TestOrderOnDiskAndWire(t *testing.T) {
	if _, err := exec.LookPath("strace"); err != nil {
		if awstest.ClientsRequired() {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	m := newMachine(t, nil)
	m.env = append(m.env, "AWSIDEM_NO_WAIT=true") // or there could be a second connection, to Describe
	want := []string{
		"write tmp/RECORD", "fsync tmp/RECORD", "rename tmp/RECORD unknown/RECORD", "fsync unknown",
		"connect",
		"write unknown/RECORD", "fsync unknown/RECORD", "rename unknown/RECORD succeeded/RECORD", "fsync succeeded", "link succeeded/RECORD tokens/TOKEN",
	}
	// The first create makes the folders, too: each of them is synced into the one above before a record relies on it.
	folders := []string{"mkdir .", "fsync ..", "mkdir tmp", "fsync .", "mkdir unknown", "fsync .", "mkdir succeeded", "fsync .", "mkdir rejected", "fsync .", "mkdir tokens", "fsync ."}
	if diff := cmp.Diff(slices.Concat(folders, want), m.trace(t, createArgs()...)); diff != "" {
		t.Error("the first create:", diff)
	}
	if diff := cmp.Diff(want, m.trace(t, createArgs()...)); diff != "" {
		t.Error("the second create:", diff)
	}
	if got := m.trace(t, "resume", "--all"); len(got) > 0 {
		t.Error("a resume of nothing:", got)
	}
	if got := m.trace(t, createArgs("--dry-run")...); !slices.Equal(got, []string{"connect"}) {
		t.Error("a dry run:", got)
	}
}

var (
	systemCall = regexp.MustCompile(`^(\d+) +(\w+)\((.*)`)
	resumed    = regexp.MustCompile(`^(\d+) +<\.\.\. (\w+) resumed>(.*)`)
	tokenFile  = regexp.MustCompile(`tokens/[0-9a-f]{32}\.json`)
	recordFile = regexp.MustCompile(`[0-9a-f]{32}-[0-9a-f]{32}\.[a-z0-9.]*|record\.json\.[0-9]+`)
)

// trace runs awsidem and returns, in their order, its successful system calls that change the journal, and its connections to
// the endpoint: a connection counts when it begins, any other call when it has ended.
func (m *machine) trace(t *testing.T, args ...string) []string {
	t.Helper()
	log := filepath.Join(t.TempDir(), "strace")
	cmd := m.command(args...)
	self := cmd.Path
	cmd = exec.Command("strace", append([]string{
		"-f", "-y", "-s", "16", "-o", log, "-e", "signal=none",
		"-e", "trace=write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,connect,open,openat,truncate,ftruncate", self,
	}, args...)...)
	cmd.Env = m.env
	if code, _, stderr := runToEnd(t, cmd); code != 0 {
		t.Fatalf("exit %d\n%s", code, stderr)
	}
	f, err := os.Open(log)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var events []string
	begun := map[string]string{} // what a thread's call has of its arguments
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := lines.Text()
		if call := resumed.FindStringSubmatch(line); call != nil {
			line = begun[call[1]] + call[3]
		} else if strings.HasSuffix(line, "<unfinished ...>") {
			if call := systemCall.FindStringSubmatch(line); call != nil {
				begun[call[1]] = strings.TrimSuffix(line, "<unfinished ...>")
				if event := m.connection(call[2], line); event != "" {
					events = append(events, event)
				}
			}
			continue
		} else if call := systemCall.FindStringSubmatch(line); call != nil {
			if event := m.connection(call[2], line); event != "" {
				events = append(events, event)
			}
		}
		call := systemCall.FindStringSubmatch(line)
		if call == nil || strings.Contains(line, ") = -1 ") {
			continue
		}
		if event := m.change(call[2], call[3]); event != "" {
			events = append(events, event)
		}
	}
	return events
}

func (m *machine) connection(call, line string) string {
	_, port, _ := strings.Cut(strings.TrimPrefix(m.url(), "http://"), ":")
	if call == "connect" && strings.Contains(line, "htons("+port+")") {
		return "connect"
	}
	return ""
}

func (m *machine) url() string {
	for _, variable := range m.env {
		if url, ok := strings.CutPrefix(variable, "AWS_ENDPOINT_URL_EC2="); ok {
			return url
		}
	}
	return ""
}

var quotedPath = regexp.MustCompile(`["<](/[^">]*)[">]`)

// change returns a call that changes the journal, with paths within it.
func (m *machine) change(call, args string) string {
	switch call {
	case "open", "openat": // the file that it makes is nothing yet
		return ""
	}
	var paths []string
	for _, match := range quotedPath.FindAllStringSubmatch(args, -1) {
		path, err := filepath.Rel(m.journal, match[1])
		if err == nil && (path == ".." || !strings.HasPrefix(path, "..")) {
			paths = append(paths, tokenFile.ReplaceAllString(recordFile.ReplaceAllString(path, "RECORD"), "tokens/TOKEN"))
		}
	}
	if len(paths) == 0 {
		return ""
	}
	for _, suffix := range []string{"at2", "at", "64"} {
		call = strings.TrimSuffix(call, suffix)
	}
	return strings.Join(append([]string{strings.TrimPrefix(call, "p")}, paths...), " ")
}

package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/awsidem/awsidem/pkg/awstest"
	"github.com/awsidem/awsidem/pkg/sandbox"
)

// What awsidem exec passes on to the real AWS CLI is as without exec, byte for byte: streams, exit codes, a pager at a terminal, Ctrl-C.
func TestPassedOn(t *testing.T) {
	awstest.SkipUnlessRequired(t)
	dir := t.TempDir()
	if err := os.Symlink(awstest.CLI(), dir+"/aws"); err != nil {
		t.Fatal(err)
	}
	for name, command := range map[string][]string{
		"identity":   {"aws", "sts", "get-caller-identity"},
		"describe":   {"sh", "-c", `aws ec2 describe-vpcs --output table --endpoint-url "$URL"`},
		"error":      {"aws", "s3", "ls"},
		"version":    {"aws", "--version"},
		"usage":      {"aws", "ec2", "create-vpc"},
		"nothing":    {"aws"},
		"help":       {"aws", "ec2", "create-route-table", "help"},
		"stdin":      {"sh", "-c", `echo '{}' | aws ec2 describe-vpcs --cli-input-json file:///dev/stdin --endpoint-url "$URL"`},
		"pager":      {"script", "-qec", `aws ec2 describe-vpcs --output text --endpoint-url "$URL"`, "/dev/null"},
		"Ctrl-C":     {"sh", "-c", `exec aws ec2 describe-route-tables --endpoint-url "$URL"`},
		"background": {"sh", "-c", `aws ec2 describe-vpcs --endpoint-url "$URL" & wait $!`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var ends []passed
			for _, prefix := range [][]string{nil, {"awsidem", "exec", "--"}} {
				group := make(chan int, 1)
				m := newMachine(t, func(next http.Handler) http.Handler {
					return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						body, _ := io.ReadAll(r.Body) // what is cut off is passed on as it is
						r.Body = io.NopCloser(bytes.NewReader(body))
						if bytes.Contains(body, []byte("Action=DescribeRouteTables")) {
							select {
							case id := <-group:
								interrupt(r.Context(), t, id)
							case <-r.Context().Done(): // a second request
							}
							<-r.Context().Done()
						}
						next.ServeHTTP(w, r)
					})
				})
				for _, variable := range m.env {
					if url, ok := strings.CutPrefix(variable, "AWS_ENDPOINT_URL_EC2="); ok {
						m.env = append(m.env, "AWS_ENDPOINT_URL="+url, "URL="+url, "AWS_DEFAULT_REGION=us-east-1") // as older ones need it
					}
				}
				m.env = append(m.env, "PATH="+dir+":"+os.Getenv("PATH"), "PAGER=cat", "AWS_PAGER=sed s/^/paged:/")
				ends = append(ends, run(t, m.env, group, append(prefix, command...)))
			}
			if ends[0] != ends[1] {
				t.Errorf("without exec:\n%+v\nwith it:\n%+v", ends[0], ends[1])
			}
			if name == "Ctrl-C" && ends[0].code != 130 {
				t.Errorf("it was not interrupted: %+v", ends[0])
			}
			if name == "describe" && !strings.Contains(ends[0].stdout, sandbox.DefaultVPC) {
				t.Errorf("the sandbox was not asked: %+v", ends[0])
			}
			if name == "pager" {
				t.Logf("%.40q", ends[0].stdout) // version 1 has none
			}
		})
	}
}

// interrupt sends SIGINT to a process group until the context of its request ends. Python can miss a signal that arrives just before Python begins
// to wait, so there is a second one.
func interrupt(ctx context.Context, t *testing.T, group int) {
	again := time.NewTicker(20 * time.Second)
	defer again.Stop()
	for n := 1; ; n++ {
		if err := syscall.Kill(-group, syscall.SIGINT); err != nil {
			t.Error(err)
		}
		select {
		case <-again.C:
			t.Logf("the command goes on after %d SIGINT", n)
		case <-ctx.Done():
			return
		}
	}
}

// A passed command is how one ended.
type passed struct {
	code           int // 128 and the signal if one killed it
	stdout, stderr string
}

// run runs a command in a process group of its own, and sends the group's id to group.
func run(t *testing.T, env []string, group chan<- int, args []string) passed {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.Command("env", args...) // env finds it on its own PATH
	cmd.Env, cmd.Stdout, cmd.Stderr = env, &stdout, &stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	group <- cmd.Process.Pid
	_ = waitFor(t, cmd) // ProcessState has the exit code
	code := cmd.ProcessState.ExitCode()
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		code = 128 + int(status.Signal())
	}
	// The endpoint's port is that of the machine.
	for _, variable := range env {
		if url, ok := strings.CutPrefix(variable, "AWS_ENDPOINT_URL_EC2="); ok {
			return passed{code, strings.ReplaceAll(stdout.String(), url, "URL"), strings.ReplaceAll(stderr.String(), url, "URL")}
		}
	}
	return passed{code, stdout.String(), stderr.String()}
}

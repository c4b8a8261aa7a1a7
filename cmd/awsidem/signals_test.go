package main

import (
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func waitArrived(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	deadline := time.After(patience)
	for {
		requests, changed := of(ts).endpoint.next()
		if requests >= want {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			ts.Fatalf("%d of %d requests have arrived", requests, want)
		}
	}
}

func waitSeen(ts *testscript.TestScript, _ bool, args []string) {
	pattern, deadline := regexp.MustCompile(args[0]), time.Now().Add(patience)
	for {
		data, _ := os.ReadFile(ts.MkAbs(args[1])) // it may not be there yet
		if pattern.Match(data) {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%s has no match for %s:\n%s", args[1], args[0], data)
		}
		time.Sleep(time.Millisecond)
	}
}

func background(ts *testscript.TestScript) *exec.Cmd {
	commands := ts.BackgroundCmds()
	if len(commands) != 1 {
		ts.Fatalf("%d commands are in the background", len(commands))
	}
	of(ts).background = commands[0]
	return commands[0]
}

func sendSignal(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(background(ts).Process.Signal(signalNamed(args[0])))
}

func signalNamed(name string) os.Signal {
	return map[string]os.Signal{"INT": os.Interrupt, "TERM": syscall.SIGTERM, "QUIT": syscall.SIGQUIT, "KILL": os.Kill}[name]
}

func pester(ts *testscript.TestScript, _ bool, args []string) {
	process, deadline := background(ts).Process, time.Now().Add(patience)
	open := func() (*os.File, error) { return os.OpenFile(ts.MkAbs(args[0]), os.O_WRONLY|syscall.O_NONBLOCK, 0) } // fails without a reader
	fifo, err := open()
	for ; err != nil; fifo, err = open() {
		if time.Now().After(deadline) {
			ts.Fatalf("nobody reads %s: %v", args[0], err)
		}
		time.Sleep(time.Millisecond)
	}
	defer func() { _ = fifo.Close() }() // nothing was written
	sent := os.Interrupt
	if len(args) > 1 {
		sent = signalNamed(args[1])
	}
	for count := 0; ; count++ {
		switch err := process.Signal(sent); {
		case errors.Is(err, os.ErrProcessDone) && count < 2:
			ts.Fatalf("the first signal ended it")
		case errors.Is(err, os.ErrProcessDone):
			return
		case time.Now().After(deadline):
			ts.Fatalf("%d signals did not end it", count)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func checkExited(ts *testscript.TestScript, _ bool, args []string) {
	expect(ts, "exit code", of(ts).background.ProcessState.ExitCode(), args[0])
}

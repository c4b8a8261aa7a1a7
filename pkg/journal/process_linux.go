package journal

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"sync"
)

// startOf returns the boot and the tick in which a process started, "" if there is no such process. See field 22 of proc_pid_stat(5).
func startOf(pid int) string {
	state, start := stat(pid)
	if state == "" {
		return ""
	}
	boot, _ := os.ReadFile("/proc/sys/kernel/random/boot_id") // without the boot the tick alone identifies the start
	return strings.TrimSpace(string(boot)) + "/" + start
}

// exists reports whether the process exists and has not ended.
func exists(pid int) bool {
	state, _ := stat(pid)
	return state != "" && state != "Z" // a zombie has ended
}

// stat returns the state and the start time of a process; "" for both if there is no such process.
func stat(pid int) (state, start string) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", ""
	}
	_, rest, _ := bytes.Cut(data[bytes.LastIndexByte(data, ')')+1:], []byte(" ")) // the name in parentheses may hold anything
	fields := strings.Fields(string(rest))
	if len(fields) < 20 {
		return "", ""
	}
	return fields[0], fields[19]
}

// machine returns a string that identifies this machine, its boot, and the PID namespace of this process. If a run has the same string, the
// kernel knows whether the run's process lives. machine returns "" if /proc can't be read.
var machine = sync.OnceValue(func() string {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	namespace, linkErr := os.Readlink("/proc/self/ns/pid")
	if err != nil || linkErr != nil {
		return ""
	}
	return strings.TrimSpace(string(boot)) + "/" + namespace
})

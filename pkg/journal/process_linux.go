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

// machine identifies this machine and the PID namespace of this process, until the machine starts anew. A process of the same machine can
// be asked of the kernel.
var machine = sync.OnceValue(func() string {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	namespace, linkErr := os.Readlink("/proc/self/ns/pid")
	if err != nil || linkErr != nil {
		return ""
	}
	return strings.TrimSpace(string(boot)) + "/" + namespace
})

package journal

import (
	"os"
	"sync"
)

// A process is one run of awsidem, so that the records of those that died can be told from those that still run.
type process struct {
	Host  string
	PID   int    `json:"Pid"`
	Start string `json:",omitempty"` // when it started, as the system has it: tells it from a later one with its number
}

var thisProcess = sync.OnceValue(func() process {
	host, _ := os.Hostname() // "" is as good as any if it can't be known
	return process{Host: host, PID: os.Getpid(), Start: startOf(os.Getpid())}
})

// alive reports whether the process runs on this machine. One of another machine that shares the folder counts as dead:
// nothing can be known of it, and sending its intent again is right in any case.
func (p process) alive() bool {
	host, _ := os.Hostname()
	return p.PID > 0 && p.Host == host && exists(p.PID) && p.Start == startOf(p.PID)
}

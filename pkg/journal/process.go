package journal

import (
	"os"
	"sync"
)

// A process identifies the process of a run, so that a reader can tell a live run from a dead one.
type process struct {
	Host  string
	PID   int    `json:"Pid"`
	Start string `json:",omitempty"` // the start time as the system has it: a later process may have the same PID
}

var thisProcess = sync.OnceValue(func() process {
	host, _ := os.Hostname() // a host without a name is ""
	return process{Host: host, PID: os.Getpid(), Start: startOf(os.Getpid())}
})

// alive reports whether the process runs on this machine. A process of another machine counts as dead: its state is not known here. If it is
// alive and the intent is sent again, EC2 takes the token once.
func (p process) alive() bool {
	host, _ := os.Hostname()
	return p.PID > 0 && p.Host == host && exists(p.PID) && p.Start == startOf(p.PID)
}

package cli

// An applyError reports a run of apply in which not all entries succeeded.
type applyError struct {
	err     error // the error that ended the run early; nil if all entries were tried
	code    int
	again   string // the command line that continues the run
	refused bool   // every failed entry was refused: the manifest has to be corrected before the command is run again
	useless bool   // every failed entry created a resource that failed or is incomplete: the same command would find the same resources
}

func (e *applyError) Error() string {
	if e.err == nil {
		return "not all entries succeeded"
	}
	return e.err.Error()
}

func (e *applyError) Unwrap() error { return e.err }

// hint returns what to run next.
func (e *applyError) hint() string {
	switch {
	case e.useless:
		return "delete what failed, complete what EC2 created only in part, and give those entries new keys: their own are used up"
	case e.refused:
		return "correct the rejected entries, then run the same command again, which creates nothing twice: " + e.again
	}
	return "to continue, run the same command again: " + e.again
}

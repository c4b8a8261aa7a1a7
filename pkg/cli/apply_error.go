package cli

// An applyError reports a run of apply in which not all entries succeeded.
type applyError struct {
	err     error // the error that ended the run early; nil if all entries were tried
	code    int
	again   string // the command line that continues the run
	refused bool   // every failed entry was refused: the manifest has to be corrected before the command is run again
	useless bool   // every failed entry created something that failed or is incomplete: the same command would find the same
}

func (e *applyError) Error() string {
	if e.err == nil {
		return "not all entries succeeded"
	}
	return e.err.Error()
}

func (e *applyError) Unwrap() error { return e.err }

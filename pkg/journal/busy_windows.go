package journal

import (
	"errors"
	"math/rand/v2"
	"time"

	"golang.org/x/sys/windows"
)

// retryBusy calls do again, for up to two seconds, while do fails because a file is open elsewhere. Windows does not rename, replace or remove
// an open file. Other runs of the intent, lists of the journal and virus scanners open its files for some milliseconds.
func retryBusy(do func() error) error {
	end := time.Now().Add(2 * time.Second)
	for wait := time.Millisecond; ; wait = min(2*wait, 100*time.Millisecond) {
		err := do()
		if !isBusy(err) || time.Now().After(end) {
			return err
		}
		time.Sleep(wait/2 + rand.N(wait)) // #nosec G404 -- spreads the attempts of processes
	}
}

// isBusy reports whether an error of a file operation can mean that the file is open. See
// https://learn.microsoft.com/windows/win32/fileio/creating-and-opening-files. MoveFileEx returns ERROR_ACCESS_DENIED if the new name is that of
// an open file. Other functions return it for a file whose removal waits until the file is closed.
func isBusy(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_ACCESS_DENIED)
}

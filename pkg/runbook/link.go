package runbook

import (
	"errors"
	"io"
	"os"
)

// Link makes a file that runs the same program as another file: a symbolic link, or a copy if the system does not make or follow the link.
// Windows permits symbolic links only to administrators and in Developer Mode. A hard link is no alternative: it needs the same volume, and
// Windows does not remove the link while the program runs.
func Link(program, path string) error {
	if os.Symlink(program, path) == nil {
		if _, err := os.Stat(path); err == nil {
			return nil
		}
		// Wine makes no link and returns no error. A policy can keep Windows from following a link.
		_ = os.Remove(path) // fails if there is no link
	}
	return copyProgram(program, path)
}

func copyProgram(program, path string) error {
	from, err := os.Open(program) // #nosec G304 -- this program
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }()                                    // nothing was written
	to, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o700) // #nosec G302,G304 -- a program must be executable
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Close())
}

//go:build !windows

package journal

import (
	"errors"
	"io/fs"
	"syscall"
)

// readFile reads a small file. Unlike os.ReadFile it waits for no pipe, and it makes the least system calls: a list reads every
// file of the journal.
func readFile(path string) ([]byte, error) {
	fd, err := retry(func() (int, error) {
		return syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0)
	})
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	defer func() { _ = syscall.Close(fd) }() // it was only read
	data := make([]byte, 0, 2048)
	for {
		n, err := retry(func() (int, error) { return syscall.Read(fd, data[len(data):cap(data)]) })
		if err != nil {
			return nil, &fs.PathError{Op: "read", Path: path, Err: err}
		}
		if data = data[:len(data)+n]; len(data) < cap(data) { // a file gives all that it has
			return data, nil
		}
		data = append(data, 0)[:len(data)]
	}
}

// retry calls f again where a signal came in between.
func retry(f func() (int, error)) (int, error) {
	for {
		n, err := f()
		if !errors.Is(err, syscall.EINTR) {
			return n, err
		}
	}
}

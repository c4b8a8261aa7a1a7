package identity

import (
	"fmt"
	"io"
	"io/fs"
	"os"
)

// maxFile is the limit of a file's size in bytes. Files of tokens and bundles of certificates are much smaller.
const maxFile = 16 << 20

// readFile returns the content of a file. It refuses a named pipe, which may never have a writer, and a file of more than maxFile bytes,
// such as /dev/zero.
func readFile(file string) ([]byte, error) {
	if info, err := os.Stat(file); err == nil && info.Mode()&fs.ModeNamedPipe != 0 {
		return nil, fmt.Errorf("%q is a pipe: write its content to a file", file)
	}
	f, err := os.Open(file) // #nosec G304 -- the user names the file
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("%q has more than %d MiB: name another file", file, maxFile>>20)
	}
	return data, err
}

// readToken returns the content of a file that is read once for each request for credentials. It refuses a pipe, whose content can be read
// only once, and a device.
func readToken(file string) ([]byte, error) {
	if info, err := os.Stat(file); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%q is not a regular file: write the token to a regular file", file)
	}
	return readFile(file)
}

package awstest

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"regexp"
	"testing"
)

// Moto starts moto's server for a test and returns its URL. The server takes seconds to start: Moto skips the test unless
// AWSIDEM_REQUIRE_CLIENTS is 1 and Python has moto.
func Moto(t *testing.T) string {
	t.Helper()
	SkipUnlessRequired(t)
	if err := exec.CommandContext(t.Context(), Python(), "-c", "import moto.server").Run(); err != nil {
		t.Skipf("%s has no moto", Python())
	}
	cmd := exec.CommandContext(t.Context(), Python(), "-m", "moto.server", "-H", "127.0.0.1", "-p", "0")
	cmd.Env = append(os.Environ(), "PYTHONUNBUFFERED=1")
	stderr, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }) // it ends by the kill
	running := regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		if url := running.FindString(lines.Text()); url != "" {
			go func() { _, _ = io.Copy(io.Discard, stderr) }() // a full pipe would stop the server
			return url
		}
	}
	t.Fatal("moto does not start")
	return ""
}

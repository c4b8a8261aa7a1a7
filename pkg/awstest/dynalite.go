package awstest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// WantsDynalite reports whether tests of dynalite run: AWSIDEM_DYNALITE names its folder, or ClientsRequired reports true.
func WantsDynalite() bool { return os.Getenv("AWSIDEM_DYNALITE") != "" || ClientsRequired() }

// Dynalite returns the URL of dynalite, or skips the test if WantsDynalite reports false.
func Dynalite(t testing.TB) string {
	t.Helper()
	if !WantsDynalite() {
		t.Skip("AWSIDEM_DYNALITE=node_modules/dynalite runs this test")
	}
	url, err := StartDynalite()
	if err != nil {
		t.Fatal(err)
	}
	return url
}

// StartDynalite returns the URL of dynalite. The first call starts the server, which ends with this process.
func StartDynalite() (url string, err error) {
	server, err := dynalite()
	return server.url, err
}

var (
	dynalite = sync.OnceValues(startDynalite)
	tables   atomic.Int64
)

// A dynaliteServer ends when its stdin is closed.
type dynaliteServer struct {
	url   string
	stdin io.Closer // without this reference, the garbage collector would close it
}

func startDynalite() (server dynaliteServer, err error) {
	folder := os.Getenv("AWSIDEM_DYNALITE")
	if folder == "" {
		return server, errors.New("AWSIDEM_DYNALITE does not name the folder of dynalite: node_modules/dynalite")
	}
	cmd := exec.Command("node", "-e", `process.stdin.resume().on("end", () => process.exit());
		const server = require(process.argv[1])({createTableMs: 0});
		server.keepAliveTimeout = 0; // or a request may arrive on an idle connection as the server closes the connection
		server.listen(0, "127.0.0.1", () => console.log("http://127.0.0.1:" + server.address().port))`, folder)
	cmd.Stderr = os.Stderr
	if server.stdin, err = cmd.StdinPipe(); err != nil {
		return server, err
	}
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return server, err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	server.url = strings.TrimSpace(line)
	return server, err
}

// TableName returns the name of a table that no other test of this process uses.
func TableName() string { return fmt.Sprintf("journal-%d", tables.Add(1)) }

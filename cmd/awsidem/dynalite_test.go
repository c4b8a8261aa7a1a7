package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// errNoDynalite is the error of dynalite if AWSIDEM_DYNALITE is not set.
var errNoDynalite = errors.New("AWSIDEM_DYNALITE does not name the folder of dynalite: node_modules/dynalite")

// dynalite starts a server of DynamoDB that others wrote, once for all tests, and returns its URL. The server ends when its stdin is closed,
// and so with this process.
var dynalite = sync.OnceValues(func() (url string, err error) {
	folder := os.Getenv("AWSIDEM_DYNALITE")
	if folder == "" {
		return "", errNoDynalite
	}
	cmd := exec.Command("node", "-e", `process.stdin.resume().on("end", () => process.exit());
		const server = require(process.argv[1])({createTableMs: 0});
		server.keepAliveTimeout = 0; // or a request may arrive on an idle connection as the server closes the connection
		server.listen(0, "127.0.0.1", () => console.log("http://127.0.0.1:" + server.address().port))`, folder)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return "", err
	}
	dynaliteStdin.Store(&stdin)
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return "", err
	}
	url, err = bufio.NewReader(stdout).ReadString('\n')
	return strings.TrimSpace(url), err
})

var (
	dynaliteStdin atomic.Pointer[io.WriteCloser] // a finalizer must not close it
	tables        atomic.Int64
)

// newTableName returns a name that no other test of this process uses.
func newTableName() string { return fmt.Sprintf("journal-%d", tables.Add(1)) }

// requireDynalite returns the URL of dynalite. Without AWSIDEM_DYNALITE it skips the test, or fails it if AWSIDEM_REQUIRE_CLIENTS is 1.
func requireDynalite(t *testing.T) string {
	t.Helper()
	url, err := dynalite()
	switch {
	case errors.Is(err, errNoDynalite) && os.Getenv("AWSIDEM_REQUIRE_CLIENTS") != "1":
		t.Skip(err)
	case err != nil:
		t.Fatal(err)
	}
	return url
}

// scriptCondition is the condition "[dynalite]" of scripts.
func scriptCondition(name string) (bool, error) {
	if name != "dynalite" {
		return false, fmt.Errorf("unknown condition %q", name)
	}
	_, err := dynalite()
	if errors.Is(err, errNoDynalite) && os.Getenv("AWSIDEM_REQUIRE_CLIENTS") != "1" {
		return false, nil
	}
	return err == nil, err
}

// nameTable is the script command "table": it points the environment at dynalite, and sets TABLE to the name of a table that is not made yet,
// and JOURNAL to its URL.
func nameTable(ts *testscript.TestScript, _ bool, _ []string) {
	url, err := dynalite()
	ts.Check(err)
	ts.Setenv("AWS_ENDPOINT_URL_DYNAMODB", url)
	ts.Setenv("TABLE", newTableName())
	ts.Setenv("JOURNAL", "dynamodb://"+ts.Getenv("TABLE"))
}

// callDynamoDB is the script command "dynamodb ACTION FILE": a request of somebody else's. Variables in the file are expanded.
func callDynamoDB(ts *testscript.TestScript, _ bool, args []string) {
	body := os.Expand(ts.ReadFile(args[1]), ts.Getenv)
	req, err := http.NewRequest(http.MethodPost, ts.Getenv("AWS_ENDPOINT_URL_DYNAMODB"), strings.NewReader(body)) //nolint:noctx // the script's time limit ends it
	ts.Check(err)
	req.Header.Set("Content-Type", "application/x-amz-json-1.0")
	req.Header.Set("X-Amz-Target", "DynamoDB_20120810."+args[0])
	req.Header.Set("X-Amz-Date", "20240122T000000Z")
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=other/20240122/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	ts.Check(err)
	if resp.StatusCode != http.StatusOK {
		ts.Fatalf("%s: %s\n%s", args[0], resp.Status, answer)
	}
}

package journal

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/awsidem/awsidem/pkg/dynamodb"
)

// dynalite is an implementation of DynamoDB by other people. AWSIDEM_DYNALITE is its folder: node_modules/dynalite. The server ends when its
// stdin is closed.
var dynalite = sync.OnceValues(func() (url string, err error) {
	folder := os.Getenv("AWSIDEM_DYNALITE")
	if folder == "" {
		return "", nil
	}
	script := `process.stdin.resume().on("end", () => process.exit());
		const server = require(process.argv[1])({createTableMs: 0});
		server.keepAliveTimeout = 0; // or a request may arrive on an idle connection as the server closes the connection
		server.listen(0, "127.0.0.1", () => console.log("http://127.0.0.1:" + server.address().port))`
	cmd := exec.Command("node", "-e", script, folder)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe() // open until this process ends
	if err != nil {
		return "", err
	}
	keepOpen.Store(&stdin)
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
	keepOpen atomic.Value
	tables   atomic.Int64
)

// newTable makes a table on dynalite. It returns a function that opens the journal in the table with a new client, as another machine does.
func newTable(t testing.TB) (open func(change func(*dynamodb.Config)) *Journal) {
	t.Helper()
	url := os.Getenv("AWSIDEM_DYNAMODB") // of moto's server
	if url == "" {
		var err error
		if url, err = dynalite(); err != nil {
			t.Fatal(err)
		}
	}
	if url == "" {
		if os.Getenv("AWSIDEM_REQUIRE_CLIENTS") == "1" {
			t.Fatal("AWSIDEM_DYNALITE does not name the folder of dynalite")
		}
		t.Skip("AWSIDEM_DYNALITE=node_modules/dynalite runs the tests on a table")
	}
	config := dynamodb.Config{
		Endpoint: url, Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("AKIDTEST", "secret", ""),
		HTTP: http.DefaultClient,
	}
	table := Table{Name: fmt.Sprintf("journal-%d-%d", os.Getpid(), tables.Add(1)), Lease: defaultLease}
	if _, err := table.Init(context.Background(), dynamodb.New(config), func(error) {}); err != nil {
		t.Fatal(err)
	}
	return func(change func(*dynamodb.Config)) *Journal {
		own := config
		if change != nil {
			change(&own)
		}
		client := dynamodb.New(own)
		j := OpenTable(table, "p", func() (*dynamodb.Client, error) { return client, nil })
		j.clock = client.Clock
		return j
	}
}

// inEachStore runs a test with a journal in a folder and with one in a table.
func inEachStore(t *testing.T, test func(t *testing.T, j *Journal)) {
	t.Helper()
	t.Run("folder", func(t *testing.T) { test(t, Open(t.TempDir())) })
	t.Run("table", func(t *testing.T) { test(t, newTable(t)(nil)) })
}

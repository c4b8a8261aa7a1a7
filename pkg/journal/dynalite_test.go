package journal

import (
	"context"
	"net/http"
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/awsidem/awsidem/pkg/awstest"
	"github.com/awsidem/awsidem/pkg/dynamodb"
)

// newTable makes a table on dynalite. It returns a function that opens the journal in the table with a new client, as another machine does.
func newTable(t testing.TB) (open func(change func(*dynamodb.Config)) *Journal) {
	t.Helper()
	url := os.Getenv("AWSIDEM_DYNAMODB") // of moto's server
	if url == "" {
		url = awstest.Dynalite(t)
	}
	config := dynamodb.Config{
		Endpoint: url, Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("AKIDTEST", "secret", ""),
		HTTP: http.DefaultClient,
	}
	table := Table{Name: awstest.TableName(), Lease: defaultLease}
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

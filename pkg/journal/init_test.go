package journal

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/awsidem/awsidem/pkg/dynamodb"
)

// tableWith returns the answer of DescribeTable for a journal's table in a state.
func tableWith(status string) string {
	d := Table{Name: "t"}.Definition()
	elements := func(keys [2]dynamodb.Key) any {
		return []map[string]string{{"AttributeName": keys[0].Name, "KeyType": "HASH"}, {"AttributeName": keys[1].Name, "KeyType": "RANGE"}}
	}
	attributes := []map[string]string{}
	for _, key := range append(d.Keys[:], d.IndexKeys[0]) {
		attributes = append(attributes, map[string]string{"AttributeName": key.Name, "AttributeType": key.Type})
	}
	answer, _ := json.Marshal(map[string]any{"Table": map[string]any{
		"TableStatus": status, "TableArn": "ARN", "KeySchema": elements(d.Keys), "AttributeDefinitions": attributes,
		"GlobalSecondaryIndexes": []any{map[string]any{
			"IndexName": d.Index, "IndexStatus": "ACTIVE", "KeySchema": elements(d.IndexKeys), "Projection": map[string]string{"ProjectionType": "ALL"},
		}},
	}})
	return string(answer)
}

// Init waits for what passes, mends what it can, and says what it can't. The answers of an action are sent in turn, the last one again and again; an
// answer that begins with "!" is an error's code.
func TestInit(t *testing.T) {
	const missing = "!ResourceNotFoundException"
	active := tableWith("ACTIVE")
	for _, test := range []struct {
		name             string
		answers          map[string][]string
		created          int // calls of CreateTable
		failure, warning string
	}{
		{"a new table", map[string][]string{"DescribeTable": {missing, missing, tableWith("CREATING"), active}}, 1, "", ""},
		{"a table of another process", map[string][]string{"DescribeTable": {missing, missing, active}, "CreateTable": {"!ResourceInUseException"}}, 2, "", ""},
		{
			"a table whose deletion only CreateTable sees",
			map[string][]string{"DescribeTable": {missing, missing, missing, active}, "CreateTable": {"!ResourceInUseException", "!ResourceInUseException", "{}"}}, 3, "", "",
		},
		{"a table that is being deleted", map[string][]string{"DescribeTable": {tableWith("DELETING"), tableWith("DELETING"), missing, active}}, 1, "", ""},
		{
			"a table whose deletion is not visible yet",
			map[string][]string{"DescribeTable": {missing, tableWith("DELETING"), missing, active}, "CreateTable": {"!ResourceInUseException", "{}"}}, 2, "", "",
		},
		{
			"a table without its key", map[string][]string{"DescribeTable": {tableWith("INACCESSIBLE_ENCRYPTION_CREDENTIALS")}}, 0,
			`the table "t" can't be used: its status is INACCESSIBLE_ENCRYPTION_CREDENTIALS`, "",
		},
		{"an archived table", map[string][]string{"DescribeTable": {tableWith("ARCHIVED")}}, 0, `the table "t" can't be used: its status is ARCHIVED`, ""},
		{
			"backups that are being enabled",
			map[string][]string{"DescribeTable": {active}, "UpdateContinuousBackups": {"!ContinuousBackupsUnavailableException", "!ContinuousBackupsUnavailableException", "{}"}},
			0, "", "",
		},
		{"no backups", map[string][]string{"DescribeTable": {active}, "UpdateContinuousBackups": {"!AccessDeniedException"}}, 0, "", "point-in-time recovery could not be turned on"},
		{
			"the removal is on",
			map[string][]string{
				"DescribeTable": {active}, "UpdateTimeToLive": {"!ValidationException"},
				"DescribeTimeToLive": {`{"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"expires"}}`},
			}, 0, "", "",
		},
		{
			"the removal by another attribute is on",
			map[string][]string{
				"DescribeTable": {active}, "UpdateTimeToLive": {"!ValidationException"},
				"DescribeTimeToLive": {`{"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"other"}}`},
			}, 0, "", "the removal of finished records could not be turned on",
		},
		{
			"the removal was turned off just now",
			map[string][]string{
				"DescribeTable": {active}, "UpdateTimeToLive": {"!ValidationException"},
				"DescribeTimeToLive": {`{"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED","AttributeName":"expires"}}`},
			}, 0, "", "the removal of finished records could not be turned on",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			calls := map[string]int{}
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				action := operationOf(r)
				answers := test.answers[action]
				if len(answers) == 0 {
					answers = []string{"{}"}
				}
				answer := answers[min(calls[action], len(answers)-1)]
				calls[action]++
				if code, failed := strings.CutPrefix(answer, "!"); failed {
					w.WriteHeader(http.StatusBadRequest)
					answer = `{"__type":"x#` + code + `"}`
				}
				_, _ = io.WriteString(w, answer)
			}))
			defer server.Close()
			client := dynamodb.New(dynamodb.Config{Endpoint: server.URL, Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("AKIDTEST", "secret", ""), HTTP: server.Client()})
			var warnings []string
			arn, err := Table{Name: "t", Keep: time.Hour}.Init(t.Context(), client, func(err error) { warnings = append(warnings, err.Error()) })
			var failure *TableError
			switch {
			case test.failure != "" && (!errors.As(err, &failure) || failure.Message != test.failure):
				t.Errorf("Init: %v, want %s", err, test.failure)
			case test.failure == "" && (err != nil || arn != "ARN"):
				t.Errorf("Init: %q, %v", arn, err)
			}
			if warned := strings.Join(warnings, "\n"); (warned == "") != (test.warning == "") || !strings.Contains(warned, test.warning) {
				t.Errorf("warnings: %q, want %q", warnings, test.warning)
			}
			if calls["CreateTable"] != test.created {
				t.Errorf("%d calls of CreateTable, want %d", calls["CreateTable"], test.created)
			}
		})
	}
}

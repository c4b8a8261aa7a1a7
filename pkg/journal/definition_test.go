package journal

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/awsidem/awsidem/pkg/dynamodb"
)

// requestsOfInit returns what Init sends to make a table that keeps finished records for a time, by action.
func requestsOfInit(t *testing.T, table Table) map[string]map[string]any {
	t.Helper()
	requests := map[string]map[string]any{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request map[string]any
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			t.Error(err)
		}
		action := operationOf(r)
		requests[action] = request
		switch action {
		case "DescribeTable":
		case "UpdateTimeToLive":
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"__type":"x#ValidationException"}`) // time to live is on already
			return
		case "DescribeTimeToLive":
			_, _ = io.WriteString(w, `{"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"expires"}}`)
			return
		default:
			_, _ = io.WriteString(w, `{}`)
			return
		}
		made, ok := requests["CreateTable"]
		if !ok {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"__type":"x#ResourceNotFoundException"}`)
			return
		}
		index := made["GlobalSecondaryIndexes"].([]any)[0].(map[string]any)
		_ = json.NewEncoder(w).Encode(map[string]any{"Table": map[string]any{
			"TableStatus": "ACTIVE", "TableArn": "ARN", "KeySchema": made["KeySchema"], "AttributeDefinitions": made["AttributeDefinitions"],
			"GlobalSecondaryIndexes": []any{map[string]any{
				"IndexName": index["IndexName"], "IndexStatus": "ACTIVE", "KeySchema": index["KeySchema"], "Projection": index["Projection"],
			}},
		}})
	}))
	defer server.Close()
	client := dynamodb.New(dynamodb.Config{Endpoint: server.URL, Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("AKIDTEST", "secret", ""), HTTP: server.Client()})
	if arn, err := table.Init(t.Context(), client, func(err error) { t.Error(err) }); arn != "ARN" || err != nil {
		t.Fatalf("Init: %q, %v", arn, err)
	}
	return requests
}

// example returns the block of README.md that has a language.
func example(t *testing.T, language string) string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```" + language + "\n(.*?)```").FindSubmatch(text)
	if block == nil {
		t.Fatalf("README.md has no block of %s", language)
	}
	return string(block[1])
}

// The CloudFormation example makes the table that Init makes, and the policy of a writer.
func TestCloudFormation(t *testing.T) {
	type resource = struct {
		Properties map[string]any `yaml:"Properties"`
	}
	var template struct {
		Resources map[string]resource `yaml:"Resources"`
	}
	if err := yaml.Unmarshal([]byte(example(t, "yaml")), &template); err != nil {
		t.Fatal(err)
	}
	requests := requestsOfInit(t, Table{Name: "awsidem-journal", Keep: time.Hour})
	want := requests["CreateTable"]
	encryption := want["SSESpecification"].(map[string]any) // CloudFormation names one member otherwise
	encryption["SSEEnabled"] = encryption["Enabled"]
	delete(encryption, "Enabled")
	want["PointInTimeRecoverySpecification"] = requests["UpdateContinuousBackups"]["PointInTimeRecoverySpecification"]
	want["TimeToLiveSpecification"] = requests["UpdateTimeToLive"]["TimeToLiveSpecification"]
	if diff := cmp.Diff(want, template.Resources["Journal"].Properties); diff != "" {
		t.Errorf("the table (-Init +README.md):\n%s", diff)
	}
	writer := Policies("Journal.Arn")["Writer"].(map[string]any)
	writer["Statement"].([]any)[0].(map[string]any)["Resource"] = []any{"Journal.Arn", "${Journal.Arn}/index/" + openIndex}
	if diff := cmp.Diff(any(writer), template.Resources["JournalWriter"].Properties["PolicyDocument"]); diff != "" {
		t.Errorf("the policy (-Policies +README.md):\n%s", diff)
	}
}

// The policy for Init allows what Init calls, and no more.
func TestInitPolicy(t *testing.T) {
	var want, got []string
	for action := range requestsOfInit(t, Table{Name: "awsidem-journal", Keep: time.Hour}) {
		want = append(want, "dynamodb:"+action)
	}
	want = append(want, "dynamodb:TagResource") // CreateTable with tags
	for _, action := range Policies("ARN")["Init"].(map[string]any)["Statement"].([]any)[0].(map[string]any)["Action"].([]any) {
		got = append(got, action.(string))
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the policy allows %q, and Init calls %q", got, want)
	}
}

// The Terraform example has each name of the definition, and no other name. The CloudFormation example has the same settings.
func TestTerraform(t *testing.T) {
	d := Table{Name: "awsidem-journal"}.Definition()
	attribute := func(k dynamodb.Key) string {
		return fmt.Sprintf("attribute { name = %q type = %q }", k.Name, k.Type)
	}
	quoted := func(values []any) string {
		return strings.ReplaceAll(fmt.Sprintf("%q", values), `" "`, `", "`)
	}
	statement := Policies("")["Writer"].(map[string]any)["Statement"].([]any)[0].(map[string]any)
	want := []string{
		fmt.Sprintf(`resource "aws_dynamodb_table" "awsidem_journal" { name = %q billing_mode = "PAY_PER_REQUEST" hash_key = %q range_key = %q`, d.Name, d.Keys[0].Name, d.Keys[1].Name),
		attribute(d.Keys[0]), attribute(d.Keys[1]), attribute(d.IndexKeys[0]),
		fmt.Sprintf(`global_secondary_index { name = %q hash_key = %q range_key = %q projection_type = "ALL" }`, d.Index, d.IndexKeys[0].Name, d.IndexKeys[1].Name),
		`server_side_encryption { enabled = true }`, `point_in_time_recovery { enabled = true }`,
		fmt.Sprintf(`ttl { attribute_name = %q enabled = true }`, ExpiresAttribute),
		fmt.Sprintf(`tags = { %q = %q } }`, d.TagKey, d.Tag),
		`resource "aws_iam_policy" "awsidem_journal_writer" { name = "awsidem-journal-writer" policy = jsonencode({ Version = "2012-10-17" Statement = [{`,
		fmt.Sprintf(`Effect = %q Action = %s`, statement["Effect"], quoted(statement["Action"].([]any))),
		fmt.Sprintf(`Resource = [aws_dynamodb_table.awsidem_journal.arn, "${aws_dynamodb_table.awsidem_journal.arn}/index/%s"] }] }) }`, d.Index),
	}
	got := strings.Join(strings.Fields(example(t, "hcl")), " ")
	if diff := cmp.Diff(strings.Join(want, " "), got); diff != "" {
		t.Errorf("the example (-definition +README.md):\n%s", diff)
	}
}

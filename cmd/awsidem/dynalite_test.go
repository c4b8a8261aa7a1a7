package main

import (
	"context"
	"fmt"
	"os"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/awsidem/awsidem/pkg/awstest"
)

// scriptCondition is the condition "[dynalite]" of scripts.
func scriptCondition(name string) (bool, error) {
	if name != "dynalite" {
		return false, fmt.Errorf("unknown condition %q", name)
	}
	return awstest.WantsDynalite(), nil
}

// nameTable is the script command "table": it points the environment at dynalite, and sets TABLE to the name of a table that is not made yet,
// and JOURNAL to its URL.
func nameTable(ts *testscript.TestScript, _ bool, _ []string) {
	url, err := awstest.StartDynalite()
	ts.Check(err)
	ts.Setenv("AWS_ENDPOINT_URL_DYNAMODB", url)
	ts.Setenv("TABLE", awstest.TableName())
	ts.Setenv("JOURNAL", "dynamodb://"+ts.Getenv("TABLE"))
}

// callDynamoDB is the script command "dynamodb ACTION FILE": a request of somebody else's. Variables in the file are expanded.
func callDynamoDB(ts *testscript.TestScript, _ bool, args []string) {
	body := os.Expand(ts.ReadFile(args[1]), ts.Getenv)
	_, err := awstest.CallDynamoDB(context.Background(), ts.Getenv("AWS_ENDPOINT_URL_DYNAMODB"), args[0], []byte(body))
	ts.Check(err)
}

package main

import (
	"context"
	"net/url"
	"os"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/awsidem/awsidem/pkg/awstest"
)

var resourceID = regexp.MustCompile(`<(?:routeTableId|networkAclId|vpcId)>([^<]+)<`)

// callEC2 is the script command "ec2 ACTION NAME=VALUE... [> VARIABLE]": a request of somebody else's to the sandbox. The id in
// the answer goes into the variable.
func callEC2(ts *testscript.TestScript, _ bool, args []string) {
	variable := ""
	if n := len(args); n > 2 && args[n-2] == ">" {
		variable, args = args[n-1], args[:n-2]
	}
	parameters := url.Values{}
	for _, arg := range args[1:] {
		name, value, _ := strings.Cut(arg, "=")
		parameters.Set(name, value)
	}
	answer, err := awstest.CallEC2(context.Background(), ts.Getenv("AWS_ENDPOINT_URL_EC2"), args[0], parameters)
	ts.Check(err)
	if variable != "" {
		ts.Setenv(variable, resourceID.FindStringSubmatch(string(answer))[1])
	}
}

// takeValue is the script command "let VARIABLE": what the last command printed, without the end of its line.
func takeValue(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], strings.TrimSuffix(ts.ReadFile("stdout"), "\n"))
}

// ageJournal is the script command "age-journal": what is on record was begun, answered and finished a century ago.
func ageJournal(ts *testscript.TestScript, _ bool, _ []string) {
	years := regexp.MustCompile(`"(StartedAt|AnsweredAt|FinishedAt)":"20(\d\d)-`)
	root := ts.MkAbs("state/awsidem/journal")
	files := 0
	for _, folder := range []string{"unknown", "succeeded", "rejected"} {
		entries, err := os.ReadDir(root + "/" + folder)
		ts.Check(err)
		for _, entry := range entries {
			path := root + "/" + folder + "/" + entry.Name()
			data, err := os.ReadFile(path)
			ts.Check(err)
			ts.Check(os.WriteFile(path, years.ReplaceAll(data, []byte(`"$1":"19$2-`)), 0o600))
			files++
		}
	}
	if files == 0 {
		ts.Fatalf("nothing is on record")
	}
}

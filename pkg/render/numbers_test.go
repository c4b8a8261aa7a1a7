package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"github.com/awsidem/awsidem/pkg/awstest/golden"
)

// pkg/shape and encoding/json hold an integer in a float64. A query that computes with it prints an integer.
func TestComputedIntegersStayIntegers(t *testing.T) {
	acl := map[string]any{"Rules": []any{100.0, 32767.0, int64(32667)}, "Half": 0.5, "Text": "7", "Float": json.Number("2.0")}
	for query, want := range map[string]string{
		"sum(Rules)":             "65534",
		"sum(Rules[:0])":         "0",
		"sum([Rules[0], Half])":  "100.5",
		"sum([Rules[0], Float])": "102.0",
		"avg(Rules[:1])":         "100.0",
		"max(Rules)":             "32767",
		"min(Rules)":             "100",
		"abs(Rules[0])":          "100",
		"abs(Float)":             "2.0",
		"ceil(Half)":             "1",
		"floor(Float)":           "2",
		"to_number(Text)":        "7",
		"to_number(Rules[0])":    "100",
		"to_string(Rules)":       "[100,32767,32667]",
		"Rules[0] == `100.0`":    "True",
	} {
		if got := printed(t, Text, search(t, query, acl)); got != want+"\n" {
			t.Errorf("%s is %q, want %q", query, got, want)
		}
	}
}

const pythonSearch = `
import json, sys, jmespath
for line in sys.stdin:
    case = json.loads(line)
    try:
        print(json.dumps(jmespath.search(case["query"], case["value"]), separators=(",", ":")))
    except Exception:
        print("error")
`

// The Python library, which the AWS CLI runs, and this package print the same numbers.
func TestNumbersAsInPython(t *testing.T) {
	if err := exec.Command("python3", "-c", "import jmespath").Run(); err != nil {
		t.Skip("python3 has no module jmespath")
	}
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(options ...string) string { return options[random.IntN(len(options))] }
	integer := func() string {
		return pick("0", "-1", "2", "3", "65535", "9007199254740993", "123456789012345678901", fmt.Sprint(random.IntN(2000)-1000))
	}
	scalar := func() string {
		return pick(integer(), integer(), integer(), "0.5", "-2.5", "2.0", "1e16", "1e-5", "123456789.125", `"12"`, `" -3 "`, `"2.0"`, `"x"`, "null")
	}
	var input bytes.Buffer
	var queries []string
	var values []any
	for range 3000 {
		number := func() string {
			return pick("a", "b", "abs(a)", "ceil(b)", "floor(a)", "to_number(a)", "sum(c)", "avg(c)", "max(c)", "min(c)", "length(c)")
		}
		query := pick(number(), "sum(["+number()+", "+number()+"])", "avg(["+number()+", "+number()+"])", "abs("+number()+")", "ceil("+number()+")",
			"to_string("+number()+")", number()+pick(" == ", " < ", " >= ")+number(), "sort(c)", "max_by(["+number()+", "+number()+"], &@)")
		value := fmt.Sprintf(`{"a": %s, "b": %s, "c": [%s, %s, %s]}`, scalar(), scalar(), integer(), scalar(), integer())
		fmt.Fprintf(&input, "{\"query\": %q, \"value\": %s}\n", query, value)
		queries = append(queries, query)
		values = append(values, golden.JSON(t, value))
	}
	python := exec.Command("python3", "-c", pythonSearch)
	python.Stdin = &input
	answers, err := python.Output()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range strings.Split(strings.TrimSuffix(string(answers), "\n"), "\n") {
		query, err := Compile(queries[i])
		if err != nil {
			t.Fatal(err)
		}
		result, err := query.Search(values[i])
		if err != nil {
			if want != "error" {
				t.Errorf("%s of %v: %v, Python: %s", queries[i], values[i], err, want)
			}
			continue
		}
		if want == "error" && result == nil && strings.ContainsAny(queries[i], "<>") {
			continue // the order of a string and a number: a known difference, see the package comment of jmespath
		}
		var got bytes.Buffer
		if err := json.Compact(&got, []byte(printed(t, JSON, result))); err != nil {
			t.Fatal(err)
		}
		if strings.TrimSpace(got.String()) != want {
			t.Errorf("%s of %v is %s, Python: %s", queries[i], values[i], &got, want)
		}
	}
}

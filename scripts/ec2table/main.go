// Command ec2table writes pkg/sandbox/table.jsonl, the names that the sandbox needs of EC2's operations: parameters, answer
// members, Describe and delete actions. It reads the names from the source of the AWS SDK in the module cache. It reads the
// facts that the source does not have (prefixes of ids, states, error codes) from kinds.tsv and creates.tsv in its own folder.
//
// A row of kinds.tsv is a kind of resource: its name in tag specifications; whether it takes tags; the prefix and the form of its
// ids (prefixes that AWS does not document are invented); the path of the id in the Describe answer, in fields of the SDK; the
// field of its state and the states that the sandbox uses; the error code of an unknown id; the actions that describe and delete
// it. A row of creates.tsv is an action that creates resources: their kind; the path of the id in the answer; the field with the
// number of resources to create; the parameter of the Availability Zone, if EC2 excepts it from the comparison of parameters; the other
// resource types that its tag specifications may have.
//
//	go run ./scripts/ec2table pkg/sandbox/table.jsonl
package main

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
)

var (
	//go:embed kinds.tsv
	kindsTSV string
	//go:embed creates.tsv
	createsTSV string
)

const module = "github.com/aws/aws-sdk-go-v2/service/ec2"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "ec2table:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return errors.New("usage: ec2table FILE")
	}
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return fmt.Errorf("finding %s: %w", module, err)
	}
	table, err := generate(strings.TrimSpace(string(dir)))
	if err != nil {
		return err
	}
	return os.WriteFile(args[0], table, 0o644) // #nosec G306 -- source code
}

// generate returns the table: one JSON document per line.
func generate(dir string) ([]byte, error) {
	sdk, err := parseSDK(dir)
	if err != nil {
		return nil, err
	}
	g := &generator{sdk: sdk, shapes: map[string]string{}}
	rows, err := readTSV("kinds.tsv", kindsTSV)
	if err != nil {
		return nil, err
	}
	var records []record
	kinds := map[string]*kind{}
	for _, row := range rows {
		k := g.kind(row)
		kinds[row["kind"]] = k
		records = append(records, record{"Kind": k.record})
	}
	rows, err = readTSV("creates.tsv", createsTSV)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		k := kinds[row["kind"]]
		if k == nil {
			return nil, fmt.Errorf("creates.tsv: %s: unknown kind %q: kinds.tsv has no row for it", row["operation"], row["kind"])
		}
		records = append(records, record{"Create": g.create(row, k)})
	}
	for _, name := range slices.Sorted(maps.Keys(g.shapes)) {
		records = append(records, record{"Shape": name, "Members": g.shapes[name]})
	}
	if g.errs != nil {
		return nil, errors.Join(g.errs...)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for _, r := range records {
		if err := e.Encode(r); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

// readTSV returns the rows of a table whose first line names its columns. A cell "-" is empty.
func readTSV(name, text string) ([]map[string]string, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = '\t'
	lines, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var rows []map[string]string
	for _, cells := range lines[1:] {
		row := map[string]string{}
		for i, cell := range cells {
			if cell != "-" {
				row[lines[0][i]] = cell
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

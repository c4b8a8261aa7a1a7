// Command ec2table writes pkg/sandbox/table.jsonl, the names that the sandbox needs of EC2's operations: parameters, answer
// members, Describe and delete actions. It reads the names from the source of the AWS SDK in the module cache, and what the
// source does not say (prefixes of ids, states, error codes) from kinds.tsv and creates.tsv beside it.
//
// A row of kinds.tsv is a kind of resource: its name in tag specifications; whether it takes tags; the prefix and the form of its
// ids (prefixes that AWS does not document are invented); the path of the id in the Describe answer, in fields of the SDK; the
// field of its state and the states that the sandbox uses; the error code of an unknown id; the actions that describe and delete
// it. A row of creates.tsv is an action that creates resources: their kind; the path of the id in the answer; the field that says
// how many it creates; the parameter of the Availability Zone, if EC2 excepts it from the comparison of parameters; the other
// resource types that its tag specifications may have.
//
//	go run ./scripts/ec2table pkg/sandbox/table.jsonl          write the table
//	go run ./scripts/ec2table -check pkg/sandbox/table.jsonl   exit 1 if the file is not current
package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
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
	check := flag.Bool("check", false, "only compare the file with the table")
	flag.Parse()
	if err := run(flag.Arg(0), *check); err != nil {
		fmt.Fprintln(os.Stderr, "ec2table:", err)
		os.Exit(1)
	}
}

func run(file string, check bool) error {
	if file == "" {
		return errors.New("name the file to write")
	}
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return fmt.Errorf("finding %s: %w", module, err)
	}
	table, err := generate(strings.TrimSpace(string(dir)))
	if err != nil {
		return err
	}
	if !check {
		return os.WriteFile(file, table, 0o644) // #nosec G306 -- source code
	}
	committed, err := os.ReadFile(file) // #nosec G304 -- the file to check
	if err != nil {
		return err
	}
	if !bytes.Equal(table, committed) {
		return fmt.Errorf("%s is not current: run go generate ./pkg/sandbox", file)
	}
	return nil
}

// generate returns the table: one JSON document per line.
func generate(dir string) ([]byte, error) {
	sdk, err := parseSDK(dir)
	if err != nil {
		return nil, err
	}
	g := &generator{sdk: sdk, shapes: map[string]string{}, echoes: map[string]string{}}
	rows, err := readTSV("kinds.tsv", kindsTSV)
	if err != nil {
		return nil, err
	}
	var records []record
	kinds := map[string]*kindRecord{}
	for _, row := range rows {
		k := g.kind(row)
		kinds[k.Kind] = k
		records = append(records, record{Kind: k})
	}
	rows, err = readTSV("creates.tsv", createsTSV)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		k := kinds[row["kind"]]
		if k == nil {
			return nil, fmt.Errorf("creates.tsv: %s: unknown kind %q", row["operation"], row["kind"])
		}
		records = append(records, record{Create: g.create(row, k)})
	}
	for _, shapes := range []map[string]string{g.shapes, g.echoes} {
		var names []string
		for name := range shapes {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			records = append(records, record{Shape: name, Members: shapes[name]})
		}
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
	lines := strings.Split(strings.TrimSpace(text), "\n")
	columns := strings.Split(lines[0], "\t")
	var rows []map[string]string
	for i, line := range lines[1:] {
		cells := strings.Split(line, "\t")
		if len(cells) != len(columns) {
			return nil, fmt.Errorf("%s:%d: %d cells, want %d", name, i+2, len(cells), len(columns))
		}
		row := map[string]string{}
		for j, cell := range cells {
			if cell != "-" {
				row[columns[j]] = cell
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

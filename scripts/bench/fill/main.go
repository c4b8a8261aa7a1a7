// Command fill adds finished records to a journal. Each record is a copy of the only one in succeeded/, with a new client token.
//
//	fill JOURNAL COUNT
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

func main() {
	if err := fill(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "fill:", err)
		os.Exit(1)
	}
}

func fill(journal, count string) error {
	n, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	folder := filepath.Join(journal, "succeeded")
	models, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(models) != 1 {
		return fmt.Errorf("%s must have exactly one record, not %q: %w", folder, models, err)
	}
	model, err := os.ReadFile(models[0])
	if err != nil {
		return err
	}
	var record struct{ ClientToken string }
	line, _, _ := bytes.Cut(model, []byte("\n"))
	if err := json.Unmarshal(line, &record); err != nil {
		return err
	}
	_, parameters, _ := strings.Cut(filepath.Base(models[0]), "-")
	for range n - 1 {
		token := uuid.NewString()
		data := bytes.ReplaceAll(model, []byte(record.ClientToken), []byte(token))
		name := fmt.Sprintf("%x-%s", sha256.Sum256([]byte(token)), parameters)
		name = name[:32] + name[64:]
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

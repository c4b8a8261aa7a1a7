package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/batch"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/shape"
	"github.com/awsidem/awsidem/pkg/text"
)

// openManifest opens a manifest so that it can be read more than once. If the manifest is not a regular file, openManifest copies it to disk.
func (a *app) openManifest(ctx context.Context, name string) (f *os.File, size int64, closeFile func(), err error) {
	if name == "-" {
		return spool(ctx, a.In)
	}
	file, err := os.Open(name) // #nosec G304 -- the user names the file
	if err != nil {
		return nil, 0, nil, fmt.Errorf("opening the manifest: %w", err)
	}
	info, err := file.Stat()
	if err == nil && info.Mode().IsRegular() {
		return file, info.Size(), func() { _ = file.Close() }, nil
	}
	defer func() { _ = file.Close() }() // nothing was written
	if err == nil && info.IsDir() {
		return nil, 0, nil, fmt.Errorf("the manifest %q is a directory", name)
	}
	return spool(ctx, file)
}

// spool copies in to a temporary file. If ctx ends, spool returns its cause: in may be a pipe that never ends.
func spool(ctx context.Context, in io.Reader) (f *os.File, size int64, closeFile func(), err error) {
	copied, err := os.CreateTemp("", "awsidem-manifest-")
	if err != nil {
		return nil, 0, nil, &configError{fmt.Errorf("spooling the manifest: %w", err)}
	}
	_ = os.Remove(copied.Name()) // at once, so that a kill leaves no file; Windows refuses, and closeFile removes it
	closeFile = func() {
		_ = copied.Close()
		_ = os.Remove(copied.Name())
	}
	done := make(chan error, 1)
	var n int64
	go func() {
		var err error
		n, err = io.Copy(copied, in)
		done <- err
	}()
	select {
	case err = <-done:
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	if err != nil {
		closeFile() // the copying ends with it
		return nil, 0, nil, fmt.Errorf("reading the manifest: %w", err)
	}
	return copied, n, closeFile, nil
}

// readManifest opens and checks a manifest.
func (a *app) readManifest(ctx context.Context, o *applyOptions) (m *batch.Manifest, closeFile func(), err error) {
	f, size, closeFile, err := a.openManifest(ctx, o.file)
	if err != nil {
		var config *configError
		if errors.As(err, &config) || ctx.Err() != nil {
			return nil, nil, err
		}
		return nil, nil, &usageError{err: err}
	}
	extension := strings.ToLower(filepath.Ext(o.file))
	m, err = batch.Read(f, size, extension == ".yaml" || extension == ".yml", a.schema(o))
	if err != nil {
		closeFile()
		name := o.file
		if name == "-" {
			name = "stdin"
		}
		err = fmt.Errorf("the manifest %q is invalid, and nothing was sent: %w", name, manifestError(err))
		return nil, nil, &usageError{err: err, hint: "awsidem apply --help"}
	}
	return m, closeFile, nil
}

// manifestError returns an error with one line for each problem of a manifest.
func manifestError(err error) error {
	var problems *batch.ProblemsError
	if !errors.As(err, &problems) {
		return err
	}
	var lines strings.Builder
	for line := range strings.Lines(problems.Error()) {
		lines.WriteString("\n  " + text.Printable(strings.TrimSuffix(line, "\n"), ""))
	}
	return errors.New(lines.String())
}

// schema returns what a manifest may contain, and the defaults of its entries.
func (a *app) schema(o *applyOptions) batch.Schema {
	var operations sync.Map // each batch.Operation so far, by the name in the manifest: it takes time to build one
	return batch.Schema{
		Region: a.region(), Profile: a.profile(), Ensure: o.ensure,
		Operation: func(name string) (batch.Operation, error) {
			if known, ok := operations.Load(name); ok {
				return known.(batch.Operation), nil
			}
			action, err := operationName(name)
			if err != nil {
				return batch.Operation{}, err
			}
			op, _ := awsec2.LookupOperation(action)
			operation := batch.Operation{
				Name:   action,
				Input:  func(input map[string]any) (map[string]any, error) { return entryInput(op, input) },
				Ensure: func(intent *idem.Intent) error { return tagIntent(op, intent) },
			}
			operations.Store(name, operation)
			return operation, nil
		},
		Near: func(name string, names []string) string { return didYouMean(text.Near(name, names), "") },
	}
}

// entryInput checks the parameters of an entry in the same way as --cli-input-json.
func entryInput(op awsec2.Operation, given map[string]any) (map[string]any, error) {
	input, err := shape.Check(op.Input, "input", given)
	if err != nil {
		return nil, withoutValues(op.Name, "input", err)
	}
	if _, hasToken := op.TakeToken(input); hasToken {
		return nil, errors.New(`input: the client token must be in "client_token", not in the input`)
	}
	missing, err := customizationOf(op).complete(op, input)
	switch {
	case err != nil:
		return nil, fmt.Errorf("input: %w", err)
	case len(missing) > 0:
		return nil, fmt.Errorf("input: it has no %q", missing[0])
	}
	return input, nil
}

package runbook

import (
	"os"
	"slices"
	"sync"
	"testing"
)

func newRun(t *testing.T, key string) *Run {
	t.Helper()
	for _, variable := range []string{"TMPDIR", "TMP"} { // the second is that of Windows
		t.Setenv(variable, t.TempDir())
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	r, err := New(self, Settings{Key: key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Remove(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func claim(t *testing.T, r *Run, vpc, place string) *Claim {
	t.Helper()
	c, err := r.Claim("CreateRouteTable", map[string]any{"VpcId": vpc}, place)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.file.Close() }) // Windows removes no open file; fails after Release
	return c
}

// The number of a successful create is used up. The number of a live create is taken. The number of a failed create is free again.
func TestClaim(t *testing.T) {
	r := newRun(t, "k")
	first, second := claim(t, r, "a", ""), claim(t, r, "a", "")
	if first.Number != 1 || second.Number != 2 {
		t.Fatalf("two live creates have the numbers %d and %d", first.Number, second.Number)
	}
	release := func(c *Claim, succeeded bool) {
		t.Helper()
		if err := c.Release(succeeded); err != nil {
			t.Fatal(err)
		}
	}
	release(first, false)
	if c := claim(t, r, "a", ""); c.Number != 1 {
		t.Errorf("after a failure the number is %d", c.Number)
	} else {
		release(c, true)
	}
	release(second, true)
	if c := claim(t, r, "a", ""); c.Number != 3 {
		t.Errorf("after two creates the number is %d", c.Number)
	}
	if other, elsewhere := claim(t, r, "b", ""), claim(t, r, "a", "eu-west-1"); other.Number != 1 || elsewhere.Number != 1 || elsewhere.Key != first.Key {
		t.Errorf("other creates have the numbers %d and %d, the keys %q and %q", other.Number, elsewhere.Number, elsewhere.Key, first.Key)
	}
}

// A key never changes, because a run may continue with the next version of the program.
func TestKeyIsForEver(t *testing.T) {
	r := newRun(t, "release-42")
	c, err := r.Claim("CreateRouteTable", map[string]any{"VpcId": "vpc-00c84bd9dcad1d728"}, "us-east-1")
	if want := "release-42/a04422e5765e670d7ca6/1"; err != nil || c.Key != want {
		t.Fatalf("the key is %q, %v, want %q", c.Key, err, want)
	}
	if err := c.Release(false); err != nil {
		t.Error(err)
	}
}

// Creates at the same time have different numbers, without a gap at the end.
func TestClaimAtOnce(t *testing.T) {
	r := newRun(t, "k")
	var (
		wait sync.WaitGroup
		mu   sync.Mutex
		got  []int
	)
	for range 64 {
		wait.Go(func() {
			c, err := r.Claim("CreateRouteTable", nil, "")
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			got = append(got, c.Number)
			mu.Unlock()
			if err := c.Release(true); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	slices.Sort(got)
	for i, n := range got {
		if n != i+1 {
			t.Fatalf("the numbers are %v", got)
		}
	}
}

// A record that is cut off is skipped, and the last record of a create counts.
func TestCreates(t *testing.T) {
	r := newRun(t, "")
	code := 0
	for _, c := range []Create{{ID: "1", Operation: "a"}, {ID: "2", Operation: "b"}, {ID: "1", Operation: "a", ExitCode: &code}} {
		if err := r.Record(c); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.OpenFile(r.dir+"/"+createsName, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString(`{"Id": "3`); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	creates, err := r.Creates()
	if err != nil || len(creates) != 2 || creates[0].ExitCode == nil || creates[1].ExitCode != nil {
		t.Errorf("%+v, %v", creates, err)
	}
}

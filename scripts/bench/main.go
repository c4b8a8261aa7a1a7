//go:build unix

// Command bench measures whole processes: wall time, CPU time and peak memory.
//
//	bench [-runs N] [-target RATIO] [-least RATIO] [-memory RATIO] NAME=[VARIABLE=VALUE...] COMMAND...
//
// It runs the commands in rounds, in a random order each, so that the machine's other load and warm caches affect all commands alike. A {} in a
// command is the number of the round. The table has the median of each figure and its ratio to the first command. It exits 1 if the second
// command misses a target.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"
)

// A contestant is a command with the figures of its runs.
type contestant struct {
	name, command     string
	wall, cpu, memory []float64 // milliseconds, milliseconds, MB
}

func main() {
	runs := flag.Int("runs", 200, "the number of runs of each command")
	var t targets
	flag.Float64Var(&t.most, "target", 0, "the highest ratio of the second command's wall time to the first one's")
	flag.Float64Var(&t.least, "least", 0, "the lowest ratio of the wall times")
	flag.Float64Var(&t.memory, "memory", 0, "the highest ratio of the peak memories")
	flag.Parse()
	debug.SetGCPercent(10) // see noteFloor
	met, err := bench(flag.Args(), *runs, t)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
	if err != nil || !met {
		os.Exit(1)
	}
}

func bench(args []string, runs int, t targets) (met bool, err error) {
	var all []*contestant
	for _, arg := range args {
		name, command, ok := strings.Cut(arg, "=")
		if !ok || strings.TrimSpace(command) == "" {
			return false, fmt.Errorf("%q is not NAME=COMMAND", arg)
		}
		all = append(all, &contestant{name: name, command: command})
	}
	if len(all) < 2 || runs < 1 {
		return false, errors.New("at least two commands and one run are needed")
	}
	rng := rand.New(rand.NewPCG(1, 2)) // #nosec G404 -- the order must repeat
	const warm = 2                     // rounds that fill the page cache and are not counted
	for round := range warm + runs {
		for _, i := range rng.Perm(len(all)) {
			if err := all[i].run(round, round >= warm); err != nil {
				return false, err
			}
		}
	}
	if err := table(all, runs); err != nil {
		return false, err
	}
	if err := noteFloor(all); err != nil {
		return false, err
	}
	met = t.check(all[0], all[1])
	fmt.Println()
	return met, nil
}

// targets are limits of the second command's figures, as ratios to the first one's. 0 is no target.
type targets struct{ most, least, memory float64 }

// check prints whether each target is met, and returns whether all are.
func (t targets) check(first, second *contestant) (met bool) {
	wall, memory := median(second.wall)/median(first.wall), median(second.memory)/median(first.memory)
	met = true
	report := func(ok bool, ratio float64, what, bound string, target float64) {
		verdict := "met"
		if !ok {
			verdict, met = "MISSED", false
		}
		fmt.Printf("  %s: %.2f times the %s of %s; the target, %s %g, is %s\n", second.name, ratio, what, first.name, bound, target, verdict)
	}
	if t.most > 0 {
		report(wall <= t.most, wall, "wall time", "at most", t.most)
	}
	if t.least > 0 {
		report(wall >= t.least, wall, "wall time", "at least", t.least)
	}
	if t.memory > 0 {
		report(memory <= t.memory, memory, "peak memory", "at most", t.memory)
	}
	return met
}

// run runs the command once. Every exit code but 0 is an error.
func (c *contestant) run(round int, counts bool) error {
	words := strings.Fields(strings.ReplaceAll(c.command, "{}", strconv.Itoa(round)))
	env := os.Environ()
	for len(words) > 1 && strings.Contains(words[0], "=") { // as a shell does; env(1) would add its own start
		env, words = append(env, words[0]), words[1:]
	}
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Env = env
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", cmd, err, &stderr)
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return errors.New("this system does not report the memory of a process")
	}
	if counts {
		c.wall = append(c.wall, milliseconds(wall))
		c.cpu = append(c.cpu, milliseconds(cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()))
		c.memory = append(c.memory, megabytes(usage))
	}
	return nil
}

func table(all []*contestant, runs int) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(cells ...string) { _, _ = fmt.Fprintln(w, "  "+strings.Join(cells, "\t")+"\t") } // Flush reports the error
	row(fmt.Sprintf("%d runs each", runs), "wall", "min", "ratio", "CPU", "ratio", "memory", "ratio")
	for _, c := range all {
		row(c.name,
			fmt.Sprintf("%.2f ms", median(c.wall)), fmt.Sprintf("%.2f ms", slices.Min(c.wall)), fmt.Sprintf("%.2f", median(c.wall)/median(all[0].wall)),
			fmt.Sprintf("%.2f ms", median(c.cpu)), fmt.Sprintf("%.2f", median(c.cpu)/median(all[0].cpu)),
			fmt.Sprintf("%.1f MB", median(c.memory)), fmt.Sprintf("%.2f", median(c.memory)/median(all[0].memory)))
	}
	return w.Flush()
}

// noteFloor prints the size below which a memory figure is unreliable: on Linux, a process inherits the peak of its parent.
func noteFloor(all []*contestant) error {
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		return fmt.Errorf("getrusage: %w", err)
	}
	if slices.ContainsFunc(all, func(c *contestant) bool { return median(c.memory) <= megabytes(&own) }) {
		fmt.Printf("  (memory below %.1f MB, the size of bench itself, can't be measured)\n", megabytes(&own))
	}
	return nil
}

func megabytes(usage *syscall.Rusage) float64 {
	if runtime.GOOS == "darwin" { // reported in bytes, elsewhere in KiB
		return float64(usage.Maxrss) / 1e6
	}
	return float64(usage.Maxrss) * 1024 / 1e6
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

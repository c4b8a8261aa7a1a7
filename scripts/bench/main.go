//go:build unix

// Command bench measures whole processes: wall time, CPU time and peak memory.
//
//	bench [-runs N] [-target RATIO] NAME=COMMAND...
//
// It runs the commands in turn, each round in a random order, so that whatever else the machine does, and what a command
// leaves warm for the next one, strikes all of them alike. The table has the median of each figure, and its ratio to the first command's. With a target it exits 1 if the
// second command's wall time is above that ratio.
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
	"strings"
	"syscall"
	"text/tabwriter"
	"time"
)

// A contestant is a command and what its runs took.
type contestant struct {
	env               []string // VARIABLE=VALUE, before the command
	name              string
	args              []string
	wall, cpu, memory []float64 // milliseconds, milliseconds, MB
}

func main() {
	runs := flag.Int("runs", 200, "how often to run each command")
	target := flag.Float64("target", 0, "the most that the second command may take of the first one's wall time; 0: no target")
	flag.Parse()
	debug.SetGCPercent(10) // see noteFloor
	met, err := bench(flag.Args(), *runs, *target)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
	if err != nil || !met {
		os.Exit(1)
	}
}

func bench(args []string, runs int, target float64) (met bool, err error) {
	var all []*contestant
	for _, arg := range args {
		name, command, ok := strings.Cut(arg, "=")
		if !ok {
			return false, fmt.Errorf("%q is not NAME=COMMAND", arg)
		}
		c := &contestant{name: name, args: strings.Fields(command)}
		for len(c.args) > 1 && strings.Contains(c.args[0], "=") { // as a shell: no env(1), which would count
			c.env, c.args = append(c.env, c.args[0]), c.args[1:]
		}
		all = append(all, c)
	}
	if len(all) < 2 || runs < 1 {
		return false, errors.New("at least two commands and one run are needed")
	}
	rng := rand.New(rand.NewPCG(1, 2)) // #nosec G404 -- an order that repeats itself
	const warm = 2                     // rounds that fill the page cache and do not count
	for round := range warm + runs {
		for _, i := range rng.Perm(len(all)) {
			if err := all[i].run(round >= warm); err != nil {
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
	if target == 0 {
		fmt.Println()
		return true, nil
	}
	ratio := median(all[1].wall) / median(all[0].wall)
	verdict := "met"
	if ratio > target {
		verdict = "MISSED"
	}
	fmt.Printf("  %s: %.2f times the wall time of %s; the target, at most %.2f, is %s\n\n", all[1].name, ratio, all[0].name, target, verdict)
	return ratio <= target, nil
}

// run runs the command once, to its success.
func (c *contestant) run(counts bool) error {
	cmd := exec.Command(c.args[0], c.args[1:]...)
	cmd.Env = append(os.Environ(), c.env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(c.args, " "), err, &stderr)
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return errors.New("this system does not tell what a process used")
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
	row := func(cells ...string) { _, _ = fmt.Fprintln(w, "  "+strings.Join(cells, "\t")+"\t") } // Flush tells
	row(fmt.Sprintf("%d runs each", runs), "wall", "min", "ratio", "CPU", "ratio", "memory", "ratio")
	for _, c := range all {
		row(c.name,
			fmt.Sprintf("%.2f ms", median(c.wall)), fmt.Sprintf("%.2f ms", slices.Min(c.wall)), fmt.Sprintf("%.2f", median(c.wall)/median(all[0].wall)),
			fmt.Sprintf("%.2f ms", median(c.cpu)), fmt.Sprintf("%.2f", median(c.cpu)/median(all[0].cpu)),
			fmt.Sprintf("%.1f MB", median(c.memory)), fmt.Sprintf("%.2f", median(c.memory)/median(all[0].memory)))
	}
	return w.Flush()
}

// noteFloor says which figures of memory may be too high: on Linux a process begins with the peak of the one that started it.
func noteFloor(all []*contestant) error {
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		return fmt.Errorf("getrusage: %w", err)
	}
	if slices.ContainsFunc(all, func(c *contestant) bool { return median(c.memory) <= megabytes(&own) }) {
		fmt.Printf("  (memory below %.1f MB, this driver's own, can't be told)\n", megabytes(&own))
	}
	return nil
}

func megabytes(usage *syscall.Rusage) float64 {
	if runtime.GOOS == "darwin" { // there it is in bytes
		return float64(usage.Maxrss) / 1e6
	}
	return float64(usage.Maxrss) * 1024 / 1e6
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

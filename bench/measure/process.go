// Package measure runs the contestants of the benchmarks and keeps what they
// took: one process for each run of a workload, a process that answers one
// request after the other for the small rows.
package measure

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// MiB is the unit of memory in all reports.
const MiB = 1 << 20

// A Report is the line that a contestant prints about one run.
type Report struct {
	Wall   float64   `json:"wall"`   // seconds from the first line of the workload to its result
	CPU    float64   `json:"cpu"`    // seconds of CPU in that time
	Base   float64   `json:"base"`   // MiB that were resident before
	Peak   float64   `json:"peak"`   // MiB that were resident at most
	Values []float64 `json:"values"` // what the result is compared by
}

// A Run is one run of a process.
type Run struct {
	Report
	Process float64 // seconds from start to end of the process, interpreter and imports included
	Out     []byte
}

// ErrMissing is the error of a contestant that is not installed.
var ErrMissing = errors.New("not installed")

// Process runs a command to its end. If the command prints a Report, it is in
// the result; else wall time, CPU time and peak are those of the process.
func Process(ctx context.Context, dir string, env []string, args ...string) (*Run, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	start := time.Now()
	err := cmd.Run()
	took := time.Since(start).Seconds()
	if err != nil {
		return nil, explain(err, errs.String())
	}
	usage := usageOf(cmd.ProcessState.SysUsage().(*syscall.Rusage))
	r := &Run{Process: took, Out: out.Bytes()}
	if json.Unmarshal(lastLine(out.Bytes()), &r.Report) != nil || r.Wall == 0 {
		r.Report = Report{Wall: took, CPU: usage.CPU}
	}
	r.Peak = peak(usage.Peak, r.Peak)
	return r, nil
}

// peak returns the better of the two figures of a process's peak. The kernel's
// account of a child begins with the memory of the process that started it, so
// that it may be too large; the child's own figure may be missing.
func peak(account, own float64) float64 {
	if own == 0 {
		return account
	}
	return min(account, own)
}

// explain adds the end of what a command said to its error.
func explain(err error, said string) error {
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, os.ErrNotExist) {
		return ErrMissing
	}
	lines := strings.Split(strings.TrimSpace(said), "\n")
	last := lines[len(lines)-1]
	if strings.Contains(last, "ModuleNotFoundError") {
		return fmt.Errorf("%w (%s)", ErrMissing, strings.TrimPrefix(last, "ModuleNotFoundError: "))
	}
	if last == "" {
		return err
	}
	return fmt.Errorf("%w: %s", err, last)
}

func lastLine(out []byte) []byte {
	out = bytes.TrimSpace(out)
	return out[bytes.LastIndexByte(out, '\n')+1:]
}

// Usage is what a process has taken so far.
type Usage struct {
	CPU  float64 // seconds
	Peak float64 // MiB
}

// Self returns the usage of this process. Its peak is counted from the start of
// its program.
func Self() Usage {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return Usage{}
	}
	u := usageOf(&r)
	if p, ok := highWater(); ok {
		u.Peak = p
	}
	return u
}

func usageOf(r *syscall.Rusage) Usage {
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return Usage{CPU: seconds(r.Utime) + seconds(r.Stime), Peak: float64(r.Maxrss) * 1024 / MiB}
}

// highWater reads the peak that Linux keeps for the program of this process.
func highWater() (float64, bool) {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, false
	}
	_, rest, ok := strings.Cut(string(data), "VmHWM:")
	if !ok {
		return 0, false
	}
	var kib float64
	if _, err := fmt.Sscan(rest, &kib); err != nil {
		return 0, false
	}
	return kib * 1024 / MiB, true
}

package runtime

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The program that the tests of processes run: anomalies of 128 MiB.
const (
	processRows, processCols, processChunk = 16 << 10, 1 << 10, 128
	processLimit                           = "24MiB"
	processFlags                           = "DASKGEN_TEST_FLAGS" // of the program, by line; set in the process that is to run it
)

// TestProcess is the process that others start: it runs the program, and prints
// the most memory that it had.
func TestProcess(t *testing.T) {
	flags := os.Getenv(processFlags)
	if flags == "" {
		t.Skip("other tests start it")
	}
	p := anomalies(processRows, processCols, processChunk, "subtract")
	code := runMain(p, strings.Split(flags, "\n"), nil, os.Stdout, os.Stderr)
	status, _ := os.ReadFile("/proc/self/status")
	_, text, _ := strings.Cut(string(status), "VmHWM:")
	kib := 0
	fmt.Sscan(text, &kib)
	fmt.Println("peak", kib)
	os.Exit(code)
}

// startProcess starts the program on a new input in a folder.
func startProcess(t *testing.T, dir string) (*exec.Cmd, *bytes.Buffer, []float64) {
	t.Helper()
	data := make([]float64, processRows*processCols)
	for i := range data {
		data[i] = float64(i % 1000)
	}
	in := filepath.Join(dir, "x.npy")
	if err := WriteNpy(in, FromData(data, processRows, processCols)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestProcess$")
	flags := []string{"-memory", processLimit, "-workers", "2", "-in", "x=" + in, "-out", "y=" + filepath.Join(dir, "y.npy")}
	cmd.Env = append(os.Environ(), processFlags+"="+strings.Join(flags, "\n"))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, &out, data
}

// A program keeps to its memory limit as the system counts it: input and output
// are five times as large, and are not in memory at any time.
func TestProcessKeepsMemoryLimit(t *testing.T) {
	if testing.Short() {
		t.Skip("works on 256 MiB of files")
	}
	dir := t.TempDir()
	cmd, out, data := startProcess(t, dir)
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	peak := 0
	if _, err := fmt.Sscanf(out.String(), "peak %d", &peak); err != nil {
		t.Fatalf("%v: %q", err, out)
	}
	const limit, besides = 24 << 10, 32 << 10 // the test binary alone takes some 20 MiB
	t.Logf("the peak is %d MiB", peak>>10)
	if peak > limit+besides {
		t.Errorf("the peak is %d MiB, with a limit of %d MiB", peak>>10, limit>>10)
	}
	checkProcessOutput(t, dir, data)
}

// checkProcessOutput compares the output with x - x.mean(0).
func checkProcessOutput(t *testing.T, dir string, data []float64) {
	t.Helper()
	y, err := OpenNpy[float64](filepath.Join(dir, "y.npy"))
	if err != nil {
		t.Fatal(err)
	}
	defer y.Close()
	for _, col := range []int{0, 7, processCols - 1} {
		mean := 0.0
		for i := col; i < len(data); i += processCols {
			mean += data[i] / processRows
		}
		for i := 0; i < processRows; i += 97 {
			if d := data[i*processCols+col] - mean - y.At(i, col); d > 1e-9 || d < -1e-9 {
				t.Fatalf("element (%d, %d) is off by %v", i, col, d)
			}
		}
	}
}

// A program that is stopped, or killed, while it writes leaves the output as it
// was, unless it was complete; one that is stopped leaves no other file either.
func TestProcessIsEnded(t *testing.T) {
	if testing.Short() {
		t.Skip("works on 256 MiB of files")
	}
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		dir := t.TempDir()
		path := filepath.Join(dir, "y.npy")
		if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd, out, data := startProcess(t, dir)
		for range 5000 { // until the output is begun
			if slices.ContainsFunc(files(t, dir), func(name string) bool { return strings.HasSuffix(name, ".tmp") }) {
				break
			}
			time.Sleep(time.Millisecond)
		}
		cmd.Process.Signal(sig)
		err := cmd.Wait()
		if got, _ := os.ReadFile(path); string(got) != "before" {
			checkProcessOutput(t, dir, data)
		} else if err == nil {
			t.Errorf("%v: the program succeeded without writing: %s", sig, out)
		}
		if got := files(t, dir); sig == syscall.SIGTERM && len(got) != 2 {
			t.Errorf("%v: files %v", sig, got)
		}
	}
}

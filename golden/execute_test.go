package golden

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// execute runs a program that this process has just written, and returns its
// standard output. It tries again while the system says that the file is busy:
// a process that another test is starting may hold it open for an instant.
func execute(t *testing.T, dir, bin string, args ...string) []byte {
	t.Helper()
	for try := 0; ; try++ {
		var stderr bytes.Buffer
		cmd := exec.Command(bin, args...)
		cmd.Dir, cmd.Stderr = dir, &stderr
		out, err := cmd.Output()
		if errors.Is(err, syscall.ETXTBSY) && try < 50 {
			time.Sleep(20 * time.Millisecond)
			continue
		}
		if err != nil {
			t.Fatal(fmt.Errorf("run: %w\n%s", err, &stderr))
		}
		return out
	}
}

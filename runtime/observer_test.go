package runtime

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A ring that overflows keeps the last events in order.
func TestTraceRing(t *testing.T) {
	var r traceRing
	const more = 10
	for i := range traceCapacity + more {
		r.add(traceEvent{task: uint32(i)})
	}
	events := r.ordered()
	if len(events) != traceCapacity {
		t.Fatalf("%d events", len(events))
	}
	for i, e := range events {
		if e.task != uint32(i+more) {
			t.Fatalf("event %d is task %d", i, e.task)
		}
	}
}

// Names that need quoting do not break the trace; a failed task is in it.
func TestTraceOfFailure(t *testing.T) {
	trace := NewTrace()
	p := &Program{Name: "a \"b\"\n\x00\xff", Outputs: []OutputInfo{{Name: "z"}}, Build: func(b *Builder) error {
		z := NewLayer[int64](b, Info{Name: "</script>", Keys: []string{"\\\"\u2028"}})
		z.Case(All(), func(*Task) (int64, error) { return 0, errors.New("no") })
		ValueOutput(b, "z", z)
		return nil
	}}
	if _, err := Run(t.Context(), p, nil, WithObserver(trace)); err == nil {
		t.Fatal("no error")
	}
	var buf bytes.Buffer
	n, err := trace.WriteTo(&buf)
	if err != nil || n != int64(buf.Len()) {
		t.Fatal(n, err)
	}
	if !json.Valid(buf.Bytes()) || !strings.Contains(buf.String(), `"failed":true`) {
		t.Errorf("the trace is not right:\n%s", buf.String())
	}
	var empty bytes.Buffer
	if _, err := NewTrace().WriteTo(&empty); err != nil || !json.Valid(empty.Bytes()) {
		t.Errorf("a trace without a run is not right: %q", empty.String())
	}
}

func TestProgressLine(t *testing.T) {
	for _, tc := range []struct {
		done, tasks int
		want        string
	}{
		{0, 0, "[##############################] 100% 0/0 1.5s 3.0 MiB"},
		{0, 10, "[..............................]   0% 0/10 1.5s 3.0 MiB"},
		{999999, 1000000, "[#############################.] 100% 999999/1000000 1.5s 3.0 MiB"},
	} {
		if got := progressLine(tc.done, tc.tasks, 1500*time.Millisecond, 3<<20); got != tc.want {
			t.Errorf("got %s, want %s", got, tc.want)
		}
	}
}

// On a terminal the bar is redrawn while tasks run.
func TestProgressRedraws(t *testing.T) {
	var out bytes.Buffer
	p := grid(2, func(t *Task) (int64, error) {
		time.Sleep(150 * time.Millisecond)
		return 1, nil
	})
	if _, err := Run(t.Context(), p, nil, WithWorkers(1), WithObserver(NewProgress(&out, true))); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "\r"); n < 3 || !strings.HasSuffix(out.String(), "\n") {
		t.Errorf("drawn %d times: %q", n, out.String())
	}
}

func TestBytes(t *testing.T) {
	for _, tc := range []struct {
		text string
		want int64
	}{
		{"0", 0}, {"1024", 1024}, {"1e9", 1e9}, {"4GiB", 4 << 30}, {"4gib", 4 << 30}, {"1.5GB", 1.5e9},
		{"512M", 512 << 20}, {"2 TiB", 2 << 40}, {"7B", 7}, {" 3KB ", 3000},
	} {
		if got, err := ParseBytes(tc.text); err != nil || got != tc.want {
			t.Errorf("%q: got %d, %v, want %d", tc.text, got, err, tc.want)
		}
	}
	for _, text := range []string{"", "GiB", "-1", "nan", "inf", "1e30", "4 apples", "0x10GiBB"} {
		if got, err := ParseBytes(text); err == nil {
			t.Errorf("%q: got %d, want an error", text, got)
		}
	}
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1 << 10: "1.0 KiB", 1000 << 10: "1.0 MiB", 11 << 20: "11 MiB", 18 << 30: "18 GiB", 5 << 50: "5120 TiB"} {
		if got := FormatBytes(n); got != want {
			t.Errorf("%d: got %s, want %s", n, got, want)
		}
	}
}

// The lowest limit of the control group and of those above it counts.
func TestCgroupMemory(t *testing.T) {
	root := t.TempDir()
	write := func(path, content string) string {
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("memory.max", "max\n")
	write("a/memory.max", "4096\n")
	write("a/b/memory.max", "8192\n")
	write("memory/memory.limit_in_bytes", "9223372036854771712\n")
	write("memory/c/memory.limit_in_bytes", "12288\n")
	for _, tc := range []struct {
		self string
		want int64
	}{
		{"0::/a/b\n", 4096},
		{"0::/a\n", 4096},
		{"0::/\n", 0},
		{"0::/gone\n", 0},
		{"3:cpu:/\n2:memory:/c\n0::/\n", 12288},
		{"2:memory:/\n", 0},
		{"nonsense\n", 0},
	} {
		if got := cgroupMemory(write("self", tc.self), root); got != tc.want {
			t.Errorf("%q: got %d, want %d", tc.self, got, tc.want)
		}
	}
	if got := cgroupMemory(filepath.Join(root, "none"), root); got != 0 {
		t.Errorf("without a list of groups: got %d", got)
	}
	if n := defaultMemory(); n < 1<<26 {
		t.Errorf("the default limit is %d", n)
	}
}

package report

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"github.com/daskgen/daskgen/bench/suite"
)

// machine describes the machine, as far as Linux tells.
func machine() []Fact {
	facts := []Fact{
		{"processor", field("/proc/cpuinfo", "model name")},
		{"cores", fmt.Sprint(runtime.NumCPU())},
		{"vectors", vectors()},
		{"memory", field("/proc/meminfo", "MemTotal")},
		{"system", strings.TrimSpace(runtime.GOOS + "/" + runtime.GOARCH + " " + file("/proc/sys/kernel/osrelease"))},
		{"huge pages", file("/sys/kernel/mm/transparent_hugepage/enabled")},
		{"load when it began", load()},
	}
	for i := 0; ; i++ {
		dir := fmt.Sprintf("/sys/devices/system/cpu/cpu0/cache/index%d/", i)
		size := file(dir + "size")
		if size == "" {
			return facts
		}
		if kind := file(dir + "type"); kind != "Instruction" {
			facts = append(facts, Fact{"cache level " + file(dir+"level"), size})
		}
	}
}

func file(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(data))
}

// field returns the first value of a name in a file of lines "name: value".
func field(path, name string) string {
	for line := range strings.Lines(file(path)) {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == name {
			return strings.TrimSpace(v)
		}
	}
	return "unknown"
}

func load() string {
	f := strings.Fields(file("/proc/loadavg"))
	if len(f) == 0 {
		return "unknown"
	}
	return f[0]
}

func vectors() string {
	flags := " " + field("/proc/cpuinfo", "flags") + " "
	switch {
	case strings.Contains(flags, " avx512f "):
		return "AVX-512"
	case strings.Contains(flags, " avx2 "):
		return "AVX2"
	}
	return "unknown"
}

// packages prints the versions of the Python peers.
const packages = `import importlib.metadata as m, platform
print("Python", platform.python_version())
for p in ["dask", "numpy", "numexpr", "numba", "jax", "jaxlib"]:
    try: print(p, m.version(p))
    except m.PackageNotFoundError: pass`

// versions lists the software that takes part.
func versions(ctx context.Context, t *suite.Tools) []Fact {
	output := func(args ...string) string {
		cmd := exec.CommandContext(ctx, args[0], args[1:]...)
		cmd.Dir = t.Root
		out, err := cmd.Output()
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(out))
	}
	facts := []Fact{{"daskgen", output("git", "describe", "--always", "--dirty")}, {"Go", runtime.Version()}}
	for line := range strings.Lines(output(t.Python, "-c", packages)) {
		name, version, _ := strings.Cut(strings.TrimSpace(line), " ")
		facts = append(facts, Fact{name, version})
	}
	if gcc, _, _ := strings.Cut(output("gcc", "--version"), "\n"); gcc != "" {
		facts = append(facts, Fact{"gcc", gcc})
	}
	for _, pkg := range []string{"libopenblas-dev", "libtbb-dev"} {
		if v := output("dpkg-query", "-W", "-f", "${Version}", pkg); v != "" {
			facts = append(facts, Fact{strings.TrimSuffix(pkg, "-dev"), v})
		}
	}
	var v int
	if _, rest, ok := strings.Cut(file(t.Peer(".taskflow", "taskflow", "taskflow.hpp")), "#define TF_VERSION "); ok {
		if _, err := fmt.Sscan(rest, &v); err == nil {
			facts = append(facts, Fact{"Taskflow", fmt.Sprintf("%d.%d.%d", v/100000, v/100%1000, v%100)})
		}
	}
	return facts
}

package runtime

import (
	"os"
	"path"
	"strconv"
	"strings"
)

// defaultMemory returns three quarters of the memory that the container or
// the machine has, or 0, no limit, where that is not known. The rest is for
// what is not in blocks: the graph, kernels' scratch, the page cache of mapped
// inputs.
func defaultMemory() int64 {
	total := machineMemory()
	if n := cgroupMemory("/proc/self/cgroup", "/sys/fs/cgroup"); n > 0 && (total == 0 || n < total) {
		total = n
	}
	return total / 4 * 3
}

// cgroupMemory returns the memory limit of the control group of the process,
// the lowest of it and those that contain it, or 0 if there is none. It knows
// both versions of control groups.
func cgroupMemory(self, root string) int64 {
	data, err := os.ReadFile(self)
	if err != nil {
		return 0
	}
	least := int64(0)
	for line := range strings.Lines(string(data)) {
		f := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(f) != 3 {
			continue
		}
		dir, file := "", ""
		switch {
		case f[0] == "0" && f[1] == "":
			dir, file = root, "memory.max"
		case f[1] == "memory":
			dir, file = path.Join(root, "memory"), "memory.limit_in_bytes"
		default:
			continue
		}
		if n := lowestLimit(dir, f[2], file); n > 0 && (least == 0 || n < least) {
			least = n
		}
	}
	return least
}

// lowestLimit reads the limit of a group and of all groups above it.
func lowestLimit(root, group, file string) int64 {
	least := int64(0)
	for {
		data, err := os.ReadFile(path.Join(root, group, file))
		if err == nil {
			// "max" and, in version 1, absurdly large numbers stand for none
			n, err := strconv.ParseInt(strings.TrimSpace(string(data)), 10, 64)
			if err == nil && n < 1<<60 && (least == 0 || n < least) {
				least = n
			}
		}
		if group == "/" || group == "." || group == "" {
			return least
		}
		group = path.Dir(group)
	}
}

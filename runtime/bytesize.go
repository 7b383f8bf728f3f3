package runtime

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// byteUnits are the units of sizes, each with its bytes.
var byteUnits = []struct {
	name  string
	bytes float64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40},
	{"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12},
	{"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}, {"T", 1 << 40},
	{"B", 1},
}

// ParseBytes reads a number of bytes such as 4GiB, 1.5GB, 512M (MiB) or 1024.
func ParseBytes(s string) (int64, error) {
	number, unit := strings.TrimSpace(s), 1.0
	for _, u := range byteUnits {
		if rest, ok := strings.CutSuffix(strings.ToLower(number), strings.ToLower(u.name)); ok {
			number, unit = strings.TrimSpace(rest), u.bytes
			break
		}
	}
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || v < 0 || v*unit > math.MaxInt64/2 || math.IsNaN(v) {
		return 0, fmt.Errorf("%q is not a size such as 4GiB, 512MiB or 1e9", s)
	}
	return int64(v * unit), nil
}

// FormatBytes writes a number of bytes in the binary unit that suits it.
func FormatBytes(n int64) string {
	if n < 1<<10 {
		return strconv.FormatInt(n, 10) + " B"
	}
	v, unit := float64(n), -1
	for v >= 1000 && unit < 3 {
		v /= 1 << 10
		unit++
	}
	return strconv.FormatFloat(v, 'f', max(0, 2-len(strconv.Itoa(int(v)))), 64) + " " + byteUnits[unit].name
}

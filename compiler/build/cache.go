package build

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/daskgen/daskgen/compiler/emit"
)

// A cache keeps binaries by the content that they were built from. It never
// fails: what cannot be read or written is built again.
type cache struct{ dir string }

// maxAge is how long a binary is kept that nobody asks for.
const maxAge = 14 * 24 * time.Hour

func openCache() cache {
	if dir := os.Getenv("DASKGEN_CACHE"); dir != "" {
		return cache{dir}
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return cache{}
	}
	return cache{filepath.Join(dir, "daskgen", "build")}
}

// platformVariables are those that choose the platform of the binary.
var platformVariables = []string{"GOOS", "GOARCH", "GO386", "GOAMD64", "GOARM", "GOARM64", "GOPPC64", "GORISCV64", "GOROOT"}

// key returns the name of a binary: a hash of all that decides on its bytes.
func (c cache) key(files []emit.File, tool *goTool) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q\n%q\n", tool.version, buildArgs)
	for _, v := range platformVariables {
		fmt.Fprintf(h, "%s=%q\n", v, os.Getenv(v))
	}
	for _, f := range files {
		fmt.Fprintf(h, "%q %d\n", f.Path, len(f.Content))
		_, _ = h.Write(f.Content)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// restore puts a binary in its place. It says whether there was one.
func (c cache) restore(key, out string) bool {
	if c.dir == "" {
		return false
	}
	p := filepath.Join(c.dir, key)
	if !intact(p) || install(p, out) != nil {
		return false
	}
	now := time.Now()
	_ = os.Chtimes(p, now, now)
	return true
}

// save keeps a binary, with its checksum beside it, and removes old ones.
func (c cache) save(key, bin string) {
	if c.dir == "" || os.MkdirAll(c.dir, 0o777) != nil {
		return
	}
	c.trim()
	p := filepath.Join(c.dir, key)
	sum, err := checksum(bin)
	if err != nil || install(bin, p) != nil {
		return
	}
	_ = os.WriteFile(p+sumSuffix, []byte(sum), 0o666)
}

const sumSuffix = ".sha256"

// intact says whether a kept binary is the one that was saved.
func intact(p string) bool {
	want, err := os.ReadFile(p + sumSuffix)
	if err != nil {
		return false
	}
	got, err := checksum(p)
	return err == nil && got == string(want)
}

func checksum(p string) (string, error) {
	f, err := os.Open(p)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// trim removes binaries that were not used for long.
func (c cache) trim() {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		info, err := e.Info()
		name := strings.TrimSuffix(e.Name(), sumSuffix)
		if err != nil || len(name) != sha256.Size*2 || !isHex(name) {
			continue
		}
		if !strings.HasSuffix(e.Name(), sumSuffix) && time.Since(info.ModTime()) > maxAge {
			_ = os.Remove(filepath.Join(c.dir, name))
			_ = os.Remove(filepath.Join(c.dir, name+sumSuffix))
		}
	}
}

func isHex(s string) bool {
	return !slices.ContainsFunc([]byte(s), func(b byte) bool { return !('0' <= b && b <= '9' || 'a' <= b && b <= 'f') })
}

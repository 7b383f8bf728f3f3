package diag

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/daskgen/daskgen/ir"
)

// Limit is the number of diagnostics that the printers show before they sum up
// the rest.
const Limit = 10

// Options says how a list is printed.
type Options struct {
	All bool // print all, not only the first Limit
	// Open opens a source file for the excerpts; nil: os.Open.
	Open func(file string) (io.ReadCloser, error)
}

func (o *Options) open(file string) (io.ReadCloser, error) {
	if o.Open != nil {
		return o.Open(file)
	}
	return os.Open(file)
}

// shown returns the diagnostics to print and the number of those left out.
func (o *Options) shown(l List) (List, int) {
	if o.All || len(l) <= Limit {
		return l, 0
	}
	return l[:Limit], len(l) - Limit
}

// Text prints the list with an excerpt of the source, a caret and the hint
// under each diagnostic. The list should be sorted.
func Text(w io.Writer, l List, o Options) error {
	show, more := o.shown(l)
	lines := o.excerpts(show)
	b := bufio.NewWriter(w)
	for _, d := range show {
		writeText(b, d, lines)
	}
	if more > 0 {
		fmt.Fprintf(b, "too many errors (%d more)\n", more)
	}
	return b.Flush()
}

func writeText(b *bufio.Writer, d *Diagnostic, lines map[ir.Pos]string) {
	prefix := ""
	if p := PosString(d.Pos); p != "" {
		prefix = p + ": "
	}
	if d.Severity == Warning {
		prefix += "warning: "
	}
	fmt.Fprintf(b, "%s%s [%s]\n", printable(prefix), printable(d.Message), d.Code)
	b.WriteString(lines[d.Pos])
	for _, r := range d.Related {
		fmt.Fprintf(b, "  %s: %s\n", printable(PosString(r.Pos)), printable(r.Message))
	}
	if d.Hint != "" {
		fmt.Fprintf(b, "  hint: %s\n", printable(d.Hint))
	}
}

// printable escapes what could steer a terminal: names and strings of a graph
// come from strangers.
func printable(s string) string {
	ok := func(r rune) bool { return r != utf8.RuneError && unicode.IsPrint(r) }
	if strings.IndexFunc(s, func(r rune) bool { return !ok(r) }) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if ok(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "\\u%04x", r)
		}
	}
	return b.String()
}

// excerpts reads the source lines of the diagnostics, each file once, and
// returns them as printed: the line and a caret below the column.
func (o *Options) excerpts(l List) map[ir.Pos]string {
	byFile := map[string][]ir.Pos{}
	for _, d := range l {
		if d.Pos.File != "" && d.Pos.Line > 0 && d.Pos.Col > 0 {
			byFile[d.Pos.File] = append(byFile[d.Pos.File], d.Pos)
		}
	}
	found := map[ir.Pos]string{}
	for file, at := range byFile {
		f, err := o.open(file)
		if err != nil {
			continue // an excerpt is a courtesy
		}
		readLines(f, at, found)
		f.Close()
	}
	return found
}

// readLines fills in the excerpts at the positions, which are in the order of
// their lines.
func readLines(f io.Reader, at []ir.Pos, found map[ir.Pos]string) {
	r := bufio.NewReaderSize(f, 1<<16)
	for line := 1; len(at) > 0; line++ {
		if line < at[0].Line {
			if !skipLine(r) {
				return
			}
			continue
		}
		n := 0
		for n < len(at) && at[n].Line == line {
			n++
		}
		if n == 0 {
			return // not sorted: no excerpt
		}
		if !readLine(r, at[:n], found) {
			return
		}
		at = at[n:]
	}
}

func skipLine(r *bufio.Reader) bool {
	for {
		_, err := r.ReadSlice('\n')
		if err == nil {
			return true
		}
		if err != bufio.ErrBufferFull {
			return false
		}
	}
}

// around is how many bytes of a long line are shown on each side of the column.
const around = 60

// readLine reads one line, of any length, and keeps the surroundings of each
// column.
func readLine(r *bufio.Reader, at []ir.Pos, found map[ir.Pos]string) bool {
	windows := make([][]byte, len(at))
	for off := 0; ; {
		part, err := r.ReadSlice('\n')
		for i, p := range at {
			lo, hi := max(p.Col-1-around, off), min(p.Col-1+around, off+len(part))
			if lo < hi {
				windows[i] = append(windows[i], part[lo-off:hi-off]...)
			}
		}
		off += len(part)
		if err == bufio.ErrBufferFull {
			continue
		}
		for i, p := range at {
			if s := excerpt(windows[i], p.Col-1-max(p.Col-1-around, 0), p.Line); s != "" {
				found[p] = s
			}
		}
		return err == nil
	}
}

// excerpt prints a window of a line with a caret below the byte at col.
func excerpt(window []byte, col, line int) string {
	if col > len(window) {
		return ""
	}
	for col > 0 && col < len(window) && !utf8.RuneStart(window[col]) {
		col--
	}
	clean := func(b []byte) string {
		s := strings.ToValidUTF8(strings.TrimRight(string(b), "\r\n"), "")
		return strings.Map(func(r rune) rune {
			if r == '\t' {
				return ' '
			}
			if !unicode.IsPrint(r) {
				return '?'
			}
			return r
		}, s)
	}
	before, after := clean(window[:col]), clean(window[col:])
	number := fmt.Sprintf("%5d", line)
	return fmt.Sprintf("%s | %s%s\n%s | %s^\n", number, before, after,
		strings.Repeat(" ", len(number)), strings.Repeat(" ", utf8.RuneCountInString(before)))
}

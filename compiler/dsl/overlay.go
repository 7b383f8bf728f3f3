package dsl

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// recorder returns the file that, laid over the package, records its graphs at
// start-up: the annotated functions may not be exported, and the package may be
// a program.
func (s *source) recorder() string {
	usesArrays, usesGraphs := false, false
	var entries strings.Builder
	for _, m := range s.marks {
		if m.dtypes != nil {
			usesArrays = true
			s.arrayEntry(&entries, m)
		} else {
			usesGraphs = true
			graphEntry(&entries, m)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "package %s\n\nimport (\n", s.name)
	if usesArrays {
		fmt.Fprintf(&b, "\tdaskgenda %q\n", daPath)
	}
	if usesGraphs {
		fmt.Fprintf(&b, "\tdaskgengraph %q\n", graphPath)
	}
	fmt.Fprintf(&b, "\tdaskgenir %q\n\tdaskgenrecord %q\n)\n\n", irPath, recordPath)
	fmt.Fprintf(&b, "func init() {\n\tdaskgenrecord.Main(%q, %t,\n%s\t)\n}\n", s.pkg.PkgPath, s.name == "main", entries.String())
	return b.String()
}

func (s *source) arrayEntry(b *strings.Builder, m *mark) {
	fmt.Fprintf(b, "\t\tdaskgenrecord.Entry{Name: %q, Build: func() *daskgenir.Graph {\n", m.name)
	params, results := make([]string, len(m.params)), make([]string, len(m.result))
	for i, p := range m.params {
		params[i] = fmt.Sprintf("p%d", i)
		fmt.Fprintf(b, "\t\t\tp%d := daskgenda.Param[%s](%q, %s)\n", i, p.dtype, p.name, chunksSource(m.dir.input(p.name).chunks))
	}
	for i := range results {
		results[i] = fmt.Sprintf("r%d", i)
	}
	args, list := strings.Join(params, ", "), strings.Join(results, ", ")
	fmt.Fprintf(b, "\t\t\t%s := %s(%s)\n", list, m.name, args)
	fmt.Fprintf(b, "\t\t\treturn daskgenda.Build(%q, []daskgenda.Operand{%s}, %#v, %s)\n\t\t}},\n", m.name, args, m.result, list)
}

func chunksSource(chunks [][]int64) string {
	axes := make([]string, len(chunks))
	for i, c := range chunks {
		sizes := make([]string, len(c))
		for j, n := range c {
			sizes[j] = strconv.FormatInt(n, 10)
		}
		axes[i] = "{" + strings.Join(sizes, ", ") + "}"
	}
	return "[][]int64{" + strings.Join(axes, ", ") + "}"
}

func graphEntry(b *strings.Builder, m *mark) {
	value := m.name
	if m.fn != nil {
		value += "()"
	}
	outputs := ""
	for _, o := range m.dir.outputs {
		outputs += fmt.Sprintf(", %q", o)
	}
	fmt.Fprintf(b, "\t\tdaskgenrecord.Entry{Name: %q, Build: func() *daskgenir.Graph {\n\t\t\treturn daskgengraph.Build(%s, %q%s)\n\t\t}},\n", m.name, value, m.name, outputs)
}

// overlay writes the files of the recording build into a temporary folder. It
// returns the path of go build's overlay file and the package to build, relative
// to the source's folder.
func (s *source) overlay(tmp string) (file, target string, err error) {
	files := s.stubs()
	files[filepath.Join(s.dir, recordFile)] = []byte(s.recorder())
	target = "."
	if s.name != "main" {
		main := fmt.Sprintf("package main\n\nimport _ %q\n\nfunc main() {}\n", s.pkg.PkgPath)
		files[filepath.Join(s.dir, mainDir, "main.go")] = []byte(main)
		target = "./" + mainDir
	}
	replace := map[string]string{}
	for i, path := range sortedKeys(files) {
		to := filepath.Join(tmp, fmt.Sprintf("overlay%d.go", i))
		if err := os.WriteFile(to, files[path], 0o600); err != nil {
			return "", "", err
		}
		replace[path] = to
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", "", err
	}
	file = filepath.Join(tmp, "overlay.json")
	return file, target, os.WriteFile(file, data, 0o600)
}

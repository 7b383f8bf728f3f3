package report

import (
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/daskgen/daskgen/bench/suite"
)

func sampleReport() *Report {
	r := &Report{Date: "today", Machine: []Fact{{"cores", "2"}}}
	r.Add(&suite.Outcome{Group: "end to end", Name: "a", Title: "a | b", Unit: "s", Limit: 1, LimitWhy: "copy",
		Entries:  []suite.Entry{{Name: suite.Ours, Samples: []suite.Sample{{Value: 2, Peak: 10}, {Value: 2.2, Peak: 10}}}, {Name: "dask", Samples: []suite.Sample{{Value: 20, Peak: 40}}}, {Name: "jax", Gap: "not installed"}},
		Verdicts: []suite.Verdict{{Goal: "at least 10x dask", Met: false, Text: "9.5x"}}}, 0)
	return r
}

func TestReportIsWrittenAndReadBack(t *testing.T) {
	dir := t.TempDir()
	r := sampleReport()
	if err := r.Save(dir); err != nil {
		t.Fatal(err)
	}
	back, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := back.Write(dir); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, TableFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| cores | 2 |", "**2.10** ±5 %", "| 20.0 |", "1.00 (copy)", "**missed**", "No figure of jax (a): not installed", "| end to end | 0 | 1 | 0 | a |"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
}

func TestPlots(t *testing.T) {
	dir := t.TempDir()
	paths, err := sampleReport().plots(dir)
	if err != nil || len(paths) != 2 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		d := xml.NewDecoder(bytes.NewReader(data))
		for err == nil {
			_, err = d.Token()
		}
		if err != io.EOF {
			t.Errorf("%s: %v", path, err)
		}
	}
	if data, _ := os.ReadFile(filepath.Join(dir, "plots/end-to-end-ratio.svg")); !strings.Contains(string(data), "<title>dask: 9.52</title>") {
		t.Errorf("no point of dask in:\n%s", data)
	}
}

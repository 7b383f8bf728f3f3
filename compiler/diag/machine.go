package diag

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/daskgen/daskgen/ir"
)

type jsonPlace struct {
	File    string `json:"file,omitzero"`
	Line    int    `json:"line,omitzero"`
	Col     int    `json:"col,omitzero"`
	Message string `json:"message"`
}

type jsonDiagnostic struct {
	File     string      `json:"file,omitzero"`
	Line     int         `json:"line,omitzero"`
	Col      int         `json:"col,omitzero"`
	Code     string      `json:"code"`
	Severity string      `json:"severity"`
	Message  string      `json:"message"`
	Hint     string      `json:"hint,omitzero"`
	Related  []jsonPlace `json:"related,omitzero"`
}

// JSON prints the whole list as a JSON array of objects with the members file,
// line, col, code, severity, message, hint and related.
func JSON(w io.Writer, l List) error {
	out := make([]jsonDiagnostic, len(l))
	for i, d := range l {
		out[i] = jsonDiagnostic{File: d.Pos.File, Line: d.Pos.Line, Col: d.Pos.Col, Code: d.Code,
			Severity: d.Severity.String(), Message: d.Message, Hint: d.Hint}
		for _, r := range d.Related {
			out[i].Related = append(out[i].Related, jsonPlace{r.Pos.File, r.Pos.Line, r.Pos.Col, r.Message})
		}
	}
	if err := json.MarshalWrite(w, out, jsontext.WithIndent("  "), jsontext.AllowInvalidUTF8(true)); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// GitHub prints the list as workflow commands, which GitHub shows beside the
// changed lines of a pull request.
func GitHub(w io.Writer, l List, o Options) error {
	b := bufio.NewWriter(w)
	show, more := o.shown(l)
	for _, d := range show {
		text := d.Message
		if d.Hint != "" {
			text += "\nhint: " + d.Hint
		}
		fmt.Fprintf(b, "::%s %stitle=%s::%s\n", d.Severity, commandPos(d.Pos), commandProperty(d.Code), commandText(text))
	}
	if more > 0 {
		fmt.Fprintf(b, "::notice::too many errors (%d more)\n", more)
	}
	return b.Flush()
}

func commandPos(p ir.Pos) string {
	s := ""
	if p.File != "" {
		s += "file=" + commandProperty(p.File) + ","
	}
	if p.Line > 0 {
		s += fmt.Sprintf("line=%d,", p.Line)
	}
	if p.Col > 0 {
		s += fmt.Sprintf("col=%d,", p.Col)
	}
	return s
}

var (
	textEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func commandText(s string) string     { return textEscapes.Replace(s) }
func commandProperty(s string) string { return propertyEscapes.Replace(s) }

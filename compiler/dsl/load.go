package dsl

import (
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/compiler/emit"
	"github.com/daskgen/daskgen/ir"
)

// loadMode is packages.LoadSyntax, spelled out: no NeedDeps, so that
// dependencies come from export data.
const loadMode = packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
	packages.NeedTypes | packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedExportFile | packages.NeedModule

// load type-checks the packages with stubs in place of generated code, and
// checks the annotated declarations.
func (l *loader) load(sources []*source) error {
	if len(sources) == 0 {
		return nil
	}
	overlay := map[string][]byte{}
	var dirs []string
	for _, s := range sources {
		for path, text := range s.stubs() {
			overlay[path] = text
		}
		dirs = append(dirs, s.dir)
	}
	pkgs, err := packages.Load(l.packagesConfig(loadMode, overlay), dirs...)
	if err != nil {
		return listError(err)
	}
	for _, s := range sources {
		for _, p := range pkgs {
			if packageDir(p) == s.dir {
				s.pkg = p
			}
		}
		if s.pkg == nil {
			s.failed = true
			l.diags.Errorf(ir.Pos{File: l.display(s.dir)}, diag.LoadFailed, "the package does not load")
			continue
		}
		l.packageErrors(s)
		if !hasSyntaxErrors(s.pkg) {
			l.check(s)
		}
	}
	return nil
}

// hasSyntaxErrors says whether the declarations of a package may be incomplete.
func hasSyntaxErrors(p *packages.Package) bool {
	return slices.ContainsFunc(p.Errors, func(e packages.Error) bool { return e.Kind == packages.ParseError })
}

// packageErrors reports what the go command and the type checker found.
func (l *loader) packageErrors(s *source) {
	for _, e := range s.pkg.Errors {
		s.failed = true
		pos := l.parsePos(e.Pos)
		switch {
		case strings.HasPrefix(strings.TrimSpace(e.Msg), "other declaration of"):
			continue // belongs to another error
		case (strings.HasPrefix(e.Msg, "# ") || strings.HasPrefix(e.Pos, "# ")) && (len(s.pkg.TypeErrors) > 0 || hasSyntaxErrors(s.pkg)):
			continue // what go build prints, which the parser or the type checker says too
		}
		if filepath.Base(pos.File) == stubFile {
			l.stubError(s, e.Msg)
			continue
		}
		l.diags.Errorf(pos, diag.LoadFailed, "%s", strings.TrimSpace(e.Msg))
	}
}

// stubError reports a type error in the stubs at the declaration that the stub
// is for: what is declared twice is the name of a generated function.
func (l *loader) stubError(s *source, msg string) {
	for _, m := range s.marks {
		if strings.Contains(msg, emit.RunName(m.name)+" redeclared") {
			l.errorAt(s, m.pos, diag.BadDSL, "the name %s is needed for the function that is generated for %s", emit.RunName(m.name), m.name)
			return
		}
	}
	l.diags.Errorf(ir.Pos{File: l.display(s.dir)}, diag.LoadFailed, "generated code: %s", msg)
}

// parsePos reads a position of package go/packages: file:line:col.
func (l *loader) parsePos(s string) ir.Pos {
	var nums []int
	for range 2 {
		i := strings.LastIndexByte(s, ':')
		if i < 0 {
			break
		}
		n, err := strconv.Atoi(s[i+1:])
		if err != nil {
			break
		}
		nums, s = append(nums, n), s[:i]
	}
	if s == "" || s == "-" {
		return ir.Pos{}
	}
	pos := ir.Pos{File: l.display(s)}
	switch len(nums) {
	case 2:
		pos.Line, pos.Col = nums[1], nums[0]
	case 1:
		pos.Line = nums[0]
	}
	return pos
}

// check checks the types of the annotated declarations, and that each
// parameter has a shape.
func (l *loader) check(s *source) {
	for _, m := range s.marks {
		obj := s.pkg.Types.Scope().Lookup(m.name)
		if obj == nil {
			if !s.failed {
				l.errorAt(s, m.pos, diag.BadDSL, "%s cannot be referred to: give it a name", m.name)
			}
			continue
		}
		if sig, ok := obj.Type().(*types.Signature); ok && m.fn != nil && !isGraph(soleResult(sig)) {
			l.checkArrays(s, m, sig)
		} else {
			l.checkGraph(s, m, obj)
		}
	}
}

func soleResult(sig *types.Signature) types.Type {
	if sig.Params().Len() > 0 || sig.Results().Len() != 1 {
		return nil
	}
	return sig.Results().At(0).Type()
}

func isGraph(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Name() == "Graph" && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == graphPath
}

func (l *loader) checkGraph(s *source, m *mark, obj types.Object) {
	t := obj.Type()
	if sig, ok := t.(*types.Signature); ok {
		t = soleResult(sig)
	}
	if t == nil || !isGraph(t) {
		if t != types.Typ[types.Invalid] {
			l.errorAt(s, m.pos, diag.BadDSL, "%s is %s: daskgen:graph marks variables of type graph.Graph and functions over da.Array", m.name, types.TypeString(obj.Type(), types.RelativeTo(s.pkg.Types)))
		}
		return
	}
	for _, in := range m.dir.inputs {
		l.errorAt(s, in.pos, diag.BadDSL, "daskgen:graph: %s has no parameter %q", m.name, in.name)
	}
}

func (l *loader) checkArrays(s *source, m *mark, sig *types.Signature) {
	if sig.TypeParams().Len() > 0 {
		l.errorAt(s, m.pos, diag.BadDSL, "%s is generic: a graph has fixed types", m.name)
		return
	}
	if m.dir.outputs != nil {
		l.errorAt(s, m.pos, diag.BadDSL, "daskgen:graph: output= is for plain graphs; the outputs of %s are its results", m.name)
	}
	for v := range sig.Params().Variables() {
		l.checkParam(s, m, v)
	}
	for _, in := range m.dir.inputs {
		if !hasParam(sig, in.name) {
			l.errorAt(s, in.pos, diag.BadDSL, "daskgen:graph: %s has no parameter %q", m.name, in.name)
		}
	}
	if sig.Results().Len() == 0 {
		l.errorAt(s, m.pos, diag.BadDSL, "%s returns nothing to compute", m.name)
	}
	for i := range sig.Results().Len() {
		l.checkResult(s, m, sig, i)
	}
	m.result = resultNames(m.name, m.result)
}

func hasParam(sig *types.Signature, name string) bool {
	for v := range sig.Params().Variables() {
		if v.Name() == name {
			return true
		}
	}
	return false
}

func (l *loader) checkParam(s *source, m *mark, v *types.Var) {
	d := arrayDType(v.Type())
	pos := v.Pos()
	switch {
	case d == "" && v.Type() == types.Typ[types.Invalid]:
	case d == "":
		l.errorAtPkg(s, pos, diag.BadDSL, "parameter %s has type %s", v.Name(), types.TypeString(v.Type(), types.RelativeTo(s.pkg.Types))).
			WithHint("the parameters of a graph are arrays, da.Array[T]; use constants or package variables for other values")
	case v.Name() == "" || v.Name() == "_":
		l.errorAtPkg(s, pos, diag.BadDSL, "the parameters of a graph need names: they name its inputs")
	case m.dir.bad:
	case m.dir.input(v.Name()) == nil:
		l.errorAtPkg(s, pos, diag.BadDSL, "no shape is given for parameter %s", v.Name()).
			WithHint("write shape and chunks into the comment, such as //daskgen:graph %s=(1000,3):(250,3)", v.Name())
	default:
		m.params = append(m.params, param{v.Name(), d})
	}
}

func (l *loader) checkResult(s *source, m *mark, sig *types.Signature, i int) {
	v := sig.Results().At(i)
	d := arrayDType(v.Type())
	if d == "" && v.Type() != types.Typ[types.Invalid] {
		l.errorAtPkg(s, v.Pos(), diag.BadDSL, "%s returns %s: the results of a graph are arrays, da.Array[T]", m.name, types.TypeString(v.Type(), types.RelativeTo(s.pkg.Types)))
	}
	m.dtypes = append(m.dtypes, d)
	m.result = append(m.result, v.Name())
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// arrayDType returns the element type of da.Array[T], or "".
func arrayDType(t types.Type) string {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Name() != "Array" || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != daPath || named.TypeArgs().Len() != 1 {
		return ""
	}
	b, ok := types.Unalias(named.TypeArgs().At(0)).(*types.Basic)
	if !ok || ir.ParseDType(b.Name()) == ir.NoDType {
		if ok && b.Kind() == types.Uint8 {
			return "uint8" // spelled byte
		}
		return ""
	}
	return b.Name()
}

// errorAtPkg is errorAt for a position in the type-checked package.
func (l *loader) errorAtPkg(s *source, pos token.Pos, code, format string, args ...any) *diag.Diagnostic {
	s.failed = true
	return l.diags.Errorf(l.pos(s.pkg.Fset.Position(pos)), code, format, args...)
}

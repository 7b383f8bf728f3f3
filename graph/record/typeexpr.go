package record

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// typeExpr writes a type as Go source and adds the import paths that it needs.
func typeExpr(t reflect.Type, imports *[]string) string {
	if t.Name() != "" {
		return namedExpr(t, imports)
	}
	switch t.Kind() {
	case reflect.Pointer:
		return "*" + typeExpr(t.Elem(), imports)
	case reflect.Slice:
		return "[]" + typeExpr(t.Elem(), imports)
	case reflect.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), typeExpr(t.Elem(), imports))
	case reflect.Map:
		return "map[" + typeExpr(t.Key(), imports) + "]" + typeExpr(t.Elem(), imports)
	case reflect.Chan:
		return map[reflect.ChanDir]string{reflect.RecvDir: "<-chan ", reflect.SendDir: "chan<- ", reflect.BothDir: "chan "}[t.ChanDir()] + "(" + typeExpr(t.Elem(), imports) + ")"
	case reflect.Func:
		return "func" + signatureExpr(t, imports)
	case reflect.Struct:
		return structExpr(t, imports)
	case reflect.Interface:
		return interfaceExpr(t, imports)
	}
	return t.String()
}

// namedExpr writes a predeclared or defined type. The name of an instantiated
// generic type holds its arguments with full import paths.
func namedExpr(t reflect.Type, imports *[]string) string {
	if t.PkgPath() == "" {
		return t.Name()
	}
	pkg := importPath(t.PkgPath())
	*imports = append(*imports, pkg)
	name, _, _ := strings.Cut(t.String(), "[")
	if pkgName, rest, ok := strings.Cut(name, "."); ok && pkgName == "main" {
		name = lastElem(pkg) + "." + rest
	}
	if _, args, ok := strings.Cut(t.Name(), "["); ok {
		name += "[" + qualify(strings.TrimSuffix(args, "]"), imports) + "]"
	}
	return name
}

// qualify turns the type arguments of a generic type's name, such as
// "example.com/geo.Point,int", into source with short qualifiers.
func qualify(args string, imports *[]string) string {
	var b strings.Builder
	for len(args) > 0 {
		n := strings.IndexAny(args, "[]*,(){} ")
		if n == 0 {
			b.WriteByte(args[0])
			args = args[1:]
			continue
		}
		if n < 0 {
			n = len(args)
		}
		pkg, name := splitName(args[:n])
		if pkg != "" {
			*imports = append(*imports, pkg)
			name = lastElem(pkg) + "." + name
		}
		b.WriteString(name)
		args = args[n:]
	}
	return strings.ReplaceAll(b.String(), ",", ", ")
}

func lastElem(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

func signatureExpr(t reflect.Type, imports *[]string) string {
	var in, out []string
	for i := range t.NumIn() {
		s := typeExpr(t.In(i), imports)
		if t.IsVariadic() && i == t.NumIn()-1 {
			s = "..." + strings.TrimPrefix(s, "[]")
		}
		in = append(in, s)
	}
	for i := range t.NumOut() {
		out = append(out, typeExpr(t.Out(i), imports))
	}
	s := "(" + strings.Join(in, ", ") + ")"
	switch len(out) {
	case 0:
		return s
	case 1:
		return s + " " + out[0]
	}
	return s + " (" + strings.Join(out, ", ") + ")"
}

func structExpr(t reflect.Type, imports *[]string) string {
	var fields []string
	for i := range t.NumField() {
		f := t.Field(i)
		s := typeExpr(f.Type, imports)
		if !f.Anonymous {
			s = f.Name + " " + s
		}
		if f.Tag != "" {
			s += " " + strconv.Quote(string(f.Tag))
		}
		fields = append(fields, s)
	}
	return "struct{" + strings.Join(fields, "; ") + "}"
}

func interfaceExpr(t reflect.Type, imports *[]string) string {
	if t.NumMethod() == 0 {
		return "any"
	}
	var methods []string
	for i := range t.NumMethod() {
		m := t.Method(i)
		methods = append(methods, m.Name+signatureExpr(m.Type, imports))
	}
	return "interface{" + strings.Join(methods, "; ") + "}"
}

package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// An sdk has EC2's names, from the source of the AWS SDK.
type sdk struct {
	structs  map[string][]field           // by type: CreateVolumeInput, TagSpecification
	requests map[string]map[string]string // by type and field: the parameter's name
	answers  map[string]map[string]string // by type and field: the element's name
	required map[string][]string          // by operation: the required fields
}

// A field is a member of a struct.
type field struct {
	name string
	typ  string // without pointers, brackets and the package: string, int32, TagSpecification
	list bool
	doc  string
}

func parseSDK(dir string) (*sdk, error) {
	s := &sdk{structs: map[string][]field{}, requests: map[string]map[string]string{}, answers: map[string]map[string]string{}, required: map[string][]string{}}
	files, err := filepath.Glob(filepath.Join(dir, "api_op_*.go"))
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"types/types.go", "serializers.go", "deserializers.go", "validators.go"} {
		files = append(files, filepath.Join(dir, name))
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				s.addStruct(n)
			case *ast.FuncDecl:
				s.addFunc(n)
			}
			return true
		})
	}
	if len(s.structs) == 0 || len(s.requests) == 0 || len(s.answers) == 0 || len(s.required) == 0 {
		return nil, fmt.Errorf("%s: the source has another form than expected", dir)
	}
	return s, nil
}

func (s *sdk) addStruct(spec *ast.TypeSpec) {
	st, ok := spec.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, f := range st.Fields.List {
		if len(f.Names) == 1 && f.Names[0].IsExported() && f.Names[0].Name != "ResultMetadata" {
			typ, list := typeName(f.Type)
			s.structs[spec.Name.Name] = append(s.structs[spec.Name.Name], field{name: f.Names[0].Name, typ: typ, list: list, doc: f.Doc.Text()})
		}
	}
}

func typeName(e ast.Expr) (name string, list bool) {
	switch t := e.(type) {
	case *ast.Ident:
		return t.Name, false
	case *ast.StarExpr:
		return typeName(t.X)
	case *ast.SelectorExpr:
		return t.Sel.Name, false
	case *ast.ArrayType:
		name, _ = typeName(t.Elt)
		return name, name != "byte" // a blob is a scalar
	}
	return "", false
}

var (
	serializer   = regexp.MustCompile(`^awsEc2query_serialize(Op)?Document(\w+)$`)
	deserializer = regexp.MustCompile(`^awsEc2query_deserialize(Op)?Document(\w+)$`)
	validator    = regexp.MustCompile(`^validateOp(\w+)Input$`)
)

func (s *sdk) addFunc(d *ast.FuncDecl) {
	switch name := d.Name.Name; {
	case serializer.MatchString(name):
		names := map[string]string{}
		for _, stmt := range d.Body.List {
			if key := stringArgument(stmt, "Key", "FlatKey"); key != "" {
				names[selected(stmt, "v")] = key
			}
		}
		s.requests[serializer.FindStringSubmatch(name)[2]] = names
	case deserializer.MatchString(name):
		names := map[string]string{}
		ast.Inspect(d.Body, func(n ast.Node) bool {
			if c, ok := n.(*ast.CaseClause); ok && len(c.List) == 1 {
				if key := stringArgument(c.List[0], "EqualFold"); key != "" {
					names[selected(c, "sv")] = key
				}
			}
			return true
		})
		s.answers[deserializer.FindStringSubmatch(name)[2]] = names
	case validator.MatchString(name):
		op := validator.FindStringSubmatch(name)[1]
		ast.Inspect(d.Body, func(n ast.Node) bool {
			if c, ok := n.(*ast.CallExpr); ok {
				if key := stringArgument(c, "NewErrParamRequired"); key != "" && c.Fun.(*ast.SelectorExpr).Sel.Name == "NewErrParamRequired" {
					s.required[op] = append(s.required[op], key)
				}
			}
			return true
		})
	}
}

// stringArgument returns the first argument of the first call of one of the methods within n, if it is a string literal.
func stringArgument(n ast.Node, methods ...string) (found string) {
	ast.Inspect(n, func(n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		if !ok || found != "" {
			return found == ""
		}
		sel, ok := c.Fun.(*ast.SelectorExpr)
		if !ok || !slices.Contains(methods, sel.Sel.Name) || len(c.Args) == 0 {
			return true
		}
		if lit, ok := c.Args[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
			found, _ = strconv.Unquote(lit.Value)
		}
		return true
	})
	return found
}

// selected returns the first field of the variable that is named within n.
func selected(n ast.Node, variable string) (found string) {
	ast.Inspect(n, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && found == "" {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == variable {
				found = sel.Sel.Name
			}
		}
		return found == ""
	})
	return found
}

// field returns a field of a struct.
func (s *sdk) field(typ, name string) (field, bool) {
	for _, f := range s.structs[typ] {
		if f.name == name {
			return f, true
		}
	}
	return field{}, false
}

func (s *sdk) isStruct(typ string) bool { return len(s.structs[typ]) > 0 }

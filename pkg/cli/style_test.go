package cli

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// notYetStyled lists the checks that a package may still fail: the check's name, a space, and the package's folder.
var notYetStyled = []string{}

// maxLines is the length of a file at which it has to be split. Tests may be longer.
const maxLines = 300

// badWords are verbs that a declaration's comment uses instead of "returns", "reports" or "does".
var badWords = regexp.MustCompile(`\b(gives|tells|is told|are told)\b`)

// dialect matches phrases that a reader has to translate. CONTRIBUTING.md has the words to use instead.
var dialect = regexp.MustCompile(`\b(as (it|they) stands?|errors on|reports? as an error|by way of|for (its|their|\w+'s) sake|what is no|to be had)\b`)

// maxWords is the length of a sentence, or of a part of a sentence before a colon or a semicolon, at which it has to be split.
const maxWords = 35

// The code keeps the rules of CONTRIBUTING.md that a parser can check.
func TestStyle(t *testing.T) {
	for dir, files := range sources(t) {
		fset := token.NewFileSet()
		var parsed []*ast.File // without tests
		for _, name := range files {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			file, err := parser.ParseFile(fset, name, data, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			check := func(rule string, violations ...string) {
				for _, v := range violations {
					if !slices.Contains(notYetStyled, rule+" "+dir) {
						t.Errorf("%s: %s", rule, v)
					}
				}
			}
			check("words", wordsOf(fset, file)...)
			check("phrases", phrasesOf(fset, file)...)
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			parsed = append(parsed, file)
			if lines := fset.File(file.Pos()).LineCount(); lines > maxLines {
				check("length", fmt.Sprintf("%s has %d lines, more than %d", name, lines, maxLines))
			}
			check("nil receivers", nilReceivers(fset, file)...)
		}
		for _, violation := range mutableState(fset, parsed) {
			if !slices.Contains(notYetStyled, "state "+dir) {
				t.Errorf("state: %s", violation)
			}
		}
	}
}

// sources returns the Go files of this module by their folders.
func sources(t *testing.T) map[string][]string {
	t.Helper()
	files := map[string][]string{}
	root := filepath.Join("..", "..")
	for _, top := range []string{"cmd", "pkg", "scripts"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" {
				return err
			}
			dir, err := filepath.Rel(root, filepath.Dir(path))
			dir = filepath.ToSlash(dir)
			files[dir] = append(files[dir], path)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(files) < len(layers) {
		t.Fatalf("only %d folders have Go files", len(files))
	}
	return files
}

// wordsOf returns the declarations whose comments have bad words.
func wordsOf(fset *token.FileSet, file *ast.File) (violations []string) {
	check := func(doc *ast.CommentGroup) {
		if doc == nil {
			return
		}
		for _, line := range doc.List {
			if word := badWords.FindString(line.Text); word != "" {
				violations = append(violations, fmt.Sprintf("%s: %q in a comment", fset.Position(line.Pos()), word))
			}
		}
	}
	check(file.Doc)
	ast.Inspect(file, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.FuncDecl:
			check(n.Doc)
		case *ast.GenDecl:
			check(n.Doc)
		case *ast.TypeSpec:
			check(n.Doc)
			check(n.Comment)
		case *ast.ValueSpec:
			check(n.Doc)
			check(n.Comment)
		case *ast.Field:
			check(n.Doc)
			check(n.Comment)
		}
		return true
	})
	return violations
}

// phrasesOf returns the comments that have a phrase of dialect or a sentence of more than maxWords words.
func phrasesOf(fset *token.FileSet, file *ast.File) (violations []string) {
	for _, group := range file.Comments {
		text := strings.ReplaceAll(group.Text(), "\n- ", "\n\n") // the items of a list are sentences of their own
		for _, paragraph := range regexp.MustCompile(`\n\s*\n|\n[ \t]+`).Split(text, -1) {
			paragraph = strings.Join(strings.Fields(paragraph), " ")
			if phrase := dialect.FindString(paragraph); phrase != "" {
				violations = append(violations, fmt.Sprintf("%s: %q in a comment", fset.Position(group.Pos()), phrase))
			}
			for _, sentence := range regexp.MustCompile(`[.?!:;] `).Split(paragraph, -1) {
				if n := len(strings.Fields(sentence)); n > maxWords {
					violations = append(violations, fmt.Sprintf("%s: a sentence of %d words: %s", fset.Position(group.Pos()), n, sentence))
				}
			}
		}
	}
	return violations
}

// nilReceivers returns the methods that compare their receiver with nil.
func nilReceivers(fset *token.FileSet, file *ast.File) (violations []string) {
	for _, decl := range file.Decls {
		method, ok := decl.(*ast.FuncDecl)
		if !ok || method.Recv == nil || len(method.Recv.List[0].Names) == 0 || method.Body == nil {
			continue
		}
		receiver := method.Recv.List[0].Names[0].Name
		ast.Inspect(method.Body, func(node ast.Node) bool {
			if c, ok := node.(*ast.BinaryExpr); ok && (c.Op == token.EQL || c.Op == token.NEQ) &&
				(isName(c.X, receiver) && isName(c.Y, "nil") || isName(c.Y, receiver) && isName(c.X, "nil")) {
				violations = append(violations, fmt.Sprintf("%s: the method %s compares its receiver with nil", fset.Position(c.Pos()), method.Name.Name))
			}
			return true
		})
	}
	return violations
}

func isName(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

// mutableState returns the places where a package's functions change a variable of the package. Changes by a method are not found.
func mutableState(fset *token.FileSet, files []*ast.File) (violations []string) {
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: noImports{}, Error: func(error) {}}
	pkg, _ := config.Check("checked", fset, files, info) // it fails to import, but resolves the names of the package itself
	changed := func(e ast.Expr) {
		if id := root(e); id != nil {
			if v, ok := info.Uses[id].(*types.Var); ok && v.Parent() == pkg.Scope() {
				violations = append(violations, fmt.Sprintf("%s: the package's variable %s changes", fset.Position(id.Pos()), id.Name))
			}
		}
	}
	for _, file := range files {
		ast.Inspect(file, func(node ast.Node) bool {
			switch n := node.(type) {
			case *ast.AssignStmt:
				for _, e := range n.Lhs {
					changed(e)
				}
			case *ast.IncDecStmt:
				changed(n.X)
			}
			return true
		})
	}
	return violations
}

// root returns the variable that an expression selects a part of, or nil.
func root(e ast.Expr) *ast.Ident {
	switch n := e.(type) {
	case *ast.Ident:
		return n
	case *ast.IndexExpr:
		return root(n.X)
	case *ast.SelectorExpr:
		return root(n.X)
	case *ast.StarExpr:
		return root(n.X)
	case *ast.ParenExpr:
		return root(n.X)
	}
	return nil
}

// noImports is an importer that finds nothing.
type noImports struct{}

func (noImports) Import(string) (*types.Package, error) { return nil, errors.New("not imported") }

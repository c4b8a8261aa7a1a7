package main

import (
	"fmt"
	"slices"
	"strings"
)

// A generator collects the shapes that the operations use.
type generator struct {
	*sdk
	shapes map[string]string // members of request structures by type, and members that an answer repeats by "request type>answer type"
	errs   []error
}

func (g *generator) fail(format string, args ...any) {
	g.errs = append(g.errs, fmt.Errorf(format, args...))
}

// takes returns the members of a request structure: "Name" for a scalar, "Name.N" for a list, and "Name:Shape" or
// "Name.N:Shape" for structures.
func (g *generator) takes(typ string) string {
	if _, ok := g.requests[typ]; !ok && g.isStruct(typ) && len(g.structs[typ]) > 0 {
		g.fail("no serializer of %s", typ)
	}
	var members []string
	for _, f := range g.structs[typ] {
		wire := g.requests[typ][f.name]
		if wire == "" {
			g.fail("%s.%s has no parameter name", typ, f.name)
		}
		if f.list {
			wire += ".N"
		}
		if g.isStruct(f.typ) {
			wire += ":" + f.typ
			g.shape(f.typ)
		}
		members = append(members, wire)
	}
	slices.Sort(members)
	return strings.Join(members, " ")
}

func (g *generator) shape(typ string) {
	if _, known := g.shapes[typ]; !known {
		g.shapes[typ] = "" // ends a recursion
		g.shapes[typ] = g.takes(typ)
	}
}

// notEchoed are members of a request that an answer has under the same name, but with another meaning.
var notEchoed = []string{"DryRun", "TagSpecifications", "Tags", "State", "Status"}

// echo returns the members that an answer of type out repeats from a request of type in: those with the same name and form.
// A member is written as in takes, followed by "=element" unless the element's name follows from the parameter's.
func (g *generator) echo(in, out string) string {
	var members []string
	for _, f := range g.structs[in] {
		o, ok := g.field(out, f.name)
		if !ok || f.list != o.list || g.isStruct(f.typ) != g.isStruct(o.typ) || slices.Contains(notEchoed, f.name) {
			continue
		}
		wire, element := g.requests[in][f.name], g.answers[out][f.name]
		usual := lowerFirst(wire)
		if f.list {
			wire += ".N"
			usual += "Set"
		}
		if element != usual {
			wire += "=" + element
		}
		if g.isStruct(f.typ) {
			pair := f.typ + ">" + o.typ
			if _, known := g.shapes[pair]; !known {
				g.shapes[pair] = ""
				g.shapes[pair] = g.echo(f.typ, o.typ)
			}
			if g.shapes[pair] == "" {
				delete(g.shapes, pair)
				continue
			}
			wire += ":" + pair
		}
		members = append(members, wire)
	}
	slices.Sort(members)
	return strings.Join(members, " ")
}

// path returns the elements of a path of fields, and the type of its last field.
func (g *generator) path(typ, fields string) (elements string, last field) {
	var names []string
	for name := range strings.SplitSeq(fields, ".") {
		f, ok := g.field(typ, name)
		if !ok || g.answers[typ][name] == "" {
			g.fail("%s has no %s", typ, name)
			return "", field{}
		}
		names = append(names, g.answers[typ][name])
		typ, last = f.typ, f
	}
	return strings.Join(names, "."), last
}

// optionalPath returns the elements of a path of fields, or "" if the type has no such path.
func (g *generator) optionalPath(typ, fields string) string {
	if fields == "" {
		return ""
	}
	errs := g.errs
	elements, _ := g.path(typ, fields)
	g.errs = errs
	return elements
}

// parameters returns the parameters of fields of an input.
func (g *generator) parameters(typ string, fields []string) string {
	var names []string
	for _, f := range fields {
		if f != "ClientToken" { // the SDK fills it in
			names = append(names, g.requests[typ][f])
		}
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

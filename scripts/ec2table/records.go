package main

import (
	"cmp"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// A record has the fields of one line of the table. The types of pkg/sandbox document them. Empty fields are left out.
type record map[string]any

func (r record) MarshalJSON() ([]byte, error) {
	full := map[string]any(maps.Clone(r))
	maps.DeleteFunc(full, func(_ string, v any) bool { return v == "" || v == false })
	return json.Marshal(full)
}

// A kind is a kind of resource.
type kind struct {
	record
	described string // type of an item of the Describe answer
	id        string // its field
	state     string // its path of fields
}

// kind returns the kind of a row of kinds.tsv.
func (g *generator) kind(row map[string]string) *kind {
	list, id := row["described"], ""
	if i := strings.LastIndex(list, "."); i >= 0 {
		list, id = list[:i], list[i+1:]
	}
	describe := row["describe"]
	in := describe + "Input"
	elements, item := g.path(describe+"Output", list)
	k := &kind{described: item.typ, id: id, state: row["state"]}
	k.record = record{
		"Kind": row["kind"], "Prefix": row["prefix"], "Form": strings.Replace(row["id_form"], "hex17", "", 1), "NotFound": row["not_found"],
		"Taggable": row["taggable"] == "yes", "Noun": lowerFirst(strings.TrimSuffix(id, "Id")),
		"Pending": row["pending"], "Usable": row["usable"], "Failed": row["failed"], "Gone": row["gone"], "Reason": g.reason(k),
		"Describe": describe, "DescribeTakes": g.takes(in), "DescribeRequires": g.parameters(in, g.required[describe]),
		"List": elements, "State": g.optionalPath(item.typ, row["state"]), "Tags": g.tags(item.typ), "Owner": g.optionalPath(item.typ, "OwnerId"),
	}
	k.record["ID"], _ = g.path(item.typ, id)
	for _, f := range g.structs[in] {
		switch {
		case f.typ == "Filter":
			k.record["Filters"] = strings.Join(documentedFilters(f.doc), " ")
		case f.name == id, f.name == id+"s", id == "HostReservationId" && f.name == "HostReservationIdSet", id == "VersionNumber" && f.name == "Versions":
			k.record["IDs"] = g.requests[in][f.name]
		}
	}
	if row["delete"] != "" {
		g.deletes(k, row["delete"])
	}
	return k
}

// tags returns the element of a type's tags; "" if there is none.
func (g *generator) tags(typ string) string {
	return cmp.Or(g.optionalPath(typ, "Tags"), g.optionalPath(typ, "TagSet"))
}

// reason returns the elements of the described type with the reason why a resource failed: a code, a message, or both.
func (g *generator) reason(k *kind) string {
	paths := []string{"FailureCode", "FailureMessage", "FailureReason", "StateMessage", "StatusMessage", "StateReason.Code", "StateReason.Message", "LastError.Code", "LastError.Message", "Fault.Code", "Fault.Message", "DeliverLogsErrorMessage", "QuoteStateReason"}
	if parent, _, nested := strings.Cut(k.state, "."); nested {
		paths = append(paths, parent+".Message", parent+".StatusMessage")
	}
	var found []string
	for _, p := range paths {
		if elements := g.optionalPath(k.described, p); elements != "" {
			found = append(found, elements)
		}
	}
	return strings.Join(found, " ")
}

// deletes adds the names of the kind's delete action.
func (g *generator) deletes(k *kind, action string) {
	in, out := action+"Input", action+"Output"
	k.record["Delete"], k.record["DeleteTakes"], k.record["DeleteRequires"] = action, g.takes(in), g.parameters(in, g.required[action])
	short := strings.TrimPrefix(k.id, "Export") // ExportImageTaskId is the ExportTaskId of CancelExportTask
	for _, f := range g.structs[in] {
		switch f.name {
		case k.id, k.id + "s", "Export" + strings.TrimPrefix(short, "Image"), "Versions":
			k.record["DeleteID"] = g.requests[in][f.name]
		}
	}
	deleted, form := "", ""
	for _, f := range g.structs[out] {
		element := g.answers[out][f.name]
		switch {
		case f.name == "NextToken":
		case f.typ == "bool":
			deleted, form = element+"=true", ""
		case f.typ == k.described && !f.list:
			deleted, form = element, "item"
		case f.name == k.id:
			deleted, form = element, "id"
		case k.state != "" && f.name == strings.Split(k.state, ".")[0]:
			path, _ := g.path(out, k.state)
			deleted, form = path+"=deleting", ""
		case f.list && f.typ == "string":
			deleted, form = element, "ids"
		case f.list && g.isStruct(f.typ) && strings.HasPrefix(f.name, "Unsuccessful"):
			deleted = cmp.Or(deleted, element+"=")
		case f.list && g.isStruct(f.typ):
			if id := g.optionalPath(f.typ, k.id); id != "" {
				deleted, form = element, "items"
				k.record["DeletedID"], k.record["DeletedState"] = id, g.stateElement(f.typ)
			}
		}
	}
	if deleted == "" && len(g.structs[out]) > 0 {
		g.fail("%s: the answer has an unknown form", action)
	}
	k.record["Deleted"], k.record["DeletedForm"] = cmp.Or(deleted, "return=true"), form
}

// stateElement returns the element of the current state in an item of a delete's answer; "" if there is none.
func (g *generator) stateElement(typ string) string {
	for _, f := range g.structs[typ] {
		if f.name == "State" || strings.HasPrefix(f.name, "Current") {
			return strings.TrimSuffix(g.answers[typ][f.name]+"."+g.answers[f.typ]["Name"], ".")
		}
	}
	return ""
}

var filterName = regexp.MustCompile(`(?m)^\s*- ([a-z0-9:.<>-]+(?:, [a-z0-9:.<>-]+)*) - `)

// documentedFilters returns the names of filters that a comment lists.
func documentedFilters(doc string) []string {
	var names []string
	for _, m := range filterName.FindAllStringSubmatch(doc, -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// create returns the record of a row of creates.tsv.
func (g *generator) create(row map[string]string, k *kind) record {
	op := row["operation"]
	in, out := op+"Input", op+"Output"
	c := record{
		"Action": op, "Kind": k.record["Kind"], "Takes": g.takes(in), "Requires": g.parameters(in, g.required[op]), "Shows": g.echo(in, k.described),
		"Token": g.requests[in]["ClientToken"], "TagParam": g.requests[in]["TagSpecifications"],
		"Count": g.requests[in][row["count"]], "Zone": row["zone"], "OtherTagTypes": strings.ReplaceAll(row["other_tag_types"], ",", " "),
	}
	answered := out
	parent, id, nested := strings.Cut(row["id"], ".")
	if !nested {
		parent, id = "", row["id"]
	}
	if f, _ := g.field(out, row["id"]); f.list {
		parent, id = row["id"], "" // a list of ids
	}
	if parent != "" {
		var f field
		c["Answer"], f = g.path(out, parent)
		answered, c["List"] = f.typ, f.list
	}
	if id != "" {
		c["ID"], _ = g.path(answered, id)
		c["State"], c["Tags"], c["Echo"] = g.optionalPath(answered, k.state), g.tags(answered), g.echo(in, answered)
	}
	_, c["EchoesToken"] = g.field(out, "ClientToken")
	if config, nested := g.field(in, "SpotFleetRequestConfig"); nested {
		name := g.requests[in][config.name] + "."
		c["Token"], c["TagParam"] = name+g.requests[config.typ]["ClientToken"], name+g.requests[config.typ]["TagSpecifications"]
	}
	if c["Token"] == "" {
		g.fail("%s takes no client token", op)
	}
	return c
}

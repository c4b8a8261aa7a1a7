package main

import (
	"regexp"
	"slices"
	"strings"
)

// A record is one line of the table. The types of pkg/sandbox/table.go document its members.
type record struct {
	Kind    *kindRecord   `json:",omitempty"`
	Create  *createRecord `json:",omitempty"`
	Shape   string        `json:",omitempty"`
	Members string        `json:",omitempty"`
}

type kindRecord struct {
	Kind, Prefix, Form, Noun, NotFound string `json:",omitempty"`
	Taggable                           bool   `json:",omitempty"`
	State, Pending                     string `json:",omitempty"`
	Usable, Failed, Gone               string `json:",omitempty"`

	Describe, DescribeTakes, DescribeRequires string `json:",omitempty"`
	IDs, Filters, List, ID, Tags, Reason      string `json:",omitempty"`
	Owner                                     string `json:",omitempty"`
	Delete, DeleteTakes, DeleteRequires       string `json:",omitempty"`
	DeleteID                                  string `json:",omitempty"`
	Deleted, DeletedForm                      string `json:",omitempty"`
	DeletedID, DeletedState                   string `json:",omitempty"`

	described string // type of an item of the Describe answer
	id        string // its field
	state     string // its path of fields
}

type createRecord struct {
	Action, Kind, Takes, Requires string `json:",omitempty"`
	Answer, ID, State, Tags       string `json:",omitempty"`
	List                          bool   `json:",omitempty"`
	Echo, Shows                   string `json:",omitempty"`
	Token, TagParam               string `json:",omitempty"`
	EchoesToken                   bool   `json:",omitempty"`
	Count, Zone, OtherTagTypes    string `json:",omitempty"`
}

// kind returns the record of a row of kinds.tsv.
func (g *generator) kind(row map[string]string) *kindRecord {
	fields := strings.Split(row["described"], ".")
	k := &kindRecord{
		Kind: row["kind"], Prefix: row["prefix"], Form: row["id_form"], NotFound: row["not_found"], Taggable: row["taggable"] == "yes",
		Pending: row["pending"], Usable: row["usable"], Failed: row["failed"], Gone: row["gone"],
		Describe: row["describe"], Delete: row["delete"], state: row["state"], id: fields[len(fields)-1],
	}
	k.Noun = lowerFirst(strings.TrimSuffix(k.id, "Id"))
	if k.Form == "hex17" {
		k.Form = ""
	}
	in, out := k.Describe+"Input", k.Describe+"Output"
	list, last := g.path(out, strings.Join(fields[:len(fields)-1], "."))
	k.List, k.described = list, last.typ
	k.ID, _ = g.path(k.described, k.id)
	if k.state != "" {
		k.State, _ = g.path(k.described, k.state)
	}
	k.Tags = g.optionalPath(k.described, "Tags")
	if k.Tags == "" {
		k.Tags = g.optionalPath(k.described, "TagSet")
	}
	k.Reason = g.reason(k)
	k.Owner = g.optionalPath(k.described, "OwnerId")
	k.DescribeTakes, k.DescribeRequires = g.takes(in), g.parameters(in, g.required[k.Describe])
	for _, f := range g.structs[in] {
		switch {
		case f.typ == "Filter":
			k.Filters = strings.Join(documentedFilters(f.doc), " ")
		case f.name == k.id, f.name == k.id+"s", k.id == "HostReservationId" && f.name == "HostReservationIdSet", k.id == "VersionNumber" && f.name == "Versions":
			k.IDs = g.requests[in][f.name]
		}
	}
	if k.Delete != "" {
		g.deletes(k)
	}
	return k
}

// reason returns the elements of the described type that say why a resource failed: those of a code, of a message, or both.
func (g *generator) reason(k *kindRecord) string {
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
func (g *generator) deletes(k *kindRecord) {
	in, out := k.Delete+"Input", k.Delete+"Output"
	k.DeleteTakes, k.DeleteRequires = g.takes(in), g.parameters(in, g.required[k.Delete])
	short := strings.TrimPrefix(k.id, "Export") // ExportImageTaskId is the ExportTaskId of CancelExportTask
	for _, f := range g.structs[in] {
		switch f.name {
		case k.id, k.id + "s", "Export" + strings.TrimPrefix(short, "Image"), "Versions":
			k.DeleteID = g.requests[in][f.name]
		}
	}
	for _, f := range g.structs[out] {
		element := g.answers[out][f.name]
		set := func(form, path string) { k.DeletedForm, k.Deleted = form, path }
		switch {
		case f.name == "NextToken":
		case f.typ == "bool":
			set("true", element)
		case f.typ == k.described && !f.list:
			set("item", element)
		case f.name == k.id:
			set("id", element)
		case k.state != "" && f.name == strings.Split(k.state, ".")[0]:
			path, _ := g.path(out, k.state)
			set("state", path)
		case f.list && f.typ == "string":
			set("ids", element)
		case f.list && g.isStruct(f.typ) && strings.HasPrefix(f.name, "Unsuccessful"):
			if k.Deleted == "" {
				set("empty", element)
			}
		case f.list && g.isStruct(f.typ):
			if id := g.optionalPath(f.typ, k.id); id != "" {
				set("items", element)
				k.DeletedID = id
				for _, m := range g.structs[f.typ] {
					if m.name == "State" || strings.HasPrefix(m.name, "Current") {
						k.DeletedState = g.answers[f.typ][m.name]
						if g.isStruct(m.typ) {
							k.DeletedState += "." + g.answers[m.typ]["Name"]
						}
					}
				}
			}
		}
	}
	if k.Deleted == "" && len(g.structs[out]) > 0 {
		g.fail("%s: the answer has an unknown form", k.Delete)
	}
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
func (g *generator) create(row map[string]string, k *kindRecord) *createRecord {
	op := row["operation"]
	in, out := op+"Input", op+"Output"
	c := &createRecord{Action: op, Kind: k.Kind, Takes: g.takes(in), Requires: g.parameters(in, g.required[op])}
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
		c.Answer, f = g.path(out, parent)
		answered, c.List = f.typ, f.list
	}
	if id != "" {
		c.ID, _ = g.path(answered, id)
		c.State = g.optionalPath(answered, k.state)
		c.Tags = g.optionalPath(answered, "Tags")
		if c.Tags == "" {
			c.Tags = g.optionalPath(answered, "TagSet")
		}
		c.Echo = g.echo(in, answered)
	}
	c.Shows = g.echo(in, k.described)
	_, c.EchoesToken = g.field(out, "ClientToken")
	c.Token = g.requests[in]["ClientToken"]
	c.TagParam = g.requests[in]["TagSpecifications"]
	if config, nested := g.field(in, "SpotFleetRequestConfig"); nested {
		name := g.requests[in][config.name] + "."
		c.Token, c.TagParam = name+g.requests[config.typ]["ClientToken"], name+g.requests[config.typ]["TagSpecifications"]
	}
	if c.Token == "" {
		g.fail("%s takes no client token", op)
	}
	if row["count"] != "" {
		c.Count = g.requests[in][row["count"]]
	}
	c.Zone, c.OtherTagTypes = row["zone"], strings.ReplaceAll(row["other_tag_types"], ",", " ")
	return c
}

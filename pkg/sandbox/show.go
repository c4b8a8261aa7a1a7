package sandbox

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// inCreate returns the resource as the answer of its create shows it.
func (r *resource) inCreate(now time.Time) node {
	cr := r.create
	return r.show(now, cr.Echo, cr.ID, cr.State, cr.Tags, "")
}

// inDescribe returns the resource as Describe shows it.
func (r *resource) inDescribe(now time.Time) node {
	var shows shape
	if r.create != nil {
		shows = r.create.Shows
	}
	k := r.kind
	return r.show(now, shows, k.ID, k.State, k.Tags, k.Owner)
}

// show returns the elements of a resource: its id, the members of its request, its state and its tags.
func (r *resource) show(now time.Time, members shape, id, state, tags, owner string) node {
	k := r.kind
	n := tree("item")
	if id != "" {
		n.set(id, r.shownID())
	}
	n.add(echo(r.params, "", members)...)
	if owner != "" {
		n.set(owner, Account)
	}
	if s := r.state(now); state != "" && s != "" {
		n.set(state, s)
		if s == k.Failed && r.failed {
			for _, reason := range strings.Fields(k.Reason) {
				n.set(reason, failureText(reason))
			}
		}
	}
	if k.rules.extra != nil {
		k.rules.extra(r, now, &n)
	}
	if tags != "" {
		n.add(tagSet(tags, r))
	}
	return n
}

// echo returns the elements of the members that a request has.
func echo(p params, prefix string, members shape) []node {
	var out []node
	for _, m := range members {
		name := prefix + m.param
		switch {
		case m.list:
			var items []node
			for _, entry := range p.entries(name) {
				if m.shape == "" {
					items = append(items, leaf("item", p.get(entry)))
				} else {
					items = append(items, tree("item", echo(p, entry+".", names().shapes[m.shape])...))
				}
			}
			if items != nil {
				out = append(out, tree(m.element, items...))
			}
		case m.shape != "":
			if nodes := echo(p, name+".", names().shapes[m.shape]); nodes != nil {
				out = append(out, tree(m.element, nodes...))
			}
		case p.has(name):
			out = append(out, leaf(m.element, p.get(name)))
		}
	}
	return out
}

// tagSet returns the tags, sorted by key. EC2 promises no order.
func tagSet(name string, r *resource) node {
	return listOf(name, slices.Sorted(maps.Keys(r.Tags)), func(key string) []node {
		return []node{leaf("key", key), leaf("value", r.Tags[key])}
	})
}

// state returns the state of a resource at that time; "" if its kind has none. In the answer of its own
// create, a resource has never failed.
func (r *resource) state(now time.Time) string {
	k := r.kind
	switch {
	case r.Deleted && k.Gone != "":
		return k.Gone
	case k.Pending != "" && (now.Before(r.usableAt) || r.failed && !now.After(r.CreatedAt)):
		return k.Pending
	case r.failed && k.Failed != "":
		return k.Failed
	}
	return k.Usable
}

// failureText returns the value of an element with the reason why a resource failed: a code or a message.
func failureText(element string) string {
	if strings.HasSuffix(strings.ToLower(element), "code") {
		return "InternalError"
	}
	return "Sandbox fault failed-state: the resource could not be set up"
}

package sandbox

import (
	"fmt"
	"hash/fnv"
	"maps"
	"time"
)

// A Resource is something that a client made.
type Resource struct {
	Type        string // as in a tag specification: vpc, route-table, network-acl
	ID          string
	VpcID       string // its own id, if it is a VPC
	Region      string
	Tags        map[string]string
	ClientToken string // the one that it was made with, if any
	Deleted     bool
	CreatedAt   time.Time
}

// A resource is what the sandbox keeps of one.
type resource struct {
	kind      *kind
	seq       int // orders resources, and pages of them
	id        string
	region    string
	vpc       *resource // itself, if it is a VPC
	tags      map[string]string
	token     string
	inherent  bool // the main route table or the default network ACL of its VPC, or the default VPC
	deleted   bool
	createdAt time.Time
	visibleAt time.Time

	cidr, cidr6, tenancy string // of a VPC
}

func (r *resource) export() Resource {
	return Resource{
		Type: r.kind.name, ID: r.id, VpcID: r.vpc.id, Region: r.region, Tags: maps.Clone(r.tags),
		ClientToken: r.token, Deleted: r.deleted, CreatedAt: r.createdAt,
	}
}

// visible says whether EC2 would show it yet, and still.
func (r *resource) visible(now time.Time) bool { return !r.deleted && !now.Before(r.visibleAt) }

// related makes the id of a part that is no resource here, or that came with a VPC. It does not draw from the seeded
// source, so that it is the same in every run.
func (r *resource) related(prefix string) string { return relatedID(prefix, r.region, r.id) }

func relatedID(prefix, region, id string) string {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, prefix, " ", region, " ", id)
	return fmt.Sprintf("%s-0%016x", prefix, h.Sum64())
}

// newID draws an id like EC2's.
func (s *Sandbox) newID(k *kind) string { return fmt.Sprintf("%s-0%016x", k.prefix, s.rng.Uint64()) }

// uuid draws a random UUID.
func (s *Sandbox) uuid() string {
	hi, lo := s.rng.Uint64(), s.rng.Uint64()
	hi = hi&^0xf000 | 0x4000 // version 4
	lo = lo&^(3<<62) | 1<<63 // variant 10
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", hi>>32, hi>>16&0xffff, hi&0xffff, lo>>48, lo&0xffffffffffff)
}

// add makes a resource at the wish of a client; its VPC is itself if none is given.
func (c *call) add(k *kind, r resource) *resource {
	s := c.sandbox
	r.kind, r.id, r.region = k, s.newID(k), c.region
	r.createdAt, r.visibleAt = c.now, c.now.Add(s.config.VisibilityLag)
	c.home() // furnished first, so that what it starts with comes first
	made := s.place(&r)
	s.made = append(s.made, made)
	s.report.Created[k.name]++
	c.note = made.id
	return made
}

// place puts a resource into its Region.
func (s *Sandbox) place(r *resource) *resource {
	if r.vpc == nil {
		r.vpc = r
	}
	if r.tags == nil {
		r.tags = map[string]string{}
	}
	s.seq++
	r.seq = s.seq
	home := s.regions[r.region]
	home.byID[r.id] = r
	home.resources = append(home.resources, r)
	return r
}

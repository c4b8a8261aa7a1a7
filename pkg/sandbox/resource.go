package sandbox

import (
	"fmt"
	"hash/fnv"
	"maps"
	"strconv"
	"strings"
	"time"
)

// A Resource is a resource that a client created.
type Resource struct {
	Type        string // resource type of tag specifications, such as route-table
	ID          string
	VpcID       string // its own id, if it is a VPC; "" if its create named none
	Region      string
	Tags        map[string]string
	ClientToken string // token of its create, if any
	Deleted     bool
	CreatedAt   time.Time
}

// A resource is the sandbox's record of a resource. The resources that come with a VPC have records, too.
type resource struct {
	Resource

	kind      *kind
	seq       int       // order of creation
	vpc       *resource // itself, if it is a VPC; nil if its create named none
	create    *create   // nil for a VPC
	params    params    // of its create
	index     int       // among the resources of its create; number of a launch template version
	group     string    // id of the first resource of its create, or of the launch template of a version
	parts     []*resource
	isDefault bool // the default VPC, or the main route table or default network ACL of its VPC
	failed    bool // fails instead of becoming usable
	partial   bool // its create succeeded in part
	visibleAt time.Time
	usableAt  time.Time // the time at which it becomes usable, or fails

	cidr, cidr6, tenancy string // of a VPC
}

// gone reports whether the resource was deleted and Describe does not show a last state of its kind.
func (r *resource) gone() bool { return r.Deleted && r.kind.Gone == "" }

// visible reports whether EC2 shows the resource at that time.
func (r *resource) visible(now time.Time) bool { return !r.gone() && !now.Before(r.visibleAt) }

// related returns the id of a part of the resource. It depends only on the resource's id and not on the random source.
func (r *resource) related(prefix string) string { return relatedID(prefix, r.Region, r.ID) }

func relatedID(prefix, region, id string) string {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, prefix, " ", region, " ", id)
	return fmt.Sprintf("%s-0%016x", prefix, h.Sum64())
}

// uuid returns a random UUID.
func (s *Sandbox) uuid() string {
	hi, lo := s.rng.Uint64(), s.rng.Uint64()
	hi = hi&^0xf000 | 0x4000 // version 4
	lo = lo&^(3<<62) | 1<<63 // variant 10
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", hi>>32, hi>>16&0xffff, hi&0xffff, lo>>48, lo&0xffffffffffff)
}

// shownID returns the id in an answer: a launch template version has a number instead.
func (r *resource) shownID() string {
	if r.kind.Form == "number" {
		return strconv.Itoa(r.index)
	}
	return r.ID
}

func idsOf(rs []*resource) []string {
	var ids []string
	for _, r := range rs {
		ids = append(ids, r.ID)
	}
	return ids
}

// newResource stores a new resource of a client and counts it.
func (c *call) newResource(k *kind, r resource) *resource {
	s := c.sandbox
	r.kind, r.ID, r.Region = k, s.newID(k), c.region
	r.CreatedAt, r.visibleAt, r.usableAt = c.now, c.now.Add(s.config.VisibilityLag), c.now.Add(s.config.StateLag)
	r.failed, r.partial = c.failing, c.partial
	r.Tags = maps.Clone(r.Tags) // each resource of a create has tags of its own
	c.home()                    // the Region's initial resources come first
	made := s.store(&r)
	s.made = append(s.made, made)
	s.report.Created[k.Kind]++
	c.note = strings.TrimSpace(c.note + " " + made.ID)
	return made
}

// store adds a resource to its Region.
func (s *Sandbox) store(r *resource) *resource {
	r.Type = r.kind.Kind
	if r.Type == "vpc" {
		r.vpc = r
	}
	if r.vpc != nil {
		r.VpcID = r.vpc.ID
	}
	if r.Tags == nil {
		r.Tags = map[string]string{}
	}
	s.seq++
	r.seq = s.seq
	home := s.regions[r.Region]
	home.byID[r.ID] = r
	home.resources = append(home.resources, r)
	return r
}

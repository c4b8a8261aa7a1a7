package sandbox

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// minimal returns a request of a create with its required members alone, from the SDK's snapshot, and a second value for
// one of them or for one more member.
func minimal(t *testing.T, folder, action string) (spec, other string) {
	t.Helper()
	cr := names().creates[action]
	required := strings.Fields(cr.Requires)
	spec = action
	for _, f := range snapshot(t, folder, action) {
		name, value, _ := strings.Cut(f, "=")
		first, _, _ := strings.Cut(name, ".")
		switch {
		case name == cr.Token, strings.HasPrefix(name, cr.TagParam+".") && cr.TagParam != "":
		case name == "VpcId":
			spec += " VpcId=" + OtherVPC
		case contains(required, first) && !strings.Contains(value, "DryRun"):
			spec += " " + name + "=" + value
		case other == "" && name != "DryRun" && name != "VpcId" && !cr.isZone(name) && first != cr.Count && name != "MinCount":
			other = " " + name + "=" + value
		}
	}
	if other == "" { // every member is required
		name, _, _ := strings.Cut(strings.Fields(spec)[1], "=")
		other = " " + name + "=another"
		if name == "VpcId" {
			other = " VpcId=" + DefaultVPC
		}
	}
	return spec, other
}

func contains(all []string, s string) bool {
	return strings.Contains(" "+strings.Join(all, " ")+" ", " "+s+" ")
}

// idsIn returns the ids of the create's resources in its answer.
func (cr *create) idsIn(t *testing.T, body string) []string {
	t.Helper()
	root := parseNode(t, body)
	switch {
	case cr.ID == "":
		return root.values(cr.Answer)
	case cr.Answer == "":
		return root.values(cr.ID)
	}
	return root.values(cr.Answer + "." + cr.ID)
}

// describeSpec returns a Describe request for the ids, and its parents' ids.
func (k *kind) describeSpec(ids []string, create string) string {
	spec := k.Describe
	if k.IDs != "" {
		m, _ := k.DescribeTakes.find(k.IDs)
		for i, id := range ids {
			if m.list {
				spec += fmt.Sprintf(" %s.%d=%s", k.IDs, i+1, id)
			} else {
				spec += fmt.Sprintf(" %s=%s", k.IDs, id)
			}
		}
	}
	for _, f := range strings.Fields(create)[1:] {
		name, _, _ := strings.Cut(f, "=")
		if contains(strings.Fields(k.DescribeRequires), name) || k.Form == "number" && name == "LaunchTemplateId" {
			spec += " " + f
		}
	}
	return spec
}

func ok(t *testing.T, s *Sandbox, spec string) string {
	t.Helper()
	a := ask(t, s, spec)
	if a.Status != http.StatusOK {
		t.Errorf("%s: %d %s: %s", spec, a.Status, a.Code, a.Message)
	}
	return a.Body
}

// Each operation creates, repeats, refuses other parameters, goes through its states, is described, tagged and deleted.
func TestLifecycles(t *testing.T) {
	folder := filepath.Join(sdkFolder(t), "request_snapshot")
	for _, name := range creates() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cr := names().creates[name]
				k := cr.kind
				s := New(Config{StateLag: time.Minute})
				spec, other := minimal(t, folder, name)
				if name == "CreateLaunchTemplateVersion" {
					spec += " LaunchTemplateId=lt-0123456789abcdef0"
				}
				token := " " + cr.Token + "=t"
				if cr.TagParam != "" {
					token += fmt.Sprintf(" %s.1.ResourceType=%s %[1]s.1.Tag.1.Key=a %[1]s.1.Tag.1.Value=1", cr.TagParam, k.Kind)
				}

				if _, takes := cr.Takes.find("DryRun"); takes {
					equal(t, "dry run", ask(t, s, spec+token+" DryRun=true").Code, "DryRunOperation")
				} else {
					equal(t, "dry run", ask(t, s, spec+token+" DryRun=true").Code, "UnknownParameter")
				}
				for _, required := range strings.Fields(cr.Requires) {
					var without []string
					for _, f := range strings.Fields(spec + token) {
						if n, _, _ := strings.Cut(f, "="); n != required && !strings.HasPrefix(n, required+".") {
							without = append(without, f)
						}
					}
					equal(t, "without "+required, ask(t, s, strings.Join(without, " ")).Code, "MissingParameter")
				}
				equal(t, "resources before the create", len(s.Resources()), 0)

				first := ok(t, s, spec+token)
				ids := cr.idsIn(t, first)
				if len(ids) == 0 {
					t.Fatalf("no id in %s", first)
				}
				made := len(s.Resources())
				equal(t, "replay", cr.idsIn(t, ok(t, s, spec+token)), ids)
				a := ask(t, s, spec+other+token)
				equal(t, "mismatch with"+other, a.Code, "IdempotentParameterMismatch")
				equal(t, "resources", len(s.Resources()), made)

				describe := k.describeSpec(ids, spec)
				seen := parseNode(t, ok(t, s, describe))
				equal(t, "described", seen.values(k.List+"."+k.ID), ids)
				if k.State != "" {
					if k.Pending != "" {
						equal(t, "pending", seen.firstValue(k.List+"."+k.State), k.Pending)
					}
					time.Sleep(time.Minute)
					seen = parseNode(t, ok(t, s, describe))
					equal(t, "usable", seen.firstValue(k.List+"."+k.State), k.Usable)
				}
				if k.IDs != "" && k.Form == "" {
					id := k.Prefix + "0123456789abcdef0"
					equal(t, "unknown id", ask(t, s, k.describeSpec([]string{id}, spec)).Code, k.NotFound)
				}
				if cr.TagParam != "" && k.Taggable {
					equal(t, "tag", seen.values(k.List+"."+k.Tags+".value"), slicesRepeat("1", len(ids)))
					ok(t, s, "CreateTags ResourceId.1="+ids[0]+" Tag.1.Key=b Tag.1.Value=2")
					equal(t, "tags", len(parseNode(t, ok(t, s, "DescribeTags"+filters("resource-id="+ids[0]+" resource-type="+k.Kind))).values("tagSet.key")), 2)
					if _, takes := k.DescribeTakes.find("Filter"); takes && k.Filters != "" && !strings.Contains(k.Filters, "tag") {
						equal(t, "by tag", ask(t, s, k.describeSpec(nil, spec)+filters("tag:b=2")).Code, "InvalidParameterValue") // not documented
					} else if takes {
						equal(t, "by tag", parseNode(t, ok(t, s, k.describeSpec(nil, spec)+filters("tag:b=2"))).values(k.List+"."+k.ID), ids[:1])
					}
					ok(t, s, "DeleteTags ResourceId.1="+ids[0]+" Tag.1.Key=b")
				}
				if k.Delete != "" {
					ok(t, s, k.deleteSpec(ids, spec))
					after := parseNode(t, ask(t, s, describe).Body)
					if k.Gone != "" {
						equal(t, "state of a deleted resource", after.firstValue(k.List+"."+k.State), k.Gone)
					} else {
						equal(t, "deleted", after.values(k.List+"."+k.ID), []string(nil))
					}
					if name == "RunInstances" {
						equal(t, "replay", ask(t, s, spec+token).Code, "IdempotentInstanceTerminated")
					} else {
						equal(t, "replay", cr.idsIn(t, ok(t, s, spec+token)), ids)
					}
				}
			})
		})
	}
}

func slicesRepeat(s string, n int) (out []string) {
	for range n {
		out = append(out, s)
	}
	return out
}

// deleteSpec returns a delete request for the ids.
func (k *kind) deleteSpec(ids []string, create string) string {
	spec := k.Delete
	m, _ := k.DeleteTakes.find(k.DeleteID)
	for i, id := range ids {
		if m.list {
			spec += fmt.Sprintf(" %s.%d=%s", k.DeleteID, i+1, id)
		} else if k.DeleteID != "" {
			spec += fmt.Sprintf(" %s=%s", k.DeleteID, id)
		}
	}
	for required := range strings.FieldsSeq(k.DeleteRequires + " LaunchTemplateId Cidr") {
		if _, takes := k.DeleteTakes.find(required); required == k.DeleteID || !takes || strings.Contains(spec, " "+required+"=") {
			continue
		}
		value := "x"
		for _, f := range strings.Fields(create)[1:] {
			if name, v, _ := strings.Cut(f, "="); name == required {
				value = v
			}
		}
		if required == "Cidr" && k.Kind == "ipam-pool-cidr" {
			continue
		}
		spec += " " + required + "=" + value
	}
	return spec
}

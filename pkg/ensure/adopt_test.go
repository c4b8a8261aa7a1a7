package ensure_test

import (
	"context"
	"errors"
	"testing"

	"github.com/awsidem/awsidem/pkg/ensure"
	"github.com/awsidem/awsidem/pkg/idem"
)

// answers is a Finder whose searches by tag end one after the other as given.
type answers []replica

func (a *answers) FindID(context.Context, idem.Intent, ...string) ([]idem.Resource, error) {
	return nil, errors.New("no id is known")
}

func (a *answers) FindTag(_ context.Context, _ idem.Intent, key, value string) ([]idem.Resource, error) {
	if key != ensure.TagKey || value != "T" {
		return nil, errors.New("another tag")
	}
	answer := (*a)[0]
	*a = (*a)[1:]
	return answer(0)
}

// The intent asks for the tags Name=a and Team=, and for a tag of other resources.
func TestAdopt(t *testing.T) {
	tags := map[string]string{"Name": "a", "Team": "", ensure.TagKey: "T", "added": "later"}
	named := func(id string, change func(*idem.Resource)) idem.Resource {
		r := idem.Resource{Result: idem.Result{ResourceID: id}, Tags: tags}
		if change != nil {
			change(&r)
		}
		return r
	}
	found := func(list ...idem.Resource) replica { return func(int) ([]idem.Resource, error) { return list, nil } }
	gone := func(r *idem.Resource) { r.Readiness = idem.Gone }
	other := func(r *idem.Resource) { r.Disagreement = "its VpcId is vpc-2" }
	unnamed := func(r *idem.Resource) { r.Tags = map[string]string{ensure.TagKey: "T"} }
	teamless := func(r *idem.Resource) { r.Tags = map[string]string{"Name": "a", ensure.TagKey: "T"} }
	renamed := func(r *idem.Resource) { r.Tags = map[string]string{"Name": "b", ensure.TagKey: "T"} }
	pair := func(r *idem.Resource) { r.ResourceIDs = []string{r.ResourceID, "i-2"} }
	lost := func(int) ([]idem.Resource, error) {
		return nil, &idem.AttemptError{Verdict: idem.Unknown, Message: "connection reset"}
	}
	seen := ensure.Past{ResourceIDs: []string{"rtb-1"}, Visible: true}
	taken := &idem.AttemptError{Verdict: idem.Rejected, Message: "the name is taken", NaturalKey: true}
	refused := &idem.AttemptError{Verdict: idem.Rejected, Message: "no"}
	notIt := func(id, why string) string {
		return id + " carries the tag awsidem:client-token=T, but is not the resource that was asked for: " + why
	}

	for name, c := range map[string]struct {
		finder  answers
		past    ensure.Past
		create  *idem.AttemptError // what a create ends with, if not with rtb-new
		want    string             // the id, or the error's message
		adopted string             // a + and the ids, for each call
		verdict idem.Verdict
		gone    bool
	}{
		"nothing":               {finder: answers{nothing}, want: "rtb-new"},
		"nothing, and refused":  {finder: answers{nothing}, create: refused, want: "no", verdict: idem.Rejected},
		"one":                   {finder: answers{found(named("rtb-1", nil))}, want: "rtb-1", adopted: "+rtb-1"},
		"several of one create": {finder: answers{found(named("i-1", pair))}, want: "i-1", adopted: "+i-1, i-2"},
		"one, another is gone":  {finder: answers{found(named("rtb-0", gone), named("rtb-1", nil))}, want: "rtb-1", adopted: "+rtb-1"},
		"one that is gone":      {finder: answers{found(named("rtb-1", gone))}, want: "the client token T belongs to rtb-1, which is gone", verdict: idem.Mismatch, gone: true},
		"several, of which one is gone": {
			finder: answers{found(named("i-1", func(r *idem.Resource) { pair(r); gone(r) }))},
			want:   "the client token T belongs to i-1, i-2, of which at least one is gone", verdict: idem.Mismatch, gone: true,
		},
		"two": {
			finder: answers{found(named("rtb-1", nil), named("rtb-2", nil))},
			want:   "2 resources carry the tag awsidem:client-token=T: rtb-1, rtb-2: delete or untag all but one", verdict: idem.Undecided,
		},
		"in another VPC":                    {finder: answers{found(named("rtb-1", other))}, want: notIt("rtb-1", "its VpcId is vpc-2"), verdict: idem.Mismatch},
		"in another VPC, untagged":          {finder: answers{found(named("rtb-1", func(r *idem.Resource) { unnamed(r); other(r) }))}, want: notIt("rtb-1", "its VpcId is vpc-2"), verdict: idem.Mismatch},
		"without a tag":                     {finder: answers{found(named("rtb-1", unnamed))}, want: notIt("rtb-1", "the tag Name=a is missing"), verdict: idem.Mismatch},
		"without an empty tag":              {finder: answers{found(named("rtb-1", teamless))}, want: notIt("rtb-1", "the tag Team= is missing"), verdict: idem.Mismatch},
		"with another value":                {finder: answers{found(named("rtb-1", renamed))}, want: notIt("rtb-1", "the tag Name=a is missing"), verdict: idem.Mismatch},
		"untagged since it was seen":        {finder: answers{found(named("rtb-1", unnamed))}, past: seen, want: "rtb-1", adopted: "+rtb-1"},
		"untagged, another was seen":        {finder: answers{found(named("rtb-2", unnamed))}, past: seen, want: notIt("rtb-2", "the tag Name=a is missing"), verdict: idem.Mismatch},
		"Describe fails":                    {finder: answers{lost}, want: "connection reset", verdict: idem.NotApplied},
		"the name is taken by its own":      {finder: answers{nothing, found(named("rtb-1", nil))}, create: taken, want: "rtb-1", adopted: "+rtb-1"},
		"the name is taken":                 {finder: answers{nothing, nothing}, create: taken, want: "the name is taken", verdict: idem.Rejected},
		"the name is taken, Describe fails": {finder: answers{nothing, lost}, create: taken, want: "the name is taken", verdict: idem.Rejected},
	} {
		t.Run(name, func(t *testing.T) {
			intent := idem.Intent{ClientToken: "T", Input: map[string]any{
				"TagSpecifications": []any{
					specification("route-table", "Name", "a", ensure.TagKey, "T"), specification("route-table", "Team", ""), specification("volume", "Disk", "c"),
				},
			}}
			creates, adopted := 0, ""
			create := idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
				creates++
				if c.create != nil {
					return idem.Result{}, c.create
				}
				return idem.Result{ResourceID: "rtb-new"}, nil
			})
			result, err := ensure.Adopt(&c.finder, create, c.past, func(id string) { adopted += "+" + id }).Create(t.Context(), intent)
			got, verdict := result.ResourceID, idem.Unknown
			var attempt *idem.AttemptError
			if errors.As(err, &attempt) {
				got, verdict = attempt.Message, attempt.Verdict
			}
			if got != c.want || verdict != c.verdict || adopted != c.adopted || len(c.finder) != 0 || attempt != nil && attempt.Gone != c.gone {
				t.Errorf("%s, verdict %s, adopted %q, %d searches left; want %s, %s, %q", got, verdict, adopted, len(c.finder), c.want, c.verdict, c.adopted)
			}
			if want := c.want == "rtb-new" || c.create != nil; creates > 1 || creates == 1 != want {
				t.Errorf("%d creates", creates)
			}
		})
	}
}

// Without its tag, an intent can't be found by it. A dry run makes nothing that could be found.
func TestAdoptCreatesAtOnce(t *testing.T) {
	create := idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
		return idem.Result{ResourceID: "rtb-new"}, nil
	})
	for name, input := range map[string]map[string]any{
		"untagged": {},
		"dry run":  {"DryRun": true, "TagSpecifications": []any{specification("route-table", ensure.TagKey, "T")}},
	} {
		intent := idem.Intent{ClientToken: "T", Input: input}
		if result, err := ensure.Adopt(&answers{}, create, ensure.Past{}, func(id string) { t.Error(id) }).Create(t.Context(), intent); result.ResourceID != "rtb-new" || err != nil {
			t.Errorf("%s: %v, %v", name, result, err)
		}
	}
}

package text

import (
	"slices"
	"strings"
	"testing"
)

func TestNear(t *testing.T) {
	names := []string{"vpc-id", "VpcId", "tag-specifications", "create-route-table", "route", "Key"}
	for name, want := range map[string]string{
		"vpcid":                   "VpcId vpc-id",
		"vpc":                     "VpcId vpc-id",
		"vp":                      "VpcId vpc-id", // a prefix
		"tag":                     "tag-specifications",
		"creat-rout-tabel":        "",
		"create-rout-tabel":       "create-route-table",
		"create-route-table":      "create-route-table",
		"roote":                   "route",
		"rooot":                   "", // 3 replacements, and the limit for 5 letters is 2
		"rxxxe":                   "",
		"kye":                     "Key",
		"":                        "",
		"foo":                     "",
		"create-route-tableaux-1": "",
	} {
		if got := strings.Join(Near(name, names), " "); got != want {
			t.Errorf("Near(%q) is %q, want %q", name, got, want)
		}
	}
	if !slices.Equal(names[:2], []string{"vpc-id", "VpcId"}) {
		t.Error("Near sorted the caller's names")
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0}, {"abc", "abd", 1}, {"abc", "ac", 1}, {"ac", "abc", 1}, {"kitten", "sitting", 3}, {"ab", "ba", 2}} {
		if got := distance(test.a, test.b); got != test.want {
			t.Errorf("distance(%q, %q) is %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

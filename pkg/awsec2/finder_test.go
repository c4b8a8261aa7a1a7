package awsec2

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/awsidem/awsidem/pkg/idem"
)

// list is an answer of DescribeRouteTables.
func list(next string, items ...string) string {
	body := `<?xml version="1.0"?><DescribeRouteTablesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><routeTableSet>`
	for _, item := range items {
		body += "<item>" + item + "</item>"
	}
	return body + "</routeTableSet>" + next + "</DescribeRouteTablesResponse>"
}

func item(id, vpc, token string) string {
	return fmt.Sprintf("<routeTableId>%s</routeTableId><vpcId>%s</vpcId><tagSet><item><key>t</key><value>%s</value></item></tagSet>", id, vpc, token)
}

// A lookup reads all pages, and leaves out resources that do not match.
func TestFinder(t *testing.T) {
	intent := idem.Intent{Operation: "CreateRouteTable", ClientToken: "x*?", Input: map[string]any{"VpcId": "vpc-1"}}
	for name, test := range map[string]struct {
		pages map[string]string // by NextToken
		want  []string          // id and disagreement
		fails bool
	}{
		"none": {pages: map[string]string{"": list("")}},
		"on the last of three pages": {
			pages: map[string]string{
				"": list("<nextToken>2</nextToken>"), "2": list("<nextToken>3</nextToken>"), "3": list("", item("rtb-1", "vpc-1", "x*?")),
			},
			want: []string{"rtb-1 "},
		},
		"on two of the pages, which shift while they are read": {
			pages: map[string]string{
				"": list("<nextToken>2</nextToken>", item("rtb-1", "vpc-1", "x*?")), "2": list("", item("rtb-1", "vpc-1", "x*?"), item("rtb-2", "vpc-1", "x*?")),
			},
			want: []string{"rtb-1 ", "rtb-2 "},
		},
		"beside what an endpoint that ignores filters lists": {
			pages: map[string]string{"": list("", item("rtb-0", "vpc-1", "xab"), item("rtb-1", "vpc-1", "x*?"), "<routeTableId>rtb-2</routeTableId>")},
			want:  []string{"rtb-1 "},
		},
		"in another VPC":    {pages: map[string]string{"": list("", item("rtb-1", "vpc-2", "x*?"))}, want: []string{`rtb-1 its VpcId is "vpc-2", not "vpc-1"`}},
		"an answer that is": {pages: map[string]string{"": "<html>login</html>"}, fails: true},
		"an empty answer":   {pages: map[string]string{"": ""}, fails: true},
		"the same page for ever": {
			pages: map[string]string{"": list("<nextToken>2</nextToken>"), "2": list("<nextToken>2</nextToken>", item("rtb-1", "vpc-1", "x*?"))}, fails: true,
		},
		"two pages in turn": {
			pages: map[string]string{"": list("<nextToken>2</nextToken>"), "2": list("<nextToken>3</nextToken>"), "3": list("<nextToken>2</nextToken>")}, fails: true,
		},
		"a page that is none": {pages: map[string]string{"": list("<nextToken>2</nextToken>", item("rtb-1", "vpc-1", "x*?")), "2": "{}"}, fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			client := ConnectTo(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if got, want := r.FormValue("Filter.1.Value.1"), `x\*\?`; got != want {
					t.Errorf("the filter asks for %q, want %q", got, want)
				}
				page, ok := test.pages[r.FormValue("NextToken")]
				if !ok {
					t.Errorf("asked for page %q", r.FormValue("NextToken"))
				}
				if asked++; asked > len(test.pages) {
					t.Errorf("asked for page %q again", r.FormValue("NextToken"))
					page = "" // ends the loop
				}
				_, _ = w.Write([]byte(page))
			}))
			found, err := NewFinder(client).FindTag(t.Context(), intent, "t", "x*?")
			if (err != nil) != test.fails {
				t.Fatalf("FindTag: %v", err)
			}
			var got []string
			for _, r := range found {
				got = append(got, r.ResourceID+" "+r.Disagreement)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("FindTag found %q, want %q", got, test.want)
			}
		})
	}
}

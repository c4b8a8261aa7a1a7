package shape

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestDocuments(t *testing.T) {
	want := map[string]any{"VpcId": "vpc-1", "DryRun": true, "TagSpecifications": []any{
		map[string]any{"ResourceType": "route-table", "Tags": []any{map[string]any{"Key": "yes", "Value": "5"}}}}}
	got, err := ParseJSON(inputs["create-route-table"], "x", []byte(
		` {"VpcId":"vpc-1","DryRun":true,"TagSpecifications":[{"ResourceType":"route-table","Tags":[{"Key":"yes","Value":"5"}]}]}`+"\n"))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("JSON: got %v, %v", got, err)
	}
	got, err = ParseYAML(inputs["create-route-table"], "x", []byte(`# a comment
VpcId: vpc-1
DryRun: true
TagSpecifications:
- ResourceType: route-table
  Tags: [&tag {Key: yes, Value: "5"}] # yes is text since YAML 1.2
`))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("YAML: got %v, %v", got, err)
	}
}

func TestDocumentErrors(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'k'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s*%c]\n", c, c, strings.Repeat(fmt.Sprintf("*%c,", c-1), 9), c-1)
	}
	for _, c := range []struct{ format, text, want string }{
		{"json", ``, "unexpected end of JSON input at column 1:\n\n^"},
		{"json", `{"VpcId":"a"`, "unexpected end of JSON input at column 13:\n{\"VpcId\":\"a\"\n            ^"},
		{"json", "{\n  \"VpcId\": \"é\",\n}", "invalid character '}' looking for beginning of object key string at line 3, column 1:\n}\n^"},
		{"json", `{"VpcId":"a"} x`, "invalid character 'x' after top-level value at column 15:\n{\"VpcId\":\"a\"} x\n              ^"},
		{"json", "{\"VpcId\":\n\"a\",\"VpcId\":\"b\"}", "key \"VpcId\" given twice at line 2, column 11:\n\"a\",\"VpcId\":\"b\"}\n          ^"},
		{"json", "\"\xff\"", "it is not UTF-8"},
		{"json", `{"VpcId":"\ud800"}`, `the escape \ud800 is only half of a surrogate pair`},
		{"yaml", `VpcId: "\ud800"`, "it is not YAML: found invalid Unicode character escape code"},
		{"json", `[]`, "want a structure, got a list"},
		{"json", `null`, "want a structure, got null"},
		{"json", `{"VpcId":null}`, "VpcId: want a string, got null"},
		{"json", `{"VpcId":5}`, "VpcId: want a string, got the number 5 (quote it)"},
		{"json", `{"DryRun":"true"}`, `DryRun: want a boolean, got the string "true"`},
		{"json", `{"vpcid":"x"}`, `unknown member "vpcid", did you mean VpcId? (it has VpcId, ClientToken, DryRun, TagSpecifications)`},
		{"json", `{"ResultMetadata":{}}`, `unknown member "ResultMetadata" (it has VpcId, ClientToken, DryRun, TagSpecifications)`},
		{"json", `{"TagSpecifications":{}}`, "TagSpecifications: want a list, got a structure"},
		{"json", `{"TagSpecifications":[{"Tags":[{},{"Value":["\u001b"]}]}]}`, "TagSpecifications[0].Tags[1].Value: want a string, got a list"},
		{"json", `{"DryRun":"\u001b[31m\u202e` + strings.Repeat("x", 50) + `"}`, `DryRun: want a boolean, got the string "\x1b[31m\u202e` + strings.Repeat("x", 34) + `"...`},
		{"yaml", "", "want a structure, got null"},
		{"yaml", "VpcId: 012345678901", `line 1: "012345678901" is a number with a leading zero: quote it, or leave out the zero`},
		{"yaml", "DryRun: true\nVpcId: !!binary AAAA", "line 2: remove the tag !!binary: base64 text is written without it"},
		{"yaml", "VpcId: 0.5", "VpcId: want a string, got the number 0.5 (quote it)"},
		{"yaml", "VpcId: true", "VpcId: want a string, got the boolean true"},
		{"yaml", "VpcId: 2024-01-22", "VpcId: want a string, got the timestamp 2024-01-22T00:00:00+00:00 (quote it)"},
		{"yaml", "VpcId:", "VpcId: want a string, got null"},
		{"yaml", "DryRun: yes", `DryRun: want a boolean, got the string "yes"`},
		{"yaml", "VpcId: a\nVpcId: b", `it is not YAML: line 2: mapping key "VpcId" already defined at line 1`},
		{"yaml", "VpcId: a\n---\nVpcId: b", "want one YAML document, got more"},
		{"yaml", "{5: a}", "want a structure, got a mapping with keys that are not text"},
		{"yaml", "VpcId: [", "it is not YAML: line 1: did not find expected node content"},
		{"yaml", "VpcId: *nope", "it is not YAML: unknown anchor 'nope' referenced"},
		{"yaml", "VpcId: &a [*a]", "it is not YAML: anchor 'a' value contains itself"},
		{"yaml", bomb, "it is not YAML: document contains excessive aliasing"},
	} {
		parse := ParseJSON
		if c.format == "yaml" {
			parse = ParseYAML
		}
		got, err := parse(inputs["create-route-table"], "it", []byte(c.text))
		if want := "parsing it: " + c.want; err == nil || err.Error() != want || got != nil {
			t.Errorf("%q\n got %v\nwant %v", c.text, err, want)
		}
	}
}

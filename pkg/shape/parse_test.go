package shape

import (
	"bufio"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

var inputs = map[string]reflect.Type{
	"create-route-table":        reflect.TypeFor[ec2.CreateRouteTableInput](),
	"create-network-acl":        reflect.TypeFor[ec2.CreateNetworkAclInput](),
	"run-instances":             reflect.TypeFor[ec2.RunInstancesInput](),
	"describe-instances":        reflect.TypeFor[ec2.DescribeInstancesInput](),
	"modify-instance-attribute": reflect.TypeFor[ec2.ModifyInstanceAttributeInput](),
	"import-key-pair":           reflect.TypeFor[ec2.ImportKeyPairInput](),
}

func member(t testing.TB, op, flag string) Member {
	t.Helper()
	members := Members(inputs[op])
	i := slices.IndexFunc(members, func(m Member) bool { return m.Flag == flag })
	if i < 0 {
		t.Fatalf("%s has no --%s", op, flag)
	}
	return members[i]
}

func noFile(path string) ([]byte, error) {
	return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
}

// differs lists the arguments for which Parse differs from the AWS CLI, and the reasons.
var differs = map[string]string{
	"Tags=[{Key=a,Key=b}]":                      "refused: the CLI drops the first value in silence",
	`[{"ResourceType":"a","ResourceType":"b"}]`: "refused: as above",
	"Tags=[{Key=a}] ":                           "taken: space at the end harms nobody, and files end in a newline",
	"Tags=[{Key=a}]\n":                          "taken: as above",
	"ResourceType=\U0001f600":                   "taken: the CLI's characters end at U+FFFF",
	"5_0":                                       "refused: a habit of Python",
	"ResourceType=x,\n  Tags=[\n    {Key=a}\n  ] \n": "taken: as above",
}

func TestParseIsTheAWSCLI(t *testing.T) {
	f, err := os.Open("testdata/awscli.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var c struct {
			Op, Flag string
			Args     []string
			Want     any
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		got, err := Parse(member(t, c.Op, c.Flag), c.Args, noFile)
		if _, differs := differs[strings.Join(c.Args, " ")]; differs {
			if (err == nil) == (c.Want != nil) {
				t.Errorf("--%s %q: does not differ from the AWS CLI any more", c.Flag, c.Args)
			}
		} else if !reflect.DeepEqual(got, c.Want) {
			t.Errorf("--%s %q\n got %#v (%v)\nwant %#v", c.Flag, c.Args, got, err, c.Want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ op, flag, arg, want string }{
		{"create-route-table", "tag-specifications", "ResourceType,Tags", "parsing --tag-specifications: expected '=', got ',' at column 13:\n" +
			"ResourceType,Tags\n            ^"},
		{"create-route-table", "tag-specifications", "ResourceType=x,\n\tTags=[{Key", "parsing --tag-specifications: expected '=', got the end at line 2, column 12:\n" +
			"\\tTags=[{Key\n            ^"},
		{"create-route-table", "tag-specifications", "ResourceType=x,", "parsing --tag-specifications: expected a value, got the end at column 16:\n" +
			"ResourceType=x,\n               ^"},
		{"create-route-table", "tag-specifications", "\x1b[31m=x", "parsing --tag-specifications: expected '=', got '\\x1b' at column 1:\n" +
			"\\x1b[31m=x\n^"},
		{"create-route-table", "tag-specifications", "ResourceType='é", "parsing --tag-specifications: quote ' is not closed at column 14:\n" +
			"ResourceType='é\n             ^"},
		{"create-route-table", "tag-specifications", `ResourceType='a\`, "parsing --tag-specifications: quote ' is not closed at column 14:\n" +
			`ResourceType='a\` + "\n             ^"},
		{"create-route-table", "tag-specifications", "Tags=[{Key=a,Key=b}]", "parsing --tag-specifications: key \"Key\" given twice at column 14:\n" +
			"Tags=[{Key=a,Key=b}]\n             ^"},
		{"create-route-table", "tag-specifications", "ResourceType=x,ResourceType=y", "parsing --tag-specifications: key \"ResourceType\" given twice (a space, not a comma, goes between arguments) at column 16:\n" +
			"ResourceType=x,ResourceType=y\n               ^"},
		{"create-route-table", "tag-specifications", "", "parsing --tag-specifications: want Key=Value or JSON, got an empty argument"},
		{"create-route-table", "tag-specifications", "Tags=[{key=a}]", `parsing --tag-specifications: TagSpecifications[0].Tags[0]: unknown member "key", did you mean Key? (it has Key, Value)`},
		{"create-route-table", "tag-specifications", "Tags=[{Zebra=a}]", `parsing --tag-specifications: TagSpecifications[0].Tags[0]: unknown member "Zebra" (it has Key, Value)`},
		{"create-route-table", "tag-specifications", "ResourceType=a,b", "parsing --tag-specifications: TagSpecifications[0].ResourceType: want a string, got a list (a value with a comma needs quotes)"},
		{"create-route-table", "tag-specifications", "Tags=[{Key=a,Value={}}]", "parsing --tag-specifications: TagSpecifications[0].Tags[0].Value: want a string, got a structure"},
		{"create-route-table", "tag-specifications", `[{"Tags":[{"Key":"a"},{"Key":5}]}]`, "parsing --tag-specifications: TagSpecifications[0].Tags[1].Key: want a string, got the number 5 (quote it)"},
		{"create-route-table", "tag-specifications", `[{"Tags":}]`, "parsing --tag-specifications: invalid character '}' looking for beginning of value at column 10:\n" +
			`[{"Tags":}]` + "\n         ^"},
		{"create-route-table", "tag-specifications", "file:///no/\x1b", `parsing --tag-specifications: reading "file:///no/\x1b": file does not exist`},
		{"create-route-table", "tag-specifications", "ResourceType@=file:///no", `parsing --tag-specifications: reading "file:///no": file does not exist`},
		{"create-route-table", "vpc-id", "a\xff", `parsing --vpc-id: "a\xff" is not UTF-8`},
		{"create-route-table", "dry-run", "yes", `parsing --dry-run: DryRun: want a boolean, got the string "yes"`},
		{"describe-instances", "max-results", "99999999999", `parsing --max-results: MaxResults: want an integer, got the string "99999999999" (the range is -2147483648 to 2147483647)`},
		{"describe-instances", "max-results", "1.5", `parsing --max-results: MaxResults: want an integer, got the string "1.5"`},
		{"create-route-table", "tag-specifications", strings.Repeat("x", 70) + "," + strings.Repeat("y", 70),
			"parsing --tag-specifications: expected '=', got ',' at column 71:\n..." + strings.Repeat("x", 60) + "," + strings.Repeat("y", 59) + "...\n" +
				strings.Repeat(" ", 63) + "^"},
	} {
		_, err := Parse(member(t, c.op, c.flag), []string{c.arg}, noFile)
		if err == nil || err.Error() != c.want {
			t.Errorf("--%s %q\n got %v\nwant %v", c.flag, c.arg, err, c.want)
		}
	}

	deep := "Tags=" + strings.Repeat("[", 1<<20)
	if _, err := Parse(member(t, "create-route-table", "tag-specifications"), []string{deep}, noFile); err == nil || !strings.Contains(err.Error(), "brackets are nested more than 500 deep") {
		t.Errorf("a million brackets: got %v", err)
	}
	for _, args := range [][]string{nil, {"a", "b"}} {
		if _, err := Parse(member(t, "create-route-table", "vpc-id"), args, noFile); err == nil {
			t.Errorf("--vpc-id %q was taken", args)
		}
	}
	if v, err := Parse(member(t, "create-route-table", "dry-run"), nil, noFile); v != true || err != nil {
		t.Errorf("--dry-run alone: got %v, %v", v, err)
	}
}

func TestParseFiles(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("NAME", "tags")
	for name, text := range map[string]string{
		"vpc": "vpc-1\r\n", "tags.json": "[{\"ResourceType\":\"x\"}]\n", "tags": "ResourceType=x,Tags=[{Key=a}]\n", "bytes": "\xff\x00", "ids": `["i-1","i-2"]`,
	} {
		if err := os.WriteFile(filepath.Join(home, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	x := map[string]any{"ResourceType": "x"}
	for _, c := range []struct {
		op, flag string
		args     []string
		want     any
	}{
		{"create-route-table", "vpc-id", []string{"file://" + home + "/vpc"}, "vpc-1\n"},
		{"create-route-table", "vpc-id", []string{"file://~/vpc"}, "vpc-1\n"},
		{"create-route-table", "tag-specifications", []string{"file://~/$NAME.json"}, []any{x}},
		{"create-route-table", "tag-specifications", []string{"file://$HOME/${NAME}"}, []any{map[string]any{"ResourceType": "x", "Tags": []any{map[string]any{"Key": "a"}}}}},
		{"create-route-table", "tag-specifications", []string{"Tags=[{Key=a,Value@=file://~/vpc}]"}, []any{map[string]any{"Tags": []any{map[string]any{"Key": "a", "Value": "vpc-1\n"}}}}},
		{"create-route-table", "tag-specifications", []string{"Tags=[{Key=file://~/vpc}]"}, []any{map[string]any{"Tags": []any{map[string]any{"Key": "file://~/vpc"}}}}},
		{"describe-instances", "instance-ids", []string{"file://~/ids"}, []any{"i-1", "i-2"}},
		{"describe-instances", "instance-ids", []string{"file://~/ids", "b"}, []any{"file://~/ids", "b"}},
		{"import-key-pair", "public-key-material", []string{"fileb://~/bytes"}, "/wA="},
		{"import-key-pair", "public-key-material", []string{"AAAA"}, "AAAA"},
		{"create-route-table", "vpc-id", []string{"fileb://~/vpc"}, nil},
		{"create-route-table", "vpc-id", []string{"file://~/bytes"}, nil},
		{"create-route-table", "vpc-id", []string{"file://~/$UNSET_$NAME"}, nil},
		{"import-key-pair", "public-key-material", []string{"not base64"}, nil},
	} {
		got, err := Parse(member(t, c.op, c.flag), c.args, os.ReadFile)
		if !reflect.DeepEqual(got, c.want) || (err == nil) != (c.want != nil) {
			t.Errorf("--%s %q: got %#v, %v; want %#v", c.flag, c.args, got, err, c.want)
		}
	}

	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{home, me.HomeDir} { // with HOME, and without it
		var asked string
		_, _ = Load("file://~/$UNSET/${NAME}", func(path string) ([]byte, error) { asked = path; return nil, errors.New("no") })
		if want += "/$UNSET/tags"; asked != want {
			t.Errorf("asked for %q, want %q", asked, want)
		}
		if err := os.Unsetenv("HOME"); err != nil {
			t.Fatal(err)
		}
	}
}

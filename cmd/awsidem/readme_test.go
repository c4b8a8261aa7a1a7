package main

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/awstest"
	"github.com/awsidem/awsidem/pkg/cli"
	"github.com/awsidem/awsidem/pkg/sandbox"
	"github.com/awsidem/awsidem/pkg/shape"
)

// notRun are the blocks of commands in the documentation that no test can run, and why.
var notRun = map[string]string{
	"go test ./...": "it would run this test",
	"go install github.com/awsidem/awsidem/cmd/awsidem@latest": "it needs a published release",
	"bash .ci/run":          "it installs packages and runs all tests",
	"bash scripts/check.sh": "it runs all tests",
}

// claims are what the text says of a block, by a part of the block: expressions that stdout and stderr must match.
var claims = map[string]struct{ stdout, stderr []string }{
	"sandbox exec -- awsidem create-route-table --vpc-id vpc-00c84bd9dcad1d728": {
		stdout: []string{`"RouteTableId": "rtb-\w+"`}, stderr: []string{`1 resource made: 1 route table`},
	},
	"--fault lost-response=x2 --fault throttle --": {
		stdout: []string{`\nROUTETABLE\t`}, stderr: []string{`1 resource made: 1 route table`, `2 lost-response, 1 throttle`},
	},
	"T=abf653c2": {
		stdout: []string{`"GatewayId": "local"`, `"Associations": \[\]`, `"Tags": \[\]`, `\nrtb-\w+\nexit code 65\n$`},
		stderr: []string{`\(IdempotentParameterMismatch\)`, `1 resource made`},
	},
	"--idempotency-key release-42": {
		stdout: []string{`^rtb-\w+ rtb-\w+\nrtb-\w+ rtb-\w+\n$`},
		stderr: []string{`2 resources made: 2 route tables`, `(?m)^awsidem: create-route-table rtb-\w+: found again: `},
	},
	"--fault hang-after":                   {stdout: []string{`^[0-9a-f-]{36}\tunknown\n`, `\nROUTETABLE\t`}, stderr: []string{`1 resource made`}},
	"--ensure --idempotency-key a --debug": {stdout: []string{`"Key": "awsidem:client-token"`}, stderr: []string{`Action=CreateRouteTable`}},
	"uuidgen":                              {stdout: []string{`^[0-9a-f-]{36}\n[0-9a-f-]{36}\n$`}},
	"journal prune":                        {stdout: []string{`"Pruned": 0`}, stderr: []string{`^$`}},
	"# runbook.sh":                         {stdout: []string{`^private-a: rtb-\w+ acl-\w+\n$`}, stderr: []string{`^$`}},
	"-- bash runbook.sh": {
		stdout: []string{`^private-a: rtb-\w+ acl-\w+\nexit code 254\nexit code 75\n$`},
		stderr: []string{`2 lost-response, 1 throttle`, `2 resources made: 1 network ACL, 1 route table`, `EC2 refused the create, and nothing was created`, `run this script again`},
	},
	"$GITHUB_RUN_ID":                         {stdout: []string{`"ClientToken": "42-private-a"`}},
	"awsidem sandbox serve >sandbox.env":     {stdout: []string{`"RouteTableId": "rtb-\w+"`}, stderr: []string{`1 resource made`}},
	"--fault drop-after --fault throttle=x2": {stderr: []string{`1 resource made: 1 network ACL`, `1 drop-after, 2 throttle`}},
	"awsidem resume --all --output off":      {stdout: []string{`^$`}, stderr: []string{`^$`}},
	"journal init dynamodb://":               {stdout: []string{`"RouteTableId": "rtb-\w+"`, `"Intents": \[\]`}},
	"journal init --keep 90d dynamodb://":    {stdout: []string{`"Journal": "dynamodb://journal-\d+\?keep=90d"`, `"RouteTableId": "rtb-\w+"`}},
	"manifest.yaml --progress":               {stdout: []string{`^\{"entries":2,"succeeded":0,"rejected":0,"unknown":0,"running":0,"not_started":2\}\n$`}},
	"InvalidSubnetID.NotFound":               {stdout: []string{`^exit code 254\n$`}, stderr: []string{`1 fault given: 1 InvalidSubnetID.NotFound`}},
	"awsidem apply -f accounts.yaml":         {stdout: []string{`^(.*"outcome":"succeeded".*\n){3}$`}},
}

// documents returns the files whose blocks of commands are run.
func documents() []string {
	return []string{"README.md", "CONTRIBUTING.md", "pkg/batch/README.md", "pkg/journal/README.md", "pkg/sandbox/README.md"}
}

// Every block of commands in the documentation works without a change, and has the effect that the text describes.
func TestReadme(t *testing.T) {
	var blocks []block
	for _, name := range documents() {
		blocks = append(blocks, readBlocks(t, name)...)
	}
	files := map[string]string{} // that the text shows, by their names in the first comment
	for _, b := range blocks {
		for _, line := range strings.SplitN(b.text, "\n", 3) {
			if name := fileName.FindStringSubmatch(line); name != nil {
				files[name[1]] = b.text
			}
		}
	}
	claimed, skipped := map[string]bool{}, map[string]bool{}
	for _, b := range blocks {
		command := strings.ReplaceAll(b.text, "go run ./cmd/awsidem", "awsidem")
		switch {
		case strings.HasPrefix(b.text, "AWSTemplateFormatVersion:"): // TestCloudFormation in pkg/journal reads it
			continue
		case b.language == "yaml":
			files["block.yaml"], command = b.text, "awsidem apply --validate -f block.yaml"
		case b.language == "crontab":
			command = strings.SplitN(b.text, " ", 6)[5]
		case b.language != "sh" && b.language != "bash":
			continue
		}
		if _, ok := notRun[strings.TrimSpace(b.text)]; ok {
			skipped[strings.TrimSpace(b.text)] = true
			continue
		}
		var stdout, stderr []string
		for part, claim := range claims {
			if strings.Contains(b.text, part) {
				claimed[part] = true
				stdout, stderr = append(stdout, claim.stdout...), append(stderr, claim.stderr...)
			}
		}
		p := newPlace(t, files)
		t.Run(b.where, func(t *testing.T) {
			t.Parallel()
			p.run(t, p.atTable(t, command), stdout, stderr)
		})
	}
	for part := range claims {
		if !claimed[part] {
			t.Errorf("no block has %q", part)
		}
	}
	for text := range notRun {
		if !skipped[text] {
			t.Errorf("no block is %q", text)
		}
	}
}

// The examples of the help work, too. TestCreateExamples in pkg/cli runs those of the operations' commands, but for the first two.
func TestHelpExamples(t *testing.T) {
	const prepared = "abf653c2-09a2-426d-bd2d-acaac0c98a28"
	if _, err := exec.LookPath("jq"); err != nil {
		t.Skip("jq is not installed")
	}
	files := map[string]string{
		"manifest.yaml": `[{operation: CreateRouteTable, idempotency_key: a, input: {VpcId: ` + sandbox.DefaultVPC + `}}]`,
		"generate":      "#!/bin/sh\necho '{\"operation\": \"CreateRouteTable\", \"idempotency_key\": \"a\", \"input\": {\"VpcId\": \"" + sandbox.DefaultVPC + "\"}}'\n",
		"runbook.sh":    "#!/bin/sh\nawsidem create-route-table --vpc-id " + sandbox.DefaultVPC + "\n",
	}
	creates := map[string]bool{}
	for _, operation := range awsec2.OperationNames()[2:] {
		creates[shape.FlagName(operation)] = true
	}
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		if creates[cmd.Name()] {
			return
		}
		for _, line := range strings.Split(cmd.Example, "\n") {
			line = strings.TrimSpace(line)
			switch {
			case line == "", strings.HasPrefix(line, "awsidem sandbox serve"): // runs until a signal ends it: sandbox_serve.txtar
				continue
			case strings.Contains(line, "dynamodb://") && !strings.Contains(line, "journal init"):
				line = "awsidem journal init dynamodb://awsidem-journal && " + line
			}
			if strings.Contains(line, "journal copy ~/") { // from a folder that exists
				line = "awsidem create-route-table --vpc-id " + sandbox.DefaultVPC + " && " + line
			}
			if strings.Contains(line, prepared) {
				create := "awsidem create-route-table --vpc-id " + sandbox.DefaultVPC + " --client-token " + prepared + " && "
				if strings.Contains(line, "forget") { // as a kill just before the end leaves it
					create += `cd ~/.local/state/awsidem/journal && mv succeeded/* unknown/ && `
				}
				line = create + line
			}
			p := newPlace(t, files)
			t.Run(strings.ReplaceAll(cmd.CommandPath()+": "+line, "/", "_"), func(t *testing.T) {
				t.Parallel()
				p.run(t, p.atTable(t, line), nil, nil)
			})
		}
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(cli.NewCommand())
}

// What the documentation links to is there, and so are the lines that others rely on.
func TestReadmeLinks(t *testing.T) {
	for _, name := range append(documents(), "CHANGELOG.md", "SECURITY.md", "scripts/compare/README.md") {
		text := readDocument(t, name)
		for _, link := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join("..", "..", filepath.Dir(name), link[1])); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	readme := strings.Split(readDocument(t, "README.md"), "\n")
	for _, line := range []string{
		"go run ./cmd/awsidem sandbox exec -- awsidem create-route-table --vpc-id vpc-00c84bd9dcad1d728",
		"go test ./...",
	} {
		if !slices.Contains(readme, line) {
			t.Errorf("README.md has no line %q", line)
		}
	}
}

// README.md has the number of operations.
func TestReadmeCountsOperations(t *testing.T) {
	counts := regexp.MustCompile(`the (\d+) EC2 operations`).FindAllStringSubmatch(readDocument(t, "README.md"), -1)
	for _, count := range counts {
		if want := strconv.Itoa(len(awsec2.OperationNames())); count[1] != want {
			t.Errorf("README.md has %q, and there are %s operations", count[0], want)
		}
	}
	if len(counts) == 0 {
		t.Error("README.md has no number of operations")
	}
}

var fileName = regexp.MustCompile(`^# (\w+\.(?:sh|yaml))$`)

// A block is what stands between two fences.
type block struct{ where, language, text string }

func readBlocks(t *testing.T, name string) []block {
	t.Helper()
	var blocks []block
	heading := ""
	var open *block
	for _, line := range strings.Split(readDocument(t, name), "\n") {
		language, fence := strings.CutPrefix(line, "```")
		switch {
		case fence && open == nil:
			open = &block{where: name + " " + heading, language: language}
		case fence:
			blocks = append(blocks, *open)
			open = nil
		case open != nil:
			open.text += line + "\n"
		case strings.HasPrefix(line, "#"):
			heading = strings.TrimLeft(line, "# ")
		}
	}
	if len(blocks) == 0 {
		t.Fatalf("%s has no blocks", name)
	}
	return blocks
}

func readDocument(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// A place is a folder and a sandbox for one block of commands.
type place struct {
	dir string
	env []string
}

func newPlace(t *testing.T, files map[string]string) place {
	t.Helper()
	server := httptest.NewServer(sandbox.New(sandbox.Config{}))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	const credentials = "aws_access_key_id = AKIDSANDBOX\naws_secret_access_key = sandbox\nregion = us-east-1\n"
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o700); err != nil { // some of them are run
			t.Fatal(err)
		}
	}
	config := filepath.Join(dir, "config")
	if err := os.WriteFile(config, []byte("[profile prod]\n"+credentials+"[profile staging]\n"+credentials), 0o600); err != nil {
		t.Fatal(err)
	}
	return place{dir, []string{
		"PATH=" + os.Getenv("PATH") + string(os.PathListSeparator) + dir, "HOME=" + dir, "TMPDIR=" + os.TempDir(),
		"AWS_ENDPOINT_URL_EC2=" + server.URL, "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=AKIDSANDBOX", "AWS_SECRET_ACCESS_KEY=sandbox",
		"AWS_CONFIG_FILE=" + config, "AWS_EC2_METADATA_DISABLED=true",
		"AWSIDEM_INITIAL_INTERVAL=1ms", "GITHUB_RUN_ID=42", "GORACE=atexit_sleep_ms=0",
		"AWSIDEM_ATTEMPT_TIMEOUT=1m", // one block kills a create while the create waits for its answer
	}}
}

// atTable returns a command with a table of its own in place of the table awsidem-journal, and points the place at dynalite. Without dynalite,
// atTable skips the test of such a command.
func (p *place) atTable(t *testing.T, command string) string {
	t.Helper()
	const table = "dynamodb://awsidem-journal"
	if !strings.Contains(command, table) {
		return command
	}
	p.env = append(p.env, "AWS_ENDPOINT_URL_DYNAMODB="+awstest.Dynalite(t))
	return strings.ReplaceAll(command, table, "dynamodb://"+awstest.TableName())
}

// run runs a block, which must end well and print what is expected.
func (p place) run(t *testing.T, command string, stdout, stderr []string) {
	t.Helper()
	switch _, err := exec.LookPath("uuidgen"); {
	case runtime.GOOS == "windows":
		t.Skip("the blocks are for a POSIX shell")
	case strings.Contains(command, "uuidgen") && (err != nil || runtime.GOOS != "linux"): // macOS has one without --sha1
		t.Skip("there is no uuidgen of util-linux")
	}
	cmd := exec.Command("bash", "-euo", "pipefail", "-c", command)
	cmd.Dir, cmd.Env = p.dir, p.env
	code, out, errOut := runToEnd(t, cmd)
	if code != 0 {
		t.Fatalf("exit %d\n%s\nstdout:\n%s\nstderr:\n%s", code, command, out, errOut)
	}
	for _, check := range []struct {
		name   string
		got    string
		wanted []string
	}{{"stdout", out, stdout}, {"stderr", errOut, stderr}} {
		for _, want := range check.wanted {
			if !regexp.MustCompile(want).MatchString(check.got) {
				t.Errorf("%s has no match for %s:\n%s", check.name, want, check.got)
			}
		}
	}
	if strings.Contains(command, "uuidgen") {
		if lines := strings.Fields(out); len(lines) != 2 || lines[0] != lines[1] {
			t.Errorf("not the same token: %q", lines)
		}
	}
}

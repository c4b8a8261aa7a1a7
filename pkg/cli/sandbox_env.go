package cli

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/awsidem/awsidem/pkg/awsconfig"
)

// journalName is the name of the journal's folder in a sandbox's folder.
const journalName = "journal"

// sandboxFolder makes a folder for a sandbox's files and returns its absolute path: commands may change their working folder.
func sandboxFolder() (string, error) {
	above, err := filepath.Abs(os.TempDir())
	if err != nil {
		return "", err
	}
	return os.MkdirTemp(above, "awsidem-sandbox-")
}

// sandboxEnv returns the variables that lead an EC2 client to the sandbox, as NAME=VALUE, and the names of the variables to unset, since
// they lead to other endpoints or to real credentials. It writes config files to the sandbox's folder.
func (a *app) sandboxEnv(box runningSandbox) (set, unset []string, err error) {
	set, err = a.writeProfiles(box.dir)
	if err != nil {
		return nil, nil, err
	}
	unset = []string{"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_CREDENTIAL_EXPIRATION",
		"AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"}
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AWS_ENDPOINT_URL_") && name != "AWS_ENDPOINT_URL_EC2" {
			unset = append(unset, name)
		}
	}
	return append(set,
		"AWS_ENDPOINT_URL_EC2="+box.url,
		"AWS_ENDPOINT_URL="+box.url, // requests to other services fail here, and do not leave the machine
		// Other values of these variables lead elsewhere.
		"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=false", "AWS_USE_DUALSTACK_ENDPOINT=false", "AWS_USE_FIPS_ENDPOINT=false",
		"AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1", "AWS_ACCESS_KEY_ID=sandbox", "AWS_SECRET_ACCESS_KEY=sandbox",
		"AWS_EC2_METADATA_DISABLED=true",
		"AWSIDEM_JOURNAL="+filepath.Join(box.dir, journalName),
		"NO_PROXY=127.0.0.1,::1,"+os.Getenv("NO_PROXY"), "no_proxy=127.0.0.1,::1,"+os.Getenv("no_proxy"), // some clients use the proxy for loopback, too
	), unset, nil
}

// writeProfiles writes shared config files for a sandbox and returns the variables that name the files. The files have the profiles of this
// environment's files, with dummy credentials, and only those settings that can't lead to another endpoint or to real credentials.
func (a *app) writeProfiles(dir string) (variables []string, err error) {
	files, err := a.sharedFiles()
	if err != nil { // files that can't be read have no profiles
		files = &awsconfig.Files{}
	}
	var config, credentials strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files.Config)) {
		title := "profile " + name
		if name == "default" {
			title = name
		} else if words, err := awsconfig.Words(name); err != nil || len(words) != 1 || words[0] != name {
			title = "profile '" + strings.ReplaceAll(name, "'", `'\''`) + "'"
		}
		config.WriteString(dummyProfile(title, files.Config[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(files.Credentials)) {
		credentials.WriteString(dummyProfile(name, files.Credentials[name]))
	}
	for _, file := range []struct{ variable, name, text string }{
		{"AWS_CONFIG_FILE", "config", config.String()}, {"AWS_SHARED_CREDENTIALS_FILE", "credentials", credentials.String()},
	} {
		path := filepath.Join(dir, file.name)
		if err := os.WriteFile(path, []byte(file.text), 0o600); err != nil {
			return nil, err
		}
		variables = append(variables, file.variable+"="+path)
	}
	return variables, nil
}

// dummyProfile returns the section of a profile with dummy credentials and the harmless ones of its settings.
func dummyProfile(title string, settings awsconfig.Section) string {
	text := fmt.Sprintf("[%s]\naws_access_key_id = sandbox\naws_secret_access_key = sandbox\n", title)
	for _, key := range []string{"region", "output", "cli_pager", "cli_timestamp_format", "retry_mode", "max_attempts"} { // the harmless settings
		if s, set := settings[key]; set && !strings.Contains(s.Value, "\n") { // a second line would be another setting
			text += fmt.Sprintf("%s = %s\n", key, s.Value)
		}
	}
	return text
}

package cli

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/ini.v1"
)

// writeProfiles gives a sandbox shared config files of its own, and gives the variables that name them. They have the
// profiles of this environment's files, with dummy credentials, and of their settings those alone that can't lead to another
// endpoint or to real credentials.
func (a *app) writeProfiles(dir string) (variables []string, err error) {
	home, _ := os.UserHomeDir() // without one there may still be the variables
	for variable, name := range map[string]string{"AWS_CONFIG_FILE": "config", "AWS_SHARED_CREDENTIALS_FILE": "credentials"} {
		var profiles strings.Builder
		// A file that can't be read has none.
		if file, err := ini.LoadSources(iniOptions(), cmp.Or(a.getenv(variable), filepath.Join(home, ".aws", name))); err == nil {
			for _, section := range file.Sections() {
				title := section.Name()
				if title == "default" || strings.HasPrefix(title, "profile ") || name == "credentials" && title != ini.DefaultSection {
					profiles.WriteString(dummyProfile(section))
				}
			}
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(profiles.String()), 0o600); err != nil {
			return nil, err
		}
		variables = append(variables, variable+"="+path)
	}
	return variables, nil
}

func dummyProfile(section *ini.Section) string {
	harmless := []string{"region", "output", "cli_pager", "cli_timestamp_format", "retry_mode", "max_attempts"}
	text := fmt.Sprintf("[%s]\naws_access_key_id = sandbox\naws_secret_access_key = sandbox\n", section.Name())
	for _, key := range section.Keys() {
		if slices.Contains(harmless, key.Name()) {
			text += fmt.Sprintf("%s = %s\n", key.Name(), key.Value())
		}
	}
	return text
}

package text

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCheckCharacters(t *testing.T) {
	for _, text := range []string{``, `"a"`, `"\ud83d\ude00"`, `"\uD83D\uDE00\uD83D\uDE00"`, `"\\ud800"`, `"\\\\ud800"`, `"ud800"`, `"\ufffd` + "\ufffd\"", `\`, `\u`, `\ud8`} {
		if err := checkCharacters([]byte(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	for text, want := range map[string]string{
		`"\ud83dA"`:           `\ud83d`,
		`"\uDFFF"`:            `\uDFFF`,
		`"\ud83d\ud83d"`:      `\ud83d`,
		`"\ude00\ud83d"`:      `\ude00`,
		`"\ud83d\\ude00"`:     `\ud83d`,
		`"\\\ud800"`:          `\ud800`,
		`"\ud83d\ude00\ude01`: `\ude01`,
		`\ud800`:              `\ud800`,
		`\ud83d\`:             `\ud83d`,
		`\ud83d\ude0`:         `\ud83d`,
		"\"\xed\xa0\x80\"":    "UTF-8",
	} {
		if err := checkCharacters([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want an error with %s", text, err, want)
		}
	}
}

// checkCharacters refuses the strings in which encoding/json puts U+FFFD, and no others.
func TestCheckCharactersRefusesWhatJSONReplaces(t *testing.T) {
	part := rapid.SampledFrom([]string{`\ud83d`, `\uDE00`, `\\`, `\n`, `\u0041`, `\"`, "ud83d", "é", "u"})
	rapid.Check(t, func(t *rapid.T) {
		text := `"` + strings.Join(rapid.SliceOf(part).Draw(t, "parts"), "") + `"`
		var read string
		if err := json.Unmarshal([]byte(text), &read); err != nil {
			t.Fatal(err)
		}
		if err := checkCharacters([]byte(text)); (err != nil) != strings.ContainsRune(read, '\ufffd') {
			t.Fatalf("%s is read as %q: %v", text, read, err)
		}
	})
}

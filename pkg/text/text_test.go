package text

import "testing"

func TestPrintable(t *testing.T) {
	for _, test := range []struct{ text, except, want string }{
		{"", "", ""},
		{"plain 'text' \\ é 漢 \u00a0", "", "plain 'text' \\ é 漢 \u00a0"},
		{"\x1b[31mred\x07", "", `\x1b[31mred\a`},
		{"a\nb\tc\r", "\n\t", "a\nb\tc" + `\r`},
		{"a\nb", "", `a\nb`},
		{"mi\u200ckhaham \u202e", "", `mi\u200ckhaham \u202e`},
		{"caf\xe9", "", "caf\ufffd"},
		{"\x7f\u0085", "", `\x7f\u0085`},
	} {
		if got := Printable(test.text, test.except); got != test.want {
			t.Errorf("Printable(%q, %q) is %q, not %q", test.text, test.except, got, test.want)
		}
	}
}

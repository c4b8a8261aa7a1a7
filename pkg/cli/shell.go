package cli

import (
	"fmt"
	"strings"

	"github.com/awsidem/awsidem/pkg/text"
)

// shellQuote returns a command line that a user can copy into a shell. It writes an argument with unprintable characters as $'...', which bash,
// zsh and ksh read; a POSIX shell reads any other argument.
func shellQuote(args []string) string {
	quoted := make([]string, len(args))
	for i, arg := range args {
		if quoted[i] = text.ShellWord(arg); text.Printable(arg, "") != arg {
			quoted[i] = "$'" + escapeBytes(arg) + "'"
		}
	}
	return strings.Join(quoted, " ")
}

// escapeBytes returns s for use within $'...': quotes, backslashes and bytes outside printable ASCII become octal escapes.
func escapeBytes(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '\'' || c == '\\' {
			fmt.Fprintf(&b, `\%03o`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// tokenArgument returns a token as the last argument of a command line, after "--" if it looks like a flag.
func tokenArgument(token string) string {
	if token[0] == '-' {
		return shellQuote([]string{"--", token})
	}
	return shellQuote([]string{token})
}

// flagsOf returns args without a final "--", so that flags can be appended.
func flagsOf(args []string) []string {
	if n := len(args); n > 0 && args[n-1] == "--" {
		return args[:n-1]
	}
	return args
}

package cli

import (
	"fmt"
	"strings"

	"github.com/awsidem/awsidem/pkg/text"
)

// shellQuote returns a command line that a user can copy into a shell. An argument with unprintable characters is written as $'...',
// which bash, zsh and ksh understand; the rest is POSIX.
func shellQuote(args []string) string {
	quoted := make([]string, len(args))
	for i, arg := range args {
		if quoted[i] = scriptWord(arg); text.Printable(arg, "") != arg {
			quoted[i] = "$'" + escapeBytes(arg) + "'"
		}
	}
	return strings.Join(quoted, " ")
}

// scriptWord returns a word of a shell script, quoted if it needs to be.
func scriptWord(s string) string {
	if s != "" && s[0] != '=' && !strings.ContainsFunc(s, isShellSpecial) { // zsh replaces =ls by the path of ls
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func isShellSpecial(r rune) bool {
	return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=./:,@%+", r)
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

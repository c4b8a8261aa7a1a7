package cli

import (
	"fmt"
	"strings"

	"github.com/awsidem/awsidem/pkg/text"
)

// shellQuote writes args as a shell reads them: as POSIX has it, but for what can't be printed, which bash, zsh and ksh read as
// $'...'. So a command line survives being printed and pasted.
func shellQuote(args []string) string {
	quoted := make([]string, len(args))
	for i, arg := range args {
		if quoted[i] = scriptWord(arg); text.Printable(arg, "") != arg {
			quoted[i] = "$'" + escapeBytes(arg) + "'"
		}
	}
	return strings.Join(quoted, " ")
}

// scriptWord writes a word as any shell reads it from a script, whatever is in it.
func scriptWord(s string) string {
	if s != "" && s[0] != '=' && !strings.ContainsFunc(s, isShellSpecial) { // zsh reads =ls as a path
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func isShellSpecial(r rune) bool {
	return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=./:,@%+", r)
}

// escapeBytes writes what is no printable ASCII, and what ends or escapes within $'...', as octal bytes.
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

// tokenArgument is a token as the last argument of a command line: one that looks like a flag is none.
func tokenArgument(token string) string {
	if token[0] == '-' {
		return shellQuote([]string{"--", token})
	}
	return shellQuote([]string{token})
}

// flagsOf leaves out the -- that may end a command line without arguments, so that a flag can follow.
func flagsOf(args []string) []string {
	if n := len(args); n > 0 && args[n-1] == "--" {
		return args[:n-1]
	}
	return args
}

package text

import "strings"

// ShellWord returns s as a word of a POSIX shell's command line, in single quotes if s needs quotes. zsh, too, reads the word as s.
func ShellWord(s string) string {
	if s != "" && s[0] != '=' && !strings.ContainsFunc(s, isShellSpecial) { // zsh replaces =ls by the path of ls
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// isShellSpecial reports whether a shell may read a character as more than itself.
func isShellSpecial(r rune) bool {
	return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=./:,@%+", r)
}
